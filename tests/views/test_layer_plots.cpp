// Plots with one place per layer: their order, what is drawn and what the numbers say.
#include <qcustomplot.h>

#include <QtTest/QtTest>
#include <limits>

#include "views/models/layer_in_float.h"
#include "views/plots/latency.h"
#include "views/plots/layer_error.h"
#include "views/plots/sensitivity.h"

namespace qs {

namespace {

using Names = std::vector<std::string>;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

LayerError layer(const std::string& name, double local, double accumulated) {
  LayerError error;
  error.name = name;
  error.local = {1000, local};
  error.accumulated = {1000, accumulated};
  error.clipping = {1000, 100};
  error.rounding = {1000, 50};
  return error;
}

Sensitivity three_layers() {
  return {.layers = {{"a", 40, 12, 1.0, 0.5}, {"b", 15, 30, 0.75, 1.0}, {"c", kInfinity, 10, 1.0, 0.5}},
          .sqnr = 10,
          .agreement = 0.5,
          .images = 4};
}

Names names_of(const std::vector<LayerEffect>& effects) {
  Names names;
  for (const LayerEffect& each : effects) names.push_back(each.layer);
  return names;
}

BenchResult timed(const std::string& scheme, double first, double second) {
  return {.scheme = scheme,
          .backend = "integer",
          .batch = 2,
          .seconds = first + second,
          .chain_seconds = first,
          .left_out_of_chain = {},
          .layers = {{"conv", "jit", "", first, first / 2}, {"fc", "gemm", "too small", second, {}}}};
}

void show(PlotView& view, const auto& data) {
  view.resize(500, 300);
  view.show_plot([data](PlotView& v) { draw(data, v); });
}

}  // namespace

class TestLayerPlots : public QObject {
  Q_OBJECT

 private slots:
  void orders_are_merged() {
    const std::vector<Names> lists{{"a", "c", "d"}, {"a", "b", "c"}, {"start", "a", "d", "end"}};
    QCOMPARE(merged_order(lists), (Names{"start", "a", "b", "c", "d", "end"}));
    QVERIFY(merged_order({}).empty());
  }

  void long_names_are_shortened_in_the_middle() {
    QCOMPARE(shortened("conv_dw_1", 9), QString("conv_dw_1"));
    QCOMPARE(shortened("abcdefghij", 5), QString("ab…ij"));
  }

  void titles_lose_what_all_share() {
    const std::vector<QString> titles{"Float", "8-bit weights per tensor", "8-bit weights per channel"};
    const std::vector<QString> shown = short_titles(titles);
    QCOMPARE(shown[0], QString("Float"));
    QVERIFY(shown[1] != shown[2] && shown[1].size() < titles[1].size());
  }

  void measured_layers_take_the_place_of_weights() {
    LayerErrorPlot plot;
    plot.series.push_back({"w8", 0, {}, {{"conv", {100, 1}}}});
    QVERIFY(!plot.is_measured());
    PlotView view("error", "error");
    show(view, plot);
    // 10 log10(100 / 1)
    QCOMPARE(view.numbers().rows, (std::vector<Names>{{"w8", "conv", "weights", "20"}}));
    plot.series[0].layers = {layer("conv", 1, 10), layer("pool", 0, 10)};
    QCOMPARE(layer_names(plot), (Names{"conv", "pool"}));
    show(view, plot);
    QVERIFY(view.numbers().rows.size() == 4);
    QCOMPARE(view.numbers().rows[2], (Names{"w8", "conv", "local", "30"}));
    QCOMPARE(view.numbers().rows[3], (Names{"w8", "pool", "local", "exact"}));
    QVERIFY(!view.plot().yAxis->label().isEmpty() && !view.plot().xAxis->label().isEmpty());
  }

