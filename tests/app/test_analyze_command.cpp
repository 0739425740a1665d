// quantoscope analyze: its texts and its JSON, on a network of two layers whose numbers are known by hand.
#include <QtTest/QtTest>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>

#include "app/cli/analysis_report.h"
#include "tests/support/command.h"
#include "tests/support/onnx_builder.h"
#include "tests/support/plain_png.h"
#include "tests/support/shared_data.h"
#include "tests/support/table.h"

namespace qs {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr int kWidth = 100;
const char* const kUsual[] = {"w8-tensor-asym", "w8a8-tensor-sym", "w8-channel-asym", "w8-channel-sym"};

/// [N, 3] -> [N, 2] -> [N, 2]. The first layer is the worked example of spec/methods.md section 1 (f), the second has
/// a dead channel.
std::vector<std::byte> two_layers() {
  OnnxBuilder onnx;
  std::string x = onnx.input("x", {-1, 3});
  const std::string first = onnx.reals({2, 3}, {1.0F, -0.6F, 0.3F, 0.02F, -0.013F, 0.007F});
  x = onnx.node("Gemm", {x, first}, {{"transB", std::int64_t{1}}});
  const std::string second = onnx.reals({2, 2}, {0.0F, 0.0F, 0.5F, -0.2F});
  onnx.output(onnx.node("Gemm", {x, second}, {{"transB", std::int64_t{1}}}));
  return onnx.bytes();
}

/// [N, 3, 8, 8] -> [N, 3]: twice the mean of each color.
std::vector<std::byte> twice_the_mean_color() {
  OnnxBuilder onnx;
  std::string x = onnx.input("image", {-1, 3, 8, 8});
  x = onnx.node("Conv", {x, onnx.reals({3, 3, 1, 1}, {2, 0, 0, 0, 2, 0, 0, 0, 2})});
  onnx.output(onnx.node("Flatten", {onnx.node("GlobalAveragePool", {x})}));
  return onnx.bytes();
}

void write_bytes(const QString& path, const std::vector<std::byte>& bytes) {
  std::ofstream(path.toStdString(), std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

bool close(double value, double expected, double tolerance) {
  return std::abs(value - expected) <= tolerance;  // false for NaN
}

std::int64_t sum(const json& counts) {
  std::int64_t total = 0;
  for (const json& count : counts) total += count.get<std::int64_t>();
  return total;
}

void check_width(const CommandResult& result) {
  QCOMPARE(result.status, 0);
  for (const QString& line : QString::fromUtf8(result.out).split('\n')) {
    QVERIFY2(line.size() <= kWidth, qPrintable(line));
    QVERIFY2(!line.endsWith(' '), qPrintable(line));
  }
}

}  // namespace

class TestAnalyzeCommand : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir folder_;
  QString model_;
  [[nodiscard]] json analyzed(const QStringList& arguments) const {
    const CommandResult result = run_command(QStringList{"analyze", model_, "--json", "-"} + arguments);
    return result.status == 0 ? json::parse(result.out.toStdString(), nullptr, false) : json();
  }

 private slots:
  void initTestCase() {
    model_ = folder_.filePath("two.onnx");
    write_bytes(model_, two_layers());
    write_bytes(folder_.filePath("colors.onnx"), twice_the_mean_color());
    fs::create_directories(folder_.filePath("images").toStdString());
    const fs::path images = folder_.filePath("images").toStdString();
    write_plain_png(images / "red.png", 8, {255, 10, 20});
    write_plain_png(images / "green.png", 8, {0, 250, 20});
    write_plain_png(images / "blue.png", 8, {10, 30, 250});
  }

  void json_has_layers_and_the_usual_schemes() {
    const json report = analyzed({});
    QCOMPARE(report["model"]["name"].get<std::string>(), std::string("two"));
    QCOMPARE(report["model"]["batch_norm"].get<std::string>(), std::string("none"));
    QCOMPARE(report["layers"].size(), std::size_t{2});
    QVERIFY(report["layers"][0]["power_before"].is_null());
    QVERIFY(close(report["layers"][0]["power_after"]["max"].get<double>(), 4.1362, 0.5e-4));
    QCOMPARE(report["layers"][0]["power_after"]["counts"].size(), report["power_bins"]["count"].get<std::size_t>());
    QCOMPARE(report["schemes"].size(), std::size_t{4});
    for (std::size_t i = 0; i < 4; ++i) {
      QCOMPARE(report["schemes"][i]["scheme"].get<std::string>(), std::string(kUsual[i]));
      QCOMPARE(report["schemes"][i]["settings"]["weights"]["bits"].get<int>(), 8);
      QCOMPARE(report["schemes"][i]["layers"].size(), std::size_t{2});
    }
  }

  // spec/methods.md section 1 (f): 56.7001 / 14.5987 dB per tensor, 56.7001 / 47.8908 dB per channel.
  void json_holds_the_worked_example() {
    constexpr double kFloatScale = 2e-4;  // the spec computes in double; here weights and scales are floats
    const json report = analyzed({});
    const json& tensor = report["schemes"][1]["layers"][0];
    QVERIFY(close(tensor["max_db"].get<double>(), 56.7001, kFloatScale));
    QVERIFY(close(tensor["min_db"].get<double>(), 14.5987, kFloatScale));
    QVERIFY(close(tensor["channel_ratio"].get<double>(), 50, 1e-4));
    QCOMPARE(tensor["encoding"]["scale"].size(), std::size_t{1});
    QCOMPARE(tensor["encoding"]["quant_min"].get<int>(), -127);
    const json& channel = report["schemes"][3]["layers"][0];
    QVERIFY(close(channel["channels"]["sqnr_db"][0].get<double>(), 56.7001, kFloatScale));
    QVERIFY(close(channel["channels"]["sqnr_db"][1].get<double>(), 47.8908, kFloatScale));
    QCOMPARE(channel["encoding"]["scale"].size(), std::size_t{2});
    QVERIFY(close(channel["channels"]["min"][0].get<double>(), -0.6, 1e-6));
  }

  void dead_channels_are_exact_and_counted_apart() {
    const json layer = analyzed({})["schemes"][0]["layers"][1];
    QCOMPARE(layer["dead_channels"].get<int>(), 1);
    QCOMPARE(layer["channels"]["dead"][0].get<bool>(), true);
    QCOMPARE(layer["channels"]["sqnr_db"][0].get<std::string>(), std::string("exact"));
    QCOMPARE(layer["histogram"]["dead"].get<int>(), 1);
    QCOMPARE(sum(layer["histogram"]["counts"]), 1);
  }

  void schemes_are_chosen_and_exceptions_are_told() {
    const QString path = folder_.filePath("mine.json");
    std::ofstream(path.toStdString())
        << R"({"format": "quantoscope.scheme", "id": "mine", "last_layer": "keep_float", "weights": {"bits": 4}})";
    const json report = analyzed({"--scheme", "a8", "--scheme", path});
    QCOMPARE(report["schemes"].size(), std::size_t{2});
    QVERIFY(report["schemes"][0]["layers"][0]["encoding"].is_null());
    QCOMPARE(report["schemes"][0]["layers"][0]["sqnr_db"].get<std::string>(), std::string("exact"));
    QCOMPARE(report["schemes"][1]["layers"][0]["encoding"]["bits"].get<int>(), 4);
    QCOMPARE(report["schemes"][1]["layers"][1]["why_float"].get<std::string>(),
             std::string("the scheme keeps the last layer float"));
    const QByteArray text = run_command({"analyze", model_, "--scheme", "a8"}).out;
    QVERIFY2(text.contains("leaves the weights of every layer float"), text.constData());
  }

  void layers_are_chosen_by_pattern() {
    const std::string first = analyzed({})["layers"][0]["name"].get<std::string>();
    const json one = analyzed({"--layer", QString::fromStdString(first)});
    QCOMPARE(one["layers"].size(), std::size_t{1});
    QCOMPARE(one["schemes"][2]["layers"].size(), std::size_t{1});
    QCOMPARE(one["schemes"][2]["layers"][0]["name"].get<std::string>(), first);
    QCOMPARE(analyzed({"--layer", "*"})["layers"].size(), std::size_t{2});
    const CommandResult refused = run_command({"analyze", model_, "--layer", "conv9"});
    QCOMPARE(refused.status, 2);
    QVERIFY(refused.out.isEmpty());
    QS_CONTAINS(refused.err.toStdString(), "no layer with weights is called \"conv9\"");
    QS_CONTAINS(refused.err.toStdString(), first);
  }

  void texts_fit_the_screen() {
    check_width(run_command({"analyze", model_}));
    check_width(run_command({"analyze", model_, "--layer", "*"}));
    check_width(run_command({"analyze", "--help"}));
  }

  void texts_say_what_is_worst_and_how_to_read_it() {
    const std::string text = run_command({"analyze", model_}).out.toStdString();
    QS_CONTAINS(text, "batch norm    none in the file");
    QS_CONTAINS(text, "w8a8-tensor-sym (8-bit symmetric restricted per tensor), layers, worst first:");
    QS_CONTAINS(text, "14.60");
    QS_CONTAINS(text, "each bit is worth");
    const std::string details = run_command({"analyze", model_, "--layer", "*"}).out.toStdString();
    QS_CONTAINS(details, "10 to 15 dB");
    QS_CONTAINS(details, "dead");
    QS_CONTAINS(details, "99.9 % are below");
  }

  // Three plain pictures: the input holds 0 to 255, the convolution makes 0 to 510 of it, and 255 steps of 1 and of 2
  // are exact.
  void activations_come_from_images() {
    const QStringList arguments = {"analyze",          folder_.filePath("colors.onnx"),
                                   "--images",         folder_.filePath("images"),
                                   "--preprocessing",  "none",
                                   "--no-cache",       "--scheme",
                                   "w8a8-tensor-asym", "--scheme",
                                   "w8-tensor-asym"};
    const CommandResult result = run_command(arguments + QStringList{"--json", "-"});
    QVERIFY2(result.status == 0, result.err.constData());
    const json report = json::parse(result.out.toStdString());
    QCOMPARE(report["images"]["path"].get<std::string>(), folder_.filePath("images").toStdString());
    const json& scheme = report["schemes"][0];
    QCOMPARE(scheme["calibrated_with"].get<int>(), 3);
    QVERIFY(!report["schemes"][1].contains("activations"));
    const json& input = scheme["activations"][0];
    QCOMPARE(input["value"].get<std::string>(), std::string("image"));
    QVERIFY(input["layer"].is_null());
    QVERIFY((input["seen"] == json::array({0, 255})));
    QCOMPARE(input["scale"].get<double>(), 1.0);
    QCOMPARE(input["zero_point"].get<int>(), 0);
    QCOMPARE(input["clipped_share"].get<double>(), 0.0);
    QCOMPARE(input["clipping_db"].get<std::string>(), std::string("exact"));
    QVERIFY(close(input["zero_share"].get<double>(), 1.0 / 9, 1e-12));  // one of nine planes
    const json& product = scheme["activations"][1];
    QVERIFY((product["seen"] == json::array({0, 510})));
    QCOMPARE(product["bits"].get<int>(), 8);
    check_width(run_command(arguments));
    QS_CONTAINS(run_command(arguments).out.toStdString(), "from 3 images");
    QS_CONTAINS(run_command(arguments + QStringList{"--layer", "*"}).out.toStdString(), "from 3 images");
    QCOMPARE(run_command({"analyze", model_, "--calibration", "3"}).status, 1);
    QCOMPARE(run_command({"analyze", model_, "--images", folder_.filePath("none")}).status, 2);
  }

  void wrong_usage_is_told() {
    const CommandResult twice = run_command({"analyze", model_, "--scheme", "a8", "--scheme", "a8"});
    QCOMPARE(twice.status, 1);
    QS_CONTAINS(twice.err.toStdString(), "the scheme \"a8\" is given twice");
    QCOMPARE(run_command({"analyze", model_, "--scheme", "a9"}).status, 2);
    QCOMPARE(run_command({"analyze", folder_.filePath("none.onnx")}).status, 2);
    QCOMPARE(run_command({"analyze"}).status, 1);
    QCOMPARE(run_command({"analyze", model_, "--json", "/nowhere/at/all.json"}).status, 2);
  }

  void decibels_and_ratios_are_short() {
    QCOMPARE(decibel_text(12.345), std::string("12.35"));
    QCOMPARE(decibel_text(std::numeric_limits<double>::infinity()), std::string("exact"));
    QCOMPARE(decibel_text(-std::numeric_limits<double>::infinity()), std::string("noise only"));
    QCOMPARE(ratio_text(400.1), std::string("400"));
    QCOMPARE(ratio_text(16579740609994.0), std::string("2e+13"));
  }

  // Whitepaper figures 18 and 19 and 20 come out of the JSON: every channel and every weight is in a bin.
  void figures_of_the_whitepaper_can_be_drawn() {
    QS_NEEDS_SHARED_DATA();
    const QString model = QString::fromStdString((shared_data() / "models/mobilenet_v1_0.25_224.onnx").string());
    const CommandResult result = run_command({"analyze", model, "--layer", "conv_*w_*", "--json", "-"});
    QCOMPARE(result.status, 0);
    const json report = json::parse(result.out.toStdString());
    const std::map<std::string, std::int64_t> channels = {{"conv_dw_1", 8}, {"conv_pw_9", 128}};
    int found = 0;
    for (const json& scheme : report["schemes"]) {
      for (const json& layer : scheme["layers"]) {
        const auto wanted = channels.find(layer["name"].get<std::string>());
        if (wanted == channels.end()) continue;
        QCOMPARE(sum(layer["histogram"]["counts"]), wanted->second);
        ++found;
      }
    }
    QCOMPARE(found, 8);
    for (const json& layer : report["layers"]) {
      if (layer["name"] != "conv_dw_2") continue;
      for (const char* power : {"power_before", "power_after"}) {
        QCOMPARE(sum(layer[power]["counts"]) + layer[power]["zeros"].get<std::int64_t>(), 16 * 9);
      }
      ++found;
    }
    QCOMPARE(found, 9);
    check_width(run_command({"analyze", model}));
    check_width(run_command({"analyze", model, "--layer", "conv_dw_1"}));
  }
};

}  // namespace qs

QTEST_GUILESS_MAIN(qs::TestAnalyzeCommand)
#include "test_analyze_command.moc"
