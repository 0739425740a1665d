// Weight power before and after folding: the whitepaper's worked example, plain loops, and real networks.
#include <QtTest/QtTest>
#include <cmath>
#include <numeric>

#include "core/analysis/weight_power.h"
#include "core/base/rng.h"
#include "core/model/importers.h"
#include "core/quant/quantized_graph.h"
#include "tests/support/graph_builder.h"
#include "tests/support/shared_data.h"
#include "tests/support/table.h"

namespace qs {
namespace {

const Op kMatrix = Gemm{.alpha = 1, .beta = 1, .transpose_a = false, .transpose_b = true};

bool close(double value, double expected, double tolerance) {
  return std::abs(value - expected) <= tolerance;  // false for NaN
}
#define QS_CLOSE(value, expected, tolerance) QVERIFY2(close(value, expected, tolerance), std::to_string(value).c_str())

std::int64_t total(const PowerHistogram& histogram) {
  return std::accumulate(histogram.counts.begin(), histogram.counts.end(), histogram.zeros);
}

Graph prepared(const char* model) {
  return prepare_for_quantization(import_model((shared_data() / "models" / model).string()), Scheme{});
}

LayerPower layer_of(const std::vector<LayerPower>& layers, const std::string& name) {
  for (const LayerPower& layer : layers) {
    if (layer.layer == name) return layer;
  }
  return {};
}

struct ModelState {
  const char* name;
  const char* model;
  BatchNormState state;
};
// As shared/data/README.md describes them.
const std::vector<ModelState> kModels = {
    {"mobilenet keeps its BatchNorms", "mobilenet_v1_0.25_224.onnx", BatchNormState::real},
    {"resnet18's have mean 0 and variance 1", "resnet18_pqf.onnx", BatchNormState::trivial},
    {"squeezenet has none", "squeezenet1.1_onnxzoo.onnx", BatchNormState::none},
    {"resnet20 keeps its BatchNorms", "resnet20_cifar10.onnx", BatchNormState::real},
};

}  // namespace

class TestWeightPower : public QObject {
  Q_OBJECT

 private slots:
  // spec/methods.md section 1 (f): W^2 / E[W^2] = 4.1362, 1.4890, .3723, .0017, .0007, .0002.
  void worked_example_of_the_spec() {
    const Tensor weights = Tensor::from<float>({2, 3}, {1.0F, -0.6F, 0.3F, 0.02F, -0.013F, 0.007F});
    const WeightPower power = weight_power(kMatrix, weights);
    constexpr double kPrinted = 0.5e-4;
    QS_CLOSE(power.max, 4.1362, kPrinted);
    QS_CLOSE(power.percentile999, 4.1362, kPrinted);
    // log10: 0.617, 0.173, -0.429, -2.78, -3.16, -3.69; bin = floor((log10 + 8) / 0.25).
    for (std::size_t bin : {34U, 32U, 30U, 20U, 19U, 17U}) QCOMPARE(power.histogram.counts[bin], 1);
    QCOMPARE(total(power.histogram), 6);
    QS_CLOSE(power.channel_ratio, 1 / 0.02, 1e-4);
  }

  void bins_are_those_of_the_logarithm() {
    Tensor weights(DType::f32, {1, 5000});
    const auto values = weights.mutable_values<float>();
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = std::pow(10.0F, random_unit(1, i) * 12 - 9) * (i % 2 == 0 ? 1.0F : -1.0F);
    }
    double mean = 0;
    for (float value : values) mean += static_cast<double>(value) * static_cast<double>(value) / 5000;
    std::array<std::int64_t, PowerHistogram::kBins> expected{};
    for (float value : values) {
      const double power = static_cast<double>(value) * static_cast<double>(value) / mean;
      const double bin = std::floor((std::log10(power) - PowerHistogram::kFirst) / PowerHistogram::kWidth);
      ++expected[static_cast<std::size_t>(std::clamp(bin, 0.0, PowerHistogram::kBins - 1.0))];
    }
    QVERIFY(weight_power(kMatrix, weights).histogram.counts == expected);
  }

