#include "app/cli/interrupt.h"

#include <pthread.h>

#include <cstdio>
#include <cstdlib>

#include "core/base/error.h"

namespace qs {

namespace {

constexpr int kWakeUp = SIGUSR1;  // tells the watcher that its owner has gone

bool is_ignored(int signal) {
  struct sigaction action {};
  sigaction(signal, nullptr, &action);
  return action.sa_handler == SIG_IGN;
}

}  // namespace

Interrupt::Interrupt() {
  sigemptyset(&signals_);
  sigaddset(&signals_, kWakeUp);
  for (int signal : {SIGINT, SIGTERM}) {
    if (!is_ignored(signal)) sigaddset(&signals_, signal);
  }
  pthread_sigmask(SIG_BLOCK, &signals_, &previous_);
  watcher_ = std::jthread([this](const std::stop_token& finished) { watch(finished); });
}

Interrupt::~Interrupt() {
  watcher_.request_stop();
  pthread_kill(watcher_.native_handle(), kWakeUp);
  watcher_.join();
  pthread_sigmask(SIG_SETMASK, &previous_, nullptr);
}

void Interrupt::watch(const std::stop_token& finished) {
  for (int signal = 0; sigwait(&signals_, &signal) == 0 && !finished.stop_requested();) {
    if (signal == kWakeUp) continue;
    if (!keeps_) {
      std::fputs("quantoscope: stopped by the user\n", stderr);
      std::_Exit(static_cast<int>(ErrorCode::stopped));
    }
    if (stop_.request_stop()) continue;  // the first
    // The second: let the signal do what it does by default.
    struct sigaction action {};
    action.sa_handler = SIG_DFL;
    sigaction(signal, &action, nullptr);
    pthread_sigmask(SIG_UNBLOCK, &signals_, nullptr);
    raise(signal);
  }
}

}  // namespace qs
