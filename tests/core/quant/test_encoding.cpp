// Grids and encodings against the worked examples and edge rules of spec/methods.md sections 0 and 1.
#include <QtTest/QtTest>
#include <cfloat>
#include <cmath>
#include <limits>

#include "core/base/rng.h"
#include "core/quant/encoding.h"
#include "tests/support/table.h"

namespace qs {

namespace {

constexpr Grid kAffine8 = {8, GridKind::affine, false};
constexpr Grid kRestricted8 = {8, GridKind::symmetric_restricted, true};
constexpr double kPrinted = 1e-7;      // spec figures have 7 to 10 digits, floats 7
constexpr double kDecibels = 2e-4;     // four decimals, and the last of a float in an error that is 1/1000
constexpr double kFloatUlps = 2.5e-7;  // two roundings of a float

struct GridCase {
  std::string name;
  Grid grid;
  int min;
  int max;
};

const std::vector<GridCase> kGrids = {
    {"affine u8", {8, GridKind::affine, false}, 0, 255},
    {"affine s8", {8, GridKind::affine, true}, -128, 127},
    {"symmetric u8", {8, GridKind::symmetric, false}, 0, 255},
    {"symmetric s8", {8, GridKind::symmetric, true}, -128, 127},
    {"restricted u8", {8, GridKind::symmetric_restricted, false}, 0, 254},
    {"restricted s8", {8, GridKind::symmetric_restricted, true}, -127, 127},
    {"affine u4", {4, GridKind::affine, false}, 0, 15},
    {"restricted s4", {4, GridKind::symmetric_restricted, true}, -7, 7},
    {"affine u2", {2, GridKind::affine, false}, 0, 3},
    {"symmetric s2", {2, GridKind::symmetric, true}, -2, 1},
    {"restricted s2", {2, GridKind::symmetric_restricted, true}, -1, 1},
    {"affine u16", {16, GridKind::affine, false}, 0, 65535},
    {"restricted s16", {16, GridKind::symmetric_restricted, true}, -32767, 32767},
};

const std::vector<Range> kRanges = {{-0.7F, 1.9F},  {2.1F, 3.5F},   {-3.5F, -2.1F}, {-1, 1},         {0, 6},
                                    {-1e-3F, 1e3F}, {-1e3F, 1e-3F}, {0, 1e-30F},    {-3e38F, 3e38F}, {0, 0}};

bool near(double found, double expected, double tolerance) {
  return std::abs(found - expected) <= tolerance;  // false for NaN
}

std::string text(double found) {
  return std::to_string(found);
}

std::vector<float> faked(std::vector<float> values, ScaleZeroPoint encoding, const Grid& grid) {
  fake_quantize(values, encoding, grid, values);
  return values;
}

/// Appendix A of the whitepaper, in dB.
double sqnr(std::span<const float> values, std::span<const float> faked_values) {
  double signal = 0;
  double noise = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double x = values[i];
    const double error = x - static_cast<double>(faked_values[i]);
    signal += x * x;
    noise += error * error;
  }
  return 10 * std::log10(signal / noise);
}

/// Numbers over and beyond what an encoding covers, none of them chosen by it.
std::vector<float> samples(Range covered_range) {
  std::vector<float> values;
  for (int i = -20; i <= 1020; ++i) {
    const double part = (i + 0.37) / 1000;
    values.push_back(static_cast<float>(covered_range.min * (1 - part) + covered_range.max * part));
  }
  return values;
}

}  // namespace

class TestEncoding : public QObject {
  Q_OBJECT

 private slots:
  void grids_end_where_the_paper_says_data() { table_rows(kGrids); }
  void grids_end_where_the_paper_says() {
    const GridCase row = current_row(kGrids);
    QCOMPARE(row.grid.quant_min(), row.min);
    QCOMPARE(row.grid.quant_max(), row.max);
  }

