// The two estimators that search, MSE and KL: worked examples of spec/methods.md section 3 (f), and the same searches
// written without any of their shortcuts.
#include <QtTest/QtTest>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/base/rng.h"
#include "core/quant/range_estimator.h"
#include "core/quant/ranges/kl.h"
#include "core/quant/ranges/squared_error.h"
#include "tests/support/table.h"

namespace qs {

namespace {

constexpr Grid kAffine8 = {8, GridKind::affine, false};
constexpr Grid kRestricted8 = {8, GridKind::symmetric_restricted, true};

bool near(double found, double expected, double tolerance) {
  return std::abs(found - expected) <= tolerance;  // false for NaN
}

std::vector<float> noise(int count, float (*shape)(float)) {
  std::vector<float> values;
  for (int i = 0; i < count; ++i) {
    float sum = -6;
    for (int k = 0; k < 12; ++k) sum += random_unit(static_cast<std::uint64_t>(k), static_cast<std::uint64_t>(i));
    values.push_back(shape(sum));
  }
  return values;
}

struct Data {
  std::string name;
  std::vector<float> values;
};

const std::vector<Data> kData = {
    {"normal", noise(4000, [](float x) { return x; })},
    {"cubed", noise(4000, [](float x) { return x * x * x; })},
    {"raw", noise(300, [](float x) { return x; })},
    {"mostly positive", noise(4000, [](float x) { return x < 0 ? 0.1F * x : x * x; })},
    {"rectified", noise(4000, [](float x) { return std::max(x, 0.0F); })},
    {"all negative", noise(4000, [](float x) { return -std::abs(x) - 1; })},
    {"few levels", noise(4000, [](float x) { return std::round(x * 2) / 2; })},
};

const std::vector<Grid> kGrids = {
    kAffine8,
    kRestricted8,
    {4, GridKind::affine, false},
    {4, GridKind::affine, true},
    {4, GridKind::symmetric, true},
    {3, GridKind::symmetric, false},
    {2, GridKind::affine, false},
    {2, GridKind::symmetric_restricted, true},
};

/// Every candidate of the MSE search by the definition of its error.
double smallest_error(const Distribution& seen, const Grid& grid) {
  const double low = std::min(0.0F, seen.range.min);
  const double high = std::max(0.0F, seen.range.max);
  double smallest = std::numeric_limits<double>::infinity();
  for (int k = 0; k <= 100; ++k) {
    if (grid.kind != GridKind::affine) {
      const auto reach = static_cast<float>((grid.is_signed ? std::max(-low, high) : high) * k / 100);
      if (reach > 0) smallest = std::min(smallest, quantization_error(seen, {-reach, reach}, grid));
      continue;
    }
    for (int j = 0; j <= 100; ++j) {
      const Range range{static_cast<float>(low * j / 100), static_cast<float>(high * k / 100)};
      if (range.min < range.max) smallest = std::min(smallest, quantization_error(seen, range, grid));
    }
  }
  return smallest;
}

/// Spec section 3, steps 1 to 3, word for word.
double divergence_by_the_book(const std::vector<double>& bins, std::size_t kept, std::size_t levels) {
  std::vector<double> p(bins.begin(), bins.begin() + static_cast<long>(kept));
  p.back() += std::accumulate(bins.begin() + static_cast<long>(kept), bins.end(), 0.0);
  std::vector<double> q(kept, 0);
  for (std::size_t g = 0; g < levels; ++g) {
    const std::size_t start = g * kept / levels;
    const std::size_t end = (g + 1) * kept / levels;
    double sum = 0;
    double occupied = 0;
    for (std::size_t i = start; i < end; ++i) {
      sum += bins[i];
      occupied += bins[i] != 0 ? 1 : 0;
    }
    for (std::size_t i = start; i < end; ++i) q[i] = bins[i] != 0 ? sum / occupied : 0;
  }
  const double p_sum = std::accumulate(p.begin(), p.end(), 0.0);
  const double q_sum = std::accumulate(q.begin(), q.end(), 0.0);
  double divergence = 0;
  for (std::size_t i = 0; i < kept; ++i) {
    if (p[i] == 0) continue;
    if (q[i] == 0) return std::numeric_limits<double>::infinity();
    divergence += p[i] / p_sum * std::log((p[i] / p_sum) / (q[i] / q_sum));
  }
  return divergence;
}

std::vector<double> exponential_bins() {
  std::vector<double> bins;
  for (int k = 0; k < 2048; ++k) bins.push_back(std::floor(1e6 * std::exp(-k / 100.0)));
  return bins;
}

std::vector<double> gaussian_bins_with_outliers() {
  std::vector<double> bins;
  for (int k = 0; k < 2048; ++k) bins.push_back(std::floor(1e6 * std::exp(-(k / 200.0) * (k / 200.0) / 2)));
  bins.back() = 5;
  return bins;
}

std::vector<double> flat_bins() {
  std::vector<double> bins(2048, 0);
  std::fill_n(bins.begin(), 128, 1000.0);
  return bins;
}

/// Values that fall into these bins of magnitudes, alternately positive and negative.
Distribution distribution_of(const std::vector<double>& bins, double width) {
  std::vector<std::pair<float, double>> all;
  for (std::size_t k = 0; k < bins.size(); ++k) {
    if (bins[k] == 0) continue;
    const double sign = k % 2 == 0 ? 1 : -1;
    all.emplace_back(static_cast<float>(sign * (static_cast<double>(k) + 0.5) * width), bins[k]);
  }
  std::sort(all.begin(), all.end());
  const auto reach = static_cast<float>(static_cast<double>(bins.size()) * width);
  Distribution made{.values = {}, .weights = {}, .range = {-reach, reach}};
  for (const auto& [value, weight] : all) {
    made.values.push_back(value);
    made.weights.push_back(weight);
  }
  return made;
}

Range estimate(std::string_view id, const Distribution& seen, const Grid& grid,
               const std::map<std::string, double>& settings = {}) {
  return range_estimator(id).estimate({.grid = grid, .distribution = seen}, settings);
}

}  // namespace

class TestRangeSearches : public QObject {
  Q_OBJECT

