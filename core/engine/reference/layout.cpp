// Operators that move elements and compute nothing: each at https://onnx.ai/onnx/operators/onnx__NAME.html.
#include <algorithm>
#include <cstring>

#include "core/engine/reference/gather.h"
#include "core/engine/reference/kernels.h"
#include "core/graph/ops/slicing.h"

namespace qs::reference {

namespace {

/// The offsets that leave everything in its place.
AxisOffsets in_place(const Shape& shape) {
  AxisOffsets offsets;
  for (int axis = 0; axis < shape.rank(); ++axis) offsets.push_back(even_offsets(shape[axis], shape.stride(axis)));
  return offsets;
}

/// Index in [0, extent) of position `i`, which may lie outside: mirrored at the first and last element, without
/// repeating them, as often as it takes.
std::int64_t mirrored(std::int64_t i, std::int64_t extent) {
  if (extent == 1) return 0;
  const std::int64_t period = 2 * (extent - 1);
  const std::int64_t within = ((i % period) + period) % period;
  return within < extent ? within : period - within;
}

std::int64_t source_index(Pad::Mode mode, std::int64_t i, std::int64_t extent) {
  if (i >= 0 && i < extent) return i;
  switch (mode) {
    case Pad::Mode::constant: return kOutside;
    case Pad::Mode::reflect: return mirrored(i, extent);
    case Pad::Mode::edge: return std::clamp<std::int64_t>(i, 0, extent - 1);
  }
  return kOutside;
}

}  // namespace

Tensor compute(const Concat& op, Inputs x, const Shape& out) {
  const std::int64_t element = static_cast<std::int64_t>(size_of(x[0].dtype()));
  Tensor result(x[0].dtype(), out);
  auto* base = static_cast<std::byte*>(result.mutable_data());
  const std::int64_t row = out[op.axis] * out.stride(op.axis) * element;
  std::int64_t begin = 0;  // where this input's part of each row starts, in bytes
  for (const Tensor& part : x) {
    if (part.dtype() != result.dtype())
      bad_input("Concat of {} and {}", name_of(result.dtype()), name_of(part.dtype()));
    const std::int64_t size = part.shape()[op.axis] * part.shape().stride(op.axis) * element;
    const auto* from = static_cast<const std::byte*>(part.data());
    for (std::int64_t r = 0; size > 0 && r * size < static_cast<std::int64_t>(part.bytes()); ++r) {
      std::memcpy(base + r * row + begin, from + r * size, static_cast<std::size_t>(size));
    }
    begin += size;
  }
  return result;
}

std::vector<Tensor> compute(const Split& op, Inputs x, std::span<const Shape> outs) {
  std::vector<Tensor> parts;
  std::int64_t begin = 0;
  for (const Shape& out : outs) {
    const std::int64_t end = begin + out[op.axis];
    parts.push_back(compute(Slice{{op.axis}, {begin}, {end}, {1}}, x, out));
    begin = end;
  }
  return parts;
}

Tensor compute(const Slice& op, Inputs x, const Shape&) {
  const Shape& shape = x[0].shape();
  AxisOffsets offsets = in_place(shape);
  for (std::size_t i = 0; i < op.axes.size(); ++i) {
    const int axis = op.axes[i];
    const ops::SliceRange range = ops::slice_range(op, i, shape[axis]);
    offsets[axis] = even_offsets(range.count, range.step * shape.stride(axis));
    for (std::int64_t& offset : offsets[axis]) offset += range.first * shape.stride(axis);
  }
  return gather(x[0], offsets);
}

Tensor compute(const Transpose& op, Inputs x, const Shape& out) {
  AxisOffsets offsets;
  for (int axis = 0; axis < out.rank(); ++axis) {
    offsets.push_back(even_offsets(out[axis], x[0].shape().stride(op.permutation[axis])));
  }
  return gather(x[0], offsets);
}

Tensor compute(const Reshape&, Inputs x, const Shape& out) {
  return x[0].reshaped(out);
}
Tensor compute(const Flatten&, Inputs x, const Shape& out) {
  return x[0].reshaped(out);
}
Tensor compute(const Squeeze&, Inputs x, const Shape& out) {
  return x[0].reshaped(out);
}
Tensor compute(const Unsqueeze&, Inputs x, const Shape& out) {
  return x[0].reshaped(out);
}
Tensor compute(const Identity&, Inputs x, const Shape&) {
  return x[0];
}

Tensor compute(const Pad& op, Inputs x, const Shape& out) {
  const Shape& shape = x[0].shape();
  if (op.mode != Pad::Mode::constant && x[0].elements() == 0) bad_input("Pad has nothing to repeat in an empty tensor");
  AxisOffsets offsets = in_place(out);
  for (int axis = 0; axis < out.rank(); ++axis) {
    for (std::int64_t i = 0; i < out[axis]; ++i) {
      const std::int64_t from = source_index(op.mode, i - op.begin[axis], shape[axis]);
      offsets[axis][i] = from == kOutside ? kOutside : from * shape.stride(axis);
    }
  }
  const Tensor value = Tensor::from<float>({}, {op.value});
  const Tensor fill = compute(Cast{x[0].dtype()}, {&value, 1}, {});
  return gather(x[0], offsets, &fill);
}

}  // namespace qs::reference
