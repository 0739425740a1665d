#include "core/model/onnx_node_writer.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/graph/operator.h"

namespace qs {

OnnxNodeWriter::OnnxNodeWriter(OnnxFile& file, const Node& node)
    : file_(file), node_(node), needed_opset_(operator_of(node.op).since_opset) {
  proto_.set_name(node.name);
  proto_.set_op_type(std::string(name_of(node.op)));
  for (ValueId id : node.inputs) proto_.add_input(file.value_names[id.at()]);
  for (ValueId id : node.outputs) proto_.add_output(file.value_names[id.at()]);
}

onnx::AttributeProto& OnnxNodeWriter::attribute(std::string_view name, onnx::AttributeProto::AttributeType type) {
  onnx::AttributeProto& result = *proto_.add_attribute();
  result.set_name(std::string(name));
  result.set_type(type);
  return result;
}

void OnnxNodeWriter::attribute(std::string_view name, std::int64_t value) {
  attribute(name, onnx::AttributeProto::INT).set_i(value);
}

void OnnxNodeWriter::attribute(std::string_view name, float value) {
  attribute(name, onnx::AttributeProto::FLOAT).set_f(value);
}

void OnnxNodeWriter::attribute(std::string_view name, std::string_view value) {
  attribute(name, onnx::AttributeProto::STRING).set_s(std::string(value));
}

void OnnxNodeWriter::attribute(std::string_view name, const std::vector<std::int64_t>& values) {
  onnx::AttributeProto& result = attribute(name, onnx::AttributeProto::INTS);
  for (std::int64_t value : values) result.add_ints(value);
}

void OnnxNodeWriter::operand(std::string_view name, const Tensor& tensor) {
  const std::string unique = file_.names.unique(fmt::format("{}.{}", node_.name, name));
  write_tensor(tensor, unique, *file_.proto.add_initializer());
  proto_.add_input(unique);
}

void OnnxNodeWriter::operand(std::string_view name, const std::vector<std::int64_t>& values) {
  operand(name, Tensor::from<std::int64_t>({static_cast<std::int64_t>(values.size())}, values));
}

void OnnxNodeWriter::operand(std::string_view name, const std::vector<float>& values) {
  operand(name, Tensor::from<float>({static_cast<std::int64_t>(values.size())}, values));
}

void OnnxNodeWriter::operand(std::string_view name, float value) {
  operand(name, Tensor::from<float>({}, {value}));
}

void OnnxNodeWriter::gate_with(std::string_view type) {
  const std::string x = proto_.input(0);
  onnx::NodeProto& gate = *file_.proto.add_node();
  gate.set_name(fmt::format("{}.{}", node_.name, type));
  gate.set_op_type(std::string(type));
  gate.add_input(x);
  gate.add_output(file_.names.unique(gate.name()));
  proto_.set_op_type("Mul");
  proto_.add_input(gate.output(0));
}

void OnnxNodeWriter::need_opset(int opset) {
  needed_opset_ = std::max(needed_opset_, opset);
}

int OnnxNodeWriter::finish() && {
  *file_.proto.add_node() = std::move(proto_);
  return needed_opset_;
}

onnx::TensorProto::DataType onnx_type(DType dtype) {
  switch (dtype) {
    case DType::f32: return onnx::TensorProto::FLOAT;
    case DType::s8: return onnx::TensorProto::INT8;
    case DType::u8: return onnx::TensorProto::UINT8;
    case DType::s32: return onnx::TensorProto::INT32;
    case DType::bf16: return onnx::TensorProto::BFLOAT16;
    case DType::s64: return onnx::TensorProto::INT64;
    case DType::boolean: return onnx::TensorProto::BOOL;
  }
  return onnx::TensorProto::UNDEFINED;
}

void write_tensor(const Tensor& tensor, const std::string& name, onnx::TensorProto& proto) {
  proto.set_name(name);
  proto.set_data_type(onnx_type(tensor.dtype()));
  for (std::int64_t extent : tensor.shape()) proto.add_dims(extent);
  proto.set_raw_data(tensor.data(), tensor.bytes());
}

}  // namespace qs