 private slots:
  // 40 values (10 each of .1, .2, .3, .4) and one 1.0, unsigned 2-bit: best T = .70 with SSE .29 against .3333 at 1.0.
  void mse_of_forty_values_and_an_outlier() {
    std::vector<float> values;
    for (const float x : {0.1F, 0.2F, 0.3F, 0.4F}) values.insert(values.end(), 10, x);
    values.push_back(1.0F);
    const Distribution seen = distribution(values);
    for (const GridKind kind : {GridKind::affine, GridKind::symmetric}) {
      const Grid grid{2, kind, false};
      const Range found = estimate("mse", seen, grid);
      QVERIFY2(near(found.max, 0.70, 1e-6), std::to_string(found.max).c_str());
      QCOMPARE(found.min, 0.0F);
      QVERIFY(near(quantization_error(seen, found, grid), 0.29, 1e-6));
      QVERIFY(near(quantization_error(seen, {0, 1}, grid), 1.0 / 3, 1e-6));
    }
  }
  void mse_misses_nothing_data() { table_rows(kData); }
  void mse_misses_nothing() {
    const Distribution seen = distribution(current_row(kData).values);
    for (const Grid& grid : kGrids) {
      const double found = quantization_error(seen, estimate("mse", seen, grid), grid);
      const double whole = quantization_error(seen, seen.range, grid);
      const double best = smallest_error(seen, grid);
      constexpr double kFloat = 1e-5;  // the search's sums know no rounding to float
      const std::string what = fmt::format("{} bits {}: {} {} {}", grid.bits, name_of(grid.kind), found, best, whole);
      QVERIFY2(found <= best * (1 + kFloat), what.c_str());
      QVERIFY2(found <= whole, what.c_str());
    }
  }
  void mse_keeps_what_is_exact() {
    const Distribution seen = distribution(std::vector<float>{-1, 0, 1, 2});
    QVERIFY(estimate("mse", seen, {2, GridKind::affine, false}) == (Range{-1, 2}));
    const Distribution constant = distribution(std::vector<float>(5, 0.25F));
    QVERIFY(estimate("mse", constant, kAffine8) == (Range{0, 0.25F}));
  }

