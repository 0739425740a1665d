// JSON, CSV and text of an evaluation that was counted by hand.
#include <QtTest/QtTest>
#include <nlohmann/json.hpp>

#include "app/cli/evaluation_report.h"

namespace qs {
namespace {

Prediction answer(std::array<int, 5> top, float max_logit, std::optional<float> label_logit) {
  Prediction prediction;
  prediction.top = top;
  prediction.max_logit = max_logit;
  prediction.label_logit = label_logit;
  return prediction;
}

Prediction no_answer() {
  Prediction prediction;
  prediction.finite = false;
  return prediction;
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
  report.variants = {{"float", "float", 400}, {"w8a8", "integer", 100}};
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
    row("/results/1/not_finite", "[\"d.png\"]");
  }
  void json_has_the_promised_layout() {
    QFETCH(QString, place);
    QFETCH(QString, value);
    const nlohmann::ordered_json json = to_json(report());
    const std::string found = json.at(nlohmann::ordered_json::json_pointer(place.toStdString())).dump();
    QCOMPARE(QString::fromStdString(found), value);
  }

  void json_without_labels_says_null() {
    EvaluationReport unlabelled = report();
    unlabelled.evaluation.results.front().top1 = {};
    const nlohmann::ordered_json json = to_json(unlabelled);
    QVERIFY(json["results"][0]["top1"].is_null());
    QVERIFY(json["results"][0]["top1_interval"].is_null());
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
