// Folding of operators that make and move elements, whatever they mean.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "core/base/checked.h"
#include "core/graph/ops/slicing.h"
#include "core/model/constant_folding.h"
#include "core/model/element_type.h"

namespace qs {

namespace {

using Tensors = std::vector<Tensor>;

Tensors constant(const NodeSpec& node, FoldingBudget&) {
  const Attributes& attributes = node.attributes;
  if (const auto value = attributes.tensor("value")) return {*value};
  if (attributes.has("value_float")) return {Tensor::from<float>({}, {attributes.real("value_float", 0)})};
  if (attributes.has("value_int")) return {Tensor::from<std::int64_t>({}, {attributes.integer("value_int", 0)})};
  if (attributes.has("value_ints")) return {integers_tensor(attributes.integers("value_ints"))};
  if (attributes.has("value_floats")) {
    const std::vector<float> values = attributes.reals("value_floats");
    return {Tensor::from<float>({static_cast<std::int64_t>(values.size())}, values)};
  }
  bad_input("it holds neither numbers nor a tensor; strings are not supported");
}

Tensors constant_of_shape(const NodeSpec& node, FoldingBudget& budget) {
  const Tensor value = node.attributes.tensor("value").value_or(Tensor());
  if (value.elements() != 1) bad_input("its value must be one element, not {}", value.elements());
  Tensor result = budget.allocate(value.dtype(), Shape(integers_of(constant_input(node, 0), "the shape")));
  if (result.elements() == 0) return {result};
  auto* bytes = static_cast<std::byte*>(result.mutable_data());
  std::memcpy(bytes, value.data(), value.bytes());
  for (std::size_t done = value.bytes(); done < result.bytes(); done *= 2) {
    std::memcpy(bytes + done, bytes, std::min(done, result.bytes() - done));
  }
  return {result};
}

/// Where a `start` or `end` of Shape lies among `rank` extents.
int place(std::int64_t index, int rank) {
  return static_cast<int>(std::clamp<std::int64_t>(index < 0 ? index + rank : index, 0, rank));
}

Tensors shape_of(const NodeSpec& node, FoldingBudget&) {
  const auto& dims = input_shape(node, 0).dims();
  const int rank = static_cast<int>(dims.size());
  const int start = place(node.attributes.integer("start", 0), rank);
  const int end = std::max(start, place(node.attributes.integer("end", rank), rank));
  return {
      integers_tensor(std::span(dims).subspan(static_cast<std::size_t>(start), static_cast<std::size_t>(end - start)))};
}

Tensors size(const NodeSpec& node, FoldingBudget&) {
  return {Tensor::from<std::int64_t>({}, {input_shape(node, 0).elements()})};
}

Tensors same(const NodeSpec& node, FoldingBudget&) {
  return {constant_input(node, 0)};
}

/// What the operator's own row makes of the node, for those that only move elements.
struct Moved {
  Op op;
  Shape shape;
};

Moved by_row(std::string_view type, const NodeSpec& node) {
  ParsedNode parsed = find_operator(type)->parse(node);
  const std::array inputs = {constant_input(node, 0).shape()};
  return {parsed.op, infer_shapes(parsed.op, inputs).front()};
}

Tensors reshape_as(std::string_view type, const NodeSpec& node) {
  return {constant_input(node, 0).reshaped(by_row(type, node).shape)};
}
Tensors reshape(const NodeSpec& node, FoldingBudget&) {
  return reshape_as("Reshape", node);
}
Tensors flatten(const NodeSpec& node, FoldingBudget&) {
  return reshape_as("Flatten", node);
}
Tensors squeeze(const NodeSpec& node, FoldingBudget&) {
  return reshape_as("Squeeze", node);
}
Tensors unsqueeze(const NodeSpec& node, FoldingBudget&) {
  return reshape_as("Unsqueeze", node);
}

Tensors transpose(const NodeSpec& node, FoldingBudget& budget) {
  const auto [op, shape] = by_row("Transpose", node);
  const Tensor& source = constant_input(node, 0);
  std::vector<std::int64_t> strides;
  for (int axis : std::get<Transpose>(op).permutation) strides.push_back(source.shape().stride(axis));
  return {gather_strided(source, shape, strides, 0, budget)};
}

Tensors slice(const NodeSpec& node, FoldingBudget& budget) {
  const auto [op, shape] = by_row("Slice", node);
  const Slice& bounds = std::get<Slice>(op);
  const Tensor& source = constant_input(node, 0);
  std::vector<std::int64_t> strides = source.shape().strides();
  std::int64_t offset = 0;
  for (std::size_t i = 0; i < bounds.axes.size(); ++i) {
    const auto range = ops::slice_range(bounds, i, source.shape()[bounds.axes[i]]);
    if (range.count == 0) return {budget.allocate(source.dtype(), shape)};
    std::int64_t& stride = strides[static_cast<std::size_t>(bounds.axes[i])];
    offset += stride * range.first;
    stride = range.count == 1 ? 0 : stride * range.step;  // a step may be huge where it is never taken
  }
  return {gather_strided(source, shape, strides, offset, budget)};
}

Tensors expand(const NodeSpec& node, FoldingBudget& budget) {
  const Tensor& source = constant_input(node, 0);
  const Shape target(integers_of(constant_input(node, 1), "the shape"));
  return {broadcast_to(source, broadcast(source.shape(), target), budget)};
}

/// Product of the extents of axes [from, to).
std::int64_t count_between(const Shape& shape, int from, int to) {
  std::int64_t count = 1;
  for (int axis = from; axis < to; ++axis) count *= shape[axis];
  return count;
}

Tensors gather(const NodeSpec& node, FoldingBudget& budget) {
  const Tensor& source = constant_input(node, 0);
  const Shape& from = source.shape();
  const int axis = normalized_axis(node.attributes.integer("axis", 0), from.rank());
  const Shape& index_shape = constant_input(node, 1).shape();
  std::vector<std::int64_t> dims(from.begin(), from.begin() + axis);
  dims.insert(dims.end(), index_shape.begin(), index_shape.end());
  dims.insert(dims.end(), from.begin() + axis + 1, from.end());
  Tensor result = budget.allocate(source.dtype(), Shape(std::move(dims)));
  if (result.elements() == 0) return {result};

  const auto block = static_cast<std::size_t>(from.stride(axis)) * size_of(source.dtype());
  const auto* read = static_cast<const std::byte*>(source.data());
  auto* write = static_cast<std::byte*>(result.mutable_data());
  const std::vector<std::int64_t> indices = integers_of(constant_input(node, 1), "the indices");
  for (std::int64_t outer = 0; outer < count_between(from, 0, axis); ++outer) {
    for (std::int64_t index : indices) {
      if (index < -from[axis] || index >= from[axis]) {
        bad_input("index {} lies outside an axis of extent {}", index, from[axis]);
      }
      const std::int64_t at = outer * from[axis] + (index < 0 ? index + from[axis] : index);
      std::memcpy(write, read + static_cast<std::size_t>(at) * block, block);
      write += block;
    }
  }
  return {result};
}

Tensors concat(const NodeSpec& node, FoldingBudget& budget) {
  const Tensor& first = constant_input(node, 0);
  const int axis = normalized_axis(node.attributes.integer("axis", 1), first.shape().rank());
  Shape shape = first.shape();
  for (std::size_t i = 1; i < node.inputs.size(); ++i) {
    const Tensor& next = constant_input(node, i);
    Shape aligned = next.shape();
    if (aligned.rank() == shape.rank()) aligned[axis] = first.shape()[axis];
    if (aligned != first.shape() || next.dtype() != first.dtype()) {
      bad_input("inputs 0 ({} {}) and {} ({} {}) do not fit together", name_of(first.dtype()), to_string(first.shape()),
                i, name_of(next.dtype()), to_string(next.shape()));
    }
    shape[axis] = checked_add(shape[axis], next.shape()[axis], "extent of the result");
  }
  Tensor result = budget.allocate(first.dtype(), shape);
  if (result.elements() == 0) return {result};
  auto* write = static_cast<std::byte*>(result.mutable_data());
  for (std::int64_t outer = 0; outer < count_between(shape, 0, axis); ++outer) {
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      const Tensor& input = constant_input(node, i);
      const auto block =
          static_cast<std::size_t>(count_between(input.shape(), axis, shape.rank())) * size_of(input.dtype());
      std::memcpy(write, static_cast<const std::byte*>(input.data()) + static_cast<std::size_t>(outer) * block, block);
      write += block;
    }
  }
  return {result};
}

/// start, start + delta, ... before limit.
template <class T>
Tensors range_of(const NodeSpec& node, FoldingBudget& budget) {
  std::array<T, 3> bounds{};
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    const Tensor& input = constant_input(node, i);
    if (input.elements() != 1 || input.dtype() != dtype_of<T>::value) bad_input("input {} must be one number", i);
    bounds[i] = input.values<T>().front();
  }
  const auto [start, limit, delta] = bounds;
  const double steps =
      std::ceil((static_cast<double>(limit) - static_cast<double>(start)) / static_cast<double>(delta));
  if (!(std::abs(steps) <= static_cast<double>(FoldingBudget::kDefaultBytes))) {
    bad_input("from {} to {} in steps of {} is no finite range", start, limit, delta);
  }
  Tensor result = budget.allocate(dtype_of<T>::value, {std::max<std::int64_t>(0, static_cast<std::int64_t>(steps))});
  std::int64_t i = 0;
  for (T& value : result.mutable_values<T>()) {
    if constexpr (std::is_integral_v<T>) {
      value = static_cast<T>(checked_add(start, checked_multiply(i++, delta, "range"), "range"));
    } else {
      value = start + static_cast<T>(i++) * delta;
    }
  }
  return {result};
}

