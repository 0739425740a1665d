// Quantizers and folded batch normalization while they are trained: worked examples of spec/methods.md sections 1 and
// 6, central differences, and the float network they must equal while nothing is quantized.
#include <QtTest/QtTest>
#include <cmath>
#include <functional>

#include "core/train/quantization/batch_norm_folding.h"
#include "core/train/quantization/channel_operations.h"
#include "core/train/quantization/quantizers.h"
#include "tests/support/graph_builder.h"
#include "tests/support/training_checks.h"

namespace qs {

namespace {

constexpr double kDifferenceError = 1e-2;  // f32 sums over 2h
constexpr double kStep = 1e-2;
constexpr double kRounding = 2e-4;  // two ways through f32, relative to the largest

Tensor numbers(std::initializer_list<float> values) {
  return Tensor::from<float>({static_cast<std::int64_t>(values.size())}, values);
}

float first(const Tensor& tensor) {
  return tensor.values<float>()[0];
}

Conv pointwise() {
  return {square_window(2, 1), 1};
}

/// Conv and batch normalization, folded by hand, without any quantizer.
struct Folded {
  Tape tape;
  VariableId x, weights, result;
  MovingState* mean = nullptr;
  MovingState* variance = nullptr;

  explicit Folded(const FoldingOptions& options, float momentum = 0) {
    std::mt19937 random(11);
    x = tape.parameter("x", ParameterKind::weights, random_tensor({6, 4, 3, 3}, random, -1, 2));
    weights = tape.parameter("w", ParameterKind::weights, random_tensor({8, 4, 1, 1}, random, -1, 1));
    mean = tape.state("mean", random_tensor({8}, random, -0.2F, 0.2F));
    variance = tape.state("variance", random_tensor({8}, random, 0.5F, 2));
    const BatchNormVariables norm{tape.parameter("g", ParameterKind::batch_norm, random_tensor({8}, random, 0.5F, 2)),
                                  tape.parameter("b", ParameterKind::batch_norm, random_tensor({8}, random, -1, 1)),
                                  mean, variance, momentum};
    const VariableId sums = add_convolution(tape, "float", pointwise(), x, {weights, {}});
    const Moments moments = add_moments(tape, "moments", sums);
    const FoldedFactors factors = add_folded_factors(tape, "factors", moments.mean, moments.variance, norm, options);
    const VariableId folded = add_scaled_channels(tape, "folded", weights, factors.weights);
    const VariableId y = add_convolution(tape, "conv", pointwise(), x, {folded, {}});
    result = add_channel_affine(tape, "affine", y, factors.sums, factors.shift);
    tape.keep(result);
    tape.compile(add_projection(tape, result));
  }
};

/// The same numbers through the convolution and batch normalization of float training.
struct Plain {
  Tape tape;
  VariableId result;

  Plain() {
    std::mt19937 random(11);
    const VariableId x = tape.parameter("x", ParameterKind::weights, random_tensor({6, 4, 3, 3}, random, -1, 2));
    const VariableId w = tape.parameter("w", ParameterKind::weights, random_tensor({8, 4, 1, 1}, random, -1, 1));
    MovingState* mean = tape.state("mean", random_tensor({8}, random, -0.2F, 0.2F));
    MovingState* variance = tape.state("variance", random_tensor({8}, random, 0.5F, 2));
    const BatchNormVariables norm{tape.parameter("g", ParameterKind::batch_norm, random_tensor({8}, random, 0.5F, 2)),
                                  tape.parameter("b", ParameterKind::batch_norm, random_tensor({8}, random, -1, 1)),
                                  mean, variance, 0};
    const VariableId sums = add_convolution(tape, "conv", pointwise(), x, {w, {}});
    result = add_batch_norm(tape, "bn", BatchNorm{1e-5F}, sums, norm);
    tape.keep(result);
    tape.compile(add_projection(tape, result));
  }
};

double largest_difference(std::span<const float> left, std::span<const float> right) {
  double worst = 0;
  double scale = 0;
  for (std::size_t i = 0; i < left.size(); ++i) {
    worst = std::max(worst, std::abs(static_cast<double>(left[i]) - static_cast<double>(right[i])));
    scale = std::max(scale, std::abs(static_cast<double>(left[i])));
  }
  return worst / scale;
}

/// The factor that a projection of one element multiplies it with.
float projection_of_one() {
  Tape tape;
  tape.compile(add_projection(tape, tape.parameter("x", ParameterKind::weights, numbers({1.0F}))));
  tape.forward({});
  return static_cast<float>(tape.loss());
}

/// One value through a quantizer: what comes out, and the gradient of value and scale for an upstream gradient of 1.
struct Learned {
  float value = 0;
  float by_value = 0;
  float by_scale = 0;

