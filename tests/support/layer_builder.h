// Layers of image classifiers on top of OnnxBuilder, with shapes tracked.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/onnx_builder.h"

namespace qs {

/// An activation while a network is written.
struct Flow {
  std::string name;
  std::int64_t channels = 0;
  std::int64_t height = 0;
  std::int64_t width = 0;
};

struct ConvSettings {
  std::int64_t stride = 1;
  std::int64_t pad = -1;  ///< -1: half the kernel ("same" at stride 1)
  std::int64_t groups = 1;
  bool bias = false;
};

enum class Weights { random, filled };  ///< filled: by ConstantOfShape, for counting at full width

class LayerBuilder {
 public:
  LayerBuilder(int opset, Weights weights, std::int64_t batch, std::int64_t resolution);

  [[nodiscard]] const Flow& image() const { return image_; }
  [[nodiscard]] OnnxBuilder& onnx() { return onnx_; }

  Flow conv(const Flow& x, std::int64_t channels, std::int64_t kernel, ConvSettings settings = {});
  Flow batch_norm(const Flow& x, float epsilon = 1e-5F);
  Flow fully_connected(const Flow& x, std::int64_t channels);

  Flow relu(const Flow& x) { return same(x, onnx_.node("Relu", {x.name})); }
  Flow relu6(const Flow& x);
  Flow swish(const Flow& x) { return mul(x, same(x, onnx_.node("Sigmoid", {x.name}))); }
  Flow local_response_norm(const Flow& x);
  Flow softmax(const Flow& x) { return same(x, onnx_.node("Softmax", {x.name}, {{"axis", std::int64_t{1}}})); }
  Flow dropout(const Flow& x) { return same(x, onnx_.node("Dropout", {x.name})); }

  Flow max_pool(const Flow& x, std::int64_t kernel, std::int64_t stride, std::int64_t pad = 0, bool ceil = false);
  Flow average_pool(const Flow& x, std::int64_t kernel, std::int64_t stride, std::int64_t pad = 0);
  Flow global_pool(const Flow& x);
  Flow flatten(const Flow& x);

  Flow add(const Flow& a, const Flow& b) { return same(a, onnx_.node("Add", {a.name, b.name})); }
  Flow mul(const Flow& a, const Flow& b) { return same(a, onnx_.node("Mul", {a.name, b.name})); }
  Flow concat(const std::vector<Flow>& inputs);

  /// conv + batch norm + relu
  Flow conv_bn_relu(const Flow& x, std::int64_t channels, std::int64_t kernel, ConvSettings settings = {});

  /// A scalar constant.
  std::string number(float value) { return onnx_.reals({}, {value}); }

  /// `x` under another name, of the same shape.
  static Flow same(const Flow& x, std::string name) { return {std::move(name), x.channels, x.height, x.width}; }

  /// The file; `x` is the output "logits" or whatever it ends in.
  std::vector<std::byte> finish(const Flow& x);

 private:
  std::string weights(const OnnxBuilder::Dims& dims, float low, float high);

  OnnxBuilder onnx_;
  Weights weights_;
  Flow image_;
};

}  // namespace qs
