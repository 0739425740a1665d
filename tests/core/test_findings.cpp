// Sentences about evaluations that were counted by hand, and about one that is known to go wrong.
#include "core/findings.h"

#include <QtTest/QtTest>
#include <algorithm>
#include <cmath>

namespace qs {
namespace {

SchemeReport details(const std::string& preset) {
  SchemeReport report;
  report.scheme = find_scheme(preset);
  report.backend = "integer";
  return report;
}

VariantReport variant(const std::string& scheme, std::int64_t bytes) {
  VariantReport report;
  report.scheme = scheme;
  report.backend = scheme == "float" ? "float" : "integer";
  report.model_bytes = bytes;
  return report;
}

/// 1000 images: float is right on 700 of them, each scheme on `hits`.
EvaluationReport report(const std::vector<std::pair<std::string, std::int64_t>>& schemes) {
  EvaluationReport report;
  report.model.classes = 1000;
  report.data.selected = 1000;
  report.environment.threads = 2;
  report.variants = {variant("float", 4'000'000)};
  VariantResult reference;
  reference.id = "float";
  reference.top1 = {700, 1000};
  reference.top5 = {900, 1000};
  report.evaluation.results = {reference};
  for (const auto& [scheme, hits] : schemes) {
    VariantResult result;
    result.id = scheme;
    result.top1 = {hits, 1000};
    result.agreement = Proportion{hits, 1000};
    // All that differs is on one side: the smallest p for this difference.
    result.only_first_right = std::max<std::int64_t>(0, 700 - hits);
    result.only_this_right = std::max<std::int64_t>(0, hits - 700);
    report.evaluation.results.push_back(result);
    report.variants.push_back(variant(scheme, 1'000'000));
    report.variants.back().details = details(scheme);
  }
  return report;
}

std::vector<Finding> of_kind(const std::vector<Finding>& all, const std::string& kind) {
  std::vector<Finding> some;
  std::copy_if(all.begin(), all.end(), std::back_inserter(some), [&](const Finding& f) { return f.kind == kind; });
  return some;
}

LayerError layer(const std::string& name, double local_noise, double accumulated_noise) {
  LayerError error;
  error.name = name;
  error.weight_bits = 8;
  error.activation_bits = 8;
  error.local = {1000, local_noise};
  error.accumulated = {1000, accumulated_noise};
  return error;
}

WeightSqnr channels(const std::string& name, const std::vector<double>& noise) {
  WeightSqnr weights;
  weights.layer = name;
  for (double each : noise) weights.channels.push_back({{1000, each}, false});
  return weights;
}

}  // namespace

class TestFindings : public QObject {
  Q_OBJECT

 private slots:
  // 10 of 700 lost, none won: p = 2 / 2^10 = 0.00195. 4 lost: p = 2 / 2^4 = 0.125.
  void accuracy_is_judged_by_size_and_chance_data() {
    QTest::addColumn<int>("hits");
    QTest::addColumn<QString>("severity");
    QTest::addColumn<QString>("sentence");
    const auto row = [](int hits, const char* severity, const char* sentence) {
      QTest::addRow("%d", hits) << hits << severity << sentence;
    };
    row(690, "warning",
        "w8a8-channel-sym loses 1.0 points of top-1 (69.0 % instead of 70.0 % of 1000 images, p = 0.002).");
    row(691, "note",
        "w8a8-channel-sym loses 0.9 points of top-1 (69.1 % instead of 70.0 % of 1000 images, p = 0.0039).");
    row(696, "good",
        "w8a8-channel-sym loses 0.4 points of top-1, which may be chance (69.6 % instead of 70.0 % of 1000 images, p = "
        "0.12).");
    row(700, "good",
        "w8a8-channel-sym has the float network's top-1 accuracy (70.0 % instead of 70.0 % of 1000 images, p = 1).");
    row(720, "good",
        "w8a8-channel-sym gains 2.0 points of top-1 (72.0 % instead of 70.0 % of 1000 images, p < 0.001).");
    row(600, "serious",
        "w8a8-channel-sym loses 10.0 points of top-1 (60.0 % instead of 70.0 % of 1000 images, p < 0.001).");
  }
  void accuracy_is_judged_by_size_and_chance() {
    QFETCH(int, hits);
    const std::vector<Finding> found = of_kind(findings(report({{"w8a8-channel-sym", hits}})), "accuracy");
    QCOMPARE(found.size(), std::size_t{1});
    QTEST(QString::fromStdString(std::string(word_of(found.front().severity))), "severity");
    QTEST(QString::fromStdString(found.front().sentence), "sentence");
  }

