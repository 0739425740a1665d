// Multiplying integers by real numbers without floating point, bit-exact to gemmlowp and TFLite.
// Equations: spec/methods.md section 2 (Jacob et al., arXiv:1712.05877, section 2.2 and appendix B).
#pragma once

#include <cstdint>

namespace qs::reference {

/// The real number mantissa / 2^31 * 2^shift. The mantissa lies in [2^30, 2^31), or is 0 for the number 0.
struct FixedPointMultiplier {
  std::int32_t mantissa = 0;  ///< M0 of the paper, as an integer
  int shift = 0;              ///< -n of the paper; above 0 for numbers of 1 and more

  [[nodiscard]] double value() const;
  friend bool operator==(const FixedPointMultiplier&, const FixedPointMultiplier&) = default;
};

/// The multiplier nearest to `real`, which is finite and not negative. As in TFLite, numbers below 2^-32 become 0,
/// which they turn every 32-bit integer into anyway. From 2^31 on the shift stays 31: all products are out of range
/// there.
[[nodiscard]] FixedPointMultiplier fixed_point(double real);

/// a * b / 2^31, rounded to nearest: ties away from zero above 0 and towards zero below, as gemmlowp's code has it
/// (SaturatingRoundingDoublingHighMul). INT32_MIN * INT32_MIN, the only product that does not fit, gives INT32_MAX.
[[nodiscard]] std::int32_t rounding_doubling_high_multiply(std::int32_t a, std::int32_t b);

/// x / 2^exponent, rounded to nearest, ties away from zero (RoundingDivideByPOT); exponent in [0, 31].
[[nodiscard]] std::int32_t rounding_divide_by_power_of_two(std::int32_t x, int exponent);

/// x * multiplier (MultiplyByQuantizedMultiplier). Above shift 0, x is shifted left first; where that leaves 32 bits,
/// undefined in TFLite, it saturates. Below, two roundings happen: the result may differ by 1 from the product rounded
/// once.
[[nodiscard]] std::int32_t multiply(std::int32_t x, FixedPointMultiplier multiplier);

}  // namespace qs::reference
