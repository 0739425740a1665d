#include "core/graph/ops/reading.h"

#include <algorithm>
#include <cmath>

#include "core/graph/ops/shape_rules.h"

namespace qs::ops {

namespace {

/// The elements of a tensor, converted to T.
template <class T, class Source>
std::vector<T> converted(const Tensor& tensor) {
  const auto values = tensor.values<Source>();
  std::vector<T> result(values.size());
  std::transform(values.begin(), values.end(), result.begin(), [](Source value) { return static_cast<T>(value); });
  return result;
}

const Tensor& constant_list(const NodeSpec& spec, std::string_view name, int index) {
  const Tensor* tensor = spec.inputs[static_cast<std::size_t>(index)].constant;
  if (tensor == nullptr) bad_input("input {} ({}) must be a constant", index, name);
  if (tensor->shape().rank() > 1) {
    bad_input("input {} ({}) must be a list, not a tensor of shape {}", index, name, to_string(tensor->shape()));
  }
  return *tensor;
}

}  // namespace

void check_inputs(const NodeSpec& spec, const Operator& row) {
  if (spec.opset < row.since_opset) {
    bad_input("{} exists since opset {}, but the file uses opset {}", row.name, row.since_opset, spec.opset);
  }
  const int count = static_cast<int>(spec.inputs.size());
  if (count > row.max_inputs) bad_input("{} has {} inputs, at most {} are known", row.name, count, row.max_inputs);
  for (int i = 0; i < row.min_inputs; ++i) {
    if (!has_input(spec, i)) bad_input("input {} of {} is missing", i, row.name);
  }
  for (int i = 0; i < count; ++i) {
    if (has_input(spec, i)) expect_size(spec.inputs[static_cast<std::size_t>(i)].shape, "an input");
  }
  for (int i : row.constant_inputs) {
    if (has_input(spec, i) && spec.inputs[static_cast<std::size_t>(i)].constant == nullptr) {
      bad_input("input {} of {} must be a constant; it is computed while the network runs", i, row.name);
    }
  }
}

bool has_input(const NodeSpec& spec, int index) {
  return index < static_cast<int>(spec.inputs.size()) && spec.inputs[static_cast<std::size_t>(index)].present;
}

void only_first_output(const NodeSpec& spec, std::string_view what) {
  if (spec.output_count > 1) bad_input("the output {} is not supported, and something reads it", what);
}

ParsedNode computes(const NodeSpec& spec, Op op, int count) {
  ParsedNode node{std::move(op), {}};
  for (int i = 0; i < std::min(count, static_cast<int>(spec.inputs.size())); ++i) {
    if (!has_input(spec, i)) continue;
    if (static_cast<int>(node.data_inputs.size()) < i) bad_input("input {} is missing before input {}", i - 1, i);
    const DType dtype = spec.inputs[static_cast<std::size_t>(i)].dtype;
    if (dtype != DType::f32) bad_input("input {} has element type {}; only f32 is supported", i, name_of(dtype));
    node.data_inputs.push_back(i);
  }
  return node;
}

ParsedNode moves(const NodeSpec&, Op op) {
  return {std::move(op), {0}};
}

std::optional<std::vector<std::int64_t>> integer_list(const NodeSpec& spec, std::string_view name, int index) {
  if (spec.attributes.has(name)) return spec.attributes.integers(name);
  if (!has_input(spec, index)) return std::nullopt;
  const Tensor& tensor = constant_list(spec, name, index);
  switch (tensor.dtype()) {
    case DType::s64: return converted<std::int64_t, std::int64_t>(tensor);
    case DType::s32: return converted<std::int64_t, std::int32_t>(tensor);
    default: bad_input("input {} ({}) must hold integers, not {}", index, name, name_of(tensor.dtype()));
  }
}

std::optional<std::vector<float>> real_list(const NodeSpec& spec, std::string_view name, int index) {
  if (spec.attributes.has(name)) return spec.attributes.reals(name);
  if (!has_input(spec, index)) return std::nullopt;
  const Tensor& tensor = constant_list(spec, name, index);
  if (tensor.dtype() != DType::f32) {
    bad_input("input {} ({}) must hold f32 numbers, not {}", index, name, name_of(tensor.dtype()));
  }
  return converted<float, float>(tensor);
}

std::optional<float> real_number(const NodeSpec& spec, std::string_view name, int index) {
  if (spec.attributes.has(name)) return spec.attributes.real(name, 0);
  const auto list = real_list(spec, name, index);
  if (!list) return std::nullopt;
  if (list->size() != 1) bad_input("input {} ({}) must be one number, not {}", index, name, list->size());
  return list->front();
}

float finite(const Attributes& attributes, std::string_view name, float fallback) {
  const float value = attributes.real(name, fallback);
  if (!std::isfinite(value)) bad_input("attribute \"{}\" is not a finite number", name);
  return value;
}

bool flag(const Attributes& attributes, std::string_view name, bool fallback) {
  const std::int64_t value = attributes.integer(name, fallback ? 1 : 0);
  if (value != 0 && value != 1) bad_input("attribute \"{}\" is {}; it must be 0 or 1", name, value);
  return value == 1;
}

std::vector<int> distinct_axes(const std::vector<std::int64_t>& axes, int rank) {
  std::vector<int> result;
  for (std::int64_t axis : axes) {
    const int normalized = normalized_axis(axis, rank);
    if (std::find(result.begin(), result.end(), normalized) != result.end()) bad_input("axis {} is given twice", axis);
    result.push_back(normalized);
  }
  return result;
}

}  // namespace qs::ops
