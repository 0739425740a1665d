// The program as a user meets it: exit statuses, messages, files. The network answers with the mean of each color, so
// that plain red, green and blue pictures are classes 0, 1 and 2 by hand.
#include <QtTest/QtTest>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/support/command.h"
#include "tests/support/onnx_builder.h"
#include "tests/support/plain_png.h"
#include "tests/support/small_project.h"

namespace qs {
namespace {

namespace fs = std::filesystem;
using Rgb = std::array<std::uint8_t, 3>;
constexpr Rgb kRed{250, 10, 20};
constexpr Rgb kGreen{10, 250, 20};
constexpr Rgb kBlue{10, 20, 250};

void write_bytes(const fs::path& path, std::span<const std::byte> bytes) {
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

void write_text(const fs::path& path, const std::string& text) {
  std::ofstream(path) << text;
}

/// [N, 3, 8, 8] -> [N, 3]; `softmax` makes probabilities of it.
std::vector<std::byte> mean_color(bool softmax) {
  OnnxBuilder onnx;
  std::string x = onnx.input("image", {-1, 3, 8, 8});
  x = onnx.node("Flatten", {onnx.node("GlobalAveragePool", {x})});
  onnx.output(softmax ? onnx.node("Softmax", {x}) : x);
  return onnx.bytes();
}

/// The same with something to quantize: a convolution that leaves every color as it is.
std::vector<std::byte> mean_color_by_convolution() {
  OnnxBuilder onnx;
  std::string x = onnx.input("image", {-1, 3, 8, 8});
  x = onnx.node("Conv", {x, onnx.reals({3, 3, 1, 1}, {1, 0, 0, 0, 1, 0, 0, 0, 1})});
  onnx.output(onnx.node("Flatten", {onnx.node("GlobalAveragePool", {x})}));
  return onnx.bytes();
}

std::vector<std::byte> two_outputs() {
  OnnxBuilder onnx;
  const std::string x = onnx.input("image", {-1, 3, 8, 8});
  onnx.output(onnx.node("Flatten", {onnx.node("GlobalAveragePool", {x})}));
  onnx.output(onnx.node("Relu", {x}));
  return onnx.bytes();
}

std::vector<std::byte> not_a_number() {
  OnnxBuilder onnx;
  const std::string x = onnx.input("image", {-1, 3, 8, 8});
  const std::string mean = onnx.node("Flatten", {onnx.node("GlobalAveragePool", {x})});
  onnx.output(onnx.node("Div", {onnx.node("Sub", {mean, mean}), onnx.node("Sub", {mean, mean})}));  // 0 / 0
  return onnx.bytes();
}

}  // namespace

class TestCommandLine : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir folder_;
  [[nodiscard]] fs::path at(const std::string& name) const { return fs::path(folder_.path().toStdString()) / name; }
  [[nodiscard]] QString text(const std::string& name) const { return QString::fromStdString(at(name).string()); }
  [[nodiscard]] nlohmann::json read_json(const std::string& name) const {
    std::ifstream file(at(name));
    return nlohmann::json::parse(file, nullptr, /*allow_exceptions=*/false);
  }
  [[nodiscard]] QStringList read_lines(const std::string& name) const {
    QFile file(text(name));
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()).split('\n', Qt::SkipEmptyParts)
                                          : QStringList();
  }

  /// evaluate MODEL --images IMAGES --no-cache REST..., without preprocessing unless REST wants one.
  [[nodiscard]] QStringList evaluate(const std::string& model, const std::string& images, QStringList rest = {}) const {
    if (!rest.contains("--preprocessing")) rest += {"--preprocessing", "none"};
    return QStringList{"evaluate", text(model), "--images", text(images), "--no-cache"} + rest;
  }