  void squared_error_agrees_with_its_definition_data() { table_rows(kData); }
  void squared_error_agrees_with_its_definition() {
    const Distribution seen = distribution(current_row(kData).values);
    const SquaredError error(seen);
    for (const Grid& grid : kGrids) {
      for (const Range range : {Range{-1, 1}, Range{-3, 0.5F}, Range{0, 100}, Range{-1e-3F, 0}, Range{-30, 30}}) {
        const ScaleZeroPoint encoding = cover(range, grid);
        const double expected = quantization_error(seen, range, grid);
        QVERIFY(near(error.of(encoding, grid), expected, 1e-5 * expected + 1e-9));
        double clipped = 0;
        const Range ends = covered(encoding, grid);
        for (std::size_t i = 0; i < seen.values.size(); ++i) {
          const double x = seen.values[i];
          const double beyond = x - std::clamp(x, static_cast<double>(ends.min), static_cast<double>(ends.max));
          clipped += seen.weights[i] * beyond * beyond;
        }
        QVERIFY(near(error.of_clipped(encoding, grid), clipped, 1e-9 * (1 + clipped)));
      }
    }
  }

  // NVIDIA's own example.
  void kl_of_eight_bins() {
    const std::vector<double> bins = {1, 0, 2, 3, 5, 3, 1, 7};
    QVERIFY(near(CutDivergence(bins, 2).at(8), 0.15031527, 0.5e-8));
    QVERIFY(near(divergence_by_the_book(bins, 8, 2), 0.15031527, 0.5e-8));
  }
  void kl_of_an_exponential() {
    const std::vector<double> bins = exponential_bins();
    QCOMPARE(std::accumulate(bins.begin(), bins.end(), 0.0), 100500044.0);
    const CutDivergence divergence(bins, 128);
    QVERIFY(near(divergence.at(128), 0.968876, 0.5e-6));
    QVERIFY(near(divergence.at(512), 0.021782, 0.5e-6));
    QVERIFY(near(divergence.at(1024), 3.80e-4, 0.5e-6));
    QVERIFY(near(divergence.at(2048), 1.062e-3, 0.5e-6));
    QCOMPARE(divergence.best(1), std::size_t{1109});
    QVERIFY(near(divergence.at(1109), 3.5311e-4, 0.5e-8));
  }
  void kl_of_flat_bins() {
    const CutDivergence divergence(flat_bins(), 128);
    QCOMPARE(divergence.best(1), std::size_t{128});
    QVERIFY(near(divergence.at(128), 0, 1e-12));
  }
  void kl_of_a_gaussian_and_outliers() {
    const CutDivergence divergence(gaussian_bins_with_outliers(), 128);
    QCOMPARE(divergence.best(1), std::size_t{953});
    QVERIFY(near(divergence.at(953), 6.149e-5, 0.5e-8));
    QCOMPARE(divergence.at(2047), std::numeric_limits<double>::infinity());
  }
  void kl_agrees_with_the_book() {
    for (const std::size_t levels : {2, 8, 128, 256}) {
      for (std::uint64_t seed = 0; seed < 20; ++seed) {
        std::vector<double> bins(300 + 40 * seed);
        for (std::size_t i = 0; i < bins.size(); ++i) {
          const double x = random_unit(seed, i) - 0.3 * static_cast<double>(seed % 3);  // some with many empty bins
          bins[i] = x > 0 ? std::floor(1000 * x * x) : 0;
        }
        const CutDivergence divergence(bins, levels);
        std::size_t best = 0;
        double smallest = std::numeric_limits<double>::infinity();
        for (std::size_t kept = levels; kept <= bins.size(); ++kept) {
          const double expected = divergence_by_the_book(bins, kept, levels);
          const double found = divergence.at(kept);
          QVERIFY(std::isinf(expected) ? std::isinf(found) : near(found, expected, 1e-10));
          if (expected < smallest - 1e-11) {
            smallest = expected;
            best = kept;
          }
        }
        QCOMPARE(divergence.best(1), best);
      }
    }
  }

