// The whitepaper's tables: how its claims are judged, on answers made by hand, and the command on a real network.
#include <QtTest/QtTest>
#include <csignal>
#include <fstream>
#include <nlohmann/json.hpp>

#include "app/cli/reproduce_report.h"
#include "app/cli/whitepaper_claims.h"
#include "app/study/published_tables.h"
#include "core/quant/scheme.h"
#include "tests/support/command.h"
#include "tests/support/onnx_builder.h"
#include "tests/support/plain_png.h"
#include "tests/support/shared_data.h"
#include "tests/support/table.h"

namespace qs {
namespace {

namespace fs = std::filesystem;

/// How many of 1000 images a scheme gets right: the first ones, so that the better of two schemes is right wherever
/// the other is, and McNemar's p for n images between them is 2 / 2^n.
struct Answers {
  std::string scheme;
  std::int64_t right = 0;
};

MeasuredRow row_of(bool depthwise, const std::vector<Answers>& answers, std::size_t images = 1000) {
  MeasuredRow row{.network = "net", .depthwise = depthwise, .columns = {}};
  for (const Answers& each : answers) {
    MeasuredColumn column{.scheme = each.scheme, .right = std::vector<bool>(images)};
    for (std::int64_t i = 0; i < each.right; ++i) column.right[static_cast<std::size_t>(i)] = true;
    row.columns.push_back(std::move(column));
  }
  return row;
}

/// Columns of Table 3: per-layer, symmetric and asymmetric per-channel, activations only, float.
MeasuredRow table3_row(bool depthwise, const std::array<std::int64_t, 5>& right, std::size_t images = 1000) {
  return row_of(depthwise,
                {{"w8a8-tensor-asym", right[0]},
                 {"w8a8-channel-sym", right[1]},
                 {"w8a8-channel-asym", right[2]},
                 {"a8", right[3]},
                 {"float", right[4]}},
                images);
}

MeasuredRow table5_row(std::int64_t tensor, std::int64_t channel, std::int64_t whole) {
  return row_of(false, {{"w4a8-tensor-asym", tensor}, {"w4a8-channel-sym", channel}, {"float", whole}});
}

MeasuredRow table6_row(std::int64_t quantized, std::int64_t whole) {
  return row_of(false, {{"w8a4-channel-sym", quantized}, {"float", whole}});
}

const Claim& claim(std::string_view id) {
  const auto found = std::ranges::find(claims(), id, &Claim::id);
  if (found == claims().end()) qFatal("no such claim");
  return *found;
}

struct Case {
  const char* name;
  const char* claim;
  MeasuredRow row;
  const char* verdict;  ///< "-" where the claim is not about such a network
};

std::vector<Case> cases() {
  return {
      // The paper's own rows, as images of 1000.
      {"Mobilenet-v1 collapses per layer", "channel-beats-layer", table3_row(true, {1, 591, 703, 708, 709}), "holds"},
      {"Nasnet does not", "channel-beats-layer", table3_row(true, {722, 721, 740, 740, 740}), "does not hold"},
      {"Resnet is no matter of it", "channel-beats-layer", table3_row(false, {750, 751, 751, 751, 752}), "-"},
      {"Resnet gains little", "channel-gains-little", table3_row(false, {750, 751, 751, 751, 752}), "holds"},
      {"Mobilenet is no matter of that", "channel-gains-little", table3_row(true, {1, 591, 703, 708, 709}), "-"},
      {"Mobilenet-v1 asymmetric", "asymmetric-no-worse", table3_row(true, {1, 591, 703, 708, 709}), "holds"},
      {"Mobilenet-v1 is close to float", "close-to-float", table3_row(true, {1, 591, 703, 708, 709}), "holds"},
      {"Mobilenet-v2 is not", "close-to-float", table3_row(true, {1, 698, 697, 700, 719}), "does not hold"},
      {"Mobilenet-v2 activations", "activations-cheap", table3_row(true, {1, 698, 697, 700, 719}), "holds"},
      {"Mobilenet_v1 at 4 bits", "four-bits-collapse", table5_row(20, 1, 709), "holds"},
      {"Inception-v3 at 4 bits", "four-bits-collapse", table5_row(500, 710, 780), "does not hold"},
      {"Mobilenet_v1, channels at 4 bits", "channel-wins-at-four-bits", table5_row(20, 1, 709), "does not hold"},
      {"Resnet_v1_50, channels at 4 bits", "channel-wins-at-four-bits", table5_row(2, 540, 752), "holds"},
      {"Inception_v3 (8,4)", "four-bit-activations-cost", table6_row(590, 780), "holds"},
      // The rules' edges.
      {"10 points are by far", "channel-beats-layer", table3_row(true, {600, 700, 700, 700, 700}), "holds"},
      {"9.9 are not", "channel-beats-layer", table3_row(true, {600, 699, 700, 700, 700}), "does not hold"},
      {"1 of 10 images may be chance", "channel-beats-layer", table3_row(true, {6, 7, 7, 7, 7}, 10), "too few images"},
      {"3 points are little", "channel-gains-little", table3_row(false, {700, 730, 730, 730, 730}), "holds"},
      {"3.1 are not", "channel-gains-little", table3_row(false, {700, 731, 730, 731, 731}), "does not hold"},
      {"5 of 100 images may be chance", "channel-gains-little", table3_row(false, {70, 75, 75, 75, 75}, 100),
       "too few images"},
      {"5 images fewer: p = 1/16", "asymmetric-no-worse", table3_row(false, {700, 700, 695, 700, 700}), "holds"},
      {"6 images fewer: p = 1/32", "asymmetric-no-worse", table3_row(false, {700, 700, 694, 700, 700}),
       "does not hold"},
      {"2 points are almost nothing", "activations-cheap", table3_row(true, {700, 700, 700, 680, 700}), "holds"},
      {"13 of 650 are 2 points", "activations-cheap", table3_row(true, {410, 410, 410, 410, 423}, 650), "holds"},
      {"2.1 are something", "activations-cheap", table3_row(true, {700, 700, 700, 679, 700}), "does not hold"},
      {"better than float", "activations-cheap", table3_row(true, {700, 700, 700, 710, 700}), "holds"},
      {"half is left", "four-bits-collapse", table5_row(350, 350, 700), "does not hold"},
      {"less than half", "four-bits-collapse", table5_row(349, 350, 700), "holds"},
      {"a float network that knows nothing", "four-bits-collapse", table5_row(0, 0, 0), "does not hold"},
      {"5 images more per channel", "channel-wins-at-four-bits", table5_row(100, 105, 700), "too few images"},
      {"9.9 points", "four-bit-activations-cost", table6_row(601, 700), "does not hold"},
  };
}

}  // namespace

class TestReproduce : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;
  [[nodiscard]] QString at(const char* name) const { return folder_.filePath(name); }

