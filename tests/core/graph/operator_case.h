// One node as a file would hold it, and what the operator table makes of it, for tests that read like tables.
#pragma once

#include <fmt/format.h>

#include <QtTest/QtTest>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "core/graph/operator.h"

namespace qs {

using Integers = std::vector<std::int64_t>;
using Reals = std::vector<float>;

/// An input of the node: computed (`at`), constant (`constant`) or left out (`absent`).
struct CaseInput {
  bool present = true;
  Shape shape;
  DType dtype = DType::f32;
  std::optional<Tensor> constant;
};

inline CaseInput at(Shape shape, DType dtype = DType::f32) {
  return {true, std::move(shape), dtype, std::nullopt};
}
inline CaseInput absent() {
  return {false, {}, DType::f32, std::nullopt};
}
inline CaseInput constant(Tensor tensor) {
  return {true, tensor.shape(), tensor.dtype(), tensor};
}
/// f32 zeros.
inline CaseInput weights(Shape shape) {
  return constant(Tensor(DType::f32, std::move(shape)));
}
inline CaseInput list(const Integers& values) {
  return constant(Tensor::from<std::int64_t>({static_cast<std::int64_t>(values.size())}, values));
}
inline CaseInput reals(const Reals& values) {
  return constant(Tensor::from<float>({static_cast<std::int64_t>(values.size())}, values));
}
inline CaseInput number(float value) {
  return constant(Tensor::from<float>({}, {value}));
}

struct OperatorCase {
  const char* name;
  std::string_view type;
  int opset = 13;
  std::vector<std::pair<std::string, Attributes::Item>> attributes;
  std::vector<CaseInput> inputs;
  int outputs = 1;
  std::int64_t batch = 1;
  int listed_outputs = 0;
};

inline ParsedNode parse(const OperatorCase& node) {
  Attributes attributes;
  for (const auto& [name, item] : node.attributes) attributes.set(name, item);
  std::vector<InputInfo> inputs;
  for (const CaseInput& input : node.inputs) {
    inputs.push_back({input.present, input.shape, input.dtype, input.constant ? &*input.constant : nullptr});
  }
  const Operator* row = find_operator(node.type);
  if (row == nullptr) bad_input("no row for {}", node.type);
  return row->parse({attributes, node.opset, inputs, node.outputs, node.batch, node.listed_outputs});
}

/// Shapes of the outputs when the first input has another batch than the case says (0: the same).
inline std::vector<Shape> shapes(const OperatorCase& node, std::int64_t batch = 0) {
  const ParsedNode parsed = parse(node);
  std::vector<Shape> inputs;
  for (int i : parsed.data_inputs) inputs.push_back(node.inputs[static_cast<std::size_t>(i)].shape);
  if (batch > 0) inputs.front()[0] = batch;
  return infer_shapes(parsed.op, inputs);
}

/// "1x8x4x4", several separated by spaces, or "error: MESSAGE".
inline std::string outcome(const OperatorCase& node, std::int64_t batch = 0) {
  try {
    std::vector<std::string> texts;
    for (const Shape& shape : shapes(node, batch)) texts.push_back(to_string(shape));
    return fmt::format("{}", fmt::join(texts, " "));
  } catch (const Error& error) {
    return fmt::format("{}: {}", error.code() == ErrorCode::bad_input ? "error" : "INTERNAL", error.what());
  }
}

struct ShapeCase {
  OperatorCase node;
  std::string expected;
};

/// Fails the running test at the first case whose outputs have other shapes.
inline void check_shapes(const std::vector<ShapeCase>& cases) {
  for (const auto& [node, expected] : cases) {
    const std::string found = outcome(node);
    QVERIFY2(found == expected, fmt::format("{}: found \"{}\", expected \"{}\"", node.name, found, expected).c_str());
  }
}

}  // namespace qs
