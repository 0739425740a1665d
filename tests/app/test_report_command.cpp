// quantoscope report as a user meets it, without a display.
#include <QTemporaryDir>
#include <QtTest/QtTest>
#include <nlohmann/json.hpp>

#include "tests/support/command.h"
#include "tests/support/onnx_builder.h"
#include "tests/support/plain_png.h"
#include "tests/support/test_files.h"

namespace qs {

class TestReportCommand : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir folder_;
  [[nodiscard]] QString at(const char* name) const { return folder_.filePath(name); }
  [[nodiscard]] QByteArray bytes(const char* name) const {
    QFile file(at(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
  }
  [[nodiscard]] CommandResult report(const char* out, QStringList more = {}) const {
    return run_command(QStringList{"report", "--results", at("results.json"), "--out", at(out)} + more);
  }

 private slots:
  // A convolution that leaves colors as they are: plain pictures are classes by hand.
  void initTestCase() {
    qunsetenv("QT_QPA_PLATFORM");
    qunsetenv("DISPLAY");
    qunsetenv("WAYLAND_DISPLAY");
    OnnxBuilder onnx;
    std::string x = onnx.input("image", {-1, 3, 8, 8});
    x = onnx.node("Conv", {x, onnx.reals({3, 3, 1, 1}, {1, 0, 0, 0, 1, 0, 0, 0, 1})});
    onnx.output(onnx.node("Flatten", {onnx.node("GlobalAveragePool", {x})}));
    write_file(at("net.onnx").toStdString(), onnx.bytes());
    write_text(at("other.onnx").toStdString(), "another file");
    for (const char* name : {"images/a/1.png", "images/b/1.png", "images/c/1.png"}) {
      QVERIFY(QDir().mkpath(QFileInfo(at(name)).path()));
      write_file(at(name).toStdString(), encode(pattern_image({8, 8}), ".png"));
    }
    const CommandResult evaluated =
        run_command({"evaluate", at("net.onnx"), "--images", at("images"), "--preprocessing", "none", "--no-cache",
                     "--scheme", "w8a8-channel-sym", "--json", at("results.json")});
    QVERIFY2(evaluated.status == 0, evaluated.err);
  }

  void every_format_is_written_without_a_display_data() {
    QTest::addColumn<QByteArray>("beginning");
    QTest::newRow("report.html") << QByteArray("<!DOCTYPE html>");
    QTest::newRow("report.pdf") << QByteArray("%PDF-");
    QTest::newRow("report.csv") << QByteArray("run,model,");
    QTest::newRow("report.json") << QByteArray("{");
  }
  void every_format_is_written_without_a_display() {
    QFETCH(QByteArray, beginning);
    const CommandResult result = report(QTest::currentDataTag(), {"--title", "A <title>", "--notes", "Is it so?"});
    QVERIFY2(result.status == 0, result.err);
    QVERIFY(result.out.isEmpty());
    QVERIFY(bytes(QTest::currentDataTag()).startsWith(beginning));
  }

  void html_says_what_the_results_say() {
    QVERIFY(report("said.html", {"--title", "A <title>"}).status == 0);
    const QByteArray html = bytes("said.html");
    const nlohmann::json json = nlohmann::json::parse(bytes("results.json").toStdString());
    QVERIFY(html.contains("<h1>A &lt;title&gt;</h1>"));
    QVERIFY(html.contains(QByteArray::fromStdString(json["model"]["sha256"].get<std::string>())));
    QVERIFY(html.contains("w8a8-channel-sym"));
    QVERIFY2(html.contains("SQNR of output channels"), "the model is where the results say, so its weights are known");
  }

  // What was written reads back: a report of a report has the same runs.
  void its_own_json_can_be_reported() {
    QVERIFY(report("first.json").status == 0);
    const CommandResult again =
        run_command({"report", "--results", at("first.json"), at("results.json"), "--out", at("again.csv")});
    QVERIFY2(again.status == 0, again.err);
    QCOMPARE(bytes("again.csv").count('\n'), 5);  // two runs of two variants
  }

  void refuses_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("message");
    const auto row = [&](const char* name, const QStringList& arguments, int status, const char* message) {
      QTest::newRow(name) << arguments << status << message;
    };
    const QStringList results{"--results", at("results.json")};
    row("no results", {"--out", at("x.html")}, 1, "--results");
    row("no out", results, 1, "--out");
    row("extension", results + QStringList{"--out", at("x.doc")}, 1, ".html, .pdf, .csv or .json");
    row("plot", results + QStringList{"--out", at("x.html"), "--plot", "pie"}, 1, "\"pie\" is no plot");
    row("absent", {"--results", at("no.json"), "--out", at("x.html")}, 2, "cannot be read");
    row("no json", {"--results", at("net.onnx"), "--out", at("x.html")}, 2, "no JSON");
    row("folder", results + QStringList{"--out", at("no/x.html")}, 2, "cannot write");
    row("model", results + QStringList{"--out", at("x.html"), "--model", at("other.onnx")}, 2, "SHA-256");
  }
  void refuses() {
    QFETCH(QStringList, arguments);
    QFETCH(int, status);
    QFETCH(QString, message);
    const CommandResult result = run_command(QStringList{"report"} + arguments);
    QCOMPARE(result.status, status);
    QVERIFY2(QString::fromUtf8(result.err).contains(message), result.err);
    QVERIFY(!QFile::exists(at("x.html")));
  }
};

}  // namespace qs

QTEST_GUILESS_MAIN(qs::TestReportCommand)
#include "test_report_command.moc"
