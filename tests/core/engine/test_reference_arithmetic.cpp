// Matrix products, normalizations, activations and elementwise arithmetic by the reference loops, against numbers
// worked out by hand: ln 2 and ln 3 make exponentials come out even.
#include "tests/support/op_cases.h"

#include <QtTest/QtTest>
#include <cmath>
#include <limits>

#include "core/engine/reference/reference.h"

using namespace qs;

namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kLn2 = 0.693147181F;
constexpr float kLn3 = 1.09861229F;

const Tensor kA = f32({2, 2}, {1, 2, 3, 4});
const Tensor kB = f32({2, 2}, {5, 6, 7, 8});

constexpr std::int64_t kLargest = std::numeric_limits<std::int64_t>::max();

}  // namespace

class TestReferenceArithmetic : public QObject {
  Q_OBJECT

 private slots:
  void products_data() {
    op_table();
    expect("plain", Gemm{}, {kA, kB}, {f32({2, 2}, {19, 22, 43, 50})});
    expect("left transposed", Gemm{.transpose_a = true}, {kA, kB}, {f32({2, 2}, {26, 30, 38, 44})});
    expect("right transposed", Gemm{.transpose_b = true}, {kA, kB}, {f32({2, 2}, {17, 23, 39, 53})});
    expect("alpha, beta and a row", Gemm{.alpha = 0.5F, .beta = 2}, {kA, kB, f32({2}, {1, 2})},
           {f32({2, 2}, {11.5, 15, 23.5, 29})});
    expect("a column is added", Gemm{}, {kA, kB, f32({2, 1}, {1, 2})}, {f32({2, 2}, {20, 23, 45, 52})});
    expect("a scalar is added", Gemm{}, {kA, kB, f32({}, {1})}, {f32({2, 2}, {20, 23, 44, 51})});
    expect("one row times many columns", Gemm{.transpose_b = true},
           {f32({1, 2}, {1, 10}), f32({3, 2}, {1, 2, 3, 4, 5, 6})}, {f32({1, 3}, {21, 43, 65})});
    expect("one matrix for a batch", MatMul{}, {f32({2, 1, 2}, {1, 2, 3, 4}), f32({2, 1}, {1, 10})},
           {f32({2, 1, 1}, {21, 43})});
    expect("both batches broadcast", MatMul{}, {f32({2, 1, 1, 1}, {2, 3}), f32({2, 1, 1}, {5, 7})},
           {f32({2, 2, 1, 1}, {10, 14, 15, 21})});
  }
  void products() { QS_CHECK_ROW(); }

  void normalization_data() {
    op_table();
    expect("batch norm", BatchNorm{.epsilon = 1},
           {f32({1, 2, 2}, {1, 5, 0, 3}), f32({2}, {10, 2}), f32({2}, {1, -1}), f32({2}, {1, 0}), f32({2}, {3, 8})},
           {f32({1, 2, 2}, {1, 21, -1, 1})});
    expect("batch norm, two images without spatial axes", BatchNorm{.epsilon = 0},
           {f32({2, 1}, {1, 2}), f32({1}, {3}), f32({1}, {0}), f32({1}, {1}), f32({1}, {1})}, {f32({2, 1}, {0, 3})});
    expect("layer norm", LayerNorm{.axis = 1, .epsilon = 0},
           {f32({2, 2}, {1, 3, 10, 20}), f32({2}, {2, 3}), f32({2}, {10, 20})}, {f32({2, 2}, {8, 23, 8, 23})});
    expect("layer norm, epsilon, no shift", LayerNorm{.axis = 1, .epsilon = 3}, {f32({1, 2}, {1, 3}), f32({2}, {1, 1})},
           {f32({1, 2}, {-0.5, 0.5})});
    expect("layer norm over two axes", LayerNorm{.axis = 1, .epsilon = 0},
           {f32({1, 2, 2}, {-1, 1, 1, -1}), f32({2, 2}, {1, 2, 3, 4})}, {f32({1, 2, 2}, {-1, 2, 3, -4})});
    // Squares 1, 4, 9; alpha / size = 1, so the divisors are 1 + the sum over the window.
    expect("local response, odd", Lrn{.size = 3, .alpha = 3, .beta = 1, .bias = 1}, {f32({1, 3, 1}, {1, 2, 3})},
           {f32({1, 3, 1}, {1.0F / 6, 2.0F / 15, 3.0F / 14})});
    expect("local response, an even window reaches forward", Lrn{.size = 2, .alpha = 2, .beta = 1, .bias = 1},
           {f32({1, 3, 1}, {1, 2, 3})}, {f32({1, 3, 1}, {1.0F / 6, 1.0F / 7, 0.3F})});
    expect("local response, beta is a power, images are apart", Lrn{.size = 1, .alpha = 1, .beta = 0.5F, .bias = 0},
           {f32({2, 1, 1}, {4, -3})}, {f32({2, 1, 1}, {1, -1})});
    expect("softmax, last axis", Softmax{.axis = 1}, {f32({2, 2}, {0, kLn3, 5, 5})},
           {f32({2, 2}, {0.25, 0.75, 0.5, 0.5})});
    expect("softmax, first axis", Softmax{.axis = 0}, {f32({2, 2}, {0, 5, kLn3, 5})},
           {f32({2, 2}, {0.25, 0.5, 0.75, 0.5})});
    expect("softmax, large values", Softmax{.axis = 0}, {f32({2}, {10000, -10000})}, {f32({2}, {1, 0})});
    expect("softmax, flattened as before opset 13", Softmax{.axis = 1, .flattened = true},
           {f32({1, 2, 2}, {7, 7, 7, 7})}, {f32({1, 2, 2}, {0.25, 0.25, 0.25, 0.25})});
  }
  void normalization() { QS_CHECK_ROW(); }

