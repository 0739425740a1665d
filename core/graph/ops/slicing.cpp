#include "core/graph/ops/slicing.h"

#include <algorithm>

#include "core/base/error.h"

namespace qs::ops {

namespace {

std::int64_t bound(std::int64_t value, std::int64_t extent, std::int64_t least, std::int64_t most) {
  return std::clamp(value < 0 ? value + extent : value, least, most);
}

}  // namespace

SliceRange slice_range(const Slice& slice, std::size_t i, std::int64_t extent) {
  if (i >= slice.begin.size() || i >= slice.end.size() || i >= slice.step.size()) bad_input("a slice lacks a bound");
  if (slice.step[i] == 0) bad_input("a slice with a step of 0");
  if (extent <= 0) return {};
  // A step beyond the extent takes one element whatever it is; clamping keeps the arithmetic inside 64 bits.
  const std::int64_t step = std::clamp(slice.step[i], -extent, extent);
  const std::int64_t low = step > 0 ? 0 : -1;
  const std::int64_t high = step > 0 ? extent : extent - 1;
  const std::int64_t first = bound(slice.begin[i], extent, step > 0 ? low : 0, high);
  const std::int64_t last = bound(slice.end[i], extent, low, high);
  const std::int64_t distance = step > 0 ? last - first : first - last;
  const std::int64_t stride = std::abs(step);
  return {first, step, distance <= 0 ? 0 : (distance + stride - 1) / stride};
}

}  // namespace qs::ops
