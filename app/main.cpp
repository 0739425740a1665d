#include <unistd.h>

#include <cstdlib>

#include "app/cli/commands.h"

namespace {

/// Waiting OpenMP threads spin for milliseconds by default, on cores that decoding, and everything else the user runs,
/// could use: beside a busy core, evaluation is several times slower for it. libgomp has no function to change that and
/// reads the variable before `main`, so the program starts once more with it set. Goes on as it is where it cannot.
void let_waiting_threads_sleep(char** argv) {
  if (std::getenv("OMP_WAIT_POLICY") != nullptr || setenv("OMP_WAIT_POLICY", "passive", 0) != 0) return;
  execv("/proc/self/exe", argv);
}

}  // namespace

int main(int argc, char** argv) {
  let_waiting_threads_sleep(argv);
  return qs::run_command_line(argc, argv);
}
