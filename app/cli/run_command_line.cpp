#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <new>
#include <vector>

#include "app/cli/commands.h"
#include "app/cli/output.h"
#include "app/window/run_window.h"
#include "core/base/error.h"
#include "datasets/builtin_datasets.h"

namespace qs {

namespace {

constexpr const char* kFooter =
    "Exit status: 0 done, 1 wrong usage, 2 bad input (nothing is written), 3 stopped by the user (what\n"
    "was finished is kept), 4 internal error.";

void set_up(CLI::App& app) {
  app.set_version_flag("--version", "quantoscope " QS_VERSION, "Print the version and exit");
  app.set_help_flag("-h,--help", "Print this help and exit");
  app.footer(kFooter);
  app.require_subcommand(1);
  for (const Command* command : commands()) {
    CLI::App* subcommand = app.add_subcommand(std::string(command->name), std::string(command->summary));
    subcommand->set_help_flag("-h,--help", "Print this help and exit");
    command->set_up(*subcommand);
  }
}

/// What was meant by a first word that is neither a command nor a flag; CLI11 would only say that it was not expected.
[[noreturn]] void refuse_first_word(const std::string& word) {
  std::vector<std::string_view> names;
  for (const Command* command : commands()) names.push_back(command->name);
  throw Error(ErrorCode::usage, fmt::format("\"{}\" is neither a command nor a file; the commands are: {}", word,
                                            fmt::join(names, ", ")));
}

/// Parses and runs; a successful return is status 0.
void run(int argc, const char* const* argv) {
  if (argc < 2) return run_window({});
  const std::string first = argv[1];
  const bool known =
      std::any_of(commands().begin(), commands().end(), [&](const Command* command) { return command->name == first; });
  if (!known && !first.starts_with("-")) {
    if (!is_builtin(first) && !std::filesystem::exists(first)) refuse_first_word(first);
    if (argc > 2)
      throw Error(ErrorCode::usage, fmt::format("the window opens one thing at a time; \"{}\" is too much", argv[2]));
    return run_window(first);
  }

  CLI::App app("Quantoscope shows what quantization does to a neural network.", "quantoscope");
  set_up(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() != static_cast<int>(CLI::ExitCodes::Success)) {
      throw Error(ErrorCode::usage, fmt::format("{}\n`quantoscope {}--help` lists what there is", error.what(),
                                                known ? first + " " : ""));
    }
    (void)app.exit(error);  // --help or --version: prints to standard output
  }
  finish_standard_output();
}

int report(ErrorCode code, std::string_view message) {
  fmt::print(stderr, "quantoscope: {}\n", message);
  return static_cast<int>(code);
}

}  // namespace

int run_command_line(int argc, const char* const* argv) noexcept {
  try {
    try {
      run(argc, argv);
      return 0;
    } catch (const Error& error) {
      return report(error.code(), error.what());
    } catch (const std::bad_alloc&) {
      return report(ErrorCode::bad_input, "not enough memory; a smaller --batch needs less");
    } catch (const std::exception& error) {
      return report(ErrorCode::internal, fmt::format("internal error, please report it: {}", error.what()));
    }
  } catch (...) {
    std::fputs("quantoscope: internal error, please report it\n", stderr);
    return static_cast<int>(ErrorCode::internal);
  }
}

}  // namespace qs
