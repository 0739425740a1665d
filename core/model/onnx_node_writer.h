// How nodes are written into an ONNX file.
#pragma once

#include <onnx/onnx_pb.h>

#include <string>
#include <string_view>
#include <vector>

#include "core/graph/graph.h"
#include "core/model/printable.h"

namespace qs {

/// A file in the making.
struct OnnxFile {
  const Graph& graph;
  int opset;
  onnx::GraphProto proto = {};
  UniqueNames names = {};
  std::vector<std::string> value_names = {};  ///< by value index
};

/// A node of the file in the making: its type, inputs and outputs are those of the graph's node. Rows of the table add
/// what ONNX keeps in attributes and in further inputs.
class OnnxNodeWriter {
 public:
  OnnxNodeWriter(OnnxFile& file, const Node& node);

  [[nodiscard]] int opset() const { return file_.opset; }
  [[nodiscard]] const Shape& input_shape() const { return file_.graph.value(node_.inputs.front()).shape; }

  void attribute(std::string_view name, std::int64_t value);
  void attribute(std::string_view name, float value);
  void attribute(std::string_view name, std::string_view value);
  void attribute(std::string_view name, const std::vector<std::int64_t>& values);

  /// A further input that is constant: a list, or one number.
  void operand(std::string_view name, const std::vector<std::int64_t>& values);
  void operand(std::string_view name, const std::vector<float>& values);
  void operand(std::string_view name, float value);
  /// A further input that is left out.
  void no_operand() { proto_.add_input(""); }

  /// Makes the node x * `type`(x), for an activation that ONNX has no operator for.
  void gate_with(std::string_view type);
  /// The node needs at least this opset; a file of an older one is written once more.
  void need_opset(int opset);

  /// Adds the node to the file; the opset it needs.
  int finish() &&;

 private:
  onnx::AttributeProto& attribute(std::string_view name, onnx::AttributeProto::AttributeType type);
  void operand(std::string_view name, const Tensor& tensor);

  OnnxFile& file_;
  const Node& node_;
  int needed_opset_;
  onnx::NodeProto proto_;
};

/// Writes a tensor's elements as they lie in memory, under `name`.
void write_tensor(const Tensor& tensor, const std::string& name, onnx::TensorProto& proto);

/// Adds a node to the file by its row of the table; the opset it needs. Throws `Error` (bad_input) where ONNX has no
/// form for its operator.
[[nodiscard]] int write_node(OnnxFile& file, const Node& node);

/// ONNX's number of an element type.
[[nodiscard]] onnx::TensorProto::DataType onnx_type(DType dtype);

}  // namespace qs
