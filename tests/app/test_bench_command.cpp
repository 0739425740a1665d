// Times as text and JSON, and `quantoscope bench` as a user meets it. No time is asserted.
#include <QtTest/QtTest>
#include <nlohmann/json.hpp>

#include "app/run/bench_report.h"
#include "tests/support/command.h"
#include "tests/support/layer_builder.h"

namespace qs {
namespace {

BenchReport report() {
  BenchReport report;
  report.path = "m/tiny.onnx";
  report.name = "tiny";
  report.sha256 = "00ff";
  report.environment = {.isa = "avx512_core_vnni", .onednn = "2.6.3", .threads = 2};
  report.options.batch = 4;
  report.options.layers = true;
  report.results = {{.scheme = "float",
                     .backend = "float",
                     .seconds = 0.016,
                     .chain_seconds = 0.008,
                     .left_out_of_chain = {"probabilities"},
                     .weight_bytes = 4 << 20,
                     .activation_bytes = 1 << 20,
                     .layers = {{.name = "stem", .kernel = "jit", .reason = "", .seconds = 2e-6, .chain = 1e-6}}},
                    {.scheme = "w8a8-channel-sym",
                     .backend = "integer",
                     .seconds = 0.004,
                     .chain_seconds = 0,
                     .left_out_of_chain = {},
                     .weight_bytes = 1 << 20,
                     .activation_bytes = 1 << 18,
                     .layers = {{.name = "stem", .kernel = "vnni", .reason = "", .seconds = 5e-7, .chain = {}},
                                {.name = "end", .kernel = "ref", .reason = "too odd", .seconds = 1e-6, .chain = {}}}}};
  return report;
}

}  // namespace

class TestBenchCommand : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir folder_;
  [[nodiscard]] QString at(const char* name) const { return folder_.filePath(name); }
  [[nodiscard]] nlohmann::json read_json(const char* name) const {
    QFile file(at(name));
    if (!file.open(QIODevice::ReadOnly)) return {};
    return nlohmann::json::parse(file.readAll().toStdString(), nullptr, /*allow_exceptions=*/false);
  }