  Learned(float v, float scale, const LearnedGrid& grid) {
    Tape tape;
    const VariableId x = tape.parameter("v", ParameterKind::weights, numbers({v}));
    const VariableId s = tape.parameter("s", ParameterKind::scale, numbers({scale}));
    const VariableId y = add_learned_quantizer(tape, "lsq", x, s, grid, {});
    tape.keep(y);
    tape.compile(add_projection(tape, y));
    tape.forward({});
    tape.backward({});
    const float upstream = projection_of_one();
    value = first(tape.value(y));
    by_value = first(tape.parameters()[0].gradient) / upstream;
    by_scale = first(tape.parameters()[1].gradient) / upstream;
  }
};

/// One activation through a quantizer of the range (-0.7, 1.9).
struct Ranged {
  float value = 0;
  bool passes = false;

  explicit Ranged(float x, double delay = 0) {
    Tape tape;
    MovingState* range = tape.state("range", numbers({-0.7F, 1.9F}));
    const VariableId v = tape.parameter("x", ParameterKind::weights, numbers({x}));
    const VariableId y = add_activation_quantizer(tape, "a", v, {Grid{8, GridKind::affine, false}, range, 1}, true,
                                                  {.delay_epochs = delay, .rounding = Rounding::nearest, .salt = 0});
    tape.keep(y);
    tape.compile(add_projection(tape, y));
    tape.forward({});
    tape.backward({});
    value = first(tape.value(y));
    passes = first(tape.parameters()[0].gradient) != 0;
  }
};

bool near(double value, double wanted, double tolerance = 1e-6) {
  return std::abs(value - wanted) <= tolerance;
}

}  // namespace

class TestQuantizationTraining : public QObject {
  Q_OBJECT

 private slots:
  // spec/methods.md section 6 (f): s = 0.25, 4 bits signed. The slope 1/sqrt(n * 7) is taken out with n = 1.
  void learned_scale_worked_example_data() {
    QTest::addColumn<double>("v");
    QTest::addColumn<double>("value");
    QTest::addColumn<double>("by_value");
    QTest::addColumn<double>("by_scale");
    QTest::newRow("below") << -2.0 << -2.0 << 0.0 << -8.0;
    QTest::newRow("-0.3") << -0.3 << -0.25 << 1.0 << 0.2;
    QTest::newRow("0.1") << 0.1 << 0.0 << 1.0 << -0.4;
    QTest::newRow("0.37") << 0.37 << 0.25 << 1.0 << -0.48;
    QTest::newRow("0.9") << 0.9 << 1.0 << 1.0 << 0.4;
  }
  void learned_scale_worked_example() {
    QFETCH(double, v);
    QFETCH(double, value);
    QFETCH(double, by_value);
    QFETCH(double, by_scale);
    const Learned learned(static_cast<float>(v), 0.25F, {-8, 7, 1});
    QVERIFY(near(static_cast<double>(learned.value), value));
    QVERIFY(near(static_cast<double>(learned.by_value), by_value, 1e-5));
    QVERIFY(near(static_cast<double>(learned.by_scale), by_scale / std::sqrt(7.0), 1e-5));
  }

  // gs(N = 1000, Qp = 7) = .01195229
  void learned_scale_gradient_is_scaled() {
    const Learned one(0.9F, 0.25F, {-8, 7, 1});
    const Learned many(0.9F, 0.25F, {-8, 7, 1000});
    QVERIFY(near(static_cast<double>(many.by_scale) / 0.4, 0.01195229, 1e-6));
    QVERIFY(near(static_cast<double>(one.by_scale / many.by_scale), std::sqrt(1000.0), 1e-2));
  }

  // spec/methods.md section 1 (f): (-0.7, 1.9) becomes [-0.7035294, 1.8964706].
  void activation_worked_example() {
    QVERIFY(near(static_cast<double>(Ranged(0.3F).value), 0.2956863));
    QVERIFY(Ranged(0.3F).passes);
    QVERIFY(near(static_cast<double>(Ranged(1.9F).value), 1.8964706));
    QVERIFY(!Ranged(1.9F).passes);     // beyond the nudged range, though within the one asked for
    QVERIFY(Ranged(-0.7035F).passes);  // within the nudged range, though beyond the one asked for
    QVERIFY(!Ranged(-0.71F).passes);
  }

  void delay_passes_values_and_gradients() {
    const Ranged later(5.0F, 1);
    QCOMPARE(later.value, 5.0F);
    QVERIFY(later.passes);
  }