  void activation_data() {
    op_table();
    expect("ReLU", Relu{}, {f32({4}, {-1, 0, 2, kInfinity})}, {f32({4}, {0, 0, 2, kInfinity})});
    expect("leaky ReLU", LeakyRelu{0.5F}, {f32({2}, {-2, 4})}, {f32({2}, {-1, 4})});
    expect("PReLU, a slope for each channel", PRelu{}, {f32({1, 2, 2}, {-1, 1, -2, 2}), f32({2, 1}, {0.5, 0.25})},
           {f32({1, 2, 2}, {-0.5, 1, -0.5, 2})});
    expect("clip", Clip{0, 6}, {f32({4}, {-kInfinity, 3, 7, kInfinity})}, {f32({4}, {0, 3, 6, 6})});
    expect("clip without bounds", Clip{}, {f32({2}, {-9, 9})}, {f32({2}, {-9, 9})});
    expect("clip, bounds crossed: the upper one", Clip{5, 3}, {f32({3}, {1, 4, 9})}, {f32({3}, {3, 3, 3})});
    expect("sigmoid", Sigmoid{}, {f32({4}, {0, kLn3, -1000, 1000})}, {f32({4}, {0.5, 0.75, 0, 1})});
    expect("hard sigmoid", HardSigmoid{}, {f32({4}, {-5, 0, 1, 5})}, {f32({4}, {0, 0.5, 0.7F, 1})});
    expect("hard swish", HardSwish{}, {f32({5}, {-4, -3, 0, 1, 3})}, {f32({5}, {0, 0, 0, 2.0F / 3, 3})});
    expect("swish", Swish{}, {f32({3}, {0, kLn3, -1000})}, {f32({3}, {0, 0.75F * kLn3, 0})});
    expect("tanh", Tanh{}, {f32({3}, {0, kLn2, -kLn2})}, {f32({3}, {0, 0.6F, -0.6F})});
    expect("ELU", Elu{2}, {f32({3}, {-kLn2, 3, -1000})}, {f32({3}, {-1, 3, -2})});
    expect("erf", Erf{}, {f32({3}, {0, 1, -1})}, {f32({3}, {0, 0.842700793F, -0.842700793F})});
    expect("GELU", Gelu{}, {f32({3}, {0, 1, -1})}, {f32({3}, {0, 0.841344746F, -0.158655254F})});
    expect("GELU by tanh", Gelu{true}, {f32({2}, {0, 1})}, {f32({2}, {0, 0.841191991F})});
  }
  void activation() { QS_CHECK_ROW(); }