  void percentile_leaves_a_thousandth_above() {
    Tensor weights(DType::f32, {1, 10'000});
    const auto values = weights.mutable_values<float>();
    std::iota(values.begin(), values.end(), 1.0F);  // 1 ... 10000: rank 9990
    const WeightPower power = weight_power(kMatrix, weights);
    QS_CLOSE(power.max / power.percentile999, std::pow(10000.0 / 9990.0, 2), 1e-12);
  }

  void nothing_but_zeros_has_no_power() {
    const WeightPower power = weight_power(kMatrix, Tensor(DType::f32, {2, 3}));
    QCOMPARE(power.max, 0.0);
    QCOMPARE(power.percentile999, 0.0);
    QCOMPARE(power.channel_ratio, 1.0);
    QCOMPARE(power.histogram.zeros, 6);
    QCOMPARE(total(power.histogram), 6);
  }

  void tiny_and_huge_weights_stay_in_the_histogram() {
    const Tensor weights = Tensor::from<float>({1, 4}, {1e-44F, 1e-20F, 1e20F, 0.0F});
    const WeightPower power = weight_power(kMatrix, weights);
    QCOMPARE(power.histogram.counts[0], 2);
    QCOMPARE(power.histogram.zeros, 1);
    QCOMPARE(total(power.histogram), 4);
    QS_CLOSE(power.max, 4.0, 1e-6);
  }

  // Channel 1 gains a factor of 100 by folding, channel 0 keeps its weights.
  void folding_is_compared_by_name() {
    GraphBuilder builder;
    const ValueId x = builder.input({1, 2, 1, 1});
    const ValueId w = builder.constant(Tensor::from<float>({2, 2, 1, 1}, {1.0F, -1.0F, 1.0F, 0.5F}));
    Conv conv;
    conv.window = square_window(2, 1);
    const ValueId y = builder.add(conv, {x, w});
    const auto vector = [&](float first, float second) {
      return builder.constant(Tensor::from<float>({2}, {first, second}));
    };
    const ValueId z =
        builder.add(BatchNorm{.epsilon = 0}, {y, vector(1, 100), vector(0, 0), vector(3, 0), vector(1, 1)});
    const ValueId last = builder.conv(z, 2, 1);
    const Graph graph = builder.finish({last});
    QVERIFY(batch_norm_state(graph) == BatchNormState::none);
    const Graph folded = prepare_for_quantization(graph, Scheme{});
    QVERIFY(batch_norm_state(folded) == BatchNormState::real);
    const std::vector<LayerPower> layers = weight_power(folded);
    QCOMPARE(layers.size(), std::size_t{2});
    QVERIFY(layers[0].before.has_value());
    QS_CLOSE(layers[0].before->channel_ratio, 1.0, 1e-6);  // [-1, 1] and [0, 1]
    QS_CLOSE(layers[0].after.channel_ratio, 100.0, 1e-3);  // [-1, 1] and [0, 100]
    QS_CLOSE(layers[0].before->max, 1 / 0.8125, 1e-6);     // mean of 1, 1, 1, 0.25
    QVERIFY(!layers[1].before.has_value());
  }

  void files_are_told_apart_data() { table_rows(kModels); }
  void files_are_told_apart() {
    QS_NEEDS_SHARED_DATA();
    const ModelState row = current_row(kModels);
    QVERIFY(batch_norm_state(prepared(row.model)) == row.state);
  }

  // Issue 3: in conv_dw_1 of MobileNet 0.25 the power tail does not grow by folding, the channel ratio does: 20 -> 400.
  void folding_spreads_the_channels_of_mobilenet() {
    QS_NEEDS_SHARED_DATA();
    const LayerPower layer = layer_of(weight_power(prepared("mobilenet_v1_0.25_224.onnx")), "conv_dw_1");
    QVERIFY(layer.before.has_value());
    QCOMPARE(std::round(layer.before->channel_ratio), 20.0);
    QCOMPARE(std::round(layer.after.channel_ratio), 400.0);
    QVERIFY2(layer.after.max < layer.before->max, std::to_string(layer.after.max / layer.before->max).c_str());
  }
};

}  // namespace qs

QTEST_GUILESS_MAIN(qs::TestWeightPower)
#include "test_weight_power.moc"
