// Encodings and codes of weights: the whitepaper's worked example, and plain loops written another way.
#include <QtTest/QtTest>
#include <cmath>
#include <limits>

#include "core/base/rng.h"
#include "core/graph/output_channel.h"
#include "core/quant/weight_quantizer.h"
#include "tests/support/table.h"

namespace qs {
namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();
const MethodChoice kMinMax{"min_max", {}};

Tensor random_weights(const Shape& shape) {
  Tensor tensor(DType::f32, shape);
  const auto values = tensor.mutable_values<float>();
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = random_unit(7, i) * 3 - 1;
  return tensor;
}

struct Layout {
  const char* name;
  Op op;
  Shape weights;
  std::int64_t channels;
};
Op transposed_convolution(std::int64_t groups) {
  ConvTranspose op;
  op.groups = groups;
  return op;
}
Op matrix(bool transpose_b) {
  return Gemm{.alpha = 1, .beta = 1, .transpose_a = false, .transpose_b = transpose_b};
}
const std::vector<Layout> kLayouts = {
    {"Conv", Conv{}, {5, 3, 2, 3}, 5},
    {"Conv, depthwise", Conv{}, {6, 1, 3, 3}, 6},
    {"Conv, 1-D", Conv{}, {4, 2, 3}, 4},
    {"ConvTranspose", transposed_convolution(1), {4, 3, 2, 2}, 3},
    {"ConvTranspose, 2 groups", transposed_convolution(2), {4, 3, 2, 2}, 6},
    {"ConvTranspose, depthwise", transposed_convolution(3), {3, 1, 2, 2}, 3},
    {"Gemm [K,N]", matrix(false), {7, 4}, 4},
    {"Gemm [N,K]", matrix(true), {7, 4}, 7},
    {"MatMul", MatMul{}, {5, 3}, 3},
    {"MatMul with batch", MatMul{}, {2, 5, 3}, 3},
    {"one channel", Conv{}, {1, 2, 2, 2}, 1},
};

std::int64_t channel_of(const Op& op, const Shape& shape, std::int64_t i) {
  if (const auto* conv = std::get_if<Conv>(&op)) return output_channel(*conv, shape, i);
  if (const auto* conv = std::get_if<ConvTranspose>(&op)) return output_channel(*conv, shape, i);
  if (const auto* gemm = std::get_if<Gemm>(&op)) return output_channel(*gemm, shape, i);
  return output_channel(std::get<MatMul>(op), shape, i);
}

WeightScheme weight_scheme(GridKind grid, Granularity granularity) {
  WeightScheme scheme;
  scheme.grid = grid;
  scheme.granularity = granularity;
  return scheme;
}

/// The code at `i`, whatever its type.
std::int32_t code(const Tensor& codes, std::size_t i) {
  if (codes.dtype() == DType::s8) return codes.values<std::int8_t>()[i];
  if (codes.dtype() == DType::u8) return codes.values<std::uint8_t>()[i];
  return codes.values<std::int32_t>()[i];
}

struct GridRow {
  const char* name;
  int bits;
  GridKind grid;
  DType dtype;
};
const std::vector<GridRow> kGrids = {
    {"8 bits, affine", 8, GridKind::affine, DType::u8},
    {"8 bits, symmetric", 8, GridKind::symmetric, DType::s8},
    {"8 bits, restricted", 8, GridKind::symmetric_restricted, DType::s8},
    {"4 bits, affine", 4, GridKind::affine, DType::u8},
    {"2 bits, affine", 2, GridKind::affine, DType::u8},
    {"2 bits, restricted", 2, GridKind::symmetric_restricted, DType::s8},
    {"9 bits, affine", 9, GridKind::affine, DType::s32},
    {"16 bits, symmetric", 16, GridKind::symmetric, DType::s32},
    {"16 bits, affine", 16, GridKind::affine, DType::s32},
};

}  // namespace

class TestWeightQuantizer : public QObject {
  Q_OBJECT

 private slots:
  void runs_agree_with_single_elements_data() { table_rows(kLayouts); }
  void runs_agree_with_single_elements() {
    const Layout row = current_row(kLayouts);
    const ChannelRuns runs = channel_runs(row.op, row.weights);
    QCOMPARE(runs.channels, row.channels);
    QCOMPARE(runs.runs * runs.length, row.weights.elements());
    QVERIFY(has_output_channels(row.op));
    for (std::int64_t i = 0; i < row.weights.elements(); ++i) {
      QCOMPARE(runs.channel(i / runs.length), channel_of(row.op, row.weights, i));
    }
  }