  void elementwise_data() {
    op_table();
    expect("add, both broadcast", Add{}, {f32({2, 1}, {10, 20}), f32({2}, {1, 2})}, {f32({2, 2}, {11, 12, 21, 22})});
    expect("subtract", Sub{}, {f32({2}, {1, 2}), f32({}, {5})}, {f32({2}, {-4, -3})});
    expect("multiply", Mul{}, {f32({2}, {3, -4}), f32({2}, {5, 0.5})}, {f32({2}, {15, -2})});
    expect("divide, also by zero", Div{}, {f32({3}, {1, -1, 3}), f32({3}, {0, 0, 2})},
           {f32({3}, {kInfinity, -kInfinity, 1.5})});
    expect("sum of one", Sum{}, {f32({1}, {3})}, {f32({1}, {3})});
    expect("sum of three, broadcast", Sum{}, {f32({2, 1}, {1, 2}), f32({1, 2}, {10, 20}), f32({}, {100})},
           {f32({2, 2}, {111, 121, 112, 122})});
    expect("integers: add", Add{}, {s64({2}, {1, -2}), s64({}, {5})}, {s64({2}, {6, 3})});
    expect("integers: multiply", Mul{},
           {Tensor::from<std::int32_t>({2}, {3, -4}), Tensor::from<std::int32_t>({1}, {5})},
           {Tensor::from<std::int32_t>({2}, {15, -20})});
    expect("integers: the quotient is truncated", Div{}, {s64({4}, {7, -7, 7, -7}), s64({4}, {2, 2, -2, -2})},
           {s64({4}, {3, -3, -3, 3})});
  }
  void elementwise() { QS_CHECK_ROW(); }

  void refused_data() {
    op_table();
    refuse("integer division by zero", Div{}, {s64({1}, {1}), s64({1}, {0})}, "division by zero");
    refuse("integer overflow: quotient", Div{}, {s64({1}, {-kLargest - 1}), s64({1}, {-1})}, "overflow");
    refuse("integer overflow: sum", Add{}, {s64({1}, {kLargest}), s64({1}, {1})}, "overflow");
    refuse("integer overflow: difference", Sub{}, {s64({1}, {-kLargest}), s64({1}, {2})}, "overflow");
    refuse("integer overflow: product", Mul{}, {s64({1}, {kLargest}), s64({1}, {2})}, "overflow");
    refuse("mixed types", Add{}, {s64({1}, {1}), f32({1}, {1})}, "s64 and f32");
    refuse("bytes are not added", Add{}, {Tensor(DType::u8, {1}), Tensor(DType::u8, {1})}, "u8");
    refuse("activations of integers", Relu{}, {s64({1}, {1})}, "f32");
    refuse("shapes that do not broadcast", Add{}, {f32({2}, {1, 2}), f32({3}, {1, 2, 3})}, "broadcast");
    refuse("inner extents that differ", MatMul{}, {f32({1, 2}, {1, 2}), f32({1, 2}, {1, 2})}, "");
  }
  void refused() { QS_CHECK_ROW(); }

  void not_a_number_is_never_hidden_data() {
    QTest::addColumn<Op>("op");
    QTest::newRow("ReLU") << Op(Relu{});
    QTest::newRow("leaky ReLU") << Op(LeakyRelu{});
    QTest::newRow("clip") << Op(Clip{0, 6});
    QTest::newRow("sigmoid") << Op(Sigmoid{});
    QTest::newRow("hard sigmoid") << Op(HardSigmoid{});
    QTest::newRow("hard swish") << Op(HardSwish{});
    QTest::newRow("swish") << Op(Swish{});
    QTest::newRow("tanh") << Op(Tanh{});
    QTest::newRow("ELU") << Op(Elu{});
    QTest::newRow("erf") << Op(Erf{});
    QTest::newRow("GELU") << Op(Gelu{});
    QTest::newRow("GELU by tanh") << Op(Gelu{true});
  }
  void not_a_number_is_never_hidden() {
    QFETCH(const Op, op);
    const Tensor x = f32({1}, {std::numeric_limits<float>::quiet_NaN()});
    QVERIFY(std::isnan(reference_op(op, {&x, 1})[0].values<float>()[0]));
  }
};

QTEST_GUILESS_MAIN(TestReferenceArithmetic)
#include "test_reference_arithmetic.moc"
