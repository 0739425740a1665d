// Signal to noise: hand arithmetic, the whitepaper's worked example, and figures computed independently.
#include <QtTest/QtTest>
#include <cmath>
#include <limits>

#include "core/analysis/weight_sqnr.h"
#include "core/base/rng.h"
#include "core/model/importers.h"
#include "core/quant/quantized_graph.h"
#include "core/quant/weight_quantizer.h"
#include "tests/support/graph_builder.h"
#include "tests/support/shared_data.h"
#include "tests/support/table.h"

namespace qs {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

bool close(double value, double expected, double tolerance) {
  return value == expected || std::abs(value - expected) <= tolerance;  // false for NaN
}
#define QS_CLOSE(value, expected, tolerance) QVERIFY2(close(value, expected, tolerance), std::to_string(value).c_str())

/// One fully connected layer with these weights [N, K].
Graph one_layer(Tensor weights) {
  GraphBuilder builder;
  const ValueId x = builder.input({1, weights.shape()[1]});
  const ValueId w = builder.constant(std::move(weights));
  return builder.finish({builder.add(Gemm{.alpha = 1, .beta = 1, .transpose_a = false, .transpose_b = true}, {x, w})});
}

Scheme weights_scheme(int bits, GridKind grid, Granularity granularity) {
  Scheme scheme;
  scheme.id = "test";
  scheme.activations.quantized = false;
  scheme.weights.bits = bits;
  scheme.weights.grid = grid;
  scheme.weights.granularity = granularity;
  return scheme;
}

ChannelError channel(double signal, double noise, bool dead = false) {
  return {{signal, noise}, dead};
}

struct Decibels {
  const char* name;
  double signal;
  double noise;
  double db;
};
const std::vector<Decibels> kDecibels = {
    {"ten to one", 10, 1, 10},           {"equal", 2, 2, 0},
    {"a hundredth", 1, 100, -20},        {"exact", 1, 0, kInfinity},
    {"nothing at all", 0, 0, kInfinity}, {"noise only", 0, 1, -kInfinity},
};

// spec/methods.md section 1 (f): W = [[1,-.6,.3],[.02,-.013,.007]], symmetric restricted.
struct Worked {
  const char* name;
  int bits;
  Granularity granularity;
  double first;
  double second;
};
const std::vector<Worked> kWorked = {
    {"8 bits per tensor", 8, Granularity::tensor, 56.7001, 14.5987},
    {"8 bits per channel", 8, Granularity::channel, 56.7001, 47.8908},
    {"4 bits per tensor", 4, Granularity::tensor, 31.5259, 0},
    {"4 bits per channel", 4, Granularity::channel, 31.5259, 22.7167},
};

// spec/onednn-int8.md, last paragraph: mobilenet_v1_0.25 after folding, 8 bits, computed independently.
struct Published {
  const char* name;
  const char* layer;
  std::int64_t channels;
  const char* scheme;
  double min;
  double median;
  double max;
};
const std::vector<Published> kPublished = {
    {"dw_1, asymmetric per tensor", "conv_dw_1", 8, "w8-tensor-asym", 0.49, 21.83, 55.61},
    {"dw_1, symmetric per tensor", "conv_dw_1", 8, "w8a8-tensor-sym", 0.00, 19.65, 49.08},
    {"dw_1, asymmetric per channel", "conv_dw_1", 8, "w8-channel-asym", 46.86, 51.08, 57.62},
    {"dw_1, symmetric per channel", "conv_dw_1", 8, "w8-channel-sym", 42.50, 48.01, 53.71},
    {"pw_9, asymmetric per tensor", "conv_pw_9", 128, "w8-tensor-asym", 23.20, 33.76, 39.81},
    {"pw_9, symmetric per tensor", "conv_pw_9", 128, "w8a8-tensor-sym", 22.76, 32.68, 38.86},
    {"pw_9, asymmetric per channel", "conv_pw_9", 128, "w8-channel-asym", 36.12, 42.64, 45.36},
    {"pw_9, symmetric per channel", "conv_pw_9", 128, "w8-channel-sym", 34.20, 41.20, 45.73},
};

}  // namespace

