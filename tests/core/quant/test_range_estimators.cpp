// Range estimators against the worked examples of spec/methods.md section 3 (f), and what holds for every one of them.
#include <QtTest/QtTest>
#include <cmath>
#include <set>

#include "core/base/rng.h"
#include "core/quant/range_estimator.h"
#include "core/quant/ranges/cross_entropy.h"
#include "tests/support/table.h"

namespace qs {

namespace {

constexpr Grid kAffine8 = {8, GridKind::affine, false};
constexpr Grid kRestricted8 = {8, GridKind::symmetric_restricted, true};
constexpr double kFloat = 1e-6;  // relative: what floats lose

const std::vector<Grid> kGrids = {
    kAffine8,
    kRestricted8,
    {8, GridKind::symmetric, false},
    {8, GridKind::affine, true},
    {4, GridKind::affine, false},
    {4, GridKind::symmetric_restricted, true},
    {4, GridKind::symmetric_restricted, false},
    {2, GridKind::affine, false},
    {2, GridKind::symmetric_restricted, true},
    {2, GridKind::symmetric, true},
    {2, GridKind::symmetric, false},
    {16, GridKind::affine, false},
    {16, GridKind::symmetric_restricted, true},
};

bool near(double found, double expected, double tolerance) {
  return std::abs(found - expected) <= tolerance;  // false for NaN
}

std::string text(Range range) {
  return fmt::format("[{}, {}]", range.min, range.max);
}

struct Data {
  std::string name;
  std::vector<float> values;
};

std::vector<float> noise(int count, float shift = 0, float floor = -1e30F) {
  std::vector<float> values;
  for (int i = 0; i < count; ++i) {
    float sum = shift - 6;
    for (int k = 0; k < 12; ++k) sum += random_unit(static_cast<std::uint64_t>(k), static_cast<std::uint64_t>(i));
    values.push_back(std::max(floor, sum));
  }
  return values;
}

std::vector<float> with_outlier(std::vector<float> values, float outlier) {
  values.push_back(outlier);
  return values;
}

/// A mixture with a long tail on one side.
std::vector<float> skewed(int count) {
  std::vector<float> values = noise(count);
  for (std::size_t i = 0; i < values.size(); i += 3) values[i] = values[i] > 0 ? values[i] * values[i] * 3 : values[i];
  return values;
}

const std::vector<Data> kData = {
    {"empty", {}},
    {"all zero", std::vector<float>(100, 0.0F)},
    {"one value", {2.5F}},
    {"constant", std::vector<float>(3000, 0.3F)},
    {"negative constant", std::vector<float>(3000, -0.3F)},
    {"two values", {-1, 1}},
    {"normal", noise(5000)},
    {"normal, raw", noise(500)},
    {"rectified", noise(5000, 0, 0)},
    {"all negative", noise(5000, -7)},
    {"all positive", noise(5000, 7)},
    {"one outlier", with_outlier(noise(5000), 300)},
    {"one negative outlier", with_outlier(noise(500), -300)},
    {"zeros and one outlier", with_outlier(std::vector<float>(5000, 0.0F), 1)},
    {"skewed", skewed(4000)},
    {"smallest floats", {1e-45F, -1e-45F, 0}},
    {"largest floats", {-3e38F, 3e38F, 0}},
};

/// A question that every estimator can answer, and what it refers to.
struct Asked {
  Distribution seen;
  std::vector<Range> batches;
  BatchNormStatistics norm;
  Tensor logits;
  mutable Encoding trained;  ///< on the grid that was asked for last

  explicit Asked(const std::vector<float>& values) : seen(distribution(values)) {
    if (values.empty()) return;
    batches = {seen.range, {seen.range.min / 2, seen.range.max / 2}};
    norm = {.scale = {0.5F, -2}, .shift = {1, -3}};
    logits = Tensor::from<float>({1, std::ssize(values)}, values);
  }
  [[nodiscard]] RangeQuestion question(const Grid& grid) const {
    trained = {grid, {{0.25F, grid.kind == GridKind::affine ? grid.quant_min() + 1 : 0}}};
    return {.grid = grid,
            .distribution = seen,
            .batches = batches,
            .batch_norm = &norm,
            .logits = &logits,
            .trained = &trained};
  }
};

Range estimate(std::string_view id, const Asked& asked, const Grid& grid,
               const std::map<std::string, double>& settings = {}) {
  const RangeEstimator& estimator = range_estimator(id);
  check_settings(settings, estimator.params, id);
  return estimator.estimate(asked.question(grid), settings);
}

}  // namespace

class TestRangeEstimators : public QObject {
  Q_OBJECT

