#include "core/quant/encoding.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/error.h"
#include "core/base/rng.h"
#include "core/base/wide.h"
#include "core/quant/rounding.h"

namespace qs {

int Grid::quant_min() const {
  const int half = 1 << (bits - 1);
  if (!is_signed) return 0;
  return kind == GridKind::symmetric_restricted ? -(half - 1) : -half;
}

int Grid::quant_max() const {
  const int levels = 1 << bits;
  if (is_signed) return levels / 2 - 1;
  return kind == GridKind::symmetric_restricted ? levels - 2 : levels - 1;
}

ScaleZeroPoint cover(Range range, const Grid& grid) {
  if (!std::isfinite(range.min) || !std::isfinite(range.max)) {
    bad_input("a range from {} to {} cannot be quantized", range.min, range.max);
  }
  const double min = std::min(static_cast<double>(range.min), 0.0);
  const double max = std::max(static_cast<double>(range.max), 0.0);
  const double smallest = std::numeric_limits<float>::min();
  if (grid.kind != GridKind::affine) {
    const double reach = grid.is_signed ? std::max(-min, max) : max;
    if (reach == 0) return {1, 0};
    return {static_cast<float>(std::max(reach / grid.quant_max(), smallest)), 0};
  }
  if (min == max) return {1, grid.is_signed ? 0 : grid.quant_min()};
  const double steps = static_cast<double>(grid.quant_max()) - grid.quant_min();
  const auto scale = static_cast<float>(std::max((max - min) / steps, smallest));
  const double zero_point = grid.quant_min() + std::nearbyint(-min / static_cast<double>(scale));
  return {scale, static_cast<std::int32_t>(std::clamp(zero_point, static_cast<double>(grid.quant_min()),
                                                      static_cast<double>(grid.quant_max())))};
}

Range covered(ScaleZeroPoint encoding, const Grid& grid) {
  return {dequantize(grid.quant_min(), encoding), dequantize(grid.quant_max(), encoding)};
}

std::int32_t quantize(float x, ScaleZeroPoint encoding, const Grid& grid) {
  return static_cast<std::int32_t>(on_grid(x / encoding.scale, grid_ends(encoding, grid))) + encoding.zero_point;
}

void fake_quantize(std::span<const float> from, ScaleZeroPoint encoding, const Grid& grid, std::span<float> to) {
  QS_ASSERT(from.size() == to.size());
  const GridEnds limit = grid_ends(encoding, grid);
  const float scale = encoding.scale;
  const float* x = from.data();
  float* y = to.data();
  const std::size_t count = from.size();
  on_wide_vectors([=] {
#pragma omp simd
    for (std::size_t i = 0; i < count; ++i) y[i] = scale * on_grid(x[i] / scale, limit);
  });
}

void fake_quantize_stochastic(std::span<const float> from, ScaleZeroPoint encoding, const Grid& grid,
                              std::uint64_t seed, std::uint64_t first, std::span<float> to) {
  QS_ASSERT(from.size() == to.size());
  const GridEnds limit = grid_ends(encoding, grid);
  for (std::size_t i = 0; i < from.size(); ++i) {
    const float noise = random_unit(seed, first + i) - 0.5F;
    // A point of the grid stays: plus -1/2 it would be a tie. Its quotient need not be whole, so the product is asked.
    const float steps = from[i] / encoding.scale;
    const bool is_point = from[i] == encoding.scale * on_grid(steps, limit);
    const float moved = is_point ? steps : steps + noise;
    to[i] = encoding.scale * on_grid(moved, limit);
  }
}

}  // namespace qs
