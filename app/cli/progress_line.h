// How far a long run is, on standard error.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "app/cli/interrupt.h"
#include "app/run/run_watch.h"
#include "core/base/progress.h"

namespace qs {

/// The text of the bar: `done` of `total` units, of which `begun` were done `seconds` ago; `total` > 0. Without a unit
/// there is nothing to count, and the bar says how much there is left.
/// For example "evaluating [#######-------------]  36 %  232 of 650 images  85.1/s  5 s left".
[[nodiscard]] std::string progress_text(std::string_view stage, std::string_view unit, double begun, double done,
                                        std::int64_t total, double seconds);

/// "8 s", "3 min 20 s" or "2 h 5 min".
[[nodiscard]] std::string duration_text(double seconds);

/// A bar redrawn ten times a second on a terminal, a line every ten seconds elsewhere. Cleared when it goes.
class ProgressLine {
 public:
  /// `total` 0: not known, only the share that is done.
  ProgressLine(std::string unit, std::int64_t total);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  /// Makes room for other output on the terminal; the next report draws the bar again, below it.
  void clear();

  /// A sink that draws here; must not outlive this.
  [[nodiscard]] Progress::Sink sink();

 private:
  using Clock = std::chrono::steady_clock;
  void draw(double fraction, std::string_view stage);

  std::string unit_;
  std::int64_t total_;
  bool terminal_;
  bool drawn_ = false;
  std::optional<double> begun_;             ///< units that were done when the first report came
  Clock::time_point start_ = Clock::now();  ///< when it came
  Clock::time_point last_ = start_;
};

/// A run watched on standard error and stopped by Ctrl-C.
[[nodiscard]] RunWatch terminal_watch(Interrupt& interrupt);

}  // namespace qs