 private slots:
  void initTestCase() {
    LayerBuilder b(13, Weights::random, 1, 16);
    Flow x = b.conv_bn_relu(b.image(), 8, 3);
    x = b.softmax(b.flatten(b.global_pool(b.conv_bn_relu(x, 8, 3, {.groups = 8}))));
    const std::vector<std::byte> bytes = b.finish(x);
    QFile file(at("tiny.onnx"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<qint64>(bytes.size()));
  }

  void times_are_per_image_and_quotients_exact() {
    const nlohmann::ordered_json json = to_json(report());
    const auto& in_float = json["results"][0];
    const auto& in_int8 = json["results"][1];
    QCOMPARE(in_float["ms_per_image"].get<double>(), 4.0);  // 16 ms for 4 images
    QCOMPARE(in_float["chain_ms_per_image"].get<double>(), 2.0);
    QCOMPARE(in_float["ratio_to_chain"].get<double>(), 2.0);
    QCOMPARE(in_float["speed_up"].get<double>(), 1.0);
    QCOMPARE(in_int8["speed_up"].get<double>(), 4.0);
    QVERIFY(in_int8["ratio_to_chain"].is_null());  // a chain of no primitive takes no time
    QCOMPARE(in_int8["layers"][1]["reason"].get<std::string>(), std::string("too odd"));
    QVERIFY(in_int8["layers"][0]["reason"].is_null());
    QVERIFY(in_int8["layers"][0]["chain_seconds"].is_null());
    QCOMPARE(json["environment"]["batch"].get<int>(), 4);
  }

  void layers_are_left_out_unless_asked_for() {
    BenchReport without = report();
    without.options.layers = false;
    QVERIFY(!to_json(without)["results"][0].contains("layers"));
  }

  void text_has_a_row_per_scheme_and_layer() {
    const QString text = QString::fromStdString(to_text(report()));
    QVERIFY2(text.contains(QRegularExpression(R"(float +float +4\.000 +2\.000 +2\.00 x +1\.00 x +4\.00 +1\.00)")),
             qPrintable(text));
    QVERIFY2(text.contains(QRegularExpression(R"(w8a8-channel-sym +integer +1\.000 +0\.000 +- +4\.00 x)")),
             qPrintable(text));
    QVERIFY2(text.contains(QRegularExpression(R"(stem +2\.0 +0\.5 +vnni)")), qPrintable(text));  // float beside int8
    QVERIFY2(text.contains(QRegularExpression(R"(end +1\.0 +ref: too odd)")), qPrintable(text));
    QVERIFY(text.contains("the floor lacks probabilities"));
  }

  void runs_on_a_network() {
    const CommandResult run =
        run_command({"bench", at("tiny.onnx"), "--batch", "2", "--turns", "1", "--layers", "--scheme",
                     "w8a8-channel-sym", "--scheme", "w8a8-tensor-asym", "--json", at("b.json")});
    QVERIFY2(run.status == 0, run.err.constData());
    QVERIFY(run.out.contains("w8a8-tensor-asym"));
    const nlohmann::json json = read_json("b.json");
    QCOMPARE(json["results"].size(), std::size_t{3});
    QCOMPARE(json["results"][0]["scheme"].get<std::string>(), std::string("float"));
    QCOMPARE(json["results"][1]["scheme"].get<std::string>(), std::string("w8a8-channel-sym"));
    for (const auto& result : json["results"]) {
      QVERIFY(result["ms_per_image"].get<double>() > 0);
      QVERIFY(result["chain_ms_per_image"].get<double>() > 0);
      QCOMPARE(result["left_out_of_chain"].size(), std::size_t{1});  // the softmax
      QVERIFY(!result["layers"].empty());
    }
    QVERIFY(json["environment"]["isa"].is_string());
  }

  void measures_one_scheme_unless_told() {
    const CommandResult run = run_command({"bench", at("tiny.onnx"), "--turns", "1", "--json", "-"});
    QVERIFY2(run.status == 0, run.err.constData());
    const nlohmann::json json = nlohmann::json::parse(run.out.toStdString(), nullptr, false);
    QCOMPARE(json["results"].size(), std::size_t{2});
    QCOMPARE(json["results"][1]["scheme"].get<std::string>(), std::string("w8a8-channel-sym"));
  }

  void says_where_products_saturate() {
    const CommandResult run =
        run_command({"bench", at("tiny.onnx"), "--turns", "1", "--isa", "avx2", "--json", at("avx2.json")});
    QVERIFY2(run.status == 0, run.err.constData());
    const QByteArray text = run.out.simplified();  // without line breaks
    QVERIFY2(text.contains("avx2 has no VNNI") && text.contains("--scheme w7a8-channel-sym"), run.out.constData());
    const nlohmann::json environment = read_json("avx2.json")["environment"];
    QCOMPARE(environment["isa"].get<std::string>(), std::string("avx2"));
    QVERIFY(environment["saturating_products"].get<bool>());
  }

  void refuses_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("message");
    QTest::newRow("no model") << QStringList{} << 1 << "MODEL";
    QTest::newRow("unknown scheme") << QStringList{at("tiny.onnx"), "--scheme", "w9"} << 2 << "w9";
    QTest::newRow("unknown set") << QStringList{at("tiny.onnx"), "--isa", "mmx"} << 1
                                 << "avx2, avx512, vnni, amx, best";
    QTest::newRow("no turns") << QStringList{at("tiny.onnx"), "--turns", "0"} << 1 << "--turns";
    QTest::newRow("missing scheme") << QStringList{at("tiny.onnx"), "--scheme", at("missing.json")} << 2 << "missing";
  }
  void refuses() {
    QFETCH(QStringList, arguments);
    QFETCH(int, status);
    QFETCH(QString, message);
    const CommandResult run = run_command(QStringList{"bench"} + arguments);
    QCOMPARE(run.status, status);
    QVERIFY2(run.err.contains(message.toUtf8()), run.err.constData());
    QVERIFY(run.out.isEmpty());
  }
};

}  // namespace qs

QTEST_GUILESS_MAIN(qs::TestBenchCommand)
#include "test_bench_command.moc"
