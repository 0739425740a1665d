// The derivative of every operation, and of small networks, against central differences.
#include <QtTest/QtTest>
#include <functional>

#include "core/engine/training/loss.h"
#include "core/engine/training/network.h"
#include "core/graph/operator.h"
#include "core/graph/passes/passes.h"
#include "tests/support/graph_builder.h"
#include "tests/support/training_checks.h"

namespace qs {

namespace {

/// f32 sums of some hundred products, divided by 2h: relative to the largest gradient of a parameter.
constexpr double kDifferenceError = 1e-2;
constexpr double kStep = 1e-2;
/// Relative rounding of bf16 (8 bits of mantissa), here of both factors of a product.
constexpr double kHalfError = 3e-2;

class Building {
 public:
  VariableId random(const Shape& shape, float low = -1, float high = 1, const std::string& name = "p") {
    return tape.parameter(name, ParameterKind::weights, random_tensor(shape, generator_, low, high));
  }
  Tape tape;

 private:
  std::mt19937 generator_{3};
};

using Build = std::function<VariableId(Building&)>;

Conv conv_op(std::int64_t kernel, std::int64_t stride, std::int64_t pad, std::int64_t groups = 1) {
  Conv op{square_window(2, kernel), groups};
  op.window.strides = {stride, stride};
  op.window.pads_begin = op.window.pads_end = {pad, pad};
  return op;
}

VariableId convolution(Building& b, const Shape& x, const Shape& weights, const Conv& op) {
  return add_convolution(b.tape, "conv", op, b.random(x, -1, 1, "x"),
                         {b.random(weights, -1, 1, "weights"), b.random({weights[0]}, -1, 1, "bias")});
}

VariableId batch_norm(Building& b, const Clamp& clamp = {}) {
  const std::int64_t channels = 8;
  const VariableId x = b.random({4, channels, 3, 3}, -1, 3, "x");
  MovingState* mean = b.tape.state("mean", Tensor(DType::f32, {channels}));
  MovingState* variance = b.tape.state("variance", Tensor(DType::f32, {channels}));
  return add_batch_norm(b.tape, "bn", BatchNorm{1e-3F}, x,
                        {b.random({channels}, 0.5F, 2, "scale"), b.random({channels}, -1, 1, "shift"), mean, variance},
                        clamp);
}

/// Values at least 0.05 away from every kink at a multiple of 1/2, so that a difference never crosses one.
VariableId away_from_kinks(Building& b, const Shape& shape) {
  std::mt19937 random(5);
  Tensor values(DType::f32, shape);
  for (float& value : values.mutable_values<float>()) {
    const float cell = static_cast<float>(static_cast<int>(random() % 12) - 6) / 2;
    value = cell + 0.05F + 0.4F * static_cast<float>(random() % 1000) / 1000.0F;
  }
  return b.tape.parameter("x", ParameterKind::weights, values);
}

VariableId activation(Building& b, const Op& op) {
  return add_activation(b.tape, "activation", op, away_from_kinks(b, {2, 8, 4, 4}));
}

/// Distinct values, none within 2h of another: the largest of a window stays the largest.
VariableId distinct(Building& b, const Shape& shape) {
  Tensor values(DType::f32, shape);
  const auto to = values.mutable_values<float>();
  for (std::size_t i = 0; i < to.size(); ++i) to[i] = 0.05F * static_cast<float>((i * 37) % to.size());
  return b.tape.parameter("x", ParameterKind::weights, values);
}

Window pooling_window() {
  Window window = square_window(2, 3);
  window.strides = {2, 2};
  window.pads_begin = {1, 1};
  window.pads_end = {1, 1};
  return window;
}

VariableId loss(Building& b, const LossOptions& options) {
  auto targets = std::make_shared<Targets>();
  targets->labels = {1, 4, 0};
  std::mt19937 random(9);
  targets->teacher = random_tensor({3, 5}, random, -2, 2);
  return add_loss(b.tape, b.random({3, 5}, -2, 2, "logits"), targets, options);
}

}  // namespace

class TestTrainingGradients : public QObject {
  Q_OBJECT

