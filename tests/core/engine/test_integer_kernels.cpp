// The integer loops one by one. The truth is spec/methods.md section 2 (f), section 1 (f), TFLite's formulas worked out
// by hand, and the same sums written as nested loops over real numbers.
#include <cmath>
#include <random>

#include "core/engine/reference/integer_kernels.h"
#include "core/graph/operator.h"
#include "tests/support/agreement.h"
#include "tests/support/graph_builder.h"
#include "tests/support/table.h"

using namespace qs;
using namespace qs::reference;

namespace {

Tensor codes(Shape shape, std::initializer_list<std::int32_t> values) {
  return Tensor::from<std::int32_t>(std::move(shape), values);
}

CodeFormat u8(float scale, std::int32_t zero_point) {
  return {{scale, zero_point}, {8, GridKind::affine, false}};
}
CodeFormat s8(float scale, std::int32_t zero_point) {
  return {{scale, zero_point}, {8, GridKind::affine, true}};
}

std::vector<std::int32_t> values(const Tensor& tensor) {
  const auto all = tensor.values<std::int32_t>();
  return {all.begin(), all.end()};
}
using Codes = std::vector<std::int32_t>;

struct Addition {
  const char* name;
  std::int32_t q1;
  CodeFormat first;
  std::int32_t q2;
  CodeFormat second;
  CodeFormat out;
  int sign;
  bool relu;
  std::int32_t expected;
};
const std::vector<Addition> kAdditions = {
    {"(f) exact 166.67", 200, u8(.05F, 128), 30, u8(.02F, 10), u8(.06F, 100), 1, false, 167},
    {"(f) fused ReLU", 100, u8(.05F, 128), 30, u8(.02F, 10), u8(.06F, 100), 1, true, 100},
    {"(f) without", 100, u8(.05F, 128), 30, u8(.02F, 10), u8(.06F, 100), 1, false, 83},
    {"subtracted: 3.2 / .06 = 53.3", 200, u8(.05F, 128), 30, u8(.02F, 10), u8(.06F, 100), -1, false, 153},
    {"saturates", 255, u8(1, 0), 255, u8(1, 0), u8(1, 0), 1, false, 255},
    {"signed", -100, s8(.5F, -28), 100, s8(.25F, 0), s8(.5F, -3), 1, false, -25},  // -36 + 25 = -11; -22 - 3
    {"one scale much smaller", 10, u8(1, 0), 255, u8(1e-6F, 0), u8(1, 0), 1, false, 10},
};

struct Rescaling {
  const char* name;
  CodeFormat from, to;
  Codes codes, expected;
};
const std::vector<Rescaling> kRescalings = {
    {"(f) concat", u8(.05F, 128), u8(.03F, 60), {200}, {180}},
    {"same encoding copies", u8(.05F, 128), u8(.05F, 128), {0, 77, 255}, {0, 77, 255}},
    {"u8 to s8", u8(.05F, 128), s8(.05F, 0), {0, 128, 255}, {-128, 0, 127}},
    {"halves go up, as one rounding of gemmlowp has it",
     u8(.5F, 10),
     u8(1, 10),
     {7, 9, 10, 11, 13},
     {9, 10, 10, 11, 12}},
    {"saturates", u8(1, 0), u8(.5F, 0), {100, 127, 128, 255}, {200, 254, 255, 255}},
};

/// What an activation leaves of codes u8(.02, 40), as "min max".
std::string limits(const Op& op) {
  const CodeFormat format = u8(.02F, 40);
  const Steps steps = then(left_by(op, format.encoding), expressible(format));
  return fmt::format("{} {}", steps.min + 40, steps.max + 40);
}

Window line(std::int64_t kernel, std::int64_t stride, std::int64_t pad) {
  return {{kernel}, {stride}, {1}, {pad}, {pad}};
}

/// With 7 as the code of 0.
template <class Pool>
Codes pooled(const Pool& op, const Tensor& x) {
  return values(pool(op, x, s8(1, 7), s8(1, 7), infer_shapes(op, std::vector{x.shape()})[0]));
}

}  // namespace

