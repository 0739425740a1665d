#include "tests/support/command.h"

#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <QProcess>
#include <QRegularExpression>
#include <array>
#include <csignal>
#include <vector>

namespace qs {

namespace {

constexpr int kPatienceMs = 120'000;  // only a hang takes this long

[[noreturn]] void become(const QStringList& arguments) {
  std::vector<QByteArray> texts = {program_path().toLocal8Bit()};
  for (const QString& argument : arguments) texts.push_back(argument.toLocal8Bit());
  std::vector<char*> pointers;
  for (QByteArray& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  signal(SIGINT, SIG_DFL);  // a test runner in the background has it ignored
  execv(pointers[0], pointers.data());
  _exit(127);
}

}  // namespace

QString program_path() {
  return QStringLiteral(QS_BINARY_DIR "/quantoscope");
}

CommandResult run_command(const QStringList& arguments) {
  QProcess process;
  process.setStandardInputFile(QProcess::nullDevice());
  process.start(program_path(), arguments);
  const bool ended = process.waitForFinished(kPatienceMs) && process.exitStatus() == QProcess::NormalExit;
  CommandResult result;
  result.status = ended ? process.exitCode() : -1;
  result.out = process.readAllStandardOutput();
  result.err = process.readAllStandardError();
  return result;
}

CommandResult run_on_terminal(const QStringList& arguments, const QString& pattern, int signal) {
  int terminal = -1;
  const pid_t child = forkpty(&terminal, nullptr, nullptr, nullptr);
  if (child == 0) become(arguments);

  CommandResult result;
  const QRegularExpression expected(pattern);
  bool sent = false;
  std::array<char, 4096> buffer{};
  // Reading fails once the child has closed its end.
  for (ssize_t count = 0; (count = read(terminal, buffer.data(), buffer.size())) > 0;) {
    result.out.append(buffer.data(), count);
    if (sent || !expected.match(QString::fromUtf8(result.out)).hasMatch()) continue;
    kill(child, signal);
    sent = true;
  }
  int status = 0;
  waitpid(child, &status, 0);
  close(terminal);
  if (WIFEXITED(status)) result.status = WEXITSTATUS(status);
  return result;
}

}  // namespace qs
