// Plot 1: whose bars stand where, which channels they count, and what is said of those without a place.
#include <qcustomplot.h>

#include <QAbstractItemModelTester>
#include <QtTest/QtTest>
#include <cmath>

#include "core/model/importers.h"
#include "tests/support/graph_builder.h"
#include "tests/support/shared_data.h"
#include "views/models/channel_model.h"
#include "views/plots/series_style.h"
#include "views/plots/snapshot_plots.h"

namespace qs {

namespace {

SqnrChannel channel(int index, double signal, double noise, bool dead = false) {
  return {"layer", index, {{signal, noise}, dead}, {-1, 1}};
}

/// 30 and 20 dB; 30.5 dB, exact, dead.
SqnrHistogramPlot two_series() {
  return {.subject = "layer",
          .width_db = 1,
          .series = {{"W per tensor", 0, "8-bit symmetric", {channel(0, 1000, 1), channel(1, 100, 1)}},
                     {"W per channel",
                      1,
                      "8-bit symmetric",
                      {channel(0, std::pow(10, 3.05), 1), channel(1, 1, 0), channel(2, 0, 0, true)}}}};
}

}  // namespace

class TestSqnrHistogram : public QObject {
  Q_OBJECT

 private slots:
  // spec/methods.md section 1 (f): a uniform full-range signal has 48.097 dB at 8 bits and 22.923 dB at 4 bits.
  void uniform_noise_by_the_book() {
    const auto uniform = [](int bits) {
      const double steps = (1 << bits) - 2;  // restricted: from -1 to 1
      return uniform_noise_sqnr_db(1000.0 / 3, 1000, 2 / steps);
    };
    QVERIFY(std::abs(uniform(8) - 48.097) < 0.001);
    QVERIFY(std::abs(uniform(4) - 22.923) < 0.001);
    // 6.02 b + 4.77 - 20 log10(peak / rms), of numbers with rms 1, peak 4 and the step 4 / 128.
    QVERIFY(std::abs(uniform_noise_sqnr_db(50, 50, 4.0 / 128) - (6.0206 * 8 + 4.7712 - 12.0412)) < 0.001);
  }

  void a_place_on_the_axis_belongs_to_one_series() {
    const SqnrHistogramPlot plot = two_series();
    QVERIFY(bar_at(plot, 30.3) == (SqnrBar{0, 30, 31}));
    QVERIFY(bar_at(plot, 30.7) == (SqnrBar{1, 30, 31}));
    QVERIFY(bar_at(plot, -0.3) == (SqnrBar{1, -1, 0}));
    QVERIFY(!bar_at(plot, 30.01) && !bar_at(plot, 30.99));  // between bins
    QVERIFY(!bar_at({}, 30.3));
    QCOMPARE(channels_of(plot, {0, 30, 31}).size(), std::size_t{1});
    QCOMPARE(channels_of(plot, {0, 30, 31}).front().channel, 0);
    QCOMPARE(channels_of(plot, {1, 30, 31}).size(), std::size_t{1});
    QVERIFY(channels_of(plot, {0, 25, 26}).empty());
  }

  void bins_widen_until_bars_have_room() {
    SqnrSeries narrow{"a", 0, "", {channel(0, 1000, 1), channel(1, 10000, 1)}};
    const std::vector<std::string> layers{"layer"};
    QCOMPARE(sqnr_histogram({narrow}, layers).width_db, 1.0);
    narrow.channels.push_back(channel(2, 1, 1e3));  // now 70 dB apart
    QCOMPARE(sqnr_histogram({narrow, narrow}, layers).width_db, 2.0);
    QCOMPARE(sqnr_histogram(std::vector(8, narrow), layers).width_db, 6.0);
    QCOMPARE(sqnr_histogram({narrow}, layers).subject, QString("layer, 3 channels"));
  }

  void draws_bars_where_they_are_looked_up() {
    PlotView view("id", "title");
    view.resize(500, 300);
    view.show_plot([](PlotView& v) { draw(two_series(), v); });
    QVERIFY(view.reading().contains("W per channel: 1 exact, 1 dead"));
    const auto bars = view.findChildren<QCustomPlot*>().front();
    QCOMPARE(bars->plottableCount(), 2);
    for (int s = 0; s < 2; ++s) {
      const auto* drawn = qobject_cast<QCPBars*>(bars->plottable(s));
      for (const QCPBarsData& bar : *drawn->data()) {
        const auto found = bar_at(two_series(), bar.key);
        QVERIFY(found && static_cast<int>(found->series) == s);
        QCOMPARE(static_cast<double>(channels_of(two_series(), *found).size()), bar.value);
      }
    }
    QVERIFY(!bars->xAxis->label().isEmpty() && !bars->yAxis->label().isEmpty());
    QCOMPARE(view.numbers().columns.size(), std::size_t{4});
  }

