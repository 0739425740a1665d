// Noise against the clip point: by hand on a few numbers, and against what quantizes every value.
#include <QtTest/QtTest>
#include <cmath>

#include "core/analysis/range_sweep.h"
#include "core/analysis/sqnr.h"
#include "core/base/rng.h"
#include "core/quant/range_estimator.h"

namespace qs {

namespace {

constexpr Grid kThreeBits{3, GridKind::symmetric, true};  // codes -4 to 3
constexpr Grid kEightBits{8, GridKind::affine, false};

bool near(double value, double expected, double tolerance = 1e-6) {
  return std::abs(value - expected) <= tolerance;  // false for NaN
}

RangeSubject one_channel(std::vector<float> values, const Grid& grid, MethodChoice choice = {"min_max", {}}) {
  return RangeSubject::of_weights(Tensor::from<float>({1, std::ssize(values)}, values), grid, std::move(choice));
}

std::vector<float> bell(int count) {
  std::vector<float> values;
  for (std::uint64_t i = 0; std::ssize(values) < count; ++i) {
    values.push_back(random_unit(1, i) + random_unit(2, i) + random_unit(3, i) + random_unit(4, i) - 2);
  }
  return values;
}

const RangeChoice& choice_of(const std::vector<RangeChoice>& all, const std::string& id) {
  return *std::find_if(all.begin(), all.end(), [&](const RangeChoice& each) { return each.id == id; });
}

}  // namespace

class TestRangeSweep : public QObject {
  Q_OBJECT

 private slots:
  // {-2, 1, 4} in steps of 4/3: -2 is -1.5 steps, which goes to -2 (even); 1 is 0.75; 4 is 3, the largest code.
  void noise_by_hand() {
    const RangeSubject subject = one_channel({-2, 1, 4}, kThreeBits);
    const RangeNoise whole = subject.noise({-4, 4});
    QVERIFY(near(whole.rounding, (4.0 / 9 + 1.0 / 9) / 3) && whole.clipping == 0);
    // Steps of 2/3: -2 is exact, 1 is 1.5 steps, which goes to 2, and 4 is cut to 2.
    const RangeNoise half = subject.noise({-2, 2});
    QVERIFY(near(half.rounding, 1.0 / 9 / 3) && near(half.clipping, 4.0 / 3));
    QVERIFY(near(subject.power(), 7));
    QVERIFY(subject.seen() == (Range{-2, 4}));
    QVERIFY(subject.on_grid({-1, 3}) == (Range{-3, 3}));
  }

  void the_parts_add_up_to_what_quantizing_everything_costs() {
    const std::vector<float> values = bell(3000);
    for (const Grid& grid : {kThreeBits, kEightBits, Grid{4, GridKind::symmetric_restricted, true}}) {
      const RangeSubject subject = one_channel(values, grid);
      for (const Range& range : {Range{-2, 2}, Range{-0.7F, 1}, Range{-0.1F, 0.1F}}) {
        const Range used = subject.on_grid(range);
        const double noise = quantization_error(values, cover(used, grid), grid).noise / 3000;
        QVERIFY(near(subject.noise(range).total(), noise, 1e-9));
      }
    }
  }

  void a_curve_passes_through_what_is_chosen() {
    const RangeSweep sweep = range_sweep(one_channel({-2, 1, 4}, kThreeBits), 4, 3);
    QVERIFY(sweep.current == (Range{-4, 4}));
    QCOMPARE(sweep.points.size(), std::size_t{8});  // four places and none beyond (1.1 * 4 is 4), on both sides
    QVERIFY(near(sweep.points.back().at, 4) && near(sweep.points.back().noise.total(), sweep.noise.total()));
    QVERIFY(near(sweep.points[5].at, 2) && near(sweep.points[5].noise.clipping, 4.0 / 3));
    QVERIFY(near(sweep.points[2].at, -2) && near(sweep.points[2].noise.clipping, 4.0 / 3));
    QVERIFY(near(sweep.shares[0], 1.0 / 3) && near(sweep.shares[1], 1.0 / 3) && near(sweep.shares[2], 1.0 / 3));
  }

  void each_end_of_an_affine_grid_moves_by_itself() {
    const RangeSweep sweep = range_sweep(one_channel({-1, 0.25F, 3}, kEightBits), 10, 8);
    QCOMPARE(sweep.points.size(), std::size_t{22});
    const RangeSubject subject = one_channel({-1, 0.25F, 3}, kEightBits);
    for (const SweepPoint& point : sweep.points) {
      const auto at = static_cast<float>(point.at);
      QVERIFY(near(point.noise.total(), subject.noise(at < 0 ? Range{at, 3} : Range{-1, at}).total()));
    }
    const RangeSweep positive = range_sweep(one_channel({1, 2}, kEightBits), 10, 8);
    QVERIFY(positive.points.front().at > 0 && positive.seen == (Range{0, 2}));
  }