 private:
  void add_row(const char* name, const Build& build) { QTest::newRow(name) << build; }

 private slots:
  void matches_differences_data() {
    QTest::addColumn<Build>("build");
    add_row("conv 3x3", [](Building& b) { return convolution(b, {2, 3, 6, 6}, {8, 3, 3, 3}, conv_op(3, 1, 1)); });
    add_row("conv stride 2", [](Building& b) {
      return convolution(b, {2, 16, 7, 7}, {16, 16, 3, 3}, conv_op(3, 2, 1));
    });
    add_row("conv 1x1", [](Building& b) { return convolution(b, {2, 8, 5, 5}, {24, 8, 1, 1}, conv_op(1, 1, 0)); });
    add_row("conv depthwise", [](Building& b) {
      return convolution(b, {2, 16, 6, 6}, {16, 1, 3, 3}, conv_op(3, 1, 1, 16));
    });
    add_row("conv groups", [](Building& b) {
      return convolution(b, {2, 8, 6, 6}, {16, 4, 3, 3}, conv_op(3, 1, 1, 2));
    });
    add_row("inner product", [](Building& b) {
      return add_inner_product(b.tape, "fc", b.random({4, 12}, -1, 1, "x"),
                               {b.random({7, 12}, -1, 1, "weights"), b.random({7}, -1, 1, "bias")});
    });
    add_row("batch norm", [](Building& b) { return batch_norm(b); });
    add_row("conv depthwise, stride 2, rectangular", [](Building& b) {
      Conv op = conv_op(3, 2, 1, 8);
      op.window.kernel = {3, 2};
      op.window.dilations = {1, 2};
      op.window.pads_begin = {1, 0};
      return convolution(b, {3, 8, 7, 6}, {8, 1, 3, 2}, op);
    });
    add_row("conv depthwise, one pixel", [](Building& b) {
      return convolution(b, {2, 8, 1, 1}, {8, 1, 3, 3}, conv_op(3, 1, 1, 8));
    });
    add_row("relu", [](Building& b) { return activation(b, Relu{}); });
    add_row("leaky relu", [](Building& b) { return activation(b, LeakyRelu{0.1F}); });
    add_row("relu6 at 2", [](Building& b) { return activation(b, Clip{0, 2}); });
    add_row("sigmoid", [](Building& b) { return activation(b, Sigmoid{}); });
    add_row("tanh", [](Building& b) { return activation(b, Tanh{}); });
    add_row("elu", [](Building& b) { return activation(b, Elu{}); });
    add_row("hard swish", [](Building& b) { return activation(b, HardSwish{}); });
    add_row("swish", [](Building& b) { return activation(b, Swish{}); });
    add_row("gelu", [](Building& b) { return activation(b, Gelu{}); });
    add_row("max pool", [](Building& b) {
      return add_pooling(b.tape, "pool", MaxPool{pooling_window()}, distinct(b, {2, 8, 6, 6}), {2, 8, 3, 3});
    });
    add_row("average pool", [](Building& b) {
      return add_pooling(b.tape, "pool", AveragePool{pooling_window()}, b.random({2, 8, 6, 6}), {2, 8, 3, 3});
    });
    add_row("global average pool", [](Building& b) {
      return add_global_average_pool(b.tape, "gap", b.random({2, 8, 3, 5}));
    });
    add_row("sum", [](Building& b) {
      const VariableId x = b.random({2, 8, 3, 3});
      return add_sum(b.tape, "sum", {x, add_activation(b.tape, "tanh", Tanh{}, x), b.random({2, 8, 3, 3}, -1, 1, "y")});
    });
    add_row("concat", [](Building& b) {
      return add_concat(b.tape, "concat", {b.random({2, 3, 4, 4}), b.random({2, 5, 4, 4}, -1, 1, "y")});
    });
    add_row("pad", [](Building& b) {
      return add_pad(b.tape, "pad", {.begin = {0, 2, 1, 0}, .end = {0, 1, 0, 3}}, b.random({2, 3, 4, 5}), {2, 6, 5, 8});
    });
    add_row("reshape", [](Building& b) { return add_reshape(b.tape, "flatten", b.random({2, 3, 4, 5}), {2, 60}); });
    add_row("cross-entropy", [](Building& b) { return loss(b, {}); });
    add_row("smoothed", [](Building& b) { return loss(b, {.label_smoothing = 0.1F}); });
    add_row("distilled", [](Building& b) { return loss(b, {.distillation = 0.7F, .temperature = 3}); });
  }
  void matches_differences() {
    QFETCH(Build, build);
    Building b;
    const VariableId result = build(b);
    b.tape.compile(add_projection(b.tape, result));
    const GradientCheck check = check_gradients(b.tape, kStep);
    QVERIFY2(check.worst < kDifferenceError, check.where.c_str());
    QVERIFY(check.elements > 10);
  }