  // Section 1 (f).
  void positive_range() {
    const ScaleZeroPoint encoding = cover({2.1F, 3.5F}, kAffine8);
    QVERIFY2(near(encoding.scale, 0.0137254902, kPrinted), text(encoding.scale).c_str());
    QCOMPARE(encoding.zero_point, 0);
    QCOMPARE(quantize(3.0F, encoding, kAffine8), 219);
    QVERIFY(near(dequantize(219, encoding), 3.0058823529, 3 * kPrinted));
    QCOMPARE(quantize(2.1F, encoding, kAffine8), 153);
    QVERIFY(near(dequantize(153, encoding), 2.1, 2.1 * kFloatUlps));
  }
  void range_across_zero_is_nudged() {
    const ScaleZeroPoint encoding = cover({-0.7F, 1.9F}, kAffine8);
    QVERIFY2(near(encoding.scale, 0.0101960784, kPrinted), text(encoding.scale).c_str());
    QCOMPARE(encoding.zero_point, 69);
    const Range nudged = covered(encoding, kAffine8);
    QVERIFY(near(nudged.min, -0.7035294, kPrinted));
    QVERIFY(near(nudged.max, 1.8964706, 2 * kPrinted));
    QCOMPARE(quantize(0.0F, encoding, kAffine8), 69);
    QCOMPARE(dequantize(69, encoding), 0.0F);
    QCOMPARE(quantize(0.3F, encoding, kAffine8), 98);
    QVERIFY(near(dequantize(98, encoding), 0.2956863, kPrinted));
    QCOMPARE(quantize(1.9F, encoding, kAffine8), 255);
    QVERIFY(near(dequantize(255, encoding), 1.8964706, 2 * kPrinted));
  }
  void negative_range() {
    const ScaleZeroPoint encoding = cover({-3.5F, -2.1F}, kAffine8);
    QCOMPARE(encoding.zero_point, 255);
    const Range range = covered(encoding, kAffine8);
    QVERIFY(near(range.min, -3.5, 3.5 * kFloatUlps));
    QCOMPARE(range.max, 0.0F);
  }
  void expanded_product_is_the_product_of_differences() {
    const std::array<int, 4> w = {3, 200, 17, 90};
    const std::array<int, 4> x = {128, 4, 255, 60};
    float sum = 0;
    for (std::size_t i = 0; i < 4; ++i) sum += dequantize(w[i], {1, 120}) * dequantize(x[i], {1, 77});
    QCOMPARE(sum, -29631.0F);
  }

  void sqnr_of_two_channels_data() {
    QTest::addColumn<int>("bits");
    QTest::addColumn<bool>("per_channel");
    QTest::addColumn<double>("first");
    QTest::addColumn<double>("second");
    QTest::newRow("8 bits per tensor") << 8 << false << 56.7001 << 14.5987;
    QTest::newRow("8 bits per channel") << 8 << true << 56.7001 << 47.8908;
    QTest::newRow("4 bits per tensor: the second channel is all zero") << 4 << false << 31.5259 << 0.0;
    QTest::newRow("4 bits per channel") << 4 << true << 31.5259 << 22.7167;
  }
  void sqnr_of_two_channels() {
    QFETCH(int, bits);
    QFETCH(bool, per_channel);
    QFETCH(double, first);
    QFETCH(double, second);
    const Grid grid{bits, GridKind::symmetric_restricted, true};
    const std::vector<float> large = {1.0F, -0.6F, 0.3F};
    const std::vector<float> small = {0.02F, -0.013F, 0.007F};
    const double large_sqnr = sqnr(large, faked(large, cover({-0.6F, 1.0F}, grid), grid));
    const Range range = per_channel ? Range{-0.013F, 0.02F} : Range{-0.6F, 1.0F};
    const double small_sqnr = sqnr(small, faked(small, cover(range, grid), grid));
    QVERIFY2(near(large_sqnr, first, kDecibels), text(large_sqnr).c_str());
    QVERIFY2(near(small_sqnr, second, kDecibels), text(small_sqnr).c_str());
  }
  void six_decibels_per_bit() {
    constexpr double kSampling = 0.01;  // dB; 100000 points stand for a continuum
    std::vector<float> values;
    for (int i = 0; i < 100000; ++i) values.push_back(static_cast<float>((i + 0.5) / 50000 - 1));
    for (const auto& [bits, expected] : {std::pair{8, 48.097}, std::pair{4, 22.923}}) {
      const Grid grid{bits, GridKind::symmetric_restricted, true};
      const double found = sqnr(values, faked(values, cover({-1, 1}, grid), grid));
      QVERIFY2(near(found, expected, kSampling), text(found).c_str());
    }
  }