  // 6 of 6 on one side: p = 2 / 2^6 = 0.03125, below 0.05 alone, but 0.0625 as the smaller of two.
  void looking_at_several_schemes_makes_chance_likelier() {
    const auto sentence = [](const EvaluationReport& report) {
      return QString::fromStdString(of_kind(findings(report), "accuracy").front().sentence);
    };
    QVERIFY(sentence(report({{"w8a8-channel-sym", 694}})).contains("loses 0.6 points of top-1 ("));
    const EvaluationReport two = report({{"w8a8-channel-sym", 694}, {"w8a8-tensor-sym", 695}});
    QVERIFY(sentence(two).contains("which may be chance"));
    const std::vector<double> p = adjusted_p_values(two);
    QCOMPARE(p.size(), std::size_t{3});
    for (std::size_t i : {1, 2}) QVERIFY(std::abs(p[i] - 0.0625) < 1e-12);  // sums of logarithms round
  }

  // /1000 classes: guessing is right on 1 of 1000 images. Wilson's interval of 2 of 1000 begins at 0.0005.
  void a_network_that_guesses_has_collapsed() {
    QCOMPARE(of_kind(findings(report({{"w8a8-tensor-sym", 2}})), "collapse").size(), std::size_t{1});
    QCOMPARE(of_kind(findings(report({{"w8a8-tensor-sym", 100}})), "collapse").size(), std::size_t{0});
    EvaluationReport guessing = report({{"w8a8-tensor-sym", 2}});
    guessing.evaluation.results.front().top1 = {1, 1000};
    const std::vector<Finding> found = findings(guessing);
    QCOMPARE(of_kind(found, "collapse").size(), std::size_t{0});  // there was nothing to lose
    QVERIFY(of_kind(found, "float").front().severity == Severity::serious);
  }

  void a_single_difference_is_named() {
    const std::vector<Finding> found =
        of_kind(findings(report({{"w8a8-tensor-sym", 100}, {"w8a8-channel-sym", 680}})), "single_difference");
    QCOMPARE(found.size(), std::size_t{1});
    QCOMPARE(
        QString::fromStdString(found.front().sentence),
        QString("w8a8-channel-sym and w8a8-tensor-sym differ in one choice alone, weights: scales (per channel and "
                "per tensor): the first is ahead by 58.0 points of top-1 (68.0 % and 10.0 %)."));
    // Grid and granularity both differ: nothing can be said of either.
    QVERIFY(
        of_kind(findings(report({{"w8a8-tensor-asym", 100}, {"w8a8-channel-sym", 680}})), "single_difference").empty());
  }

  // Two images of three are right for the first alone, none for the second alone: p = 2 / 2^2.
  void predictions_are_compared_image_by_image() {
    Evaluation evaluation;
    evaluation.images = {{"a", 1}, {"b", 2}, {"c", 3}, {"d", std::nullopt}};
    const auto says = [](std::initializer_list<int> classes) {
      VariantResult result;
      for (int each : classes) result.predictions.push_back({.top = {each, -1, -1, -1, -1}, .label_logit = {}});
      result.top1.total = 3;
      return result;
    };
    evaluation.results = {says({0, 0, 0, 0}), says({1, 2, 3, 4}), says({0, 0, 3, 5})};
    QVERIFY(paired_test(evaluation, 1, 2).known);
    QCOMPARE(paired_test(evaluation, 1, 2).p, 0.5);
    evaluation.results[2].predictions.clear();
    QVERIFY(!paired_test(evaluation, 1, 2).known);
  }