  // Conv, BatchNorm, ReLU, residual addition, pooling, classifier: what a network adds is that gradients meet.
  void small_network_matches_differences() {
    GraphBuilder builder;
    const ValueId x = builder.input({4, 3, 8, 8});
    const ValueId first = builder.add(Tanh{}, {builder.batch_norm(builder.conv(x, 8, 1))});
    const ValueId second = builder.batch_norm(builder.conv(first, 8, 1, 8));
    const ValueId joined = builder.add(Add{}, {second, first});
    const ValueId pooled =
        builder.add(Flatten{1}, {builder.add(GlobalAveragePool{}, {builder.add(Sigmoid{}, {joined})})});
    Gemm gemm;
    gemm.transpose_b = true;
    const ValueId logits = builder.add(gemm, {pooled, builder.random({5, 8}), builder.random({5})});
    const Graph graph = builder.finish({logits});
    QCOMPARE(QString::fromStdString(training_obstacle(graph)), QString());
    Tape tape;
    const TrainedNetwork network = add_network(tape, graph, 0.1F);
    auto targets = std::make_shared<Targets>();
    targets->labels = {0, 3, 4, 1};
    tape.compile(add_loss(tape, network.output, targets));
    std::mt19937 random(2);
    tape.set_input(network.images, random_tensor({4, 3, 8, 8}, random, -1, 1));
    const GradientCheck check = check_gradients(tape, kStep);
    QVERIFY2(check.worst < kDifferenceError, check.where.c_str());
    QVERIFY(check.elements > 60);
  }

  // Cross-entropy of equal logits is ln 5; its gradient (1/5 - [k = label]) / N. Hand arithmetic.
  void cross_entropy_of_equal_logits() {
    Tape tape;
    const VariableId logits = tape.parameter("logits", ParameterKind::weights, Tensor(DType::f32, {2, 5}));
    auto targets = std::make_shared<Targets>();
    targets->labels = {2, 0};
    tape.compile(add_loss(tape, logits, targets));
    tape.forward({});
    tape.backward({});
    QVERIFY(std::abs(tape.loss() - 1.6094379) < 1e-6);
    const auto gradient = tape.parameters()[0].gradient.values<float>();
    QVERIFY(std::abs(gradient[2] + 0.4F) < 1e-6F);
    QVERIFY(std::abs(gradient[1] - 0.1F) < 1e-6F);
  }

