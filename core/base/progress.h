// How a long computation is watched and stopped.
#pragma once

#include <functional>
#include <stop_token>
#include <string_view>
#include <utility>

#include "core/base/error.h"

namespace qs {

/// Handed to every long function, which looks at it at least every 50 ms.
/// A default-constructed Progress never stops and reports to nobody.
class Progress {
 public:
  /// `fraction` in [0, 1]; `stage` is a short phrase such as "decoding images".
  using Sink = std::function<void(double fraction, std::string_view stage)>;

  Progress() = default;
  Progress(std::stop_token stop, Sink sink) : stop_(std::move(stop)), sink_(std::move(sink)) {}

  void report(double fraction, std::string_view stage) const {
    if (sink_) sink_(fraction, stage);
  }
  [[nodiscard]] bool stop_requested() const { return stop_.stop_requested(); }

  /// Throws `Error` (stopped) once the user has asked to stop.
  void check() const {
    if (stop_requested()) throw Error(ErrorCode::stopped, "stopped by the user");
  }
  [[nodiscard]] const std::stop_token& stop_token() const { return stop_; }

 private:
  std::stop_token stop_;
  Sink sink_;
};

}  // namespace qs
