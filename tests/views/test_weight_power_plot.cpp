// Plot 2: tail mass, channel ranges, and what is said where there is no "before".
#include <qcustomplot.h>

#include <QtTest/QtTest>
#include <cmath>

#include "core/quant/quantized_graph.h"
#include "tests/support/graph_builder.h"
#include "views/plots/snapshot_plots.h"

namespace qs {

namespace {

WeightPower power_of(const std::vector<float>& weights) {
  return weight_power(Conv{}, Tensor::from<float>({1, std::ssize(weights)}, weights));
}

/// A convolution with a BatchNorm, prepared with or without folding.
SchemeView scheme_view(bool fold) {
  GraphBuilder g;
  const Graph graph = g.finish({g.batch_norm(g.conv(g.input({1, 3, 6, 6}), 4, 3))});
  SchemeView view;
  view.scheme.id = "s";
  view.scheme.title = "scheme";
  if (!fold) view.scheme.passes.clear();
  auto network = std::make_shared<PreparedNetwork>();
  network->graph = prepare_for_quantization(graph, view.scheme);
  network->batch_norm = batch_norm_state(network->graph);
  view.power = std::make_shared<const std::vector<LayerPower>>(weight_power(network->graph));
  view.weights = std::make_shared<const std::vector<WeightSqnr>>(weight_sqnr(network->graph, view.scheme));
  view.network = network;
  return view;
}

Snapshot snapshot_of(SchemeView view) {
  Snapshot snapshot;
  snapshot.selected_layers = {view.weights->front().layer};
  snapshot.current_scheme = view.scheme.id;
  snapshot.schemes = {std::move(view)};
  return snapshot;
}

QCustomPlot* plot_in(PlotView& view) {
  return view.findChildren<QCustomPlot*>().front();
}

}  // namespace

class TestWeightPowerPlot : public QObject {
  Q_OBJECT

 private slots:
  // 100 weights: 99 of 1 and one of 20. E[W^2] = 499/100; 20^2 is 80 times that, 1 is a fifth.
  void the_tail_by_hand() {
    std::vector<float> weights(99, 1.0F);
    weights.push_back(20);
    QCOMPARE(tail_share(power_of(weights)), 0.01);
    weights.push_back(0);  // counts as a weight
    QCOMPARE(tail_share(power_of(weights)), 1.0 / 101);
    QCOMPARE(tail_share(power_of({1, -1, 1})), 0.0);
    QCOMPARE(tail_share(power_of({0, 0})), 0.0);
  }

  void a_normal_distribution_has_the_tail_that_the_reading_quotes() {
    const double beyond = std::erfc(std::sqrt(10.0) / std::sqrt(2.0));
    QVERIFY(std::abs(100 * beyond - 0.16) < 0.005);
    QVERIFY(std::abs(std::erfc(std::sqrt(10.8 / 2)) - 0.001) < 2e-5);
  }

  void before_and_after_folding() {
    const Snapshot snapshot = snapshot_of(scheme_view(true));
    const Graph& graph = snapshot.schemes[0].network->graph;
    const auto plot = weight_power_of(snapshot);
    QVERIFY(plot && plot->series.size() == 2 && plot->remark.isEmpty());
    PlotView view("id", "title");
    view.resize(500, 300);
    view.show_plot([&](PlotView& v) { draw(*plot, v); });
    QCOMPARE(plot_in(view)->graphCount(), 2);
    QVERIFY(plot_in(view)->xAxis->scaleType() == QCPAxis::stLogarithmic);
    QVERIFY(!plot_in(view)->xAxis->label().isEmpty() && !plot_in(view)->yAxis->label().isEmpty());
    double percent = 0;
    for (const auto& row : view.numbers().rows) percent += row[0] == "after folding" ? std::stod(row[4]) : 0;
    QVERIFY(std::abs(percent - 100) < 1e-9);

    // Folding multiplies each channel by gamma / sigma.
    const std::string& layer = snapshot.selected_layers.front();
    const std::vector<Range> before = ranges_before_folding(graph, layer);
    const auto ranges = channel_ranges_of(snapshot, before);
    QVERIFY(ranges && ranges->after.size() == 4 && before.size() == 4);
    for (int c = 0; c < 4; ++c) {
      const auto norm = channel_batch_norm(layer_weights(graph, layer)->folded, c);
      QVERIFY(norm);
      const double factor = norm->gamma / norm->sigma;
      const auto at = static_cast<std::size_t>(c);
      const double low = std::min(before[at].min * factor, before[at].max * factor);
      QVERIFY(std::abs(ranges->after[at].min - low) < 1e-5 * std::abs(low));
    }
    view.show_plot([&](PlotView& v) { draw(*ranges, v); });
    QCOMPARE(plot_in(view)->plottableCount(), 2);
    QCOMPARE(view.numbers().rows.size(), std::size_t{4});
  }

  void without_folding_there_is_no_before() {
    const Snapshot snapshot = snapshot_of(scheme_view(false));
    const auto plot = weight_power_of(snapshot);
    QVERIFY(plot && plot->series.size() == 1);
    QVERIFY(plot->remark.contains("folds no BatchNorm"));
    QVERIFY(ranges_before_folding(snapshot.schemes[0].network->graph, snapshot.selected_layers.front()).empty());
    const Scheme folding;
    QVERIFY(folding_remark(folding, BatchNormState::none, false).contains("without BatchNorm"));
    QVERIFY(folding_remark(folding, BatchNormState::trivial, true).contains("already folded"));
    QVERIFY(folding_remark(folding, BatchNormState::real, false).contains("this layer"));
    QVERIFY(folding_remark(folding, BatchNormState::real, true).isEmpty());
  }

  void weights_that_are_all_zero_can_be_drawn() {
    PlotView view("id", "title");
    view.resize(500, 300);
    const WeightPowerPlot zeros{"layer", {{"weights", 0, power_of({0, 0, 0})}}, ""};
    view.show_plot([&](PlotView& v) { draw(zeros, v); });
    QVERIFY(view.reading().contains("3 are 0"));
    view.show_plot([](PlotView& v) { draw(ChannelRangesPlot{"layer", 0, {{0, 0}}, {}, 0, ""}, v); });
    QVERIFY(!view.is_empty());
  }
};

}  // namespace qs

QTEST_MAIN(qs::TestWeightPowerPlot)
#include "test_weight_power_plot.moc"