  void without_labels_agreement_counts() {
    EvaluationReport unlabelled = report({{"w8a8-channel-sym", 940}});
    for (VariantResult& result : unlabelled.evaluation.results) result.top1 = result.top5 = {};
    const std::vector<Finding> found = findings(unlabelled);
    QVERIFY(of_kind(found, "accuracy").empty());
    QCOMPARE(QString::fromStdString(of_kind(found, "agreement").front().sentence),
             QString("w8a8-channel-sym gives the float network's first class on 940 of 1000 images (94.0 %)."));
    QVERIFY(of_kind(found, "agreement").front().severity == Severity::warning);
  }

  void the_noisiest_layer_and_its_cause_data() {
    QTest::addColumn<QString>("scheme");
    QTest::addColumn<double>("ratio");
    QTest::addColumn<double>("worst_channel");
    QTest::addColumn<QString>("cause");
    QTest::newRow("one scale") << "w8a8-tensor-sym" << 468.0 << 3.0
                               << "One scale serves all its channels, though the "
                                  "widest reaches 468 times as far as the narrowest; the worst channel keeps 3.0 dB.";
    QTest::newRow("weights") << "w8a8-channel-sym" << 468.0 << 3.0
                             << "Its weights are the weak point: 8 bits leave the worst channel 3.0 dB.";
    QTest::newRow("even channels") << "w8a8-tensor-sym" << 2.0 << 3.0
                                   << "Its weights are the weak point: 8 bits leave the worst channel 3.0 dB.";
    QTest::newRow("clipping") << "w8a8-channel-sym" << 2.0 << 40.0
                              << "Of the noise of its result's quantizer 75.0 % is clipping: a wider range may help.";
  }
  void the_noisiest_layer_and_its_cause() {
    QFETCH(QString, scheme);
    QFETCH(double, ratio);
    QFETCH(double, worst_channel);
    EvaluationReport evaluation = report({{scheme.toStdString(), 600}});
    LayerError bad = layer("bad", 100, 200);  // 10 dB alone
    bad.channel_ratio = ratio;
    bad.weights = SqnrSummary{8, 0, worst_channel, 40, 50};
    bad.clipping = {1000, 30};
    bad.rounding = {1000, 10};
    evaluation.variants[1].details->layers = {layer("good", 1, 1), bad, layer("last", 1, 100)};
    const std::vector<Finding> found = findings(evaluation);
    QFETCH(QString, cause);
    QCOMPARE(QString::fromStdString(of_kind(found, "noisiest_layer").front().sentence),
             QString("Under %1 the noisiest layer is bad: quantized alone it keeps 10.0 dB. %2").arg(scheme, cause));
    // 10 lg 1000/200 = 6.99
    QCOMPARE(QString::fromStdString(of_kind(found, "accumulated").front().sentence),
             QString("Under %1 the accumulated SQNR first falls below 10 dB at bad (7.0 dB), layer 2 of 3; after the "
                     "last layer it is 10.0 dB.")
                 .arg(scheme));
  }

  // Noise 1 against noise 100 and 1000 are 20 and 30 dB; the third channel loses nothing; the dead one does not count.
  void channels_are_counted_against_the_best_scheme() {
    WeightFacts weights;
    weights.schemes = {{"w8a8-tensor-sym", {channels("conv", {100, 1000, 1, 500})}},
                       {"w8a8-channel-sym", {channels("conv", {1, 1, 1, 1})}}};
    weights.schemes[0].layers[0].channels[3].dead = true;
    const std::vector<Finding> found =
        of_kind(findings(report({{"w8a8-tensor-sym", 100}, {"w8a8-channel-sym", 680}}), weights), "channels");
    QCOMPARE(found.size(), std::size_t{1});
    QCOMPARE(QString::fromStdString(found.front().sentence),
             QString("2 of 3 channels of conv lose more than 10 dB under w8a8-tensor-sym against w8a8-channel-sym "
                     "(median 20.0 dB)."));
  }

  void no_result_no_finding() { QVERIFY(findings({}).empty()); }
};

}  // namespace qs

QTEST_GUILESS_MAIN(qs::TestFindings)
#include "test_findings.moc"