class TestIntegerKernels : public QObject {
  Q_OBJECT
 private slots:
  /// Section 2 (f), "Full layer".
  void computes_the_worked_layer() {
    LayerWeights layer{3, {10, 30, -30, -20, 80, 20}, {3700, 3700}};  // W - Z1
    const Tensor sums = accumulate(Gemm{}, codes({1, 3}, {128, 97, 255}), 77, layer, {1, 2});
    QCOMPARE(values(sums), (Codes{-530, 7840}));
    OutputStage stage;
    stage.multipliers.assign(2, fixed_point(.02 * .005 / .03));
    stage.out = u8(.03F, 40);
    stage.steps = expressible(stage.out);
    QCOMPARE(values(finish(sums, stage, nullptr)), (Codes{38, 66}));
  }

  /// Section 1 (f), eq 4-6 with the factor K that the paper forgets.
  void equals_the_expansion() {
    const LayerWeights layer{4, {3 - 120, 200 - 120, 17 - 120, 90 - 120}, {0}};
    const Tensor sums = accumulate(Gemm{}, codes({1, 4}, {128, 4, 255, 60}), 77, layer, {1, 1});
    QCOMPARE(values(sums), (Codes{-29631}));
    QCOMPARE(10919 - 53640 - 23870 + 36960, -29631);
  }

  void saturates_sums_beyond_32_bits() {
    const std::int64_t inputs = 40000;
    LayerWeights layer{inputs, std::vector<std::int16_t>(inputs, 255), {0}};
    const Tensor x = Tensor::from<std::int32_t>({1, inputs}, Codes(inputs, 255));
    QCOMPARE(values(accumulate(Gemm{}, x, 0, layer, {1, 1})), (Codes{std::numeric_limits<std::int32_t>::max()}));
    layer.centered.assign(inputs, -255);
    QCOMPARE(values(accumulate(Gemm{}, x, 0, layer, {1, 1})), (Codes{std::numeric_limits<std::int32_t>::min()}));
    layer.inputs = 33025;  // just fit
    const Tensor fits = Tensor::from<std::int32_t>({1, 33025}, Codes(33025, 255));
    QCOMPARE(values(accumulate(Gemm{}, fits, 0, layer, {1, 1})), (Codes{-255 * 255 * 33025}));
  }

  void adds_data() { table_rows(kAdditions); }
  void adds() {
    const Addition row = current_row(kAdditions);
    const Tensor first = codes({1}, {row.q1});
    const Tensor second = codes({1}, {row.q2});
    const Steps steps = then(row.relu ? left_by(Relu{}, row.out.encoding) : Steps{}, expressible(row.out));
    const Tensor sum = add({first, row.first}, {second, row.second}, row.sign, row.out, steps, {1});
    QCOMPARE(values(sum), (Codes{row.expected}));
  }

  void multiplies() {
    const Tensor a = codes({2}, {130, 100});
    const Tensor b = codes({1}, {50});
    const CodeFormat out = u8(.1F, 20);
    // (2, -28) .5 times 40 .25 = 10, -140
    const Tensor product = multiply({a, u8(.5F, 128)}, {b, u8(.25F, 10)}, out, expressible(out), {2});
    QCOMPARE(values(product), (Codes{120, 0}));
  }

  void rescales_data() { table_rows(kRescalings); }
  void rescales() {
    const Rescaling row = current_row(kRescalings);
    const Tensor from = Tensor::from<std::int32_t>({static_cast<std::int64_t>(row.codes.size())}, row.codes);
    QCOMPARE(values(rescale(from, row.from, row.to, expressible(row.to))), row.expected);
  }

