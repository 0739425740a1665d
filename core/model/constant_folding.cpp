#include "core/model/constant_folding.h"

#include <algorithm>
#include <cstring>

#include "core/base/checked.h"
#include "core/graph/ops/shape_rules.h"

namespace qs {

Tensor FoldingBudget::allocate(DType dtype, const Shape& shape) {
  ops::expect_size(shape, "a computed constant");
  spend(checked_multiply(shape.elements(), static_cast<std::int64_t>(size_of(dtype)), "size of a computed constant"));
  return {dtype, shape};
}

void FoldingBudget::spend(std::int64_t bytes) {
  if (bytes > left_) bad_input("the constants that the file asks to compute exceed {} MiB", kDefaultBytes >> 20);
  left_ -= bytes;
}

const FoldingRule* find_folding_rule(std::string_view type) {
  for (const auto rules : {shape_rules(), arithmetic_rules()}) {
    const auto found = std::find_if(rules.begin(), rules.end(), [&](const FoldingRule& r) { return r.type == type; });
    if (found != rules.end()) return &*found;
  }
  return nullptr;
}

bool folds(const OnnxNode& node, const NameSet& constants) {
  if (!node.domain.empty()) return false;
  const FoldingRule* rule = find_folding_rule(node.type);
  if (rule == nullptr) return false;
  return rule->needs_shapes_only || std::all_of(node.inputs.begin(), node.inputs.end(), [&](const std::string& input) {
           return input.empty() || constants.contains(input);
         });
}

Tensor gather_strided(const Tensor& source, const Shape& shape, std::span<const std::int64_t> strides,
                      std::int64_t offset, FoldingBudget& budget) {
  Tensor result = budget.allocate(source.dtype(), shape);
  const std::size_t size = size_of(source.dtype());
  const auto* from = static_cast<const std::byte*>(source.data());
  auto* to = static_cast<std::byte*>(result.mutable_data());
  std::vector<std::int64_t> index(strides.size(), 0);
  for (std::int64_t i = 0; i < result.elements(); ++i) {
    std::memcpy(to + static_cast<std::size_t>(i) * size, from + static_cast<std::size_t>(offset) * size, size);
    for (int axis = shape.rank() - 1; axis >= 0; --axis) {
      const auto at = static_cast<std::size_t>(axis);
      offset += strides[at];
      if (++index[at] < shape[axis]) break;
      offset -= strides[at] * shape[axis];
      index[at] = 0;
    }
  }
  return result;
}

Tensor broadcast_to(const Tensor& source, const Shape& shape, FoldingBudget& budget) {
  if (source.shape() == shape) return source;
  const int missing = shape.rank() - source.shape().rank();
  if (missing < 0 || broadcast(source.shape(), shape) != shape) {
    bad_input("shape {} does not broadcast to {}", to_string(source.shape()), to_string(shape));
  }
  std::vector<std::int64_t> strides(shape.dims().size(), 0);
  for (int axis = missing; axis < shape.rank(); ++axis) {
    const bool repeated = source.shape()[axis - missing] == 1;
    strides[static_cast<std::size_t>(axis)] = repeated ? 0 : source.shape().stride(axis - missing);
  }
  return gather_strided(source, shape, strides, 0, budget);
}

std::vector<std::int64_t> integers_of(const Tensor& tensor, std::string_view what) {
  const auto copy = [](auto values) { return std::vector<std::int64_t>(values.begin(), values.end()); };
  switch (tensor.dtype()) {
    case DType::s64: return copy(tensor.values<std::int64_t>());
    case DType::s32: return copy(tensor.values<std::int32_t>());
    case DType::s8: return copy(tensor.values<std::int8_t>());
    case DType::u8: return copy(tensor.values<std::uint8_t>());
    case DType::boolean: return copy(tensor.values<bool>());
    case DType::f32:
    case DType::bf16: break;
  }
  bad_input("{} must be integers, but is {}", what, name_of(tensor.dtype()));
}

Tensor integers_tensor(std::span<const std::int64_t> values) {
  return Tensor::from<std::int64_t>({static_cast<std::int64_t>(values.size())}, values);
}

const Tensor& constant_input(const NodeSpec& node, std::size_t index) {
  if (index >= node.inputs.size() || node.inputs[index].constant == nullptr) {
    bad_input("input {} is missing", index);
  }
  return *node.inputs[index].constant;
}

const Shape& input_shape(const NodeSpec& node, std::size_t index) {
  if (index >= node.inputs.size() || !node.inputs[index].present) bad_input("input {} is missing", index);
  return node.inputs[index].shape;
}

}  // namespace qs
