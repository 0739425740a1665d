// JSON, CSV and text of an evaluation that was counted by hand.
#include <QtTest/QtTest>
#include <nlohmann/json.hpp>

#include "app/run/evaluation_report.h"

namespace qs {
namespace {

Prediction answer(std::array<int, 5> top, float max_logit, std::optional<float> label_logit) {
  Prediction prediction;
  prediction.top = top;
  prediction.logits.front() = max_logit;
  prediction.label_logit = label_logit;
  return prediction;
}

Prediction no_answer() {
  Prediction prediction;
  prediction.finite = false;
  return prediction;
}

/// One layer, 20 dB alone and without error so far; a quarter of the signal is clipped away.
SchemeReport details() {
  LayerError layer;
  layer.name = "conv1";
  layer.type = "Conv";
  layer.weight_bits = 8;
  layer.activation_bits = 8;
  layer.local = {.signal = 100, .noise = 1};
  layer.accumulated = {.signal = 100, .noise = 0};
  layer.clipping = {.signal = 100, .noise = 25};
  layer.rounding = {.signal = 100, .noise = 0.5};
  layer.values = 640;
  layer.saturated = 32;
  layer.channel_ratio = 16;
  layer.kernel = "jit_int8";
  SchemeReport details;
  details.scheme = find_scheme("w8a8-channel-sym");
  details.backend = "integer";
  details.model_bytes = 100;
  details.calibration = {.images = 64, .batch = 8, .seed = 1, .from_cache = true, .seconds = 0.5, .note = ""};
  details.remarks = {{"conv1", "channel 3 is dead"}};
  details.layer_images = 8;
  details.layers = {layer};
  return details;
}

EvaluationReport report() {
  EvaluationReport report;
  report.model = {.path = "m/tiny.onnx", .name = "tiny", .sha256 = "00ff", .parameters = 1234567, .classes = 6};
  report.data.path = "pictures";
  report.data.layout = "folders";
  report.data.found = 9;
  report.data.selected = 3;
  report.data.classes = 6;
  report.data.skipped = {{"bad.jpg", "no image"}};
  report.environment = {.isa = "avx2", .onednn = "2.6.3", .threads = 2};
  report.variants = {
      {.scheme = "float", .backend = "float", .model_bytes = 400, .bit_operations = 1024, .details = {}},
      {.scheme = "w8a8", .backend = "integer", .model_bytes = 100, .bit_operations = 64, .details = details()}};
  report.evaluation.images = {{"a, b.png", 1}, {"say \"c\".png", std::nullopt}, {"d.png", 0}};
  VariantResult first;
  first.id = "float";
  first.predictions = {answer({1, 2, 3, 4, 5}, 2.5F, 2.5F), answer({0, 1, 2, 3, 4}, 1.0F, {}), no_answer()};
  first.top1 = {1, 2};
  first.top5 = {1, 2};
  first.seconds = 2;
  first.rows = 4;
  VariantResult second = first;
  second.id = "w8a8";
  second.agreement = Proportion{3, 4};
  second.only_first_right = 3;
  second.only_this_right = 1;
  second.difference = {.images = 3, .exact = 1, .sqnr_sum = 40, .divergence_sum = 0.75};  // two differ, 20 dB each
  report.evaluation.results = {first, second};
  return report;
}

}  // namespace

class TestEvaluationReport : public QObject {
  Q_OBJECT

 private slots:
  void csv_has_a_row_per_image_and_columns_per_variant() {
    const QStringList lines = QString::fromStdString(predictions_csv(report().evaluation)).split('\n');
    QCOMPARE(lines.at(0), QString("image,label,top1,top5,max_logit,label_logit,"
                                  "top1:w8a8,top5:w8a8,max_logit:w8a8,label_logit:w8a8"));
    QCOMPARE(lines.at(1), QString("\"a, b.png\",1,1,1 2 3 4 5,2.5,2.5,1,1 2 3 4 5,2.5,2.5"));
    QCOMPARE(lines.at(2), QString("\"say \"\"c\"\".png\",,0,0 1 2 3 4,1,,0,0 1 2 3 4,1,"));
    QCOMPARE(lines.at(3), QString("d.png,0,,,,,,,,"));
    QCOMPARE(lines.size(), 5);  // the last line ends, too
  }

