#include "core/engine/reference/gather.h"

#include <algorithm>
#include <cstring>

namespace qs::reference {

namespace {

template <std::size_t Size>
void gather_elements(const Tensor& source, const AxisOffsets& offsets, const Tensor* fill, Tensor& result) {
  const auto* from = static_cast<const std::byte*>(source.data());
  auto* to = static_cast<std::byte*>(result.mutable_data());
  for_each_position(offsets, [&](std::int64_t position) {
    if (position != kOutside) {
      std::memcpy(to, from + position * static_cast<std::int64_t>(Size), Size);
    } else if (fill != nullptr) {
      std::memcpy(to, fill->data(), Size);
    }
    to += Size;
  });
}

}  // namespace

std::vector<std::int64_t> even_offsets(std::int64_t count, std::int64_t stride) {
  std::vector<std::int64_t> offsets(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) offsets[i] = i * stride;
  return offsets;
}

AxisOffsets reduced_offsets(const Shape& shape, const std::vector<int>& axes) {
  AxisOffsets offsets(shape.rank());
  std::int64_t stride = 1;
  for (int axis = shape.rank() - 1; axis >= 0; --axis) {
    const bool reduced = std::find(axes.begin(), axes.end(), axis) != axes.end();
    offsets[axis] = even_offsets(shape[axis], reduced ? 0 : stride);
    if (!reduced) stride *= shape[axis];
  }
  return offsets;
}

Tensor gather(const Tensor& source, const AxisOffsets& offsets, const Tensor* fill) {
  QS_ASSERT(fill == nullptr || fill->dtype() == source.dtype());
  std::vector<std::int64_t> dims;
  for (const auto& axis : offsets) dims.push_back(static_cast<std::int64_t>(axis.size()));
  Tensor result(source.dtype(), Shape(std::move(dims)));
  switch (size_of(source.dtype())) {
    case 1: gather_elements<1>(source, offsets, fill, result); break;
    case 2: gather_elements<2>(source, offsets, fill, result); break;
    case 4: gather_elements<4>(source, offsets, fill, result); break;
    case 8: gather_elements<8>(source, offsets, fill, result); break;
    default: QS_ASSERT(false);
  }
  return result;
}

Tensor broadcast_to(const Tensor& source, const Shape& shape) {
  if (source.shape() == shape) return source;
  const std::vector<std::int64_t> strides = source.shape().strides();
  const int missing = shape.rank() - source.shape().rank();
  QS_ASSERT(missing >= 0);
  AxisOffsets offsets;
  for (int axis = 0; axis < shape.rank(); ++axis) {
    const bool repeats = axis < missing || source.shape()[axis - missing] == 1;
    offsets.push_back(even_offsets(shape[axis], repeats ? 0 : strides[axis - missing]));
  }
  return gather(source, offsets);
}

}  // namespace qs::reference
