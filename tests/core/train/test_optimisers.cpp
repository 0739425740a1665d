// Optimisers, against hand arithmetic and problems whose solution is known.
#include <QtTest/QtTest>
#include <cmath>
#include <limits>

#include "core/base/rng.h"
#include "core/train/gradient_norm.h"
#include "core/train/optimiser.h"
#include "tests/support/table.h"

namespace qs {

namespace {

using Settings = std::map<std::string, double>;

/// Weights with the state an optimiser keeps beside them.
struct Trained {
  std::vector<float> weights;
  std::array<std::vector<float>, 2> state;
  std::int64_t steps = 0;

  explicit Trained(std::vector<float> start) : weights(std::move(start)) {
    for (std::vector<float>& each : state) each.assign(weights.size(), 0);
  }
  void step(const Optimiser& by, const std::vector<float>& gradient, double rate, double decay,
            const Settings& settings) {
    by.update({.weights = weights,
               .gradient = gradient,
               .state = {std::span<float>(state[0]), std::span<float>(state[1])},
               .number = ++steps,
               .learning_rate = rate,
               .weight_decay = decay},
              settings);
  }
};

bool near(double value, double expected, double relative) {
  return std::abs(value - expected) <= relative * std::max(1e-3, std::abs(expected));
}

/// Two steps of one weight, worked by hand.
struct HandRow {
  const char* name;
  const char* optimiser;
  Settings settings;
  double decay;
  double after_first;
  double after_second;
};
// Weight 1, learning rate 0.1, gradients 0.5 then -0.25.
const std::vector<HandRow> kByHand = {
    // 1 - 0.1 * 0.5; then + 0.1 * 0.25.
    {"sgd", "sgd", {{"momentum", 0}}, 0, 0.95, 0.975},
    // v = 0.5; v = 0.45 - 0.25 = 0.2, w = 0.95 - 0.02.
    {"sgd, momentum", "sgd", {}, 0, 0.95, 0.93},
    // 0.5 + 0.9 * 0.5 = 0.95; v = 0.2, -0.25 + 0.9 * 0.2 = -0.07.
    {"sgd, Nesterov", "sgd", {{"nesterov", 1}}, 0, 0.905, 0.912},
    // g' = 0.5 + 0.2; then g' = -0.25 + 0.2 * 0.93 = -0.064, v = 0.63 - 0.064 = 0.566.
    {"sgd, decay", "sgd", {}, 0.2, 0.93, 0.8734},
    // m^ = 0.5, v^ = 0.25: a step of 0.1. m = 0.02 -> / 0.19, v = 0.00031225 -> / 0.001999: 0.1052632 / 0.3952240.
    {"adam", "adam", {}, 0, 0.9, 0.8733662},
    // The same steps from weights that shrink by 0.98 each time.
    {"adam, decay", "adam", {}, 0.2, 0.88, 0.8357662},
    // b1 = b2 = 0: rate * sign of the gradient.
    {"adam without memory", "adam", {{"beta1", 0}, {"beta2", 0}}, 0, 0.9, 1.0},
};

}  // namespace

class TestOptimisers : public QObject {
  Q_OBJECT

 private slots:
  void two_steps_by_hand_data() { table_rows(kByHand); }
  void two_steps_by_hand() {
    const HandRow row = current_row(kByHand);
    Trained one({1});
    one.step(optimiser(row.optimiser), {0.5F}, 0.1, row.decay, row.settings);
    QVERIFY2(near(one.weights[0], row.after_first, 1e-6), std::to_string(one.weights[0]).c_str());
    one.step(optimiser(row.optimiser), {-0.25F}, 0.1, row.decay, row.settings);
    QVERIFY2(near(one.weights[0], row.after_second, 1e-6), std::to_string(one.weights[0]).c_str());
  }

  /// The first step of Adam is the learning rate, whatever the gradient (Kingma & Ba, section 2.1).
  void adam_ignores_the_size_of_gradients() {
    for (const float gradient : {1e-4F, 1.0F, 1e4F}) {
      Trained one({0});
      one.step(optimiser("adam"), {gradient}, 0.01, 0, {});
      QVERIFY(near(one.weights[0], -0.01, 1e-3));
    }
  }

  /// Momentum multiplies a constant gradient's step by 1 / (1 - momentum) in the long run.
  void momentum_adds_up() {
    for (const double nesterov : {0.0, 1.0}) {
      Trained one({0});
      const Settings settings = {{"momentum", 0.9}, {"nesterov", nesterov}};
      for (int i = 0; i < 200; ++i) one.step(optimiser("sgd"), {1}, 0.001, 0, settings);
      const float before = one.weights[0];
      one.step(optimiser("sgd"), {1}, 0.001, 0, settings);
      QVERIFY(near(before - one.weights[0], 0.01, 1e-3));
    }
  }