Tensors range(const NodeSpec& node, FoldingBudget& budget) {
  switch (constant_input(node, 0).dtype()) {
    case DType::f32: return range_of<float>(node, budget);
    case DType::s32: return range_of<std::int32_t>(node, budget);
    case DType::s64: return range_of<std::int64_t>(node, budget);
    default: bad_input("ranges of {} are not supported", name_of(constant_input(node, 0).dtype()));
  }
}

constexpr std::array kRules = {
    FoldingRule{"Constant", false, constant},   FoldingRule{"ConstantOfShape", false, constant_of_shape},
    FoldingRule{"Shape", true, shape_of},       FoldingRule{"Size", true, size},
    FoldingRule{"Identity", false, same},       FoldingRule{"Dropout", false, same},
    FoldingRule{"Reshape", false, reshape},     FoldingRule{"Flatten", false, flatten},
    FoldingRule{"Squeeze", false, squeeze},     FoldingRule{"Unsqueeze", false, unsqueeze},
    FoldingRule{"Transpose", false, transpose}, FoldingRule{"Slice", false, slice},
    FoldingRule{"Expand", false, expand},       FoldingRule{"Gather", false, gather},
    FoldingRule{"Concat", false, concat},       FoldingRule{"Range", false, range},
};

}  // namespace

std::span<const FoldingRule> shape_rules() {
  return kRules;
}

}  // namespace qs
