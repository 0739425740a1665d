// Sixteen-bit floating-point formats of model files.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace qs {

/// IEEE 754 binary16, exactly (every half is a float). NaN and infinities keep being that.
[[nodiscard]] inline float float_from_half(std::uint16_t bits) {
  const float sign = (bits & 0x8000U) != 0 ? -1.0F : 1.0F;
  const int exponent = (bits >> 10U) & 0x1F;
  const int mantissa = bits & 0x3FF;
  if (exponent == 0x1F) {
    return mantissa != 0 ? std::numeric_limits<float>::quiet_NaN() : sign * std::numeric_limits<float>::infinity();
  }
  if (exponent == 0) return sign * std::ldexp(static_cast<float>(mantissa), -24);  // zero and subnormals
  return sign * std::ldexp(static_cast<float>(mantissa + 0x400), exponent - 25);
}

/// The upper half of a float.
[[nodiscard]] inline float float_from_bfloat16(std::uint16_t bits) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16U);
}

}  // namespace qs