  // spec/methods.md section 1 (f): decay 0.9, first 1; batches of 3 and 2 make 1.2 and 1.28.
  void moving_average_worked_example() {
    Tape tape;
    MovingState* range = tape.state("range", numbers({0.0F, 1.0F}));
    const VariableId x = tape.input({2, 1, 1, 1});
    const VariableId p = tape.parameter("p", ParameterKind::weights, numbers({1.0F}));
    const VariableId scaled = add_scaled_channels(tape, "x", x, p);
    tape.compile(add_projection(
        tape, add_activation_quantizer(tape, "a", scaled, {Grid{8, GridKind::affine, false}, range, 0.9F}, true, {})));
    for (const auto& [batch, average] : {std::pair{3.0F, 1.2F}, std::pair{2.0F, 1.28F}}) {
      tape.set_input(x, Tensor::from<float>({2, 1, 1, 1}, {0.0F, batch}));
      tape.forward({});
      QVERIFY(near(static_cast<double>(range->value.values<float>()[1]), static_cast<double>(average)));
      tape.forward({.mode = Mode::evaluation});  // looks, and moves nothing
      QVERIFY(near(static_cast<double>(range->value.values<float>()[1]), static_cast<double>(average)));
    }
  }

  void not_finite_values_stop_with_their_name() {
    Tape tape;
    MovingState* range = tape.state("range", numbers({0.0F, 1.0F}));
    const VariableId x = tape.parameter("x", ParameterKind::weights, numbers({std::nanf(""), 1.0F}));
    tape.compile(add_projection(
        tape, add_activation_quantizer(tape, "conv_7", x, {Grid{8, GridKind::affine, false}, range, 0.9F}, true, {})));
    try {
      tape.forward({});
      QFAIL("no error");
    } catch (const Error& error) {
      QVERIFY(QString(error.what()).contains("conv_7"));
      QVERIFY(QString(error.what()).contains("diverged"));
    }
  }

  // spec/methods.md section 1 (f), "BN": g=1.5, beta=.25, mu=.4, s=2, muB=.5, sB=1.6, W=[.8,-.4,.2], x=[1,2,-1].
  void folding_worked_example() {
    Tape tape;
    MovingState* mean = tape.state("mean", numbers({0.4F}));
    MovingState* variance = tape.state("variance", numbers({4.0F}));
    const BatchNormVariables norm{tape.parameter("g", ParameterKind::batch_norm, numbers({1.5F})),
                                  tape.parameter("b", ParameterKind::batch_norm, numbers({0.25F})), mean, variance, 0};
    const VariableId weights =
        tape.parameter("w", ParameterKind::weights, Tensor::from<float>({1, 3, 1, 1}, {0.8F, -0.4F, 0.2F}));
    const VariableId x =
        tape.parameter("x", ParameterKind::weights, Tensor::from<float>({1, 3, 1, 1}, {1.0F, 2.0F, -1.0F}));
    const FoldedFactors factors =
        add_folded_factors(tape, "factors", tape.constant(numbers({0.5F})), tape.constant(numbers({2.56F})), norm,
                           {BatchNormTraining::correction_and_freezing, 1.0, 0.0F, {}});
    const VariableId folded = add_scaled_channels(tape, "folded", weights, factors.weights);
    const VariableId y = add_convolution(tape, "conv", pointwise(), x, {folded, {}});
    const VariableId out = add_channel_affine(tape, "affine", y, factors.sums, factors.shift);
    tape.keep(out);
    tape.keep(folded);
    tape.compile(add_projection(tape, out));
    tape.forward({.epoch = 0.5});
    QVERIFY(near(static_cast<double>(first(tape.value(out))), -0.40625));
    QVERIFY(near(static_cast<double>(first(tape.value(folded))), 0.6));
    tape.forward({.epoch = 1});  // frozen
    QVERIFY(near(static_cast<double>(first(tape.value(out))), -0.2));
    QVERIFY(near(static_cast<double>(first(tape.value(folded))), 0.6));
    tape.forward({.mode = Mode::evaluation});
    QVERIFY(near(static_cast<double>(first(tape.value(out))), -0.2));
  }

