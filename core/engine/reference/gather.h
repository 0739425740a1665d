// Elements picked axis by axis: the one loop behind broadcasting, reductions and the layout operators.
#pragma once

#include <cstdint>
#include <vector>

#include "core/tensor/tensor.h"

namespace qs::reference {

/// For each axis of a result, and each index along it: how far that index moves the position in the source, counted in
/// elements; or `kOutside` when nothing in the source belongs to it. The position of an element is the sum over axes.
using AxisOffsets = std::vector<std::vector<std::int64_t>>;
inline constexpr std::int64_t kOutside = -1;

/// `count` offsets 0, stride, 2 stride, ...; a stride of 0 repeats one element.
[[nodiscard]] std::vector<std::int64_t> even_offsets(std::int64_t count, std::int64_t stride);

/// For each element of `shape`, the element of the reduction over `axes` that it belongs to.
[[nodiscard]] AxisOffsets reduced_offsets(const Shape& shape, const std::vector<int>& axes);

/// Calls `body(position)` for every element of the result in row-major order; `kOutside` where an axis says so.
template <class Body>
void for_each_position(const AxisOffsets& offsets, Body&& body, std::size_t axis = 0, std::int64_t position = 0) {
  if (axis == offsets.size()) return body(position);
  for (std::int64_t offset : offsets[axis]) {
    const bool outside = position == kOutside || offset == kOutside;
    for_each_position(offsets, body, axis + 1, outside ? kOutside : position + offset);
  }
}

/// result[i0, i1, ...] = source[offsets[0][i0] + offsets[1][i1] + ...], for any element type. Elements outside are
/// `fill`, a scalar of the source's type, or zero without one.
[[nodiscard]] Tensor gather(const Tensor& source, const AxisOffsets& offsets, const Tensor* fill = nullptr);

/// `source` repeated to `shape` under NumPy's rules (which the caller has checked).
[[nodiscard]] Tensor broadcast_to(const Tensor& source, const Shape& shape);

}  // namespace qs::reference
