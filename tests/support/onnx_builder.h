// Builds ONNX models for tests, one line per layer.
#pragma once

#include <onnx/onnx_pb.h>

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace qs {

/// Writes an ONNX graph value by value. Everything that takes a value takes its name, everything that makes one returns
/// its name. Weights come from the seed alone, so that a model is the same on every machine.
class OnnxBuilder {
 public:
  using Dims = std::vector<std::int64_t>;
  using Reals = std::vector<float>;
  using Attribute = std::variant<std::int64_t, float, std::string, Dims, Reals, onnx::TensorProto>;
  using Attributes = std::vector<std::pair<std::string, Attribute>>;

  explicit OnnxBuilder(int opset = 13, std::uint32_t seed = 1);

  /// An f32 input; extents below 0 are dynamic (named "N").
  std::string input(const std::string& name, const Dims& dims);
  /// Declares a value as an output; without `dims` its shape is left open.
  void output(const std::string& name, const Dims& dims = {});

  /// Initialisers: uniformly random in [low, high]; given; given s64 (rank 1).
  std::string random(const Dims& dims, float low, float high);
  std::string reals(const Dims& dims, const Reals& values);
  std::string integers(const Dims& values);
  std::string initializer(onnx::TensorProto tensor);
  /// A ConstantOfShape node: weights of any size in a file of a few bytes.
  std::string filled(const Dims& dims, float value);

  /// A node with one output, named after the operator and its number ("Conv_3").
  std::string node(const std::string& type, const std::vector<std::string>& inputs, const Attributes& attributes = {});
  /// A node with several outputs.
  std::vector<std::string> nodes(const std::string& type, const std::vector<std::string>& inputs,
                                 const Attributes& attributes, int outputs);

  /// The model itself, to be made odd.
  [[nodiscard]] onnx::ModelProto& model() { return model_; }
  [[nodiscard]] onnx::GraphProto& graph() { return *model_.mutable_graph(); }
  [[nodiscard]] int opset() const;

  /// The bytes of the file.
  [[nodiscard]] std::vector<std::byte> bytes() const;

 private:
  std::string fresh(const std::string& stem);

  onnx::ModelProto model_;
  std::mt19937 generator_;
  int count_ = 0;
};

/// Nodes "conv" and "Relu_1": x [N,3,8,8] -> Conv with weights "w" [4,3,3,3] -> Relu -> y [N,4,6,6].
[[nodiscard]] OnnxBuilder small_network(int opset = 13);

/// The type of the first input, as the file declares it.
[[nodiscard]] onnx::TypeProto::Tensor& input_type(OnnxBuilder& b);

/// The file of a model.
[[nodiscard]] std::vector<std::byte> bytes_of(const onnx::ModelProto& model);

/// An f32 tensor kept as raw bytes.
[[nodiscard]] onnx::TensorProto real_tensor(const OnnxBuilder::Dims& dims, const OnnxBuilder::Reals& values);

}  // namespace qs
