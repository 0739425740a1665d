// The truth is spec/methods.md section 2 (f), gemmlowp's definition worked out by hand, and rational arithmetic.
#include <cmath>
#include <limits>

#include "core/base/rng.h"
#include "core/engine/reference/fixed_point.h"
#include "tests/support/table.h"

using namespace qs;
using namespace qs::reference;

namespace {

constexpr std::int32_t kMin = std::numeric_limits<std::int32_t>::min();
constexpr std::int32_t kMax = std::numeric_limits<std::int32_t>::max();
constexpr std::int32_t kHalf = std::int32_t{1} << 30;  // mantissa of 0.5

struct HighMultiply {
  const char* name;
  std::int32_t a, b, expected;
};
const std::vector<HighMultiply> kHighMultiplies = {
    {"(f) 2^30 2^30", kHalf, kHalf, 536870912},
    {"(f) half goes up", 1, kHalf, 1},
    {"(f) minus half goes up too", -1, kHalf, 0},
    {"minus 3/2 goes up", -3, kHalf, -1},
    {"3/2 goes up", 3, kHalf, 2},
    {"zero", 0, kMax, 0},
    {"the only overflow saturates", kMin, kMin, kMax},
    {"smallest by largest", kMin, kMax, -kMax},    // -2^31 (2^31 - 1) / 2^31
    {"largest by largest", kMax, kMax, kMax - 1},  // 2^31 - 2 + 2^-31
    {"smallest by a half", kMin, kHalf, -kHalf},
    {"one by almost one", 1, kMax, 1},
    {"minus one by almost one", -1, kMax, -1},
};

struct Divide {
  const char* name;
  std::int32_t x;
  int exponent;
  std::int32_t expected;
};
const std::vector<Divide> kDivides = {
    {"(f) 5/2", 5, 1, 3},
    {"(f) -5/2", -5, 1, -3},
    {"(f) 3/2", 3, 1, 2},
    {"(f) -3/2", -3, 1, -2},
    {"by 1", -7, 0, -7},
    {"just below a tie", 7, 4, 0},
    {"tie", 8, 4, 1},
    {"tie below 0", -8, 4, -1},
    {"just above a tie below 0", -7, 4, 0},
    {"smallest by 2^31", kMin, 31, -1},
    {"half of that", kMin / 2, 31, -1},  // -1/2: away from zero
    {"largest by 2^31", kMax, 31, 1},
    {"smallest by 1", kMin, 0, kMin},
};

struct Decomposition {
  const char* name;
  double real;
  FixedPointMultiplier expected;
};
const std::vector<Decomposition> kDecompositions = {
    {"(f) .02 .005 / .03", .02 * .005 / .03, {1832519380, -8}},
    {"(f) .05", .05, {1717986918, -4}},
    {"half", 0.5, {kHalf, 0}},
    {"one", 1, {kHalf, 1}},
    {"just below one rounds to one", 1 - 0x1p-40, {kHalf, 1}},
    {"three", 3, {3 * (kHalf / 2), 2}},
    {"zero", 0, {0, 0}},
    {"smallest kept", 0x1p-32, {kHalf, -31}},
    {"too small", 0x1p-33, {0, 0}},
    {"denormal", 0x1p-1070, {0, 0}},
    {"2^30", 0x1p30, {kHalf, 31}},
    {"too large", 1e34, {2067951531, 31}},  // 1e34 = 0.96296... * 2^113, of which the mantissa is kept
};

struct Product {
  const char* name;
  std::int32_t x;
  double multiplier;
  std::int32_t expected;
};
constexpr double kLayer = .02 * .005 / .03;
const std::vector<Product> kProducts = {
    {"(f) 12345", 12345, kLayer, 41},
    {"(f) -12345", -12345, kLayer, -41},
    {"(f) 150: a tie away from zero", 150, kLayer, 1},
    {"(f) -150", -150, kLayer, -1},
    {"(f) 449", 449, kLayer, 1},
    {"(f) double rounding: 4663.499999", 93270, .05, 4664},
    {"identity", 12345, 1, 12345},
    {"identity of the smallest saturates on the shift", kMin, 1, kMin / 2},
    {"2.5 times 3, rounded after the shift", 3, 2.5, 8},
    {"2.5 times -3", -3, 2.5, -7},
    {"left shift by 20", 100, 0x1p20, 100 << 20},
    {"left shift out of 32 bits saturates", 1 << 20, 0x1p20, kHalf},
    {"the same below 0", -(1 << 20), 0x1p20, -kHalf},
    {"huge", -1, 1e34, -2067951531},
    {"zero times huge", 0, 1e34, 0},
    {"times 0", kMax, 0, 0},
    {"2^-32: ties twice", kMax, 0x1p-32, 1},
    {"tiny", kMax, 0x1p-33, 0},
    {"smallest, halved", kMin, 0.5, -kHalf},
    {"smallest, quartered", kMin, 0.25, -kHalf / 2},
};

}  // namespace

class TestFixedPoint : public QObject {
  Q_OBJECT
 private slots:
  void multiplies_high_data() { table_rows(kHighMultiplies); }
  void multiplies_high() {
    const HighMultiply row = current_row(kHighMultiplies);
    QCOMPARE(rounding_doubling_high_multiply(row.a, row.b), row.expected);
    QCOMPARE(rounding_doubling_high_multiply(row.b, row.a), row.expected);
  }

  void divides_data() { table_rows(kDivides); }
  void divides() {
    const Divide row = current_row(kDivides);
    QCOMPARE(rounding_divide_by_power_of_two(row.x, row.exponent), row.expected);
  }

  void decomposes_data() { table_rows(kDecompositions); }
  void decomposes() {
    const Decomposition row = current_row(kDecompositions);
    const FixedPointMultiplier found = fixed_point(row.real);
    QCOMPARE(found.mantissa, row.expected.mantissa);
    QCOMPARE(found.shift, row.expected.shift);
  }

  void multiplies_data() { table_rows(kProducts); }
  void multiplies() {
    const Product row = current_row(kProducts);
    QCOMPARE(multiply(row.x, fixed_point(row.multiplier)), row.expected);
  }

  /// Over all magnitudes: the multiplier is accurate to half a unit of its last place, and the product to the two
  /// roundings (half a step each).
  void stays_within_two_roundings() {
    for (std::uint64_t i = 0; i < 200000; ++i) {
      const double real = std::ldexp(1 + double{random_unit(1, i)}, static_cast<int>(random_bits(2, i) % 40) - 31);
      const FixedPointMultiplier multiplier = fixed_point(real);
      QVERIFY(std::abs(multiplier.value() - real) <= std::ldexp(real, -31));
      const auto bits = static_cast<int>(random_bits(3, i) % 31);
      const std::int32_t x = static_cast<std::int32_t>(random_bits(4, i)) >> bits;
      const double exact = x * multiplier.value();
      if (std::abs(exact) >= 0x1p30) continue;
      const double error = std::abs(multiply(x, multiplier) - exact);
      QVERIFY2(error <= 1, qPrintable(QString("%1 * %2: off by %3").arg(x).arg(real).arg(error)));
    }
  }
};

QTEST_APPLESS_MAIN(TestFixedPoint)
#include "test_fixed_point.moc"