class TestSqnr : public QObject {
  Q_OBJECT

 private slots:
  void decibels_data() { table_rows(kDecibels); }
  void decibels() {
    const Decibels row = current_row(kDecibels);
    QCOMPARE(sqnr_db({row.signal, row.noise}), row.db);
  }

  void errors_are_summed_by_hand() {
    const std::vector<float> reference = {1, -2, 3};
    const std::vector<float> candidate = {1, -1.5F, 2};
    QVERIFY((squared_error(reference, candidate) == SquaredError{14, 1.25}));
  }

  void sums_do_not_depend_on_the_portions() {
    constexpr double kDoubleRounding = 1e-12;
    std::vector<float> reference(100'003);
    std::vector<float> candidate(reference.size());
    for (std::size_t i = 0; i < reference.size(); ++i) {
      reference[i] = random_unit(1, i) * 1e-20F;  // the squares of which no float can hold
      candidate[i] = random_unit(2, i) * 1e-20F;
    }
    SquaredError sum;
    const std::span<const float> all = reference;
    const std::span<const float> other = candidate;
    for (std::size_t first = 0; first < all.size(); first += 777) {
      const std::size_t count = std::min<std::size_t>(777, all.size() - first);
      sum += squared_error(all.subspan(first, count), other.subspan(first, count));
    }
    QVERIFY(sum.noise > 0);
    QS_CLOSE(sqnr_db(sum), sqnr_db(squared_error(reference, candidate)), kDoubleRounding);
  }

  void quantization_error_is_that_of_fake_quantize() {
    constexpr double kDoubleRounding = 1e-12;
    std::vector<float> values(1001);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = random_unit(3, i) * 7 - 3;
    for (const Grid& grid : {Grid{8, GridKind::affine, false}, Grid{3, GridKind::symmetric_restricted, true},
                             Grid{16, GridKind::affine, false}}) {
      const ScaleZeroPoint encoding = cover({-2, 3}, grid);  // some are clipped
      std::vector<float> quantized(values.size());
      fake_quantize(values, encoding, grid, quantized);
      const SquaredError expected = squared_error(values, quantized);
      const SquaredError found = quantization_error(values, encoding, grid);
      QS_CLOSE(found.signal / expected.signal, 1.0, kDoubleRounding);
      QS_CLOSE(found.noise / expected.noise, 1.0, kDoubleRounding);
    }
  }

  void channels_are_summarized() {
    const std::vector<ChannelError> four = {channel(100, 1), channel(0, 0, true), channel(10, 1), channel(1000, 1),
                                            channel(1, 1)};
    const SqnrSummary summary = summarize(four);
    QCOMPARE(summary.channels, 4);
    QCOMPARE(summary.dead, 1);
    QCOMPARE(summary.min, 0.0);
    QCOMPARE(summary.median, 15.0);
    QCOMPARE(summary.max, 30.0);
  }

  void exact_channels_do_not_make_nonsense() {
    const std::vector<ChannelError> exact = {channel(1, 0), channel(2, 0)};
    QCOMPARE(summarize(exact).median, kInfinity);
    const std::vector<ChannelError> half = {channel(1, 0), channel(1, 1)};
    QCOMPARE(summarize(half).median, kInfinity);
    const std::vector<ChannelError> dead = {channel(0, 0, true)};
    QCOMPARE(summarize(dead).channels, 0);
    QCOMPARE(summarize(dead).median, 0.0);
    QCOMPARE(summarize({}).dead, 0);
  }

  void histogram_counts_every_channel_once() {
    const std::vector<ChannelError> channels = {channel(1, 0),         channel(0, 0, true), channel(0, 1),
                                                channel(1, 1),         channel(10, 1),      channel(1.2, 1),
                                                channel(1, 1.0000001), channel(100, 1)};
    const SqnrHistogram bins = histogram(channels, 5);  // dB: exact, dead, none, 0, 10, 0.79, just below 0, 20
    QCOMPARE(bins.first_db, -5.0);
    QCOMPARE(bins.exact, 1);
    QCOMPARE(bins.dead, 1);
    QCOMPARE(bins.noise_only, 1);
    QVERIFY((bins.counts == std::vector<std::int64_t>{1, 2, 0, 1, 0, 1}));
    QVERIFY(histogram({}, 1).counts.empty());
  }

  void worked_example_of_the_spec_data() { table_rows(kWorked); }
  void worked_example_of_the_spec() {
    const Worked row = current_row(kWorked);
    constexpr double kFloatScale = 2e-4;  // the spec computes in double; here weights and scales are floats
    const Graph graph = one_layer(Tensor::from<float>({2, 3}, {1.0F, -0.6F, 0.3F, 0.02F, -0.013F, 0.007F}));
    const auto layers = weight_sqnr(graph, weights_scheme(row.bits, GridKind::symmetric_restricted, row.granularity));
    QCOMPARE(layers.size(), std::size_t{1});
    QS_CLOSE(sqnr_db(layers[0].channels[0].error), row.first, kFloatScale);
    QS_CLOSE(sqnr_db(layers[0].channels[1].error), row.second, kFloatScale);
  }

  // spec/methods.md section 1 (f): 48.097 dB at 8 bits, 22.923 dB at 4.
  void uniform_full_range_signal_data() {
    QTest::addColumn<int>("bits");
    QTest::addColumn<double>("db");
    QTest::newRow("8 bits") << 8 << 48.097;
    QTest::newRow("4 bits") << 4 << 22.923;
  }
  void uniform_full_range_signal() {
    QFETCH(int, bits);
    QFETCH(double, db);
    constexpr std::int64_t kCount = 200'001;
    constexpr double kSampling = 0.005;
    Tensor weights(DType::f32, {1, kCount});
    const auto values = weights.mutable_values<float>();
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = static_cast<float>(-1 + 2 * static_cast<double>(i) / (kCount - 1));
    }
    const auto layers = weight_sqnr(one_layer(std::move(weights)),
                                    weights_scheme(bits, GridKind::symmetric_restricted, Granularity::tensor));
    QS_CLOSE(sqnr_db(layers[0].total), db, kSampling);
  }