  /// [N, 3, 8, 8] -> [N, classes].
  void write_network(const char* name, std::int64_t classes) const {
    OnnxBuilder onnx;
    const std::string x = onnx.input("image", {-1, 3, 8, 8});
    const std::string y = onnx.node("Conv", {x, onnx.random({classes, 3, 1, 1}, -1, 1)});
    onnx.output(onnx.node("Flatten", {onnx.node("GlobalAveragePool", {y})}));
    const std::vector<std::byte> bytes = onnx.bytes();
    std::ofstream(at(name).toStdString(), std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  }

 private slots:
  void initTestCase() {
    QVERIFY(folder_.isValid());
    write_network("three.onnx", 3);
    write_network("four.onnx", 4);
    fs::create_directories(at("images").toStdString());
    write_plain_png(at("images/one.png").toStdString(), 8, {250, 10, 20});
    write_plain_png(at("images/two.png").toStdString(), 8, {10, 250, 20});
    std::ofstream(at("labels.csv").toStdString()) << "image,label\none.png,0\ntwo.png,1\n";
  }

  void claims_are_judged_by_their_rules_data() { table_rows(cases()); }
  void claims_are_judged_by_their_rules() {
    const Case test = current_row(cases());
    const std::optional<Judgement> judgement = claim(test.claim).judge(test.row);
    const std::string verdict = judgement ? std::string(to_string(judgement->verdict)) : "-";
    QVERIFY2(verdict == test.verdict, (verdict + ": " + (judgement ? judgement->numbers : "")).c_str());
  }

  void numbers_stand_beside_the_verdict() {
    const MeasuredRow row = table3_row(true, {1, 591, 703, 708, 709});
    QCOMPARE(claim("channel-beats-layer").judge(row)->numbers,
             std::string("symmetric +59.0 (p < 0.001), asymmetric +70.2 (p < 0.001)"));
    QCOMPARE(claim("activations-cheap").judge(row)->numbers, std::string("against float -0.1 (p = 1.000)"));
  }

  // 3 images only the first gets right, 1 only the second: p = 2 (C(4,0) + C(4,1)) / 2^4 = 0.625.
  void comparisons_are_of_the_same_images() {
    MeasuredRow row = row_of(false, {}, 0);
    row.columns = {{"first", {true, true, true, false, true, false}},
                   {"second", {false, false, false, true, true, false}}};
    const Comparison comparison = compare(row, "first", "second");
    QCOMPARE(comparison.p, 0.625);
    QCOMPARE(comparison.points, 100.0 * 2 / 6);
    QCOMPARE(compare(row, "second", "first").points, -100.0 * 2 / 6);
  }

  void only_labelled_images_count_and_nan_is_wrong() {
    EvaluationReport report;
    report.model.name = "net";
    report.evaluation.images = {{"a", 1}, {"b", std::nullopt}, {"c", 2}, {"d", 0}};
    VariantResult result;
    result.id = "float";
    result.predictions.resize(4);
    for (std::size_t i = 0; i < 4; ++i) result.predictions[i].top.front() = static_cast<int>(i + 1);  // 1 2 3 4
    result.predictions[2].top.front() = 2;
    result.predictions[2].finite = false;
    report.evaluation.results = {result};
    const MeasuredRow row = measured_row(report, true);
    QVERIFY(row.columns.at(0).right == (std::vector<bool>{true, false, false}));
  }

  void published_tables_are_complete() {
    for (const PublishedTable& table : published_tables()) {
      for (const PublishedColumn& column : table.columns) {
        QCOMPARE(find_scheme(std::string(column.scheme)).id, std::string(column.scheme));
      }
      for (const PublishedRow& row : table.rows) {
        QCOMPARE(row.accuracy.size(), table.columns.size());
        for (double accuracy : row.accuracy) QVERIFY(accuracy > 0 && accuracy <= row.accuracy.back());
      }
    }
  }

  void fractions_are_printed_as_in_the_paper() {
    QCOMPARE(accuracy_text({412, 1000}), std::string(".412"));
    QCOMPARE(accuracy_text({0, 10}), std::string(".000"));
    QCOMPARE(accuracy_text({10, 10}), std::string("1.000"));
  }

  void wrong_calls_are_refused_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("message");
    const QStringList images = {"--images", at("images"), "--no-cache"};
    const QStringList labelled = images + QStringList{"--labels", at("labels.csv")};
    QTest::newRow("unknown table") << QStringList{"table9", at("three.onnx")} + labelled << 1
                                   << "table2, table3, table5, table6";
    QTest::newRow("training") << QStringList{"table4", at("three.onnx")} + labelled << 1 << "--train PATH";
    QTest::newRow("no folder") << QStringList{"table4", "--train", at("images"), "--images", at("images")} << 1
                               << "--out FOLDER";
    QTest::newRow("not trained") << QStringList{"table3",     "--train", at("images"), "--images",
                                                at("images"), "--out",   at("folder")}
                                 << 1 << "table4, table5, table6, figure12, figure13, figure14";
    QTest::newRow("of both") << QStringList{"table4", "--train", at("images")} + labelled << 1 << "--labels";
    QTest::newRow("no model") << QStringList{"table3"} + labelled << 1 << "MODEL";
    QTest::newRow("backend") << QStringList{"table3", at("three.onnx"), "--backend", "float"} + labelled << 1
                             << "computes no quantized networks";
    QTest::newRow("no labels") << QStringList{"table3", at("three.onnx")} + images << 2 << "no labels";
    QTest::newRow("two data sets") << QStringList{"table3", at("three.onnx"), at("four.onnx")} + labelled << 2
                                   << "three.onnx has 3 classes";
  }
  void wrong_calls_are_refused() {
    QFETCH(QStringList, arguments);
    QFETCH(int, status);
    QFETCH(QString, message);
    const CommandResult result =
        run_command(QStringList{"reproduce"} + arguments + QStringList{"--json", at("no.json")});
    QVERIFY2(result.err.contains(message.toUtf8()), result.err);
    QCOMPARE(result.status, status);
    QVERIFY(!QFile::exists(at("no.json")));
  }