 private slots:
  void the_list() {
    std::vector<std::string_view> ids;
    for (const RangeEstimator* estimator : range_estimators()) {
      ids.push_back(estimator->id);
      QCOMPARE(&range_estimator(estimator->id), estimator);
      QVERIFY(!estimator->title.empty() && estimator->summary.ends_with('.') && !estimator->citation.empty());
      std::set<std::string_view> params;
      for (const Param& param : estimator->params) {
        QVERIFY(params.insert(param.id).second);
        QVERIFY(param.min < param.max && param.min <= param.default_value && param.default_value <= param.max);
        QVERIFY(!param.title.empty() && param.summary.ends_with('.'));
      }
    }
    // Saved schemes depend on these.
    QVERIFY(ids ==
            (std::vector<std::string_view>{"min_max", "moving_average", "percentile", "mse", "kl", "cross_entropy",
                                           "batch_norm", "scaled_min_max", "fixed", "trained"}));
    QS_CONTAINS(refusal_of([] { static_cast<void>(range_estimator("minmax")); }), "min_max, moving_average");
  }

  // What holds for all.
  void never_anything_but_a_range_data() { table_rows(kData); }
  void never_anything_but_a_range() {
    const Asked asked(current_row(kData).values);
    for (const RangeEstimator* estimator : range_estimators()) {
      for (const Grid& grid : kGrids) {
        for (const int ends : {0, 1, 2}) {  // defaults, smallest and largest settings
          if (ends > 0 && grid.bits != 4) continue;
          std::map<std::string, double> settings;
          for (const Param& param : estimator->params) {
            if (ends > 0) settings[std::string(param.id)] = ends == 1 ? param.min : param.max;
          }
          const std::string which = fmt::format("{} {} {}", estimator->id, grid.bits, name_of(grid.kind));
          const Range found = estimator->estimate(asked.question(grid), settings);
          QVERIFY2(std::isfinite(found.min) && std::isfinite(found.max) && found.min <= found.max, which.c_str());
          QVERIFY2(found == estimator->estimate(asked.question(grid), settings), which.c_str());
          const ScaleZeroPoint encoding = cover(found, grid);
          QVERIFY2(std::isfinite(encoding.scale) && encoding.scale > 0, which.c_str());
          if (estimator->id == "batch_norm" || estimator->id == "fixed" || estimator->id == "trained")
            continue;  // look elsewhere
          if (asked.seen.values.empty()) QVERIFY2(found == Range{}, which.c_str());
          const float reach = std::max(std::abs(asked.seen.range.min), std::abs(asked.seen.range.max));
          QVERIFY2(found.min >= -reach && found.max <= reach, (which + text(found)).c_str());
        }
      }
    }
  }
  void without_what_they_need_they_say_so() {
    const Distribution seen = distribution(noise(100));
    const RangeQuestion weights{.grid = kRestricted8, .distribution = seen};
    std::map<std::string, std::string> obstacles;
    for (const RangeEstimator* estimator : range_estimators()) {
      const std::string_view obstacle = estimator->obstacle(weights);
      if (!obstacle.empty()) obstacles[std::string(estimator->id)] = obstacle;
      QVERIFY(estimator->obstacle(Asked(noise(100)).question(kRestricted8)).empty());
    }
    QCOMPARE(obstacles.size(), std::size_t{4});
    QS_CONTAINS(obstacles["moving_average"], "batches");
    QS_CONTAINS(obstacles["cross_entropy"], "outputs");
    QS_CONTAINS(obstacles["batch_norm"], "BatchNorm");
    QS_CONTAINS(obstacles["trained"], "no trained range");
  }
  void those_that_clip_leave_an_outlier_outside_data() {
    QTest::addColumn<QString>("id");
    for (const char* id : {"percentile", "mse", "kl"}) QTest::newRow(id) << id;
  }
  void those_that_clip_leave_an_outlier_outside() {
    QFETCH(QString, id);
    const Asked asked(with_outlier(noise(100000), 40));
    for (const Grid& grid : {Grid{4, GridKind::affine, false}, Grid{4, GridKind::symmetric_restricted, true}}) {
      const Range found = estimate(id.toStdString(), asked, grid);
      QVERIFY2(found.max < 20, text(found).c_str());
      QVERIFY2(found.max > 1, text(found).c_str());
    }
  }

  void min_max_is_exact() {
    QVERIFY(estimate("min_max", Asked({-3, 0.1F, 7}), kAffine8) == (Range{-3, 7}));
    QVERIFY(estimate("min_max", Asked(with_outlier(noise(9000, 5), 12.345F)), kAffine8).max == 12.345F);
  }

