// Ctrl-C as a stop token.
#pragma once

#include <atomic>
#include <csignal>
#include <stop_token>
#include <thread>

namespace qs {

/// While in scope the first SIGINT or SIGTERM ends the program with status 3 as long as there is nothing to keep, and
/// only requests a stop once there is; the second ends the program as it would without this. Construct it before any
/// thread is started: all threads must inherit the blocked signals. A signal that was ignored when the program started
/// (as a shell does for jobs in the background) stays ignored.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  /// From here on a stop is left to those who hold the token.
  void keep_results() { keeps_ = true; }
  [[nodiscard]] std::stop_token token() const { return stop_.get_token(); }

 private:
  void watch(const std::stop_token& finished);

  sigset_t signals_{};
  sigset_t previous_{};
  std::atomic<bool> keeps_ = false;
  std::stop_source stop_;
  std::jthread watcher_;
};

}  // namespace qs