  void bf16_gradients_are_those_of_f32_but_for_rounding() {
    if (!has_bf16()) QSKIP("this CPU has no bf16 arithmetic");
    std::vector<std::vector<float>> gradients[2];
    for (const Compute compute : {Compute::f32, Compute::bf16}) {
      std::mt19937 random(4);
      Tape tape(compute);
      const auto parameter = [&](const Shape& shape) {
        return tape.parameter("p", ParameterKind::weights, random_tensor(shape, random, -1, 1));
      };
      const VariableId x = parameter({4, 16, 8, 8});
      const VariableId y =
          add_convolution(tape, "conv", conv_op(3, 1, 1), x, {parameter({16, 16, 3, 3}), parameter({16})});
      tape.compile(add_projection(tape, y));
      tape.forward({});
      tape.backward({});
      for (const Parameter& p : tape.parameters()) {
        const auto values = p.gradient.values<float>();
        gradients[static_cast<int>(compute)].emplace_back(values.begin(), values.end());
      }
    }
    for (std::size_t p = 0; p < gradients[0].size(); ++p) {
      float scale = 0;
      for (float g : gradients[0][p]) scale = std::max(scale, std::abs(g));
      for (std::size_t i = 0; i < gradients[0][p].size(); ++i) {
        QVERIFY(std::abs(gradients[0][p][i] - gradients[1][p][i]) <= static_cast<float>(kHalfError) * scale);
      }
    }
  }

  // A ReLU6 that is part of the batch normalization before it does what it does alone. Rounding differs, where a value
  // is put together, by some 1e-7.
  void clamp_of_batch_norm_is_the_activation_behind_it() {
    const Op relu6 = Clip{0, 1.5F};
    std::vector<Tensor> values[2];
    for (const bool together : {false, true}) {
      Building b;
      VariableId y = batch_norm(b, together ? *clamp_of(relu6) : Clamp{});
      if (!together) y = add_activation(b.tape, "relu6", relu6, y);
      b.tape.keep(y);
      b.tape.compile(add_projection(b.tape, y));
      b.tape.forward({});
      values[together].push_back(b.tape.value(y));
      b.tape.backward({});
      for (const Parameter& p : b.tape.parameters()) {
        values[together].push_back(Tensor::from<float>(p.gradient.shape(), p.gradient.values<float>()));
      }
    }
    const auto y = values[0][0].values<float>();
    QVERIFY(std::ranges::count(y, 0.0F) > 20 && std::ranges::count(y, 1.5F) > 20);  // both ends are met
    for (std::size_t t = 0; t < values[0].size(); ++t) {
      const auto apart = values[0][t].values<float>();
      const auto joined = values[1][t].values<float>();
      for (std::size_t i = 0; i < apart.size(); ++i) {
        QVERIFY2(std::abs(apart[i] - joined[i]) < 1e-5F, qPrintable(QString("%1 %2").arg(t).arg(i)));
      }
    }
  }

  // In evaluation a batch normalization is a fixed affine function: (x - 2) / sqrt(4) * 3 + 1 for x = 6 is 7.
  void evaluation_uses_long_term_averages() {
    Tape tape;
    const auto full = [](float value) { return Tensor::from<float>({1}, {value}); };
    const VariableId x = tape.parameter("x", ParameterKind::weights, Tensor::from<float>({2, 1, 1, 1}, {6.0F, 2.0F}));
    MovingState* mean = tape.state("mean", full(2));
    MovingState* variance = tape.state("variance", full(4));
    const VariableId scale = tape.parameter("scale", ParameterKind::batch_norm, full(3));
    const VariableId shift = tape.parameter("shift", ParameterKind::batch_norm, full(1));
    const VariableId y = add_batch_norm(tape, "bn", BatchNorm{0}, x, {scale, shift, mean, variance, 0.25F});
    tape.keep(y);
    tape.compile(add_projection(tape, y));
    tape.forward({.mode = Mode::evaluation});
    QCOMPARE(tape.value(y).values<float>()[0], 7.0F);
    QCOMPARE(mean->value.values<float>()[0], 2.0F);
    tape.forward({});  // batch: mean 4, variance 4; averages move a quarter of the way
    QCOMPARE(tape.value(y).values<float>()[0], 4.0F);
    QCOMPARE(mean->value.values<float>()[0], 2.5F);
    QCOMPARE(variance->value.values<float>()[0], 4.0F);
  }
};

}  // namespace qs

QTEST_APPLESS_MAIN(qs::TestTrainingGradients)
#include "test_training_gradients.moc"