 private slots:
  void initTestCase() {
    QVERIFY(folder_.isValid());
    write_bytes(at("mean.onnx"), mean_color(false));
    write_bytes(at("convolution.onnx"), mean_color_by_convolution());
    write_bytes(at("probabilities.onnx"), mean_color(true));
    write_bytes(at("slow.onnx"), slow_network(0));
    write_bytes(at("endless.onnx"), slow_network(8));
    write_bytes(at("two_outputs.onnx"), two_outputs());
    write_bytes(at("nan.onnx"), not_a_number());
    write_text(at("empty.onnx"), "");
    write_text(at("text.onnx"), "This is not a network, but quite an ordinary text.\n");
    const std::vector<std::byte> whole = mean_color(false);
    write_bytes(at("cut.onnx"), std::span(whole).first(whole.size() - 7));

    fs::create_directories(at("empty"));
    for (const char* name : {"colors/a", "colors/b", "colors/c", "plain", "broken/a", "broken/b", "hundreds"}) {
      fs::create_directories(at(name));
    }
    // Class folders in alphabetical order are classes 0, 1, 2. One picture of five lies in the wrong folder.
    write_plain_png(at("colors/a/red.png"), 8, kRed);
    write_plain_png(at("colors/a/wrong.png"), 8, kBlue);
    write_plain_png(at("colors/b/green.png"), 8, kGreen);
    write_plain_png(at("colors/c/blue1.png"), 8, kBlue);
    write_plain_png(at("colors/c/blue2.png"), 8, kBlue);
    write_plain_png(at("plain/one.png"), 8, kGreen);
    write_plain_png(at("plain/two.png"), 8, kRed);
    write_plain_png(at("broken/a/red.png"), 8, kRed);
    write_text(at("broken/b/cut.png"), "\x89PNG\r\n");
    write_text(at("labels.csv"), "image,label\none.png,1\ntwo.png,2\n");
    write_text(at("few_labels.csv"), "image,label\none.png,1\n");
    write_text(at("high_labels.csv"), "image,label\none.png,1\ntwo.png,3\n");
    std::string labels;
    for (int i = 1000; i < 1200; ++i) {
      const std::string name = std::to_string(i) + ".png";
      write_plain_png(at("hundreds/" + name), 8, kGreen);
      labels += name + " 1\n";
    }
    write_text(at("hundreds.txt"), labels);
  }