  void mobilenet_collapses_per_layer() {
    QS_NEEDS_SHARED_DATA();
    const fs::path shared = shared_data();
    const auto path = [&](const char* name) { return QString::fromStdString((shared / name).string()); };
    const CommandResult result =
        run_command({"reproduce", "table3", path("models/mobilenet_v1_0.25_224.onnx"), "--images", path("imagenet-val"),
                     "--calibration-images", path("imagenet-samples"), "--calibration", "64", "--limit", "200",
                     "--json", at("t3.json")});
    QVERIFY2(result.status == 0, result.err);
    QVERIFY2(result.out.contains("Asymmetric,") && result.out.contains("Mobilenet-v1_1_224"), result.out);
    for (const QByteArray& line : result.out.split('\n')) {
      QVERIFY2(QString::fromUtf8(line).size() <= 100, line);
    }
    std::ifstream file(at("t3.json").toStdString());
    const nlohmann::json json = nlohmann::json::parse(file);
    const nlohmann::json& row = json.at("rows").at(0);
    QVERIFY(row.at("depthwise").get<bool>());
    QCOMPARE(row.at("images").get<int>(), 200);
    const nlohmann::json& top1 = row.at("top1");
    QVERIFY(top1.at("w8a8-channel-sym").get<double>() - top1.at("w8a8-tensor-asym").get<double>() > 0.30);
    QVERIFY(top1.at("w8a8-channel-asym").get<double>() - top1.at("w8a8-tensor-asym").get<double>() > 0.30);
    // float, then the columns in their order, those of half a scheme simulated
    const std::vector<std::string> backends = {"float", "integer", "integer", "integer", "simulated"};
    const nlohmann::json& results = json.at("evaluations").at(0).at("results");
    QCOMPARE(results.size(), backends.size());
    for (std::size_t i = 0; i < backends.size(); ++i) {
      QCOMPARE(results.at(i).at("backend").get<std::string>(), backends[i]);
    }
    QCOMPARE(json.at("claims").at(0).at("judgements").at(0).at("verdict").get<std::string>(), std::string("holds"));
  }

  void interrupting_keeps_what_was_finished() {
    QS_NEEDS_SHARED_DATA();
    const fs::path shared = shared_data();
    const auto path = [&](const char* name) { return QString::fromStdString((shared / name).string()); };
    const QString model = path("models/mobilenet_v1_0.25_224.onnx");
    const CommandResult result = run_on_terminal(
        {"reproduce", "table2", model, model, "--images", path("imagenet-val"), "--json", at("part.json")},
        "[1-9][0-9]* of 650 images", SIGINT);
    QCOMPARE(result.status, 3);
    QVERIFY2(result.out.contains("stopped by the user after 0 of 2 networks and "), result.out);
    std::ifstream file(at("part.json").toStdString());
    const nlohmann::json json = nlohmann::json::parse(file);
    QVERIFY(json.at("partial").get<bool>());
    QCOMPARE(json.at("rows").size(), std::size_t{1});
    const int images = json.at("rows").at(0).at("images").get<int>();
    QVERIFY(images > 0 && images < 650);
  }
};

}  // namespace qs

QTEST_GUILESS_MAIN(qs::TestReproduce)
#include "test_reproduce.moc"