  // Section 0, rounding: HalfEven.
  void ties_go_to_even_data() {
    QTest::addColumn<float>("x");
    QTest::addColumn<int>("q");
    for (const auto& [x, q] : {std::pair{-2.5F, -2}, {-1.5F, -2}, {-0.5F, 0}, {0.5F, 0}, {1.5F, 2}, {2.5F, 2}}) {
      QTest::addRow("%g", static_cast<double>(x)) << x << q;
    }
  }
  void ties_go_to_even() {
    QFETCH(float, x);
    QFETCH(int, q);
    const ScaleZeroPoint one{1, 0};
    QCOMPARE(quantize(x, one, kRestricted8), q);
    QCOMPARE(faked({x}, one, kRestricted8).front(), static_cast<float>(q));
    // The zero point is added after rounding: an odd one does not move the ties.
    QCOMPARE(quantize(x, {1, 101}, kAffine8), q + 101);
  }

  // Section 0, the universal edge rules by number.
  void rule_1_and_7_zero_is_inside_and_exact_data() { table_rows(kGrids); }
  void rule_1_and_7_zero_is_inside_and_exact() {
    const Grid grid = current_row(kGrids).grid;
    for (const Range range : kRanges) {
      const ScaleZeroPoint encoding = cover(range, grid);
      const std::int32_t zero = quantize(0.0F, encoding, grid);
      QCOMPARE(zero, encoding.zero_point);
      QVERIFY(zero >= grid.quant_min() && zero <= grid.quant_max());
      QCOMPARE(dequantize(zero, encoding), 0.0F);
      QCOMPARE(faked({0.0F}, encoding, grid).front(), 0.0F);
    }
  }
  void rule_2_dead_data() { table_rows(kGrids); }
  void rule_2_dead() {
    const Grid grid = current_row(kGrids).grid;
    const ScaleZeroPoint encoding = cover({0, 0}, grid);
    QCOMPARE(encoding.scale, 1.0F);
    QCOMPARE(encoding.zero_point, grid.is_signed ? 0 : grid.quant_min());
  }
  void rule_3_a_constant_is_reproduced_data() { table_rows(kGrids); }
  void rule_3_a_constant_is_reproduced() {
    const Grid grid = current_row(kGrids).grid;
    for (const float c : {0.3F, 1.0F, 1e-20F, 7e30F, -0.3F, -5.0F}) {
      if (c < 0 && grid.kind != GridKind::affine && !grid.is_signed) continue;  // has no negative numbers
      const float found = faked({c}, cover({c, c}, grid), grid).front();
      QVERIFY2(near(found, c, std::abs(c) * kFloatUlps), text(found).c_str());
    }
  }
  void rule_4_nothing_leaves_the_nudged_range_data() { table_rows(kGrids); }
  void rule_4_nothing_leaves_the_nudged_range() {
    const Grid grid = current_row(kGrids).grid;
    for (const Range range : kRanges) {
      const ScaleZeroPoint encoding = cover(range, grid);
      const Range nudged = covered(encoding, grid);
      for (const float x : faked({-FLT_MAX, FLT_MAX}, encoding, grid)) {
        QVERIFY(x >= nudged.min && x <= nudged.max);
      }
    }
  }
  void rule_5_scales_are_normal_and_ranges_finite() {
    QCOMPARE(cover({0, 1e-44F}, kAffine8).scale, FLT_MIN);
    QCOMPARE(cover({-1e-44F, 0}, kRestricted8).scale, FLT_MIN);
    QVERIFY(std::isfinite(cover({-FLT_MAX, FLT_MAX}, kAffine8).scale));
    constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    for (const Range range : {Range{kNaN, 1}, Range{0, kNaN}, Range{0, kInfinity}, Range{-kInfinity, 0}}) {
      QS_CONTAINS(refusal_of([&] { static_cast<void>(cover(range, kAffine8)); }), "cannot be quantized");
    }
  }
  void rule_6_quantizing_twice_changes_nothing_data() { table_rows(kGrids); }
  void rule_6_quantizing_twice_changes_nothing() {
    const Grid grid = current_row(kGrids).grid;
    for (const Range range : kRanges) {
      const ScaleZeroPoint encoding = cover(range, grid);
      const std::vector<float> once = faked(samples(covered(encoding, grid)), encoding, grid);
      QCOMPARE(faked(once, encoding, grid), once);
      for (std::uint64_t seed = 0; seed < 20; ++seed) {
        std::vector<float> again = once;
        fake_quantize_stochastic(again, encoding, grid, seed, 0, again);
        QVERIFY(again == once);
      }
    }
  }
  // 41 * scale / scale is 41.000004 here, and an unlucky draw would move what looks like no point of the grid.
  void rule_6_holds_where_the_division_is_inexact() {
    int inexact = 0;
    std::vector<float> points;
    const Grid grid{8, GridKind::symmetric, false};
    const std::uint64_t seed = unlucky_seed();
    for (int i = 0; i < 2000; ++i) {
      const float scale = 0.5F + static_cast<float>(i) / 4000;
      for (int k = 1; k < 256; ++k) {
        const float point = scale * static_cast<float>(k);
        if (point / scale == static_cast<float>(k)) continue;
        ++inexact;
        float found = 0;
        fake_quantize_stochastic({&point, 1}, {scale, 0}, grid, seed, 0, {&found, 1});
        QCOMPARE(found, point);
      }
    }
    QVERIFY(inexact > 100);
  }