  void ranges_are_those_of_a_plain_loop_data() { table_rows(kLayouts); }
  void ranges_are_those_of_a_plain_loop() {
    const Layout row = current_row(kLayouts);
    const Tensor weights = random_weights(row.weights);
    const auto values = weights.values<float>();
    const auto ranges = weight_ranges(row.op, weights);
    QCOMPARE(static_cast<std::int64_t>(ranges.size()), row.channels);
    for (std::int64_t c = 0; c < row.channels; ++c) {
      std::vector<float> mine;
      for (std::size_t i = 0; i < values.size(); ++i) {
        if (channel_of(row.op, row.weights, static_cast<std::int64_t>(i)) == c) mine.push_back(values[i]);
      }
      std::sort(mine.begin(), mine.end());
      QCOMPARE(ranges[static_cast<std::size_t>(c)].min, mine.front());
      QCOMPARE(ranges[static_cast<std::size_t>(c)].max, mine.back());
      const Tensor together = weights_by_channel(row.op, weights);
      const auto count = static_cast<std::ptrdiff_t>(mine.size());
      std::vector<float> there(together.values<float>().begin() + c * count,
                               together.values<float>().begin() + (c + 1) * count);
      std::sort(there.begin(), there.end());
      QVERIFY(there == mine);
    }
  }

  void codes_are_those_of_quantize_data() { table_rows(kLayouts); }
  void codes_are_those_of_quantize() {
    const Layout row = current_row(kLayouts);
    const Tensor weights = random_weights(row.weights);
    const auto values = weights.values<float>();
    for (const GridRow& grid : kGrids) {
      for (Granularity granularity : {Granularity::tensor, Granularity::channel}) {
        const Encoding encoding =
            weight_encoding(row.op, weights, weight_scheme(grid.grid, granularity), grid.bits, kMinMax);
        QCOMPARE(encoding.grid.bits, grid.bits);
        const std::int64_t expected = granularity == Granularity::tensor ? 1 : row.channels;
        QCOMPARE(static_cast<std::int64_t>(encoding.channels.size()), expected);
        const Tensor codes = weight_codes(row.op, weights, encoding, Rounding::nearest, 0);
        QVERIFY(codes.dtype() == grid.dtype);
        QVERIFY(codes.shape() == weights.shape());
        for (std::size_t i = 0; i < values.size(); ++i) {
          const auto c = static_cast<std::size_t>(channel_of(row.op, row.weights, static_cast<std::int64_t>(i)));
          QCOMPARE(code(codes, i), quantize(values[i], encoding.at(c), encoding.grid));
        }
      }
    }
  }

  // The ends of the range are codes, so that no weight is off by more than half a step. An affine grid may be moved by
  // half a step to make 0 exact (spec/methods.md section 0, rule 4).
  void no_weight_is_clipped_data() { table_rows(kGrids); }
  void no_weight_is_clipped() {
    const GridRow row = current_row(kGrids);
    const Tensor weights = random_weights({50, 4, 3, 3});
    const auto values = weights.values<float>();
    const Encoding encoding =
        weight_encoding(Conv{}, weights, weight_scheme(row.grid, Granularity::channel), row.bits, kMinMax);
    const Tensor codes = weight_codes(Conv{}, weights, encoding, Rounding::nearest, 0);
    const double allowed = row.grid == GridKind::affine ? 1 : 0.5;
    constexpr double kFloatRounding = 0.005;  // of x / scale, at 65535 steps
    for (std::size_t i = 0; i < values.size(); ++i) {
      const ScaleZeroPoint channel = encoding.at(i / 36);
      const double steps = std::abs(static_cast<double>(values[i] - dequantize(code(codes, i), channel))) /
                           static_cast<double>(channel.scale);
      QVERIFY2(steps <= allowed + kFloatRounding, std::to_string(steps).c_str());
    }
  }

  // spec/methods.md section 1 (f), SQNR: symmetric restricted, 8 bits; scales max|x| / 127.
  void worked_example_of_the_spec() {
    const Tensor weights = Tensor::from<float>({2, 3}, {1.0F, -0.6F, 0.3F, 0.02F, -0.013F, 0.007F});
    const Op op = matrix(true);
    const WeightScheme tensor = weight_scheme(GridKind::symmetric_restricted, Granularity::tensor);
    const Encoding one = weight_encoding(op, weights, tensor, 8, kMinMax);
    QCOMPARE(one.channels.size(), std::size_t{1});
    QCOMPARE(one.channels[0].scale, 1.0F / 127);
    const Tensor codes = weight_codes(op, weights, one, Rounding::nearest, 0);
    const std::vector<int> by_hand = {127, -76, 38, 3, -2, 1};  // 76.2, 38.1, 2.54, 1.651, 0.889
    for (std::size_t i = 0; i < by_hand.size(); ++i) QCOMPARE(code(codes, i), by_hand[i]);
    const WeightScheme channel = weight_scheme(GridKind::symmetric_restricted, Granularity::channel);
    const Encoding two = weight_encoding(op, weights, channel, 8, kMinMax);
    QCOMPARE(two.channels[0].scale, 1.0F / 127);
    QCOMPARE(two.channels[1].scale, static_cast<float>(static_cast<double>(0.02F) / 127));
  }

