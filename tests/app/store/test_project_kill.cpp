// A process that is killed in the middle of writing loses at most what it was writing.
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest/QtTest>

#include "app/store/project.h"
#include "tests/support/small_report.h"

namespace qs {
namespace {

constexpr const char* kWriter = "--write-until-killed";

std::string note(int number) {
  return std::string(20'000, static_cast<char>('a' + number % 26)) + std::to_string(number);
}

ProjectRun run_of(int number, RunState state) {
  ProjectRun run;
  run.view.id = number;
  run.view.state = state;
  run.view.model_name = note(number);
  run.view.report = std::make_shared<const EvaluationReport>(small_report());
  return run;
}

/// Writes, and after each write prints how many there have been. Ends only by being killed.
[[noreturn]] void write_until_killed(const std::string& path) {
  Project project = Project::open(path);
  for (int number = 1;; ++number) {
    project.write_run(run_of(number, RunState::running));
    project.write_run(run_of(number, RunState::done));
    project.write_schemes(std::vector<ProjectScheme>(static_cast<std::size_t>(1 + number % 7)), note(number));
    if (number > 20) project.remove_runs({number - 20});
    std::printf("%d\n", number);
    std::fflush(stdout);
  }
}

/// Starts a writer, lets it finish about `writes` and kills it. The last number that it printed.
int kill_after(const std::string& path, int writes, unsigned long microseconds) {
  QProcess process;
  process.start(QCoreApplication::applicationFilePath(), {kWriter, QString::fromStdString(path)});
  int last = 0;
  while (last < writes && process.waitForReadyRead(30'000)) {
    while (process.canReadLine()) last = process.readLine().trimmed().toInt();
  }
  QThread::usleep(microseconds);  // somewhere in the middle of the next
  process.kill();
  process.waitForFinished();
  while (process.canReadLine()) last = process.readLine().trimmed().toInt();
  return last;
}

}  // namespace

class TestProjectKill : public QObject {
  Q_OBJECT

 private slots:
  void at_most_the_write_under_way_is_lost() {
    for (unsigned long i = 0; i < 12; ++i) {
      const QTemporaryDir folder;
      const std::string path = folder.filePath("p.qscope").toStdString();
      { (void)Project::create(path); }
      const int last = kill_after(path, 3 + static_cast<int>(i), i * 900);
      QVERIFY(last >= 3);
      const ProjectContents found = Project::open(path).read();
      QVERIFY2(found.problems.empty(), found.problems.empty() ? "" : found.problems.front().c_str());
      QVERIFY(!found.runs.empty());
      const ProjectRun& newest = found.runs.back();
      QVERIFY2(newest.view.id == last || newest.view.id == last + 1, qPrintable(QString::number(newest.view.id)));
      for (const ProjectRun& run : found.runs) {
        QCOMPARE(run.view.model_name, note(static_cast<int>(run.view.id)));
        QVERIFY(run.view.report != nullptr && !run.view.report->evaluation.images.empty());
        // The one that was under way is stopped, with what was kept of it.
        QVERIFY(run.view.state == RunState::done || (&run == &newest && run.view.state == RunState::stopped));
      }
      const bool is_old = found.current_scheme == note(last) && found.schemes.size() == 1U + last % 7;
      const bool is_new = found.current_scheme == note(last + 1) && found.schemes.size() == 1U + (last + 1) % 7;
      QVERIFY(is_old || is_new);
      QCOMPARE(QDir(folder.path()).entryList(QDir::Files), QStringList("p.qscope"));
    }
  }
};

}  // namespace qs

int main(int argc, char** argv) {
  const QCoreApplication application(argc, argv);
  if (argc == 3 && std::string_view(argv[1]) == qs::kWriter) qs::write_until_killed(argv[2]);
  qs::TestProjectKill test;
  return QTest::qExec(&test, argc, argv);
}
#include "test_project_kill.moc"