  void noise_is_split_by_its_cause() {
    LayerNoisePlot plot;
    plot.layers.series.push_back({"w8", 0, {layer("conv", 1, 10)}, {}});
    PlotView view("noise", "noise");
    show(view, plot);
    QCOMPARE(view.numbers().rows, (std::vector<Names>{{"w8", "conv", "0.1", "0.05"}}));
    QVERIFY(view.plot().yAxis->range().upper >= 0.15);  // the stack fits
  }

  void weights_that_stay_float_have_no_noise() {
    std::vector<WeightSqnr> layers(2);
    layers[0].layer = "quantized";
    layers[0].total = {4, 1};
    layers[1].layer = "float";
    layers[1].why_float = "the scheme keeps it";
    const auto noise = weight_noise(layers);
    QCOMPARE(noise.size(), std::size_t{1});
    QCOMPARE(noise[0].first, std::string("quantized"));
  }

  void the_worst_layer_is_first() {
    using enum SensitivityQuestion;
    QCOMPARE(names_of(effects(three_layers(), quantized_alone, SensitivityMeasure::sqnr)), (Names{"b", "a", "c"}));
    QCOMPARE(names_of(effects(three_layers(), float_alone, SensitivityMeasure::sqnr)), (Names{"b", "a", "c"}));
    QCOMPARE(names_of(effects(three_layers(), quantized_alone, SensitivityMeasure::agreement)), (Names{"b", "a", "c"}));
    QCOMPARE(effects(three_layers(), float_alone, SensitivityMeasure::agreement)[0].value, 1.0);
  }

  void layers_without_noise_are_drawn_too() {
    PlotView view("sensitivity", "sensitivity");
    show(view, SensitivityPlot{.scheme = "w8", .result = three_layers(), .selected = {"b"}});
    QCOMPARE(view.numbers().rows.size(), std::size_t{3});
    QCOMPARE(view.numbers().rows[2][1], std::string("exact"));
    QVERIFY(std::isfinite(view.plot().xAxis->range().upper));
    QVERIFY(view.reading().contains("10.0 dB"));
  }

  void times_are_held_against_float() {
    const LatencyPlot plot{
        {{"Float", 0, true, timed("float", 0.004, 0.002)}, {"w8", 1, false, timed("w8", 0.001, 0.002)}}, {"fc"}};
    QCOMPARE(layer_names(plot), (Names{"conv", "fc"}));
    QCOMPARE(totals_text(plot), QString("Float: 6 ms; its primitives alone take 4 ms\n"
                                        "w8: 3 ms, 2.00 times as fast as float; its primitives alone take 1 ms"));
    const NumberTable table = latency_table(plot);
    QCOMPARE(table.rows.size(), std::size_t{4});
    QCOMPARE(table.rows[1], (Names{"conv", "w8", "1", "0.5", "4", "jit", ""}));
    QCOMPARE(table.rows[3], (Names{"fc", "w8", "2", "", "1", "gemm", "too small"}));
    PlotView view("latency", "latency");
    show(view, plot);
    QVERIFY(view.title().contains("batch of 2"));
    QVERIFY(view.plot().yAxis->range().upper >= 4);
  }

  void keeping_a_layer_in_float_comes_before_other_exceptions() {
    Scheme scheme = find_scheme("w8a8-channel-sym");
    LayerOverride all;
    all.pattern = "*";
    all.keep_float = false;
    LayerOverride own;
    own.pattern = "conv";
    own.weight_bits = 4;
    scheme.layers = {all, own};
    const Scheme changed = with_layer_in_float(scheme, "conv");
    QCOMPARE(changed.layers.size(), std::size_t{2});
    QCOMPARE(changed.layers[0].pattern, std::string("conv"));
    QCOMPARE(changed.layers[0].keep_float, std::optional(true));
    QVERIFY(!changed.layers[0].weight_bits);  // one exception cannot do both
    QVERIFY(with_layer_in_float(changed, "conv") == changed);
    QCOMPARE(with_layer_in_float(scheme, "fc").layers.size(), std::size_t{3});
    check(changed);
  }
};

}  // namespace qs

QTEST_MAIN(qs::TestLayerPlots)
#include "test_layer_plots.moc"
