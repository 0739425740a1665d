// Grids and encodings: how integers stand for real numbers.
// Equations: spec/methods.md sections 0 and 1 (Krishnamoorthi, arXiv:1806.08342, eq 1-11).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/tensor/tensor.h"

namespace qs {

constexpr int kMinBits = 2;
constexpr int kMaxBits = 16;        ///< simulated
constexpr int kMaxIntegerBits = 8;  ///< in integer kernels

/// Where the integers lie around the zero point.
enum class GridKind : std::uint8_t {
  affine,                ///< any zero point: the range [min, max] is used to the full
  symmetric,             ///< zero point 0: signed [-N/2, N/2-1], unsigned [0, N-1]
  symmetric_restricted,  ///< zero point 0 without the lowest code: signed [-(N/2-1), N/2-1], unsigned [0, N-2]
};

/// The integers a number may become; N = 2^bits.
struct Grid {
  int bits = 8;
  GridKind kind = GridKind::affine;
  bool is_signed = false;

  [[nodiscard]] int quant_min() const;
  [[nodiscard]] int quant_max() const;
  friend bool operator==(const Grid&, const Grid&) = default;
};

/// An interval of real numbers.
struct Range {
  float min = 0;
  float max = 0;
  friend bool operator==(const Range&, const Range&) = default;
};

/// real = scale * (q - zero_point), quant_min <= q <= quant_max. Real 0 is exact.
struct ScaleZeroPoint {
  float scale = 1;
  std::int32_t zero_point = 0;
  friend bool operator==(const ScaleZeroPoint&, const ScaleZeroPoint&) = default;
};

/// An encoding of a tensor: one scale and zero point for all of it, or one per output channel.
struct Encoding {
  Grid grid;
  std::vector<ScaleZeroPoint> channels;  ///< size 1: per tensor

  [[nodiscard]] bool per_channel() const { return channels.size() > 1; }
  [[nodiscard]] const ScaleZeroPoint& at(std::size_t channel) const { return channels[per_channel() ? channel : 0]; }
  friend bool operator==(const Encoding&, const Encoding&) = default;
};

/// Scale and zero point that cover `range` on `grid`, computed in double:
///   affine              scale = (max-min)/(N-1), zero_point = quant_min + round(-min/scale), clamped to the grid
///   signed symmetric    scale = max(|min|,|max|)/(N/2-1)
///   unsigned symmetric  scale = max/(quant_max)
/// The range is relaxed to contain 0 first. A range of zero width gives scale 1 and zero_point quant_min (unsigned) or
/// 0 (signed). scale >= FLT_MIN. Throws `Error` (bad_input) for a range that is not finite.
[[nodiscard]] ScaleZeroPoint cover(Range range, const Grid& grid);

/// The real numbers the ends of the grid stand for (the "nudged" range).
[[nodiscard]] Range covered(ScaleZeroPoint encoding, const Grid& grid);

/// The integer nearest to a real number: clamp(round(x / scale) + zero_point), ties to even. x must not be NaN.
[[nodiscard]] std::int32_t quantize(float x, ScaleZeroPoint encoding, const Grid& grid);

[[nodiscard]] inline float dequantize(std::int32_t q, ScaleZeroPoint encoding) {
  return encoding.scale * static_cast<float>(q - encoding.zero_point);
}

/// Quantize and dequantize every element; `from` and `to` may be the same memory. Cost: about a nanosecond each.
void fake_quantize(std::span<const float> from, ScaleZeroPoint encoding, const Grid& grid, std::span<float> to);

/// The same with stochastic rounding (spec/methods.md section 1): round(x / scale + e), e uniform in [-1/2, 1/2), taken
/// from (seed, first + index of the element). Points of the grid stay where they are.
void fake_quantize_stochastic(std::span<const float> from, ScaleZeroPoint encoding, const Grid& grid,
                              std::uint64_t seed, std::uint64_t first, std::span<float> to);

[[nodiscard]] constexpr std::string_view name_of(GridKind kind) {
  switch (kind) {
    case GridKind::affine: return "affine";
    case GridKind::symmetric: return "symmetric";
    case GridKind::symmetric_restricted: return "symmetric_restricted";
  }
  return "?";
}

}  // namespace qs