  // Step 4: T = (i + 0.5) w.
  void kl_threshold_data() {
    QTest::addColumn<int>("which");
    QTest::addColumn<double>("kept");
    QTest::newRow("exponential") << 0 << 1109.0;
    QTest::newRow("flat") << 1 << 128.0;
    QTest::newRow("gaussian and outliers") << 2 << 953.0;
  }
  void kl_threshold() {
    QFETCH(int, which);
    QFETCH(double, kept);
    constexpr double kWidth = 0.01;
    const std::vector<double> bins = which == 0   ? exponential_bins()
                                     : which == 1 ? flat_bins()
                                                  : gaussian_bins_with_outliers();
    const auto threshold = (kept + 0.5) * kWidth;
    const Distribution seen = distribution_of(bins, kWidth);
    for (const Grid& grid : {kRestricted8, kAffine8}) {  // 128 levels for each sign
      const Range found = estimate("kl", seen, grid);
      QVERIFY2(near(found.max, threshold, 1e-6 * threshold), std::to_string(found.max).c_str());
      QCOMPARE(found.min, -found.max);
    }
    // The same magnitudes all on one side, with as many levels: 7 bits, or 8 with a sign that is never used.
    Distribution positive = seen;
    for (float& x : positive.values) x = std::abs(x);
    std::vector<std::size_t> order(positive.values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return positive.values[a] < positive.values[b]; });
    Distribution sorted{.values = {}, .weights = {}, .range = {0, seen.range.max}};
    for (const std::size_t i : order) {
      sorted.values.push_back(positive.values[i]);
      sorted.weights.push_back(positive.weights[i]);
    }
    for (const Grid& grid : {Grid{7, GridKind::affine, false}, Grid{7, GridKind::symmetric, false}}) {
      const Range found = estimate("kl", sorted, grid);
      QVERIFY2(near(found.max, threshold, 1e-6 * threshold), std::to_string(found.max).c_str());
      QCOMPARE(found.min, 0.0F);
    }
    QVERIFY(near(estimate("kl", sorted, kRestricted8).max, threshold, 1e-6 * threshold));
  }
  void kl_of_few_occupied_bins_clips_nothing() {
    const Distribution few = distribution(noise(100, [](float x) { return x; }));
    QVERIFY(estimate("kl", few, kAffine8) == few.range);
  }
  void kl_counts_in_the_bins_of_the_histogram() {
    // Exact zeros left out, 8 bits rectified: the book on the histogram's own bins.
    const std::vector<float> values = noise(200000, [](float x) { return std::max(0.0F, x - 0.5F); });
    Histogram histogram;
    histogram.add(values);
    std::vector<double> bins(histogram.counts().begin(), histogram.counts().end());
    bins[0] -= static_cast<double>(histogram.zeros());
    bins.resize(static_cast<std::size_t>(histogram.range().max / histogram.width()) + 1);
    std::size_t best = 0;
    double smallest = std::numeric_limits<double>::infinity();
    for (std::size_t kept = 256; kept <= bins.size(); ++kept) {
      const double divergence = divergence_by_the_book(bins, kept, 256);
      if (divergence < smallest - 1e-11) {
        smallest = divergence;
        best = kept;
      }
    }
    const Range found = estimate("kl", distribution(histogram), kAffine8);
    const double expected =
        std::min((static_cast<double>(best) + 0.5) * histogram.width(), static_cast<double>(histogram.range().max));
    QVERIFY(near(found.max, expected, 1e-6));
    QCOMPARE(found.min, 0.0F);
    // With the zeros no threshold beyond two bins per level can win.
    const Range with_zeros = estimate("kl", distribution(histogram), kAffine8, {{"drop_zeros", 0}});
    QVERIFY(with_zeros.max <= (2 * 256 + 0.5) * histogram.width());
  }
};

}  // namespace qs

QTEST_GUILESS_MAIN(qs::TestRangeSearches)
#include "test_range_searches.moc"