  void wrong_usage_is_status_1_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("message");
    const auto row = [](const char* name, const QStringList& arguments, const char* message) {
      QTest::newRow(name) << arguments << message;
    };
    row("too much for the window", {text("mean.onnx"), text("colors")}, "one thing at a time");
    row("unknown command", {"inspekt", text("mean.onnx")}, "the commands are: demo, inspect, evaluate");
    row("unknown flag", {"inspect", text("mean.onnx"), "--jsn", "x"}, "--jsn");
    row("no images", {"evaluate", text("mean.onnx")}, "--images");
    row("no model", {"inspect"}, "MODEL");
    row("limit 0", evaluate("mean.onnx", "colors", {"--limit", "0"}), "--limit");
    row("limit is no number", evaluate("mean.onnx", "colors", {"--limit", "many"}), "--limit");
    row("one scheme twice", evaluate("mean.onnx", "colors", {"--scheme", "a8", "--scheme", "a8"}), "\"a8\" twice");
    row("unknown backend", evaluate("mean.onnx", "colors", {"--backend", "gpu"}), "reference, float");
    row("unknown layout", evaluate("mean.onnx", "colors", {"--layout", "piles"}), "piles");
    row("one file for both", evaluate("mean.onnx", "colors", {"--json", "-", "--predictions", "-"}), "both want");
  }
  void wrong_usage_is_status_1() {
    QFETCH(QStringList, arguments);
    QFETCH(QString, message);
    const CommandResult result = run_command(arguments);
    QVERIFY2(result.err.startsWith("quantoscope: "), result.err);
    QVERIFY2(result.err.contains(message.toUtf8()), result.err);
    QCOMPARE(result.status, 1);
    QCOMPARE(result.out, QByteArray());
  }

  void without_a_display_there_is_no_window() {
    const QByteArrayList names = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"};
    QByteArrayList values;
    for (const QByteArray& name : names) {
      values << qgetenv(name);
      qunsetenv(name);
    }
    const CommandResult nothing = run_command({});
    const CommandResult model = run_command({text("mean.onnx")});
    for (qsizetype i = 0; i < names.size(); ++i) {
      if (!values[i].isNull()) qputenv(names[i], values[i]);
    }
    for (const CommandResult& result : {nothing, model}) {
      QCOMPARE(result.status, 1);
      QVERIFY2(result.err.contains("there is no display for the window"), result.err);
      QVERIFY2(result.err.contains("quantoscope evaluate MODEL"), result.err);
    }
  }

  void bad_input_is_status_2_and_leaves_no_file_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("message");
    const auto row = [](const char* name, const QStringList& arguments, const char* message) {
      QTest::newRow(name) << arguments << message;
    };
    for (const char* model : {"absent.onnx", "empty.onnx", "text.onnx", "cut.onnx", "colors"}) {
      QTest::addRow("inspect %s", model) << QStringList{"inspect", text(model)} << model;
      QTest::addRow("evaluate %s", model) << evaluate(model, "colors") << model;
    }
    row("several outputs", evaluate("two_outputs.onnx", "colors"), "this one has 2");
    row("unknown scheme", evaluate("mean.onnx", "colors", {"--scheme", "w4a4"}), "schemes: float, w8-tensor-asym, ");
    row("absent images", evaluate("mean.onnx", "absent"), "absent");
    row("empty folder", evaluate("mean.onnx", "empty"), "empty");
    row("a text as images", evaluate("mean.onnx", "labels.csv"), "labels.csv");
    row("labels for some", evaluate("mean.onnx", "plain", {"--labels", text("few_labels.csv")}), "two.png");
    row("labels beyond the classes", evaluate("mean.onnx", "plain", {"--labels", text("high_labels.csv")}), "3");
    row("absent labels", evaluate("mean.onnx", "plain", {"--labels", text("absent.csv")}), "absent.csv");
    row("more folders than classes", evaluate("mean.onnx", ".", {"--layout", "class_folders"}), "classes");
    row("nonsense preprocessing", evaluate("mean.onnx", "colors", {"--preprocessing", "upside down"}), "upside down");
    row("other image size", evaluate("mean.onnx", "colors", {"--preprocessing", "crop 4"}), "4 x 4");
    row("diagnosis without labels", evaluate("mean.onnx", "plain", {"--diagnose-preprocessing"}), "labelled");
    row("all images unusable", evaluate("mean.onnx", "broken/b", {}), "cut.png");
  }
  void bad_input_is_status_2_and_leaves_no_file() {
    QFETCH(QStringList, arguments);
    QFETCH(QString, message);
    const CommandResult result = run_command(arguments + QStringList{"--json", text("out.json")});
    QVERIFY2(result.err.startsWith("quantoscope: "), result.err);
    QVERIFY2(result.err.contains(message.toUtf8()), result.err);
    QCOMPARE(result.status, 2);
    QVERIFY(!fs::exists(at("out.json")));
  }

  void unwritable_output_is_found_before_the_run_data() {
    QTest::addColumn<QString>("flag");
    QTest::addColumn<QString>("path");
    for (const char* flag : {"--json", "--predictions"}) {
      QTest::addRow("%s in an absent folder", flag) << flag << text("absent/out");
      QTest::addRow("%s is a folder", flag) << flag << text("colors");
    }
  }
  void unwritable_output_is_found_before_the_run() {
    QFETCH(QString, flag);
    QFETCH(QString, path);
    const CommandResult result = run_command(evaluate("mean.onnx", "colors", {flag, path}));
    QCOMPARE(result.status, 2);
    QVERIFY2(result.err.contains("cannot write"), result.err);
    QCOMPARE(result.out, QByteArray());  // not even the model was read
  }

  void a_full_disk_is_status_2() {
    if (!fs::exists("/dev/full")) QSKIP("no /dev/full here");
    const CommandResult result = run_command(evaluate("mean.onnx", "colors", {"--json", "/dev/full"}));
    QCOMPARE(result.status, 2);
    QVERIFY2(result.err.contains("cannot write"), result.err);
  }

  void help_and_version_are_status_0() {
    const CommandResult version = run_command({"--version"});
    QCOMPARE(version.status, 0);
    QVERIFY(version.out.startsWith("quantoscope 0."));
    const CommandResult help = run_command({"--help"});
    QCOMPARE(help.status, 0);
    QVERIFY(help.out.contains("inspect") && help.out.contains("evaluate"));
    QCOMPARE(run_command({"evaluate", "--help"}).status, 0);
  }

  void accuracy_is_counted_data() {
    QTest::addColumn<QString>("backend");
    QTest::newRow("float") << "float";
    QTest::newRow("reference") << "reference";
  }
  void accuracy_is_counted() {
    QFETCH(QString, backend);
    const CommandResult result = run_command(
        evaluate("mean.onnx", "colors",
                 {"--backend", backend, "--json", text("out.json"), "--predictions", text("out.csv"), "--batch", "2"}));
    QVERIFY2(result.status == 0, result.err);
    QVERIFY2(result.out.contains("4 of 5 right"), result.out);
    const nlohmann::json json = read_json("out.json");
    QVERIFY(json.at("results").at(0).at("top1").get<double>() == 0.8);
    QVERIFY(json.at("results").at(0).at("top5").get<double>() == 1.0);
    QVERIFY(json.at("results").at(0).at("scheme").get<std::string>() == "float");
    QCOMPARE(QString::fromStdString(json.at("results").at(0).at("backend").get<std::string>()), backend);
    QVERIFY(json.at("data").at("images").get<int>() == 5);
    QVERIFY(json.at("model").at("name").get<std::string>() == "mean");
    QCOMPARE(json.at("model").at("sha256").get<std::string>().size(), std::size_t{64});
    for (const char* key : {"isa", "onednn", "threads"}) QVERIFY2(json.at("environment").contains(key), key);
    QCOMPARE(read_lines("out.csv"),
             (QStringList{"image,label,top1,top5,max_logit,label_logit", "a/red.png,0,0,0 2 1,250,250",
                          "a/wrong.png,0,2,2 1 0,250,10", "b/green.png,1,1,1 2 0,250,250",
                          "c/blue1.png,2,2,2 1 0,250,250", "c/blue2.png,2,2,2 1 0,250,250"}));
  }

  // 8 bits over 0..250 are steps of 1: the largest color stays the largest.
  void schemes_are_compared_with_float() {
    const QStringList rest = {"--scheme", "w8a8-channel-sym", "--scheme",       "w4a8-tensor-asym", "--calibration",
                              "4",        "--json",           text("out.json"), "--predictions",    text("out.csv")};
    const CommandResult result = run_command(evaluate("convolution.onnx", "colors", rest));
    QVERIFY2(result.status == 0, result.err);
    const nlohmann::json results = read_json("out.json").at("results");
    const std::vector<std::string> ids = {"float", "w8a8-channel-sym", "w4a8-tensor-asym"};
    QCOMPARE(results.size(), ids.size());
    for (std::size_t i = 0; i < ids.size(); ++i) {
      QCOMPARE(results[i].at("scheme").get<std::string>(), ids[i]);
      QCOMPARE(results[i].at("backend").get<std::string>(), std::string(i == 0 ? "float" : "integer"));
      QCOMPARE(results[i].at("top1_right").get<int>(), 4);
    }
    for (std::size_t i = 1; i < ids.size(); ++i) {
      QCOMPARE(results[i].at("definition").at("id").get<std::string>(), ids[i]);
      QCOMPARE(results[i].at("calibration").at("images").get<int>(), 4);
      QCOMPARE(results[i].at("layers").size(), std::size_t{3});  // convolution, average, flattening
      QVERIFY(results[i].at("remarks").is_array());
      QCOMPARE(results[i].at("mcnemar_p").get<double>(), 1.0);
      for (const char* key : {"logit_sqnr", "logit_kl"}) QVERIFY2(results[i].contains(key), key);
    }
    const QStringList lines = read_lines("out.csv");
    QCOMPARE(lines.at(0), QString("image,label,top1,top5,max_logit,label_logit,top1:w8a8-channel-sym,"
                                  "top5:w8a8-channel-sym,max_logit:w8a8-channel-sym,label_logit:w8a8-channel-sym,"
                                  "top1:w4a8-tensor-asym,top5:w4a8-tensor-asym,max_logit:w4a8-tensor-asym,"
                                  "label_logit:w4a8-tensor-asym"));
    QCOMPARE(lines.at(1).split(',').size(), 14);
    QVERIFY(lines.at(1).startsWith("a/red.png,0,0,0 2 1,250,250,0,0 2 1,"));
  }

  void standard_output_holds_only_json() {
    const CommandResult result = run_command(evaluate("mean.onnx", "colors", {"--json", "-"}));
    QCOMPARE(result.status, 0);
    QVERIFY2(nlohmann::json::accept(result.out.toStdString()), result.out);
    QVERIFY(result.err.contains("4 of 5 right"));
    const CommandResult inspected = run_command({"inspect", text("mean.onnx"), "--json", "-"});
    QVERIFY2(nlohmann::json::accept(inspected.out.toStdString()), inspected.out);
  }

  void unlabelled_images_have_predictions_but_no_accuracy() {
    const CommandResult result =
        run_command(evaluate("mean.onnx", "plain", {"--json", text("out.json"), "--predictions", text("out.csv")}));
    QVERIFY2(result.status == 0, result.err);
    QVERIFY2(result.out.contains("there is no accuracy"), result.out);
    QVERIFY(read_json("out.json").at("results").at(0).at("top1").is_null());
    QCOMPARE(read_lines("out.csv").at(1), QString("one.png,,1,1 2 0,250,"));
  }

  void labels_can_be_given() {
    const CommandResult result = run_command(evaluate("mean.onnx", "plain", {"--labels", text("labels.csv")}));
    QVERIFY2(result.out.contains("1 of 2 right"), result.out + result.err);
  }

  void a_broken_image_is_skipped_and_listed() {
    const CommandResult result = run_command(evaluate("mean.onnx", "broken", {"--json", text("out.json")}));
    QVERIFY2(result.status == 0, result.err);
    QVERIFY2(result.out.contains("1 of 1 right") && result.out.contains("b/cut.png"), result.out);
    const nlohmann::json skipped = read_json("out.json").at("data").at("skipped");
    QCOMPARE(skipped.size(), std::size_t{1});
    QVERIFY(skipped.at(0).at("image").get<std::string>() == "b/cut.png");
  }

  void outputs_that_are_no_numbers_are_named() {
    const CommandResult result = run_command(evaluate("nan.onnx", "colors", {"--json", text("out.json")}));
    QVERIFY2(result.status == 0, result.err);
    QVERIFY2(result.out.contains("0 of 5 right") && result.out.contains("NaN"), result.out);
    QCOMPARE(read_json("out.json").at("results").at(0).at("not_finite").size(), std::size_t{5});
  }

  void probabilities_are_called_so() {
    QVERIFY(run_command(evaluate("probabilities.onnx", "colors")).out.contains("are probabilities"));
    QVERIFY(!run_command(evaluate("mean.onnx", "colors")).out.contains("are probabilities"));
  }

  void limits_are_kept() {
    const CommandResult result = run_command(evaluate("mean.onnx", "colors", {"--limit", "3"}));
    QVERIFY2(result.out.contains("of 3 right"), result.out);
  }

  void inspect_tells_what_is_inside() {
    const CommandResult result = run_command({"inspect", text("slow.onnx"), "--json", text("out.json")});
    QVERIFY2(result.status == 0, result.err);
    // 256 x 3 x 3 x 3 + 256 x 256 x 3 x 3 weights, each used on 8 x 8 places.
    const nlohmann::json json = read_json("out.json");
    QCOMPARE(json.at("parameters").get<int>(), 596736);
    QCOMPARE(json.at("multiply_accumulates").get<int>(), 596736 * 64);
    QCOMPARE(json.at("layers").size(), std::size_t{4});
    QVERIFY2(result.out.contains("596 736") && result.out.contains("38.2 M"), result.out);
    for (const QByteArray& line : result.out.split('\n')) QVERIFY2(line.size() <= 100, line);
  }

  void interrupting_keeps_what_was_finished_data() {
    QTest::addColumn<int>("signal");
    QTest::newRow("Ctrl-C") << SIGINT;
    QTest::newRow("terminate") << SIGTERM;
  }
  void interrupting_keeps_what_was_finished() {
    QFETCH(int, signal);
    const CommandResult result = run_on_terminal(evaluate("endless.onnx", "hundreds",
                                                          {"--backend", "reference", "--batch", "1", "--json",
                                                           text("part.json"), "--predictions", text("part.csv")}),
                                                 "[1-9][0-9]* of 200 images", signal);
    QCOMPARE(result.status, 3);
    const nlohmann::json json = read_json("part.json");
    QVERIFY(json.at("partial").get<bool>());
    const int finished = json.at("data").at("images").get<int>();
    QVERIFY2(finished >= 1 && finished < 200, result.out);
    const QByteArray message = QString("stopped by the user after %1 of 200 images").arg(finished).toUtf8();
    QVERIFY2(result.out.contains(message), result.out);
    QCOMPARE(read_lines("part.csv").size(), 1 + finished);
  }

  void interrupting_before_there_is_a_result_writes_nothing() {
    const CommandResult result =
        run_on_terminal(evaluate("endless.onnx", "hundreds",
                                 {"--backend", "reference", "--diagnose-preprocessing", "--json", text("none.json"),
                                  "--labels", text("hundreds.txt")}),
                        "trying", SIGINT);
    QCOMPARE(result.status, 3);
    QVERIFY(!fs::exists(at("none.json")));
  }
};

}  // namespace qs

QTEST_GUILESS_MAIN(qs::TestCommandLine)
#include "test_command_line.moc"
