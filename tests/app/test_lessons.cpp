// Sentences about a comparison: they name the numbers of the report, and call chance what may be chance.
#include <QtTest/QtTest>

#include "app/run/lessons.h"

namespace qs {
namespace {

/// How often a scheme is right on 1000 images of which float gets 900.
struct Scheme1000 {
  const char* id;
  std::int64_t right;
};

LayerError layer(double weight_sqnr, int bits) {
  LayerError error;
  error.name = "narrow";
  error.weight_bits = bits;
  error.weights = SqnrSummary{.channels = 8, .min = weight_sqnr, .median = 40, .max = 50};
  error.channel_ratio = 250;
  return error;
}

EvaluationReport report_of(const std::vector<Scheme1000>& schemes) {
  EvaluationReport report;
  report.variants = {{.scheme = "float", .backend = "float", .model_bytes = 4000, .details = {}}};
  VariantResult original;
  original.top1 = {900, 1000};
  original.rows = 1000;
  original.seconds = 2;
  report.evaluation.results.push_back(original);
  for (const Scheme1000& each : schemes) {
    SchemeReport details;
    details.scheme = find_scheme(each.id);
    const bool tensor = details.scheme.weights.granularity == Granularity::tensor;
    details.layers = {layer(tensor ? 3.5 : 33.5, details.scheme.weights.bits)};
    report.variants.push_back({.scheme = each.id, .backend = "integer", .model_bytes = 1000, .details = details});
    VariantResult result = original;
    result.top1.hits = each.right;
    result.seconds = 1;
    (each.right < 900 ? result.only_first_right : result.only_this_right) = std::abs(900 - each.right);
    report.evaluation.results.push_back(result);
  }
  return report;
}

std::string all_of(const std::vector<std::string>& sentences) {
  std::string text;
  for (const std::string& sentence : sentences) text += sentence + "\n";
  return text;
}

bool contains(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

class TestLessons : public QObject {
  Q_OBJECT

 private slots:
  void what_hurts_is_said_with_its_numbers() {
    const auto said = lessons(report_of(
        {{"w8a8-tensor-asym", 500}, {"w8a8-channel-sym", 899}, {"w4a8-tensor-asym", 100}, {"w4a8-channel-sym", 700}}));
    QCOMPARE(said.size(), std::size_t{4});
    QVERIFY2(contains(said[0], "89.9 % right instead of 90.0 %"), said[0].c_str());
    QVERIFY2(contains(said[0], "may be chance"), said[0].c_str());
    QVERIFY2(contains(said[0], "25 % of the memory"), said[0].c_str());
    QVERIFY2(contains(said[0], "2.0 times the speed"), said[0].c_str());
    QVERIFY2(contains(said[1], "loses 40.0 points"), said[1].c_str());
    QVERIFY2(!contains(said[1], "ImageNet"), said[1].c_str());
    QVERIFY2(contains(said[2], "worth 60.0 points"), said[2].c_str());
    QVERIFY2(contains(said[2], "quantoscope train"), said[2].c_str());
    for (const char* part : {"narrow", "250 times", "3.5 dB", "33.5 dB"}) QVERIFY2(contains(said[3], part), part);
  }

  void what_does_not_hurt_is_said_as_well() {
    const auto said = lessons(report_of(
        {{"w8a8-tensor-asym", 897}, {"w8a8-channel-sym", 900}, {"w4a8-tensor-asym", 880}, {"w4a8-channel-sym", 885}}));
    QVERIFY2(contains(said[0], "exactly as often"), said[0].c_str());
    QVERIFY2(contains(said[1], "may be chance"), said[1].c_str());
    QVERIFY2(contains(said[1], "does not mind"), said[1].c_str());
    QVERIFY2(contains(said[1], "70.9 % to 0.1 %"), said[1].c_str());
    QVERIFY2(contains(said[2], "does not decide"), said[2].c_str());
  }

  void a_small_loss_that_is_no_chance_is_called_mild() {
    const auto said = lessons(report_of({{"w8a8-tensor-asym", 880}, {"w8a8-channel-sym", 900}}));
    QCOMPARE(said.size(), std::size_t{3});
    QVERIFY2(contains(said[1], "loses 2.0 points of top-1, more than chance"), said[1].c_str());
    QVERIFY2(contains(said[1], "mild"), said[1].c_str());
  }

  void without_labels_or_schemes_nothing_is_said() {
    EvaluationReport report = report_of({});
    QCOMPARE(all_of(lessons(report)), std::string());
    report.evaluation.results.front().top1 = {};
    QCOMPARE(all_of(lessons(report)), std::string());
    QCOMPARE(all_of(lessons(EvaluationReport{})), std::string());
  }
};

}  // namespace qs

QTEST_GUILESS_MAIN(qs::TestLessons)
#include "test_lessons.moc"
