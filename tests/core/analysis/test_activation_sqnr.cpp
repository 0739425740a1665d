// Noise of activations from their histograms, against quantizing every single value.
#include <QtTest/QtTest>
#include <cmath>

#include "core/analysis/activation_sqnr.h"
#include "core/base/rng.h"
#include "tests/support/calibrated.h"
#include "tests/support/graph_builder.h"
#include "tests/support/table.h"

namespace qs {
namespace {

bool close(double value, double expected, double tolerance) {
  return std::abs(value - expected) <= tolerance;  // false for NaN
}
#define QS_CLOSE(value, expected, tolerance) QVERIFY2(close(value, expected, tolerance), std::to_string(value).c_str())

/// Roughly normal: the sum of four uniform numbers, less their mean.
float bell(std::uint64_t i) {
  return random_unit(1, i) + random_unit(2, i) + random_unit(3, i) + random_unit(4, i) - 2;
}

float clamped(float x, float low, float high) {
  return std::min(std::max(x, low), high);
}

struct Case {
  const char* name;
  float (*value)(std::uint64_t i);
  int bits;
  Range covers;
  double decibels;  ///< tolerance
};
// The bins are at least four times finer than 8-bit steps; with more bits their evenness is only an assumption.
const std::vector<Case> kCases = {
    {"all covered", [](std::uint64_t i) { return bell(i); }, 8, {-2, 2}, 0.02},
    {"clipped on both sides", [](std::uint64_t i) { return bell(i); }, 8, {-0.7F, 1}, 0.02},
    {"after ReLU", [](std::uint64_t i) { return std::max(0.0F, bell(i)); }, 8, {0, 2}, 0.05},
    {"after ReLU6", [](std::uint64_t i) { return clamped(4 + 3 * bell(i), 0, 6); }, 8, {0, 6}, 0.1},
    {"a few values far away", [](std::uint64_t i) { return i % 5000 == 0 ? 9.0F : bell(i); }, 8, {-2, 2}, 0.05},
    {"four bits", [](std::uint64_t i) { return bell(i); }, 4, {-2, 2}, 0.02},
    {"two bits", [](std::uint64_t i) { return bell(i); }, 2, {-1, 1}, 0.02},
    {"sixteen bits", [](std::uint64_t i) { return bell(i); }, 16, {-2, 2}, 0.1},
    {"all above", [](std::uint64_t i) { return 3 + random_unit(1, i); }, 8, {0, 2}, 0.01},
};

}  // namespace

class TestActivationSqnr : public QObject {
  Q_OBJECT

 private slots:
  void agrees_with_every_single_value_data() { table_rows(kCases); }
  void agrees_with_every_single_value() {
    const Case row = current_row(kCases);
    std::vector<float> values(200'000);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = row.value(i);
    const Grid grid{row.bits, GridKind::affine, false};
    const ScaleZeroPoint encoding = cover(row.covers, grid);
    std::vector<float> quantized(values.size());
    fake_quantize(values, encoding, grid, quantized);
    const SquaredError expected = squared_error(values, quantized);
    const Range limits = covered(encoding, grid);
    const float half = encoding.scale / 2;
    const auto outside = std::count_if(values.begin(), values.end(), [&](float value) {
      return value < limits.min - half || value > limits.max + half;
    });
    Histogram histogram;
    histogram.add(values);
    const HistogramError found = histogram_error(histogram, encoding, grid);
    QS_CLOSE(sqnr_db({expected.signal, found.rounding + found.clipping}), sqnr_db(expected), row.decibels);
    constexpr double kOneBin = 0.002;  // of the values lies in a bin that the limit cuts
    QS_CLOSE(found.clipped / 200'000, static_cast<double>(outside) / 200'000, kOneBin);
  }

  // 0 to 4 in one bin of width 4 on a grid 0, 1, 2, 3 that covers it but for the upper end: by hand, four half-cells
  // and three whole ones of 1/12 each up to 3.5, then (x - 3)^2 from 3.5 to 4: (1 - 1/8) / 3.
  void one_wide_bin_by_hand() {
    std::vector<std::int64_t> counts(Histogram::kBins, 0);
    counts[0] = 4;
    const Histogram histogram = Histogram::restored(4, 0, counts, 0, {0, std::nextafter(4.0F, 0.0F)});
    const HistogramError error = histogram_error(histogram, {1, 0}, {2, GridKind::affine, false});
    constexpr double kRounding = 1e-6;  // of the largest value to just below 4
    QS_CLOSE(error.rounding, 3.5 / 12, kRounding);
    QS_CLOSE(error.clipping, 7.0 / 24, kRounding);
    QS_CLOSE(error.clipped, 0.5, kRounding);
  }

  void zeros_are_exact() {
    const std::vector<float> zeros(10, 0.0F);
    Histogram histogram;
    histogram.add(zeros);
    const HistogramError error = histogram_error(histogram, {0.7F, 3}, {8, GridKind::affine, false});
    QCOMPARE(error.rounding + error.clipping, 0.0);
    QCOMPARE(histogram_error({}, {1, 0}, {8, GridKind::affine, false}).rounding, 0.0);
  }

  // What the statistics tell of a network is what its values show when they are quantized one by one.
  void networks_are_told_value_by_value() {
    GraphBuilder builder;
    ValueId x = builder.input({4, 3, 12, 12});
    x = builder.conv(x, 8, 3);
    x = builder.add(Relu{}, {x});
    x = builder.conv(x, 8, 3);
    const Graph graph = prepare_for_quantization(builder.finish({x}), Scheme{});
    const std::vector<Tensor> batches = random_batches(graph, 4, 3);
    const Calibration calibration = calibrated(graph, batches);
    const QuantizedGraph quantized = quantize(graph, calibration, find_scheme("w8a8-tensor-asym"));
    const auto values = activation_sqnr(quantized, calibration);
    QCOMPARE(values.size(), std::size_t{3});
    QCOMPARE(values[0].layer, std::string());
    QCOMPARE(values[1].layer, std::string("Relu_1"));
    QVERIFY2(values[1].zero_share > 0.3 && values[1].zero_share < 0.7, std::to_string(values[1].zero_share).c_str());
    SquaredError expected;
    for (const Tensor& batch : batches) {
      const auto pixels = batch.values<float>();
      std::vector<float> rounded(pixels.size());
      fake_quantize(pixels, values[0].encoding.channels[0], values[0].encoding.grid, rounded);
      expected += squared_error(pixels, rounded);
    }
    constexpr double kEvenness = 0.1;
    QS_CLOSE(sqnr_db(values[0].total()), sqnr_db(expected), kEvenness);
    QVERIFY(std::abs(values[0].rounding.signal / expected.signal - 1) < 1e-6);
  }
};

}  // namespace qs

QTEST_GUILESS_MAIN(qs::TestActivationSqnr)
#include "test_activation_sqnr.moc"