  void the_three_ways_agree_data() { table_rows(kGrids); }
  void the_three_ways_agree() {
    const Grid grid = current_row(kGrids).grid;
    for (const Range range : kRanges) {
      const ScaleZeroPoint encoding = cover(range, grid);
      const std::vector<float> values = samples(covered(encoding, grid));
      const std::vector<float> found = faked(values, encoding, grid);
      for (std::size_t i = 0; i < values.size(); ++i) {
        const std::int32_t q = quantize(values[i], encoding, grid);
        QCOMPARE(found[i], dequantize(q, encoding));
        // Nobody else's arithmetic: the definition in long double.
        const long double steps = static_cast<long double>(values[i]) / static_cast<long double>(encoding.scale);
        const long double exact =
            std::clamp(std::nearbyintl(steps) + static_cast<long double>(encoding.zero_point),
                       static_cast<long double>(grid.quant_min()), static_cast<long double>(grid.quant_max()));
        const bool tie = std::abs(std::abs(steps - std::truncl(steps)) - 0.5L) < 1e-2L;  // float division decides it
        QVERIFY(std::abs(static_cast<long double>(q) - exact) <= (tie ? 1.0L : 0.0L));
      }
    }
  }

  // Section 1 (f): x / scale = 2.3 -> P(q = 3) = 0.3, mean 2.3, variance 0.21.
  void stochastic_rounding_is_unbiased() {
    constexpr int kDraws = 200000;
    constexpr double kFiveSigmas = 5 * 0.4583 / 447.2;  // sqrt(0.21) / sqrt(kDraws)
    const std::vector<float> x(kDraws, 2.3F);
    std::vector<float> q(kDraws);
    fake_quantize_stochastic(x, {1, 0}, kAffine8, 7, 0, q);
    double threes = 0;
    for (const float found : q) {
      QVERIFY(found == 2.0F || found == 3.0F);
      threes += found - 2;
    }
    const double p = threes / kDraws;
    QVERIFY2(near(p, 0.3, kFiveSigmas), text(p).c_str());
    QVERIFY2(near(p * (1 - p), 0.21, kFiveSigmas), text(p * (1 - p)).c_str());
  }
  void stochastic_rounding_depends_on_seed_and_index_alone() {
    const std::vector<float> x(1000, 0.5F);
    std::vector<float> whole(1000);
    fake_quantize_stochastic(x, {1, 0}, kAffine8, 3, 0, whole);
    std::vector<float> parts(1000);
    const std::span<const float> from = x;
    const std::span<float> to = parts;
    fake_quantize_stochastic(from.subspan(400), {1, 0}, kAffine8, 3, 400, to.subspan(400));
    fake_quantize_stochastic(from.first(400), {1, 0}, kAffine8, 3, 0, to.first(400));
    QCOMPARE(parts, whole);
    fake_quantize_stochastic(x, {1, 0}, kAffine8, 4, 0, parts);
    QVERIFY(parts != whole);
  }

 private:
  /// A seed whose first draw lies so near to 0 that the noise is -1/2 for all a float can tell.
  static std::uint64_t unlucky_seed() {
    std::uint64_t seed = 0;
    while (random_unit(seed, 0) > 0x1p-20F) ++seed;
    return seed;
  }
};

}  // namespace qs

QTEST_GUILESS_MAIN(qs::TestEncoding)
#include "test_encoding.moc"
