// quantoscope demo, and the built-in model wherever a model's path is taken, as a user meets them without a display.
#include <QTemporaryDir>
#include <QtTest/QtTest>
#include <csignal>
#include <nlohmann/json.hpp>

#include "app/run/lessons.h"
#include "app/store/project.h"
#include "tests/support/command.h"

namespace qs {

class TestDemo : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir folder_;
  CommandResult demo_;
  [[nodiscard]] QString at(const char* name) const { return folder_.filePath(name); }
  [[nodiscard]] QByteArray bytes(const char* name) const {
    QFile file(at(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
  }

 private slots:
  void initTestCase() {
    for (const char* name : {"QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"}) qunsetenv(name);
    demo_ = run_command({"demo", "--limit", "40", "--out", at("out")});
    QVERIFY2(demo_.status == 0, demo_.err);
  }

  void all_schemes_are_in_table_results_and_report() {
    const nlohmann::json json = nlohmann::json::parse(bytes("out/results.json").toStdString());
    QCOMPARE(json["results"].size(), kLessonSchemes.size() + 1);
    QCOMPARE(json["results"][0]["scheme"].get<std::string>(), std::string("float"));
    QCOMPARE(json["results"][0]["labelled"].get<int>(), 40);
    const QByteArray html = bytes("out/report.html");
    QVERIFY(html.startsWith("<!DOCTYPE html>") && html.trimmed().endsWith("</html>"));
    for (std::size_t i = 0; i < kLessonSchemes.size(); ++i) {
      QCOMPARE(json["results"][i + 1]["scheme"].get<std::string>(), std::string(kLessonSchemes[i]));
      QCOMPARE(json["results"][i + 1]["backend"].get<std::string>(), std::string("integer"));
      QVERIFY2(html.contains(kLessonSchemes[i]), kLessonSchemes[i]);
      QVERIFY2(demo_.out.contains(kLessonSchemes[i]), kLessonSchemes[i]);
    }
    QVERIFY2(html.contains("--calibration-images builtin:shapes/train"), "the command that makes it again");
  }

  void it_says_what_is_seen_and_where_everything_is() {
    for (const char* text : {"what it shows", "out/report.html", "out/results.json", "out/demo.qscope", "try next"}) {
      QVERIFY2(demo_.out.contains(text), text);
    }
    QVERIFY2(demo_.out.contains(program_path().toUtf8() + " analyze builtin:mobilenet"), "can be typed");
  }

  void the_project_holds_the_run() {
    const Project project = Project::open(at("out/demo.qscope").toStdString());
    const ProjectContents contents = project.read();
    QCOMPARE(contents.problems.size(), std::size_t{0});
    QCOMPARE(contents.model.path, std::string("builtin:mobilenet"));
    QCOMPARE(contents.images.path, std::string("builtin:shapes"));
    QCOMPARE(contents.schemes.size(), kLessonSchemes.size());
    QCOMPARE(contents.runs.size(), std::size_t{1});
    QVERIFY(contents.runs[0].view.state == RunState::done);
    QCOMPARE(contents.runs[0].view.report->evaluation.results.size(), kLessonSchemes.size() + 1);
    QCOMPARE(contents.runs[0].view.report->evaluation.images.size(), std::size_t{40});
  }

  void again_a_run_is_added() {
    QVERIFY(run_command({"demo", "--limit", "10", "--out", at("twice")}).status == 0);
    const CommandResult again = run_command({"demo", "--limit", "20", "--out", at("twice")});
    QVERIFY2(again.status == 0, again.err);
    const Project project = Project::open(at("twice/demo.qscope").toStdString());
    QCOMPARE(project.read().runs.size(), std::size_t{2});
    QVERIFY2(run_command({"demo", "--limit", "10", "--out", at("twice")}).status == 2, "it is open here");
  }

  void stopped_it_keeps_what_is_finished() {
    const CommandResult result = run_on_terminal({"demo", "--no-window", "--out", at("stopped")}, "evaluating", SIGINT);
    QCOMPARE(result.status, 3);
    const nlohmann::json json = nlohmann::json::parse(bytes("stopped/results.json").toStdString());
    QVERIFY(json["partial"].get<bool>());
  }

  void a_folder_that_cannot_be_made_is_told() {
    QFile file(at("file"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    const CommandResult result = run_command({"demo", "--out", at("file/out")});
    QCOMPARE(result.status, 2);
    QVERIFY2(result.err.contains("--out"), result.err);
  }

  void the_model_has_a_name_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::newRow("inspect") << QStringList{"inspect", "builtin:mobilenet"};
    QTest::newRow("analyze") << QStringList{"analyze", "builtin:mobilenet", "--images", "builtin:shapes"};
    QTest::newRow("bench") << QStringList{"bench", "builtin:mobilenet", "--turns", "1"};
    QTest::newRow("evaluate") << QStringList{"evaluate",       "builtin:mobilenet", "--images",
                                             "builtin:shapes", "--limit",           "8"};
  }
  void the_model_has_a_name() {
    QFETCH(QStringList, arguments);
    const CommandResult result = run_command(arguments);
    QVERIFY2(result.status == 0, result.err);
    QVERIFY2(result.out.contains("uilt"), result.out);
  }

  void another_name_is_refused_with_those_there_are() {
    const CommandResult result = run_command({"inspect", "builtin:mobile"});
    QCOMPARE(result.status, 2);
    QVERIFY2(result.err.contains("builtin:mobilenet"), result.err);
  }
};

}  // namespace qs

QTEST_GUILESS_MAIN(qs::TestDemo)
#include "test_demo.moc"