  // "the outputs are identical to regular batch normalization" (whitepaper, section 3.2.2), and so are the gradients.
  void unquantized_folding_is_batch_normalization_data() {
    QTest::addColumn<int>("strategy");
    QTest::newRow("batch statistics") << static_cast<int>(BatchNormTraining::batch_statistics);
    QTest::newRow("correction") << static_cast<int>(BatchNormTraining::correction);
    QTest::newRow("before freezing") << static_cast<int>(BatchNormTraining::correction_and_freezing);
  }
  void unquantized_folding_is_batch_normalization() {
    QFETCH(int, strategy);
    Folded folded({static_cast<BatchNormTraining>(strategy), 2, 1e-5F, {}});
    Plain plain;
    for (Tape* tape : {&folded.tape, &plain.tape}) {
      tape->forward({});
      tape->backward({});
    }
    QVERIFY(largest_difference(plain.tape.value(plain.result).values<float>(),
                               folded.tape.value(folded.result).values<float>()) < kRounding);
    for (std::size_t p = 0; p < plain.tape.parameters().size(); ++p) {
      const double worst = largest_difference(plain.tape.parameters()[p].gradient.values<float>(),
                                              folded.tape.parameters()[p].gradient.values<float>());
      QVERIFY2(worst < kRounding, plain.tape.parameters()[p].name.c_str());
    }
  }

  void folding_matches_differences_data() {
    QTest::addColumn<int>("strategy");
    QTest::newRow("batch statistics") << static_cast<int>(BatchNormTraining::batch_statistics);
    QTest::newRow("correction") << static_cast<int>(BatchNormTraining::correction);
    QTest::newRow("long-term averages") << static_cast<int>(BatchNormTraining::long_term_averages);
  }
  void folding_matches_differences() {
    QFETCH(int, strategy);
    Folded folded({static_cast<BatchNormTraining>(strategy), 2, 1e-5F, {}});
    const GradientCheck check = check_gradients(folded.tape, kStep);
    QVERIFY2(check.worst < kDifferenceError, check.where.c_str());
  }

  // Renormalization puts out what long-term averages would, as long as the batch is near them (r and d within bounds).
  void renormalization_is_inference_near_the_averages() {
    Folded near_averages({BatchNormTraining::batch_renormalization, 2, 1e-5F, {}});
    Folded averages({BatchNormTraining::long_term_averages, 2, 1e-5F, {}});
    for (Tape* tape : {&near_averages.tape, &averages.tape}) tape->forward({});
    QVERIFY(largest_difference(averages.tape.value(averages.result).values<float>(),
                               near_averages.tape.value(near_averages.result).values<float>()) < kRounding);
  }

  void freezing_keeps_the_averages() {
    Folded folded({BatchNormTraining::correction_and_freezing, 2, 1e-5F, {}}, 0.5F);
    const float before = first(folded.mean->value);
    folded.tape.forward({.epoch = 2});
    QCOMPARE(first(folded.mean->value), before);
    folded.tape.forward({.epoch = 1.9});
    QVERIFY(first(folded.mean->value) != before);
  }

  // P(q = 3) = 0.3 for x / scale = 2.3 (spec/methods.md section 1 (f)); 20,000 draws: deviation 0.0032.
  void stochastic_rounding_draws_anew_in_each_step() {
    Tape tape;
    MovingState* range = tape.state("range", numbers({0.0F, 255.0F}));
    std::vector<float> values(20000, 2.3F);
    const VariableId x =
        tape.parameter("x", ParameterKind::weights, Tensor::from<float>({20000}, std::span<const float>(values)));
    const VariableId y = add_activation_quantizer(tape, "a", x, {Grid{8, GridKind::affine, false}, range, 1}, true,
                                                  {.delay_epochs = 0, .rounding = Rounding::stochastic, .salt = 3});
    tape.keep(y);
    tape.compile(add_projection(tape, y));
    const auto draw = [&](const TrainingStep& step) {
      tape.forward(step);
      const Tensor result = tape.value(y);
      const auto drawn = result.values<float>();
      return std::vector<float>(drawn.begin(), drawn.end());
    };
    const std::vector<float> drawn = draw({.number = 5});
    const auto threes = std::count(drawn.begin(), drawn.end(), 3.0F);
    QCOMPARE(threes + std::count(drawn.begin(), drawn.end(), 2.0F), std::ptrdiff_t{20000});
    QVERIFY(std::abs(static_cast<double>(threes) / 20000 - 0.3) < 5 * 0.0032);
    QVERIFY(draw({.number = 5}) == drawn);
    QVERIFY(draw({.number = 6}) != drawn);
    const std::vector<float> nearest = draw({.mode = Mode::evaluation});
    QCOMPARE(std::count(nearest.begin(), nearest.end(), 2.0F), std::ptrdiff_t{20000});
  }
};

}  // namespace qs

QTEST_APPLESS_MAIN(qs::TestQuantizationTraining)
#include "test_quantization_training.moc"
