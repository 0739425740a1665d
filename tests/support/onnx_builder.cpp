#include "tests/support/onnx_builder.h"

#include <functional>
#include <numeric>

namespace qs {

namespace {

std::int64_t product(const OnnxBuilder::Dims& dims) {
  return std::accumulate(dims.begin(), dims.end(), std::int64_t{1}, std::multiplies<>());
}

void declare(onnx::ValueInfoProto& value, const std::string& name, const OnnxBuilder::Dims& dims) {
  value.set_name(name);
  auto* tensor = value.mutable_type()->mutable_tensor_type();
  tensor->set_elem_type(onnx::TensorProto::FLOAT);
  for (std::int64_t dim : dims) {
    auto* extent = tensor->mutable_shape()->add_dim();
    dim < 0 ? extent->set_dim_param("N") : extent->set_dim_value(dim);
  }
}

struct AttributeWriter {
  onnx::AttributeProto& proto;

  void operator()(std::int64_t value) const {
    proto.set_type(onnx::AttributeProto::INT);
    proto.set_i(value);
  }
  void operator()(float value) const {
    proto.set_type(onnx::AttributeProto::FLOAT);
    proto.set_f(value);
  }
  void operator()(const std::string& value) const {
    proto.set_type(onnx::AttributeProto::STRING);
    proto.set_s(value);
  }
  void operator()(const OnnxBuilder::Dims& values) const {
    proto.set_type(onnx::AttributeProto::INTS);
    proto.mutable_ints()->Add(values.begin(), values.end());
  }
  void operator()(const OnnxBuilder::Reals& values) const {
    proto.set_type(onnx::AttributeProto::FLOATS);
    proto.mutable_floats()->Add(values.begin(), values.end());
  }
  void operator()(const onnx::TensorProto& value) const {
    proto.set_type(onnx::AttributeProto::TENSOR);
    *proto.mutable_t() = value;
  }
};

}  // namespace

OnnxBuilder::OnnxBuilder(int opset, std::uint32_t seed) : generator_(seed) {
  model_.set_ir_version(8);
  model_.set_producer_name("quantoscope tests");
  model_.add_opset_import()->set_version(opset);
  model_.mutable_graph()->set_name("test");
}

int OnnxBuilder::opset() const {
  return static_cast<int>(model_.opset_import(0).version());
}

std::string OnnxBuilder::fresh(const std::string& stem) {
  return stem + "_" + std::to_string(count_++);
}

std::string OnnxBuilder::input(const std::string& name, const Dims& dims) {
  declare(*graph().add_input(), name, dims);
  return name;
}

void OnnxBuilder::output(const std::string& name, const Dims& dims) {
  declare(*graph().add_output(), name, dims);
}

std::string OnnxBuilder::initializer(onnx::TensorProto tensor) {
  if (tensor.name().empty()) tensor.set_name(fresh("weights"));
  *graph().add_initializer() = std::move(tensor);
  return graph().initializer(graph().initializer_size() - 1).name();
}

std::string OnnxBuilder::random(const Dims& dims, float low, float high) {
  Reals values(static_cast<std::size_t>(product(dims)));
  for (float& value : values) {  // by hand: the standard's distributions differ between libraries
    value = low + (high - low) * static_cast<float>(generator_() >> 8U) * 0x1p-24F;
  }
  return reals(dims, values);
}

std::string OnnxBuilder::reals(const Dims& dims, const Reals& values) {
  return initializer(real_tensor(dims, values));
}

std::string OnnxBuilder::integers(const Dims& values) {
  onnx::TensorProto tensor;
  tensor.set_data_type(onnx::TensorProto::INT64);
  tensor.add_dims(static_cast<std::int64_t>(values.size()));
  tensor.mutable_int64_data()->Add(values.begin(), values.end());
  return initializer(std::move(tensor));
}

std::string OnnxBuilder::filled(const Dims& dims, float value) {
  return node("ConstantOfShape", {integers(dims)}, {{"value", real_tensor({1}, {value})}});
}

std::string OnnxBuilder::node(const std::string& type, const std::vector<std::string>& inputs,
                              const Attributes& attributes) {
  return nodes(type, inputs, attributes, 1).front();
}

std::vector<std::string> OnnxBuilder::nodes(const std::string& type, const std::vector<std::string>& inputs,
                                            const Attributes& attributes, int outputs) {
  onnx::NodeProto& proto = *graph().add_node();
  proto.set_op_type(type);
  proto.set_name(fresh(type));
  for (const std::string& name : inputs) proto.add_input(name);
  for (const auto& [name, value] : attributes) {
    onnx::AttributeProto& attribute = *proto.add_attribute();
    attribute.set_name(name);
    std::visit(AttributeWriter{attribute}, value);
  }
  for (int i = 0; i < outputs; ++i) {
    proto.add_output(outputs == 1 ? proto.name() + "_out" : proto.name() + "_out" + std::to_string(i));
  }
  return {proto.output().begin(), proto.output().end()};
}

std::vector<std::byte> OnnxBuilder::bytes() const {
  return bytes_of(model_);
}

OnnxBuilder small_network(int opset) {
  OnnxBuilder b(opset);
  b.input("x", {-1, 3, 8, 8});
  onnx::TensorProto weights = real_tensor({4, 3, 3, 3}, OnnxBuilder::Reals(108, 0.5F));
  weights.set_name("w");
  b.initializer(weights);
  b.node("Relu", {b.node("Conv", {"x", "w"})});
  b.graph().mutable_node(0)->set_name("conv");
  b.graph().mutable_node(1)->set_output(0, "y");
  b.output("y");
  return b;
}

onnx::TypeProto::Tensor& input_type(OnnxBuilder& b) {
  return *b.graph().mutable_input(0)->mutable_type()->mutable_tensor_type();
}

std::vector<std::byte> bytes_of(const onnx::ModelProto& model) {
  std::vector<std::byte> bytes(model.ByteSizeLong());
  model.SerializeToArray(bytes.data(), static_cast<int>(bytes.size()));
  return bytes;
}

onnx::TensorProto real_tensor(const OnnxBuilder::Dims& dims, const OnnxBuilder::Reals& values) {
  onnx::TensorProto tensor;
  tensor.set_data_type(onnx::TensorProto::FLOAT);
  tensor.mutable_dims()->Add(dims.begin(), dims.end());
  tensor.set_raw_data(values.data(), values.size() * sizeof(float));
  return tensor;
}

}  // namespace qs
