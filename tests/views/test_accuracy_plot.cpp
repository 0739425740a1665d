// Accuracy counted by hand: what differs from float, what only seems to, and which schemes no other beats.
#include <qcustomplot.h>

#include <QtTest/QtTest>

#include "views/plots/pareto.h"

namespace qs {

namespace {

/// Ten labelled images. Float is right on the first `float_right`; the scheme on those from `from` on.
EvaluationReport report_of(int images, int float_right, int from, int scheme_right) {
  EvaluationReport report;
  report.model.name = "tiny";
  report.data.selected = images;
  VariantResult first;
  VariantResult second;
  for (int i = 0; i < images; ++i) {
    report.evaluation.images.push_back({std::to_string(i), 0});
    const auto answer = [](bool is_right) {
      Prediction prediction;
      prediction.top = is_right ? std::array{0, 1, 2, 3, 4} : std::array{1, 2, 3, 4, 5};
      return prediction;
    };
    const bool first_right = i < float_right;
    const bool second_right = i >= from && i < from + scheme_right;
    first.predictions.push_back(answer(first_right));
    second.predictions.push_back(answer(second_right));
    if (first_right && !second_right) ++second.only_first_right;
    if (second_right && !first_right) ++second.only_this_right;
  }
  first.top1 = first.top5 = {float_right, images};
  second.top1 = second.top5 = {scheme_right, images};
  second.agreement = Proportion{images / 2, images};
  first.seconds = 2;
  second.seconds = 1;
  first.rows = second.rows = images;
  report.evaluation.results = {first, second};
  SchemeReport details;
  details.scheme.id = "w4";
  details.scheme.title = "4-bit weights";
  report.variants = {
      {.scheme = "float", .backend = "float", .model_bytes = 4'000'000, .bit_operations = 0, .details = {}},
      {.scheme = "w4", .backend = "integer", .model_bytes = 500'000, .bit_operations = 0, .details = details}};
  return report;
}

AccuracyPlot plot_of(const EvaluationReport& report, AccuracyMeasure measure) {
  const AccuracySource source{&report, {0, 1}};
  return accuracy_plot({&source, 1}, measure, colors_in_order({"w4"}));
}

ParetoPoint point(double cost, std::int64_t hits) {
  return {.title = "p", .color = 0, .is_float = false, .cost = cost, .accuracy = {hits, 100}};
}

}  // namespace

class TestAccuracyPlot : public QObject {
  Q_OBJECT

 private slots:
  /// Float alone is right on 9 images, the scheme alone on none: p = 2 / 2^9.
  void a_difference_is_told_from_chance() {
    const EvaluationReport report = report_of(10, 10, 0, 1);
    const AccuracyPlot plot = plot_of(report, AccuracyMeasure::top1);
    const AccuracyBar& bar = plot.groups.at(0).bars.at(1);
    QCOMPARE(bar.only_float, std::int64_t{9});
    QVERIFY(std::abs(*bar.p - 2.0 / 512) < 1e-12);
    QCOMPARE(verdict_text(bar), QString("differs (p = 0.0039)"));
    QVERIFY(verdict_text(plot.groups[0].bars[0]).isEmpty());
  }

  /// Two against one: p = 2 (1 + 3) / 2^3 = 1.
  void noise_is_called_no_difference() {
    const EvaluationReport report = report_of(10, 5, 2, 4);
    const AccuracyPlot plot = plot_of(report, AccuracyMeasure::top1);
    QCOMPARE(verdict_text(plot.groups.at(0).bars.at(1)), QString("no difference shown (p = 1)"));
  }

  /// Of top-5 nobody has counted who is right alone: it is found from the answers, which here say the same.
  void top5_is_tested_on_the_answers() {
    const EvaluationReport report = report_of(10, 10, 0, 1);
    const AccuracyPlot plot = plot_of(report, AccuracyMeasure::top5);
    QVERIFY(std::abs(*plot.groups.at(0).bars.at(1).p - 2.0 / 512) < 1e-12);
    EvaluationReport without = report;
    without.evaluation.results[1].predictions.clear();
    QVERIFY(!plot_of(without, AccuracyMeasure::top5).groups.at(0).bars.at(1).p);
  }

  /// p = 2/512 twice: Holm doubles the first, and the second may not be smaller.
  void several_comparisons_raise_p() {
    const EvaluationReport report = report_of(10, 10, 0, 1);
    const std::vector<AccuracySource> sources{{&report, {0, 1}}, {&report, {1}}};
    const AccuracyPlot plot = accuracy_plot(sources, AccuracyMeasure::top1, colors_in_order({"w4"}));
    QCOMPARE(plot.comparisons, std::int64_t{2});
    QVERIFY(std::abs(*plot.groups.at(0).bars.at(1).p - 4.0 / 512) < 1e-12);
    QVERIFY(std::abs(*plot.groups.at(1).bars.at(0).p - 4.0 / 512) < 1e-12);
  }

  void without_labels_there_is_agreement_only() {
    EvaluationReport report = report_of(10, 10, 0, 1);
    for (VariantResult& result : report.evaluation.results) result.top1 = result.top5 = {};
    QVERIFY(plot_of(report, AccuracyMeasure::top1).groups.empty());
    const AccuracyPlot plot = plot_of(report, AccuracyMeasure::agreement);
    QCOMPARE(plot.groups.at(0).bars.at(0).value, (Proportion{10, 10}));
    QCOMPARE(plot.groups.at(0).bars.at(1).value, (Proportion{5, 10}));
    QVERIFY(!plot.groups.at(0).bars.at(1).p);
  }

  void a_running_run_is_partial() {
    EvaluationReport report = report_of(10, 10, 0, 1);
    QVERIFY(!plot_of(report, AccuracyMeasure::top1).groups.at(0).partial);
    report.data.selected = 11;
    QVERIFY(plot_of(report, AccuracyMeasure::top1).groups.at(0).partial);
    report.data.skipped = {{"bad.png", "damaged"}};
    QVERIFY(!plot_of(report, AccuracyMeasure::top1).groups.at(0).partial);
  }

  void the_front_has_what_nothing_beats() {
    // 2 is beaten by 1 (cheaper and better), 4 by 3 (as dear, better); 5 equals 3.
    const std::vector<ParetoPoint> points{point(1, 50), point(2, 70), point(3, 60),
                                          point(4, 80), point(4, 75), point(4, 80)};
    QCOMPARE(pareto_front(points), (std::vector<std::size_t>{0, 1, 3, 5}));
    QVERIFY(pareto_front({}).empty());
  }

  void costs_have_units() {
    const EvaluationReport report = report_of(10, 10, 0, 1);
    const AccuracySource source{&report, {0, 1}};
    const auto plot = [&](ParetoCost cost) {
      return pareto_plot({&source, 1}, cost, AccuracyMeasure::top1, colors_in_order({"w4"}));
    };
    QCOMPARE(plot(ParetoCost::latency).points.at(1).cost, 100.0);  // 1 s for 10 rows, in ms
    QCOMPARE(plot(ParetoCost::size).points.at(1).cost, 0.5);       // MB
    QVERIFY(plot(ParetoCost::bit_operations).points.empty());
    QCOMPARE(plot(ParetoCost::bit_operations).without_cost, std::int64_t{2});
  }

  void drawn_plots_have_labels_and_numbers() {
    const EvaluationReport report = report_of(10, 10, 0, 1);
    PlotView view("accuracy", "accuracy");
    view.resize(500, 300);
    const AccuracyPlot bars = plot_of(report, AccuracyMeasure::top1);
    view.show_plot([bars](PlotView& v) { draw(bars, v); });
    QVERIFY(!view.plot().xAxis->label().isEmpty());
    QCOMPARE(view.numbers().rows.size(), std::size_t{2});
    QCOMPARE(view.numbers().rows[1].back(), std::string("differs (p = 0.0039)"));
    const AccuracySource source{&report, {0, 1}};
    const ParetoPlot costs =
        pareto_plot({&source, 1}, ParetoCost::size, AccuracyMeasure::top1, colors_in_order({"w4"}));
    view.show_plot([costs](PlotView& v) { draw(costs, v); });
    QVERIFY(!view.plot().yAxis->label().isEmpty());
    QVERIFY(!view.svg(500, 300).isEmpty());
  }
};

}  // namespace qs

QTEST_MAIN(qs::TestAccuracyPlot)
#include "test_accuracy_plot.moc"