  void json_has_the_promised_layout_data() {
    QTest::addColumn<QString>("place");
    QTest::addColumn<QString>("value");
    const auto row = [](const char* place, const char* value) { QTest::newRow(place) << place << value; };
    row("/model/name", "\"tiny\"");
    row("/model/sha256", "\"00ff\"");
    row("/data/path", "\"pictures\"");
    row("/data/images", "3");
    row("/data/skipped", R"([{"image":"bad.jpg","reason":"no image"}])");
    row("/environment/isa", "\"avx2\"");
    row("/environment/onednn", "\"2.6.3\"");
    row("/environment/threads", "2");
    row("/environment/saturating_products", "false");
    row("/partial", "false");
    row("/results/0/scheme", "\"float\"");
    row("/results/0/agreement", "1.0");
    row("/results/1/scheme", "\"w8a8\"");
    row("/results/1/backend", "\"integer\"");
    row("/results/1/top1", "0.5");
    row("/results/1/top5", "0.5");
    row("/results/1/agreement", "0.75");
    row("/results/1/images_per_second", "2.0");
    row("/results/1/model_bytes", "100");
    row("/results/1/bit_operations", "64");
    row("/results/1/not_finite", "[\"d.png\"]");
    row("/results/1/top1_difference", "0.0");
    row("/results/1/only_float_right", "3");
    row("/results/1/only_scheme_right", "1");
    row("/results/1/logit_sqnr", "20.0");
    row("/results/1/logit_kl", "0.25");
    row("/results/1/definition/id", "\"w8a8-channel-sym\"");
    row("/results/1/definition/weights/bits", "8");
    row("/results/1/calibration", R"({"images":64,"batch":8,"seed":1,"cached":true,"seconds":0.5})");
    row("/results/1/remarks", R"([{"layer":"conv1","text":"channel 3 is dead"}])");
    row("/results/1/layer_images", "8");
    row("/results/1/layers/0/name", "\"conv1\"");
    row("/results/1/layers/0/weight_bits", "8");
    row("/results/1/layers/0/local_sqnr", "20.0");
    row("/results/1/layers/0/accumulated_sqnr", "\"exact\"");
    row("/results/1/layers/0/weight_sqnr", "null");
    row("/results/1/layers/0/channel_range_ratio", "16.0");
    row("/results/1/layers/0/clipping_noise", "0.25");
    row("/results/1/layers/0/rounding_noise", "0.005");
    row("/results/1/layers/0/saturated", "32");
    row("/results/1/layers/0/kernel", "\"jit_int8\"");
    row("/results/1/layers/0/why_float", "null");
  }
  void json_has_the_promised_layout() {
    QFETCH(QString, place);
    QFETCH(QString, value);
    const nlohmann::ordered_json json = to_json(report());
    const std::string found = json.at(nlohmann::ordered_json::json_pointer(place.toStdString())).dump();
    QCOMPARE(QString::fromStdString(found), value);
  }

  void differing_answers_are_weighed() {
    const nlohmann::ordered_json json = to_json(report());
    QCOMPARE(json["results"][1]["mcnemar_p"].get<double>(), 0.625);  // 2 (C(4,0) + C(4,1)) / 2^4
  }

  void float_is_compared_with_nothing() {
    const nlohmann::ordered_json result = to_json(report())["results"][0];
    for (const char* key : {"mcnemar_p", "logit_sqnr", "logit_kl", "definition", "calibration", "layers", "remarks"}) {
      QVERIFY2(!result.contains(key), key);
    }
  }

  void schemes_stand_side_by_side_in_text() {
    const QString text = QString::fromStdString(result_text(report()));
    QVERIFY2(text.contains("p = 0.625") && text.contains("20.0 dB") && text.contains("channel 3 is dead"),
             qPrintable(text));
  }

  void csv_has_a_column_group_per_scheme() {
    EvaluationReport three = report();
    three.evaluation.results.push_back(three.evaluation.results.back());
    three.evaluation.results.back().id = "a8";
    const QStringList lines = QString::fromStdString(predictions_csv(three.evaluation)).split('\n');
    QVERIFY(lines.at(0).endsWith("label_logit:w8a8,top1:a8,top5:a8,max_logit:a8,label_logit:a8"));
    QCOMPARE(lines.at(1), QString("\"a, b.png\",1") + QString(",1,1 2 3 4 5,2.5,2.5").repeated(3));
  }

  void json_without_labels_says_null() {
    EvaluationReport unlabelled = report();
    unlabelled.evaluation.results.front().top1 = {};
    const nlohmann::ordered_json json = to_json(unlabelled);
    QVERIFY(json["results"][0]["top1"].is_null());
    QVERIFY(json["results"][0]["top1_interval"].is_null());
    unlabelled.evaluation.results.back().top1 = {};
    QVERIFY(to_json(unlabelled)["results"][1]["mcnemar_p"].is_null());
  }

  void a_stop_is_said_with_numbers() {
    EvaluationReport stopped = report();
    stopped.data.selected = 650;
    stopped.evaluation.stopped = true;
    QCOMPARE(stopped_text(stopped), std::string("stopped by the user after 3 of 650 images"));
    QVERIFY(to_json(stopped)["partial"].get<bool>());
  }

  void few_skipped_images_are_on_screen_and_the_rest_is_counted() {
    EvaluationReport many = report();
    many.data.skipped.assign(12, {"bad.jpg", "no image"});
    const QString text = QString::fromStdString(result_text(many));
    QCOMPARE(text.count("bad.jpg"), 5);
    QVERIFY(text.contains("7 more"));
  }
};

}  // namespace qs

QTEST_GUILESS_MAIN(qs::TestEvaluationReport)
#include "test_evaluation_report.moc"