  // An estimator that minimizes the squared error cannot do worse than min-max, and does better with an outlier.
  void estimators_choose_for_each_channel() {
    Tensor weights = random_weights({3, 500});
    weights.mutable_values<float>()[700] = 8;  // in channel 1, whose others are 2 at most
    const WeightScheme scheme = weight_scheme(GridKind::symmetric_restricted, Granularity::channel);
    const MethodChoice mse{"mse", {}};
    QVERIFY(weight_range_obstacle(scheme, 4, mse).empty());
    const Encoding plain = weight_encoding(matrix(true), weights, scheme, 4, kMinMax);
    const Encoding better = weight_encoding(matrix(true), weights, scheme, 4, mse);
    QCOMPARE(better.channels.size(), std::size_t{3});
    QVERIFY(better.channels[1].scale < 0.8F * plain.channels[1].scale);
    QVERIFY(better.channels[0].scale > 0.5F * plain.channels[0].scale);
    const Encoding one =
        weight_encoding(matrix(true), weights, weight_scheme(GridKind::affine, Granularity::tensor), 4, mse);
    QCOMPARE(one.channels.size(), std::size_t{1});
  }

  // Weights come in no batches.
  void estimators_that_cannot_answer_leave_it_to_min_max() {
    const Tensor weights = random_weights({3, 50});
    const WeightScheme scheme = weight_scheme(GridKind::affine, Granularity::channel);
    for (const char* id : {"moving_average", "cross_entropy", "batch_norm"}) {
      QVERIFY2(!weight_range_obstacle(scheme, 8, {id, {}}).empty(), id);
      QVERIFY(weight_encoding(matrix(true), weights, scheme, 8, {id, {}}) ==
              weight_encoding(matrix(true), weights, scheme, 8, kMinMax));
    }
  }

  // spec/methods.md section 0, rule 2.
  void dead_channels_have_scale_1() {
    const Tensor weights = Tensor::from<float>({2, 2}, {0.0F, 0.0F, 1.0F, -1.0F});
    for (GridKind grid : {GridKind::affine, GridKind::symmetric_restricted}) {
      const Encoding encoding =
          weight_encoding(matrix(true), weights, weight_scheme(grid, Granularity::channel), 8, kMinMax);
      QCOMPARE(encoding.channels[0].scale, 1.0F);
      const Tensor codes = weight_codes(matrix(true), weights, encoding, Rounding::nearest, 0);
      QCOMPARE(dequantize(code(codes, 0), encoding.at(0)), 0.0F);
    }
  }

  void not_a_number_is_refused_data() {
    QTest::addColumn<float>("value");
    QTest::addColumn<int>("place");
    for (int place : {0, 7, 8, 20, 35}) {
      QTest::addRow("NaN at %d", place) << kNaN << place;
      QTest::addRow("infinity at %d", place) << kInfinity << place;
      QTest::addRow("-infinity at %d", place) << -kInfinity << place;
    }
  }
  void not_a_number_is_refused() {
    QFETCH(float, value);
    QFETCH(int, place);
    Tensor weights = random_weights({2, 18});
    weights.mutable_values<float>()[static_cast<std::size_t>(place)] = value;
    for (Granularity granularity : {Granularity::tensor, Granularity::channel}) {
      for (bool transposed : {false, true}) {
        const WeightScheme scheme = weight_scheme(GridKind::affine, granularity);
        QS_CONTAINS(refusal_of([&] { (void)weight_encoding(matrix(transposed), weights, scheme, 8, kMinMax); }),
                    "the weights hold NaN or infinity");
      }
    }
  }

  // spec/methods.md section 1 (f): x / scale = 2.3 becomes 3 with probability 0.3; points of the grid stay.
  void stochastic_codes_have_the_right_mean() {
    constexpr std::int64_t kDraws = 40'000;
    Tensor weights(DType::f32, {1, kDraws});
    const auto values = weights.mutable_values<float>();
    std::fill(values.begin(), values.end(), 2.3F);
    values[0] = 127;  // makes the scale 1
    const WeightScheme scheme = weight_scheme(GridKind::symmetric_restricted, Granularity::tensor);
    const Encoding encoding = weight_encoding(matrix(true), weights, scheme, 8, kMinMax);
    const Tensor codes = weight_codes(matrix(true), weights, encoding, Rounding::stochastic, 5);
    QCOMPARE(code(codes, 0), 127);
    double sum = 0;
    for (std::size_t i = 1; i < kDraws; ++i) {
      QVERIFY(code(codes, i) == 2 || code(codes, i) == 3);
      sum += code(codes, i);
    }
    constexpr double kFourDeviations = 4 * 0.00229;  // sqrt(0.21 / 40000)
    QVERIFY(std::abs(sum / (kDraws - 1) - 2.3) <= kFourDeviations);
    const Tensor again = weight_codes(matrix(true), weights, encoding, Rounding::stochastic, 5);
    const Tensor other = weight_codes(matrix(true), weights, encoding, Rounding::stochastic, 6);
    const auto bytes = [](const Tensor& tensor) { return tensor.values<std::int8_t>(); };
    QVERIFY(std::ranges::equal(bytes(codes), bytes(again)));
    QVERIFY(!std::ranges::equal(bytes(codes), bytes(other)));
  }
};

}  // namespace qs

QTEST_GUILESS_MAIN(qs::TestWeightQuantizer)
#include "test_weight_quantizer.moc"
