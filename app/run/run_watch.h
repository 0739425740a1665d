// How an evaluation is watched and stopped.
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string_view>

#include "core/base/progress.h"
#include "core/evaluate.h"

namespace qs {

struct RunWatch {
  std::stop_token stop{};
  /// Where one stage, which counts `total` of `unit` (0: unknown), reports to; may be empty.
  std::function<Progress::Sink(std::string_view unit, std::int64_t total)> show{};
  /// Called when the first image is computed: from then on a stop leaves something to keep. May be empty.
  std::function<void()> keep_results{};
  std::function<void(const Evaluation&)> so_far{};  ///< see `EvaluateOptions`

  [[nodiscard]] Progress stage(std::string_view unit, std::int64_t total) const {
    return {stop, show ? show(unit, total) : Progress::Sink{}};
  }
};

/// A run that reports to `progress`, which must outlive it, and is stopped by it.
[[nodiscard]] inline RunWatch watch_through(const Progress& progress) {
  RunWatch watch{.stop = progress.stop_token()};
  watch.show = [&progress](std::string_view, std::int64_t) -> Progress::Sink {
    return [&progress](double fraction, std::string_view stage) { progress.report(fraction, stage); };
  };
  return watch;
}

}  // namespace qs
