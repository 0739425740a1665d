#include "core/engine/reference/fixed_point.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/error.h"

namespace qs::reference {

namespace {

constexpr std::int64_t kOne = std::int64_t{1} << 31;  // the mantissa that would stand for 1
constexpr std::int32_t kMin = std::numeric_limits<std::int32_t>::min();
constexpr std::int32_t kMax = std::numeric_limits<std::int32_t>::max();

}  // namespace

double FixedPointMultiplier::value() const {
  return std::ldexp(static_cast<double>(mantissa), shift - 31);
}

FixedPointMultiplier fixed_point(double real) {
  QS_ASSERT(std::isfinite(real) && real >= 0);
  int shift = 0;
  auto mantissa = std::llround(std::frexp(real, &shift) * static_cast<double>(kOne));
  if (mantissa == kOne) {
    mantissa /= 2;
    ++shift;
  }
  if (mantissa == 0 || shift < -31) return {};
  return {static_cast<std::int32_t>(mantissa), std::min(shift, 31)};
}

std::int32_t rounding_doubling_high_multiply(std::int32_t a, std::int32_t b) {
  if (a == kMin && b == kMin) return kMax;
  const std::int64_t product = std::int64_t{a} * b;
  const std::int64_t nudge = product >= 0 ? kOne / 2 : 1 - kOne / 2;
  return static_cast<std::int32_t>((product + nudge) / kOne);  // not >>: towards zero
}

std::int32_t rounding_divide_by_power_of_two(std::int32_t x, int exponent) {
  QS_ASSERT(exponent >= 0 && exponent <= 31);
  const std::int64_t mask = (std::int64_t{1} << exponent) - 1;
  const std::int64_t remainder = x & mask;
  const std::int64_t threshold = (mask >> 1) + (x < 0 ? 1 : 0);
  return (x >> exponent) + (remainder > threshold ? 1 : 0);
}

std::int32_t multiply(std::int32_t x, FixedPointMultiplier multiplier) {
  const std::int64_t shifted = std::int64_t{x} * (std::int64_t{1} << std::max(multiplier.shift, 0));
  const auto left = static_cast<std::int32_t>(std::clamp<std::int64_t>(shifted, kMin, kMax));
  return rounding_divide_by_power_of_two(rounding_doubling_high_multiply(left, multiplier.mantissa),
                                         std::max(-multiplier.shift, 0));
}

}  // namespace qs::reference