  void the_table_of_channels() {
    ChannelModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.show(two_series(), std::nullopt);
    QCOMPARE(model.rowCount(), 3);
    QCOMPARE(model.columnCount(), 6);
    const auto text = [&](int row, int column) { return model.index(row, column).data().toString(); };
    QCOMPARE(text(0, 2), QString("30.00 dB"));
    QCOMPARE(text(1, 3), QString("exact"));
    QCOMPARE(text(2, 2), QString());
    QCOMPARE(text(2, 3), QString("dead"));
    QCOMPARE(model.headerData(3, Qt::Horizontal, Qt::DisplayRole).toString(), QString("per channel"));
    QCOMPARE(model.find("layer", 2), 2);
    model.show(two_series(), SqnrBar{1, 30, 31});
    QCOMPARE(model.rowCount(), 1);
    QCOMPARE(text(0, 1), QString("0"));
    QCOMPARE(text(0, 2), QString("30.00 dB"));  // what the other schemes make of it stays to be seen
    QCOMPARE(model.find("layer", 2), -1);
    model.show({}, std::nullopt);
    QCOMPARE(model.rowCount(), 0);
  }

  void titles_lose_what_all_of_them_say() {
    QCOMPARE(distinct_titles({"8-bit weights per tensor, asymmetric, 8-bit activations",
                              "8-bit weights per channel, symmetric, 8-bit activations"}),
             (QStringList{"per tensor, asymmetric", "per channel, symmetric"}));
    QCOMPARE(distinct_titles({"one scheme"}), QStringList{"one scheme"});
    QCOMPARE(distinct_titles({"A", "A copy"}), (QStringList{"A", "A copy"}));
    QCOMPARE(distinct_titles({"same", "same"}), (QStringList{"same", "same"}));
    QCOMPARE(distinct_titles({}), QStringList());
  }

  // One channel [1, -0.6, 0.3] at 4 bits, symmetric restricted: scale 1/7, so 1, -4/7, 2/7.
  void a_channel_on_the_grid_by_hand() {
    GraphBuilder g;
    const ValueId x = g.input({1, 1, 1, 3});
    const ValueId weights = g.constant(Tensor::from<float>({1, 1, 1, 3}, {1, -0.6F, 0.3F}));
    Window window = square_window(2, 1);
    window.kernel = {1, 3};
    const Graph graph = g.finish({g.add(Conv{.window = window}, {x, weights})});
    Scheme scheme;
    scheme.title = "4 bits";
    scheme.weights.bits = 4;
    const std::vector<WeightSqnr> layers = weight_sqnr(graph, scheme);
    const ChannelOnGrid row = channel_on_grid(scheme, 2, graph, layers.at(0), 0);
    QCOMPARE(row.weights, (std::vector<float>{1, -0.6F, 0.3F}));
    const std::vector<double> expected{1, -4.0 / 7, 2.0 / 7};
    for (std::size_t i = 0; i < 3; ++i) QVERIFY(std::abs(row.quantized[i] - expected[i]) < 1e-6);
    QVERIFY(std::abs(row.encoding.scale - 1.0 / 7) < 1e-7);
    PlotView view("id", "title");
    view.resize(500, 300);
    view.show_plot([&](PlotView& v) { draw(ChannelWeightsPlot{"Conv_0", 0, {row}, ChannelBatchNorm{3, 2}}, v); });
    QVERIFY(view.reading().contains("folding multiplied them by 1.5"));
    QCOMPARE(view.numbers().rows.size(), std::size_t{3});
  }

  // spec/onednn-int8.md: conv_dw_1 of mobilenet_v1_0.25 at 8 bits, least dB of its 8 channels.
  void a_published_layer() {
    QS_NEEDS_SHARED_DATA();
    Snapshot snapshot;
    const Graph graph = import_model(shared_data() / "models" / "mobilenet_v1_0.25_224.onnx");
    for (const char* id : {"w8-tensor-asym", "w8-channel-sym", "float"}) {
      SchemeView view;
      view.scheme = find_scheme(id);
      auto network = std::make_shared<PreparedNetwork>();
      network->graph = prepare_for_quantization(graph, view.scheme);
      view.weights = std::make_shared<const std::vector<WeightSqnr>>(weight_sqnr(network->graph, view.scheme));
      view.network = network;
      snapshot.schemes.push_back(view);
    }
    snapshot.selected_layers = {"conv_dw_1"};
    QVERIFY(!channel_weights_of(snapshot));
    const SqnrHistogramPlot plot = sqnr_histogram_of(snapshot);
    QCOMPARE(plot.series.size(), std::size_t{2});  // float loses nothing and is not drawn
    const std::vector<double> least{0.49, 42.50};
    for (std::size_t s = 0; s < 2; ++s) {
      double found = 1e9;
      for (const SqnrChannel& each : plot.series[s].channels) found = std::min(found, sqnr_db(each.error.error));
      QVERIFY2(std::abs(found - least[s]) < 0.005, qPrintable(QString::number(found)));
      QCOMPARE(plot.series[s].channels.size(), std::size_t{8});
    }
    // The scale that serves a channel alone is its scale per channel: there, theory and measurement are alike.
    for (const SqnrChannel& each : plot.series[1].channels) {
      QVERIFY(std::abs(each.uniform_noise_db - sqnr_db(each.error.error)) < 6);  // of nine weights each
    }
    snapshot.selected_channel = 5;
    const auto channel_plot = channel_weights_of(snapshot);
    QVERIFY(channel_plot && channel_plot->schemes.size() == 2 && channel_plot->batch_norm);
    QCOMPARE(channel_plot->schemes[0].weights.size(), std::size_t{9});
    snapshot.selected_channel = 800;
    QVERIFY(!channel_weights_of(snapshot));
  }
};

}  // namespace qs

QTEST_MAIN(qs::TestSqnrHistogram)
#include "test_sqnr_histogram.moc"