  // A channel ten times as large has a hundred times the noise at the same part of its range.
  void channels_with_scales_of_their_own_are_cut_by_the_same_part() {
    const Tensor weights = Tensor::from<float>({2, 3}, {-2, 1, 4, -20, 10, 40});
    const RangeSubject subject = RangeSubject::of_weights(weights, kThreeBits, {"min_max", {}});
    QVERIFY(subject.relative() && subject.seen() == (Range{-0.5F, 1}));
    const RangeNoise half = subject.noise({-0.5F, 0.5F});
    QVERIFY(near(half.clipping, (4 + 400) / 6.0, 1e-4) && near(half.rounding, (1 + 100) / 9.0 / 6, 1e-5));
    const RangeSweep sweep = range_sweep(subject, 4, 3);
    QVERIFY(sweep.current == (Range{-1, 1}));
    const auto by_hand = RangeSubject::of_weights(weights, kThreeBits, {"scaled_min_max", {{"low", 50}, {"high", 50}}});
    QVERIFY(near(range_sweep(by_hand, 4, 3).noise.total(), half.total(), 1e-4));
    QVERIFY(range_sweep(by_hand, 4, 3).current == (Range{-0.5F, 0.5F}));
  }

  void a_dead_channel_changes_nothing() {
    const Tensor weights = Tensor::from<float>({2, 2}, {0, 0, 3, -1});
    const RangeSubject subject = RangeSubject::of_weights(weights, kThreeBits, {"mse", {}});
    const RangeSweep sweep = range_sweep(subject, 8, 4);
    QVERIFY(std::isfinite(sweep.noise.total()));
    for (const SweepPoint& point : sweep.points) QVERIFY(std::isfinite(point.noise.total()));
  }

  void estimators_are_asked_and_say_why_they_cannot_answer() {
    const RangeSubject subject = one_channel(bell(1000), Grid{4, GridKind::symmetric_restricted, true});
    const std::vector<RangeChoice> choices = range_choices(subject);
    QVERIFY(choice_of(choices, "moving_average").obstacle.find("batches") != std::string::npos);
    QVERIFY(choice_of(choices, "min_max").current && choice_of(choices, "min_max").noise.clipping == 0);
    const double best = choice_of(choices, "mse").noise.total();
    for (const RangeChoice& each : choices) {
      QVERIFY(each.id != "fixed" && each.id != "scaled_min_max");  // nothing to ask
      if (each.obstacle.empty()) QVERIFY2(each.noise.total() >= best * (1 - 1e-6), each.id.c_str());
    }
    // No place on the curve is better either, but for being between the candidates.
    for (const SweepPoint& point : range_sweep(subject, 40, 8).points) QVERIFY(point.noise.total() >= best * 0.99);
    const auto fixed = one_channel(bell(1000), kThreeBits, {"fixed", {{"min", -0.5}, {"max", 0.5}}});
    QVERIFY(choice_of(range_choices(fixed), "fixed").current);
    QVERIFY(range_sweep(fixed, 8, 8).current == (Range{-0.5F, 0.5F}));
  }

  void activations_are_swept_by_their_histogram() {
    const std::vector<float> values = bell(200000);
    ValueStatistics statistics;
    statistics.histogram.add(values);
    for (const float x : values) statistics.sum_of_squares += static_cast<double>(x) * static_cast<double>(x);
    ActivationQuestion asked;
    asked.choice = {"min_max", {}};
    asked.grid = kEightBits;
    asked.seen = distribution(statistics.histogram);
    asked.statistics = &statistics;
    const RangeSubject subject = RangeSubject::of_activation(asked);
    const RangeSubject exact = one_channel(values, kEightBits);
    QVERIFY(near(subject.power(), exact.power(), 1e-9));
    for (const Range& range : {Range{-2, 2}, Range{-1, 1.2F}}) {
      const RangeNoise found = subject.noise(range);
      const RangeNoise expected = exact.noise(range);
      QVERIFY(near(found.clipping, expected.clipping, 0.01 * expected.total()));
      QVERIFY(near(found.rounding, expected.rounding, 0.01 * expected.total()));
    }
    QVERIFY(!choice_of(range_choices(subject), "moving_average").obstacle.empty());  // no batches here
  }

  void nothing_at_all() {
    const RangeSweep sweep = range_sweep(one_channel({0, 0, 0}, kEightBits), 8, 4);
    QVERIFY(sweep.points.empty() && sweep.power == 0 && sweep.noise.total() == 0);
  }
};

}  // namespace qs

QTEST_APPLESS_MAIN(qs::TestRangeSweep)
#include "test_range_sweep.moc"
