// Runs the program as a user would.
#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>
#include <string>

namespace qs {

struct CommandResult {
  int status = -1;  ///< exit status; -1 when it crashed, was killed or did not end in time
  QByteArray out;
  QByteArray err;
};

/// The built program.
[[nodiscard]] QString program_path();

/// Runs `quantoscope ARGUMENTS...` to its end, without a terminal.
[[nodiscard]] CommandResult run_command(const QStringList& arguments);

/// Runs it on a terminal of its own and sends `signal` as soon as the terminal has shown a match of `pattern` (a
/// QRegularExpression). `out` is all the terminal showed. When the pattern never shows, no signal is sent.
[[nodiscard]] CommandResult run_on_terminal(const QStringList& arguments, const QString& pattern, int signal);

}  // namespace qs
