// Rounding that compilers vectorize, and the grid in steps of its scale: what every loop over values to quantize
// shares.
#pragma once

#include <algorithm>

#include "core/quant/encoding.h"

namespace qs {

/// 1.5 * 2^23: behind this number floats have no fraction. Adding it to a float below 2^22 rounds that to the nearest
/// integer, ties to even, in the low bits of the sum; taking it away again leaves the integer. The compiler can do that
/// to many at once; std::nearbyint it calls one by one.
inline constexpr float kRounder = 12582912.0F;

[[nodiscard]] inline float rounded(float x) {
  return (x + kRounder) - kRounder;
}

/// The grid's ends as distances from the zero point.
struct GridEnds {
  float low;
  float high;
};

[[nodiscard]] inline GridEnds grid_ends(ScaleZeroPoint encoding, const Grid& grid) {
  return {static_cast<float>(grid.quant_min() - encoding.zero_point),
          static_cast<float>(grid.quant_max() - encoding.zero_point)};
}

/// round(steps) clamped to the ends; clamping first keeps `rounded` in its domain and changes nothing, as ends are
/// whole.
[[nodiscard]] inline float on_grid(float steps, GridEnds ends) {
  return rounded(std::min(std::max(steps, ends.low), ends.high));
}

}  // namespace qs