  void what_is_set_by_hand() {
    const Asked asked({-4, 0.5F, 8});
    QVERIFY(estimate("fixed", asked, kAffine8, {{"min", -0.25}, {"max", 3}}) == (Range{-0.25F, 3}));
    QVERIFY(estimate("fixed", Asked({}), kAffine8, {{"min", -0.25}}) == (Range{-0.25F, 1}));
    QVERIFY(estimate("scaled_min_max", asked, kAffine8) == (Range{-4, 8}));
    QVERIFY(estimate("scaled_min_max", asked, kAffine8, {{"low", 50}, {"high", 25}}) == (Range{-2, 2}));
    QVERIFY(estimate("scaled_min_max", Asked({2, 6}), kAffine8, {{"low", 50}, {"high", 50}}) == (Range{0, 3}));
  }

  // Section 1 (f): decay 0.9, initialised by the first batch: 1, 1.2, 1.28.
  void moving_average() {
    Asked asked({1, 3});
    const std::vector<std::pair<int, double>> expected = {{1, 1.0}, {2, 1.2}, {3, 1.28}};
    for (const auto& [batches, max] : expected) {
      asked.batches = {{-1, 1}, {-3, 3}, {-2, 2}};
      asked.batches.resize(static_cast<std::size_t>(batches));
      const Range found = estimate("moving_average", asked, kAffine8);
      QVERIFY2(near(found.max, max, kFloat) && near(found.min, -max, kFloat), text(found).c_str());
    }
    QVERIFY(estimate("moving_average", asked, kAffine8, {{"decay", 1}}) == (Range{-1, 1}));
    QVERIFY(estimate("moving_average", asked, kAffine8, {{"decay", 0}}) == (Range{-2, 2}));
  }

  // Percentile 99.9 of {1..1000}/1000: nearest rank 0.999, linear 0.999001.
  void percentile_of_a_thousand() {
    std::vector<float> values;
    for (int i = 1; i <= 1000; ++i) values.push_back(static_cast<float>(i) / 1000);
    const Asked asked(values);
    const std::map<std::string, double> nearest = {{"percentile", 99.9}};
    const std::map<std::string, double> linear = {{"percentile", 99.9}, {"interpolate", 1}};
    for (const Grid& grid : {kAffine8, kRestricted8}) {
      QVERIFY(near(estimate("percentile", asked, grid, nearest).max, 0.999, 1e-7));
      QVERIFY(near(estimate("percentile", asked, grid, linear).max, 0.999001, 1e-7));
    }
    // The mirror image at the other end: one of a thousand is left out there too.
    QVERIFY(near(estimate("percentile", asked, kAffine8, nearest).min, 0.002, 1e-7));
    QVERIFY(near(estimate("percentile", asked, kAffine8, linear).min, 0.001999, 1e-7));
    QVERIFY(near(estimate("percentile", asked, kRestricted8, nearest).min, -0.999, 1e-7));
    QVERIFY(estimate("percentile", asked, kAffine8, {{"percentile", 100}}) == asked.seen.range);
  }
  void percentile_looks_at_magnitudes_or_at_both_tails() {
    std::vector<float> values;
    for (int i = -100; i <= 99; ++i) values.push_back(static_cast<float>(i));
    const std::map<std::string, double> settings = {{"percentile", 98}};
    QVERIFY(estimate("percentile", Asked(values), kAffine8, settings) == (Range{-96, 95}));  // ranks 5 and 196 of 200
    QVERIFY(estimate("percentile", Asked(values), kRestricted8, settings) == (Range{-98, 98}));
  }
  void percentile_of_a_histogram_is_within_a_bin() {
    std::vector<float> values = noise(50000);
    const Distribution seen = distribution(values);
    std::sort(values.begin(), values.end());
    for (const double percentile : {50.0, 99.0, 99.9, 99.99}) {
      Asked asked({});
      asked.seen = seen;
      const Range found = estimate("percentile", asked, kAffine8, {{"percentile", percentile}});
      const auto rank = static_cast<std::size_t>(std::ceil(percentile / 100 * 50000 - 1e-6));
      QVERIFY(near(found.max, values[rank - 1], seen.width));
      QVERIFY(near(found.min, values[50000 - rank], seen.width));
    }
  }