  void dead_channels_are_marked_and_exact() {
    const Graph graph = one_layer(Tensor::from<float>({3, 2}, {0.0F, 0.0F, 1.0F, -0.3F, 0.5F, 0.5F}));
    for (GridKind grid : {GridKind::affine, GridKind::symmetric_restricted}) {
      for (Granularity granularity : {Granularity::tensor, Granularity::channel}) {
        const auto layers = weight_sqnr(graph, weights_scheme(4, grid, granularity));
        QVERIFY(layers[0].channels[0].dead);
        QCOMPARE(sqnr_db(layers[0].channels[0].error), kInfinity);
        QVERIFY(!layers[0].channels[1].dead);
        QCOMPARE(summarize(layers[0].channels).dead, 1);
        QCOMPARE(summarize(layers[0].channels).channels, 2);
      }
    }
  }

  // Written differently: codes first, then the numbers they stand for.
  void agrees_with_codes_for_every_grid() {
    constexpr double kRounding = 1e-9;
    GraphBuilder builder;
    ValueId x = builder.input({1, 4, 8, 8});
    x = builder.conv(x, 6, 3);
    x = builder.conv(x, 6, 3, /*groups=*/6);
    const Graph graph = builder.finish({x});
    for (GridKind grid : {GridKind::affine, GridKind::symmetric, GridKind::symmetric_restricted}) {
      for (Granularity granularity : {Granularity::tensor, Granularity::channel}) {
        for (Rounding rounding : {Rounding::nearest, Rounding::stochastic}) {
          for (int bits : {2, 8, 16}) {
            Scheme scheme = weights_scheme(bits, grid, granularity);
            scheme.weights.rounding = rounding;
            const QuantizedGraph quantized = quantize(graph, {}, scheme);
            const auto layers = weight_sqnr(graph, scheme);
            QCOMPARE(layers.size(), std::size_t{2});
            std::size_t at = 0;
            for (const auto& [id, weights] : quantized.weights) {
              const Node& node = graph.node(id);
              QCOMPARE(layers[at].layer, node.name);
              QVERIFY(layers[at].encoding == weights.encoding);
              const SquaredError expected = squared_error(graph.constant(node.inputs[1])->values<float>(),
                                                          dequantized(node.op, weights).values<float>());
              QS_CLOSE(sqnr_db(layers[at].total), sqnr_db(expected), kRounding);
              ++at;
            }
          }
        }
      }
    }
  }

