// The list of subcommands.
#pragma once

#include <span>
#include <string_view>

namespace CLI {
class App;
}

namespace qs {

/// A subcommand: one file, and one line in the list of commands.cpp.
struct Command {
  std::string_view name;     ///< as typed; persistent
  std::string_view summary;  ///< one sentence, shown by --help
  /// Declares options on `app` and sets its callback. The callback throws `Error` and returns for success.
  void (*set_up)(CLI::App& app);
};

/// All commands in the order of --help.
[[nodiscard]] std::span<const Command* const> commands();

extern const Command demo_command;
extern const Command inspect_command;
extern const Command evaluate_command;
extern const Command analyze_command;
extern const Command schemes_command;
extern const Command bench_command;
extern const Command reproduce_command;
extern const Command report_command;
extern const Command train_command;

/// Runs the command line; writes results to standard output, messages to standard error.
/// Returns the exit status: 0 done, 1 wrong usage, 2 bad input, 3 stopped by the user, 4 internal error. Never throws.
[[nodiscard]] int run_command_line(int argc, const char* const* argv) noexcept;

}  // namespace qs