  /// A bowl with curvatures 1 to 10: every optimiser finds its bottom, wherever that is. 1003 is no multiple of a
  /// vector.
  void bowls_are_descended() {
    for (const Optimiser* each : optimisers()) {
      std::vector<float> bottom(1003);
      for (std::size_t i = 0; i < bottom.size(); ++i) bottom[i] = 2 * random_unit(1, i) - 1;
      Trained all(std::vector<float>(bottom.size(), 0));
      std::vector<float> gradient(bottom.size());
      for (int step = 0; step < 600; ++step) {
        for (std::size_t i = 0; i < bottom.size(); ++i) {
          gradient[i] = static_cast<float>(1 + i % 10) * (all.weights[i] - bottom[i]);
        }
        all.step(*each, gradient, 0.02 * (1 - step / 600.0), 0, {});
      }
      for (std::size_t i = 0; i < bottom.size(); ++i) QVERIFY(std::abs(all.weights[i] - bottom[i]) < 2e-3F);
    }
  }

  /// Without a gradient, weights shrink by (1 - rate * decay) a step: at once with both, as SGD has no momentum here.
  void decay_alone_shrinks() {
    Trained sgd({2});
    Trained adam({2});
    for (int i = 0; i < 10; ++i) {
      sgd.step(optimiser("sgd"), {0}, 0.1, 0.5, {{"momentum", 0}});
      adam.step(optimiser("adam"), {0}, 0.1, 0.5, {});
    }
    QVERIFY(near(sgd.weights[0], 2 * std::pow(0.95, 10), 1e-5));
    QVERIFY(near(adam.weights[0], 2 * std::pow(0.95, 10), 1e-5));
  }

  void they_describe_themselves() {
    for (const Optimiser* each : optimisers()) {
      QVERIFY(&optimiser(each->id) == each);
      QVERIFY(!each->title.empty() && !each->summary.empty() && !each->citation.empty());
      QVERIFY(each->state_per_weight >= 0 && each->state_per_weight <= 2);
    }
    QS_CONTAINS(refusal_of([] { (void)optimiser("magic"); }), "no optimiser \"magic\"; there are: sgd, adam");
  }

  void norms_are_of_all_tensors_together() {
    const std::vector<float> a = {3, 0, 0, 0, 0, 0, 0, 0, 0, 4};
    const std::vector<float> b = {12};
    const std::vector<std::span<const float>> both = {a, b};
    QCOMPARE(global_norm(both), 13.0);
    QCOMPARE(global_norm({}), 0.0);
    // 2^24 + 1 ones: float sums would stop at 2^24.
    const std::vector<float> ones((1U << 24U) + 1, 1.0F);
    const std::vector<std::span<const float>> many = {ones};
    QCOMPARE(global_norm(many), std::sqrt(16777217.0));
    const std::vector<float> large = {3e38F, 3e38F};  // whose squares no float holds
    const std::vector<std::span<const float>> extreme = {large};
    QVERIFY(near(global_norm(extreme), 3e38 * std::sqrt(2.0), 1e-6));
  }

  void clipping_keeps_the_direction() {
    std::vector<float> a = {3, -4};
    std::vector<float> b = {12};
    const std::vector<std::span<float>> both = {a, b};
    QCOMPARE(clip_by_global_norm(both, 0), 13.0);
    QCOMPARE(clip_by_global_norm(both, 13.5), 13.0);
    QCOMPARE(b[0], 12.0F);
    QCOMPARE(clip_by_global_norm(both, 6.5), 13.0);
    QVERIFY(a == std::vector<float>({1.5F, -2}) && b[0] == 6);
    a[0] = std::numeric_limits<float>::quiet_NaN();
    QVERIFY(std::isnan(clip_by_global_norm(both, 1)));
    QCOMPARE(b[0], 6.0F);
  }

  /// methods.md section 1: a moving average with decay 0.9 of 1, 3, 2 is 1, 1.2, 1.28.
  void averages_by_hand() {
    std::vector<float> average = {1};
    update_average(average, std::vector<float>{3}, 0.9);
    QVERIFY(near(average[0], 1.2, 1e-6));
    update_average(average, std::vector<float>{2}, 0.9);
    QVERIFY(near(average[0], 1.28, 1e-6));
    QCOMPARE(average_decay(0.999, 1), 2.0 / 11);
    QCOMPARE(average_decay(0.999, 1'000'000), 0.999);
  }
};

}  // namespace qs

QTEST_GUILESS_MAIN(qs::TestOptimisers)
#include "test_optimisers.moc"