  void cuts_off_at_bounds() {
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    QCOMPARE(limits(Identity{}), "0 255");
    QCOMPARE(limits(Relu{}), "40 255");
    QCOMPARE(limits(Clip{0, 6}), "40 255");  // beyond the grid, which ends at 4.3
    QCOMPARE(limits(Clip{0, 1}), "40 90");
    QCOMPARE(limits(Clip{-kInfinity, 1}), "0 90");
    QCOMPARE(limits(Clip{0, kInfinity}), "40 255");
    QCOMPARE(limits(Clip{-.05F, .05F}), "37 43");  // 2.5 steps: ties away from zero
    QCOMPARE(limits(Clip{3, 1}), "90 90");         // crossed bounds give the upper one
    QCOMPARE(limits(Clip{-10, -9}), "0 0");
  }

  void averages_with_ties_away_from_zero() {
    QCOMPARE(pooled(AveragePool{line(2, 2, 0)}, codes({1, 1, 6}, {1, 2, -1, -2, 1, 0})), (Codes{2, -2, 1}));
    QCOMPARE(pooled(GlobalAveragePool{}, codes({1, 2, 2, 2}, {1, 2, 3, 4, -1, -2, -3, -4})), (Codes{3, -3}));
    QCOMPARE(pooled(ReduceMean{{1}, true}, codes({1, 2, 1, 2}, {1, 2, 4, -5})), (Codes{3, -2}));
  }

  void pools_what_lies_inside() {
    const Tensor x = codes({1, 1, 5}, {10, 21, 40, 50, 60});
    QCOMPARE(pooled(AveragePool{line(3, 3, 1)}, x), (Codes{16, 50}));               // 31/2 = 15.5
    QCOMPARE(pooled(AveragePool{line(3, 3, 1), false, true}, x), (Codes{13, 50}));  // 38/3 = 12.7
    QCOMPARE(pooled(MaxPool{line(3, 3, 1)}, codes({1, 1, 5}, {-10, -21, -40, -50, -60})), (Codes{-10, -40}));
    QCOMPARE(pooled(GlobalMaxPool{}, codes({1, 2, 2, 2}, {1, 2, 3, 4, -1, -2, -3, -4})), (Codes{4, -1}));
  }

  void pools_between_encodings() {
    const Tensor x = codes({1, 1, 4}, {12, 13, 10, 90});  // in halves, 10 is 0: 1, 1.5, 0, 40
    const CodeFormat in = u8(.5F, 10);
    const CodeFormat out = u8(.25F, 100);
    QCOMPARE(values(pool(AveragePool{line(2, 2, 0)}, x, in, out, {1, 1, 2})), (Codes{105, 180}));
    QCOMPARE(values(pool(MaxPool{line(2, 2, 0)}, x, in, out, {1, 1, 2})), (Codes{106, 255}));
    QCOMPARE(values(pool(GlobalAveragePool{}, x, in, out, {1, 1, 1})), (Codes{143}));  // 10.625 * 4 = 42.5
  }

  /// The residual: 100 steps of a sum cut to 60 by what comes before the addition, plus 30 codes of half a step.
  void adds_the_residual_in_steps_of_the_output() {
    OutputStage stage;
    stage.multipliers = {fixed_point(.1)};
    stage.out = u8(1, 3);
    stage.residual = u8(.5F, 10);
    stage.before_residual = {0, 60};
    stage.steps = {0, 70};
    const Tensor residual = codes({1, 1, 3}, {40, 5, 255});
    QCOMPARE(values(finish(codes({1, 1, 3}, {1000, -50, 200}), stage, &residual)), (Codes{73, 3, 73}));
    stage.before_residual = {};
    stage.steps = expressible(stage.out);
    QCOMPARE(values(finish(codes({1, 1, 3}, {1000, -50, 200}), stage, &residual)), (Codes{118, 0, 146}));
  }

  void refuses_to_quantize_what_is_no_number() {
    const Tensor x = Tensor::from<float>({2}, {0, std::nanf("")});
    QS_CONTAINS(refusal_of([&] { static_cast<void>(to_codes(x, u8(1, 0))); }), "element 1 is not a number");
  }
};

QTEST_APPLESS_MAIN(TestIntegerKernels)
#include "test_integer_kernels.moc"