  void exceptions_of_layers_count() {
    GraphBuilder builder;
    ValueId x = builder.input({1, 4, 8, 8});
    for (int i = 0; i < 3; ++i) x = builder.conv(x, 4, 1);
    const Graph graph = builder.finish({x});
    Scheme scheme = weights_scheme(8, GridKind::affine, Granularity::channel);
    scheme.first_layer = EndLayers::keep_float;
    LayerOverride fewer;
    fewer.pattern = graph.nodes[1].name;
    fewer.weight_bits = 2;
    scheme.layers = {fewer};
    const auto layers = weight_sqnr(graph, scheme);
    QS_CONTAINS(layers[0].why_float, "first layer");
    QCOMPARE(sqnr_db(layers[0].total), kInfinity);
    QVERIFY(layers[0].total.signal > 0);
    QCOMPARE(layers[1].encoding.grid.bits, 2);
    QCOMPARE(layers[2].encoding.grid.bits, 8);
    QVERIFY(sqnr_db(layers[1].total) + 30 < sqnr_db(layers[2].total));  // six bits are worth 36 dB
  }

  void ratio_of_channel_ranges() {
    QCOMPARE(channel_ratio({{-1, 1}, {0, 0.5F}, {0, 0}, {-0.25F, -0.125F}}), 4.0);
    QCOMPARE(channel_ratio({{-1, 1}, {0, 1e-7F}, {0, 0.5F}}), 2.0);  // the second is switched off
    QVERIFY((dead_channels({{-1, 1}, {0, 1e-7F}, {0, 0}, {-2e-6F, 0}}) == std::vector<bool>{false, true, true, false}));
    QCOMPARE(channel_ratio({{0, 0}}), 1.0);
    QCOMPARE(channel_ratio({}), 1.0);
  }

  void weights_that_are_no_numbers_name_the_layer() {
    const Graph graph = one_layer(Tensor::from<float>({1, 2}, {std::numeric_limits<float>::quiet_NaN(), 1.0F}));
    QS_CONTAINS(refusal_of([&] { (void)weight_sqnr(graph, find_scheme("w8-tensor-asym")); }),
                "layer \"Gemm_0\": the weights hold NaN or infinity");
  }

  void published_figures_of_mobilenet_data() { table_rows(kPublished); }
  void published_figures_of_mobilenet() {
    QS_NEEDS_SHARED_DATA();
    const Published row = current_row(kPublished);
    constexpr double kPrinted = 0.0051;
    const Scheme scheme = find_scheme(row.scheme);
    const Graph graph =
        prepare_for_quantization(import_model((shared_data() / "models/mobilenet_v1_0.25_224.onnx").string()), scheme);
    for (const WeightSqnr& layer : weight_sqnr(graph, scheme)) {
      if (layer.layer.find(row.layer) == std::string::npos) continue;
      const SqnrSummary summary = summarize(layer.channels);
      QCOMPARE(summary.channels, row.channels);
      QS_CLOSE(summary.min, row.min, kPrinted);
      QS_CLOSE(summary.median, row.median, kPrinted);
      QS_CLOSE(summary.max, row.max, kPrinted);
      return;
    }
    QFAIL("no such layer");
  }
};

}  // namespace qs

QTEST_GUILESS_MAIN(qs::TestSqnr)
#include "test_sqnr.moc"