  // Cross-entropy, logits [6, 5, -2, -3, -8], 3-bit affine.
  void cross_entropy_of_five_logits() {
    const Asked asked({6, 5, -2, -3, -8});
    const Grid grid{3, GridKind::affine, false};
    const LogitCrossEntropy loss(asked.logits, 1);
    struct Row {
      Range range;
      double squared;
      double entropy;
    };
    // The spec's 0.696210 for (-8, 6) rounds 5 / 2 and -3 / 2 away from zero; to even, 5 becomes 4 instead of 6.
    const std::vector<Row> rows = {
        {{-8, 6}, 0.400, 0.667838}, {{-3, 6}, 6.037, 0.593064}, {{-2, 6}, 6.702, 0.587512}, {{0, 6}, 15.404, 0.591398}};
    for (const Row& row : rows) {
      QVERIFY(near(quantization_error(asked.seen, row.range, grid) / 5, row.squared, 0.5e-3));
      const double found = loss.of(cover(row.range, grid), grid);
      QVERIFY2(near(found, row.entropy, 1e-6), std::to_string(found).c_str());
    }
    // H(p, p): on a grid so fine that nothing changes.
    const Grid fine{16, GridKind::affine, false};
    QVERIFY(near(loss.of(cover({-8, 6}, fine), fine), 0.585230, 2e-6));

    // The estimators search further than the table, in the directions it points to.
    const Range by_entropy = estimate("cross_entropy", asked, grid);
    const Range by_squares = estimate("mse", asked, grid);
    QVERIFY(loss.of(cover(by_entropy, grid), grid) <= 0.587512 + 1e-6);
    QVERIFY(quantization_error(asked.seen, by_squares, grid) <= 5 * 0.400 + 1e-6);
    QVERIFY2(by_entropy.min > -4, text(by_entropy).c_str());
    QVERIFY2(by_squares.min < -7, text(by_squares).c_str());
  }
  void cross_entropy_agrees_with_its_definition() {
    const std::vector<float> values = noise(7 * 90);
    std::vector<float> spread = values;
    for (float& x : spread) x *= 40;  // so far apart that exponentials vanish
    for (const std::vector<float>& logits : {values, spread}) {
      const Tensor tensor = Tensor::from<float>({7, 90}, logits);
      for (const Grid& grid : kGrids) {
        const ScaleZeroPoint encoding = cover({-50, 60}, grid);
        std::vector<float> faked(logits.size());
        fake_quantize(logits, encoding, grid, faked);
        long double expected = 0;
        for (std::size_t start = 0; start < logits.size(); start += 90) {
          const auto log_sum = [&](const std::vector<float>& row) {
            const float largest =
                *std::max_element(row.begin() + static_cast<long>(start), row.begin() + static_cast<long>(start) + 90);
            long double sum = 0;
            for (std::size_t i = start; i < start + 90; ++i)
              sum += std::exp(static_cast<long double>(row[i]) - largest);
            return largest + std::log(sum);
          };
          const long double p_sum = log_sum(logits);
          const long double q_sum = log_sum(faked);
          for (std::size_t i = start; i < start + 90; ++i) {
            expected -= std::exp(logits[i] - p_sum) * (faked[i] - q_sum);
          }
        }
        const double found = LogitCrossEntropy(tensor, 7).of(encoding, grid);
        constexpr double kFloatProbabilities = 1e-5;
        QVERIFY(near(found, static_cast<double>(expected), kFloatProbabilities * (1 + std::abs(found))));
      }
    }
  }
  void cross_entropy_of_many_logits_beats_min_max() {
    std::vector<float> values = noise(64 * 100);
    for (float& x : values) x *= 4;
    Asked asked(values);
    asked.logits = Tensor::from<float>({64, 100}, values);
    const LogitCrossEntropy loss(asked.logits, 64);
    for (const int bits : {2, 3, 4, 6}) {
      for (const GridKind kind : {GridKind::affine, GridKind::symmetric_restricted}) {
        const Grid grid{bits, kind, kind != GridKind::affine};
        const double found = loss.of(cover(estimate("cross_entropy", asked, grid), grid), grid);
        QVERIFY(found < loss.of(cover(asked.seen.range, grid), grid));
      }
    }
  }

  // min over channels of beta - a |gamma|, max of beta + a |gamma|; hand arithmetic.
  void batch_norm() {
    Asked asked({0.1F});
    asked.norm = {.scale = {1, -2}, .shift = {0, 1}};
    QVERIFY(estimate("batch_norm", asked, kAffine8) == (Range{-11, 13}));
    QVERIFY(estimate("batch_norm", asked, kAffine8, {{"deviations", 2}}) == (Range{-3, 5}));
    asked.norm.relu_follows = true;
    QVERIFY(estimate("batch_norm", asked, kAffine8) == (Range{0, 13}));
    asked.norm.upper = 6;
    QVERIFY(estimate("batch_norm", asked, kAffine8) == (Range{0, 6}));
    asked.norm.shift = {-100, -100};
    QVERIFY(estimate("batch_norm", asked, kAffine8) == Range{});
    // The one that needs no data answers without.
    asked.norm.shift = {0, 1};
    const Distribution nothing;
    const RangeQuestion question{.grid = kAffine8, .distribution = nothing, .batch_norm = &asked.norm};
    QVERIFY(range_estimator("batch_norm").estimate(question, {}) == (Range{0, 6}));
  }
};

}  // namespace qs

QTEST_GUILESS_MAIN(qs::TestRangeEstimators)
#include "test_range_estimators.moc"
