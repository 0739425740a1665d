// Which elements a Slice takes, for its shape rule and for whoever executes it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

#include "core/graph/op.h"

namespace qs::ops {

/// An end bound that means "to the last element" of any extent.
inline constexpr std::int64_t kSliceToTheEnd = std::numeric_limits<std::int64_t>::max();

/// Elements first, first + step, ..., `count` of them.
struct SliceRange {
  std::int64_t first = 0;
  std::int64_t step = 1;
  std::int64_t count = 0;
};

/// The elements that entry `i` of the slice takes of its axis, which has `extent` elements: negative bounds count from
/// the end, bounds beyond either end mean that end (for a negative step a begin before the first element means the
/// first, as ONNX has it and NumPy has not). Throws `Error` (bad_input) on a step of 0 or a missing entry.
[[nodiscard]] SliceRange slice_range(const Slice& slice, std::size_t i, std::int64_t extent);

}  // namespace qs::ops
