#include "tests/support/layer_builder.h"

#include <cmath>

namespace qs {

namespace {

using Dims = OnnxBuilder::Dims;

/// Uniform weights in [-bound, bound] that keep the activations' size through a ReLU (He et al. 2015).
float he_bound(std::int64_t fan_in) {
  return std::sqrt(6.0F / static_cast<float>(fan_in));
}

std::int64_t pooled(std::int64_t extent, std::int64_t kernel, std::int64_t stride, std::int64_t pad, bool ceil) {
  const std::int64_t span = extent + 2 * pad - kernel;
  return (ceil ? (span + stride - 1) / stride : span / stride) + 1;
}

}  // namespace

LayerBuilder::LayerBuilder(int opset, Weights weights, std::int64_t batch, std::int64_t resolution)
    : onnx_(opset), weights_(weights) {
  image_ = {onnx_.input("input", {batch, 3, resolution, resolution}), 3, resolution, resolution};
}

std::string LayerBuilder::weights(const Dims& dims, float low, float high) {
  return weights_ == Weights::random ? onnx_.random(dims, low, high) : onnx_.filled(dims, high);
}

Flow LayerBuilder::conv(const Flow& x, std::int64_t channels, std::int64_t kernel, ConvSettings settings) {
  const std::int64_t pad = settings.pad < 0 ? kernel / 2 : settings.pad;
  const std::int64_t fan_in = x.channels / settings.groups * kernel * kernel;
  std::vector<std::string> inputs = {
      x.name, weights({channels, x.channels / settings.groups, kernel, kernel}, -he_bound(fan_in), he_bound(fan_in))};
  if (settings.bias) inputs.push_back(weights({channels}, -0.1F, 0.1F));
  const std::string y = onnx_.node("Conv", inputs,
                                   {{"kernel_shape", Dims{kernel, kernel}},
                                    {"strides", Dims{settings.stride, settings.stride}},
                                    {"pads", Dims{pad, pad, pad, pad}},
                                    {"dilations", Dims{1, 1}},
                                    {"group", settings.groups}});
  return {y, channels, pooled(x.height, kernel, settings.stride, pad, false),
          pooled(x.width, kernel, settings.stride, pad, false)};
}

Flow LayerBuilder::batch_norm(const Flow& x, float epsilon) {
  const Dims dims = {x.channels};
  const std::string scale = weights(dims, 0.8F, 1.2F);
  const std::string shift = weights(dims, -0.1F, 0.1F);
  const std::string mean = weights(dims, -0.1F, 0.1F);
  const std::string variance = weights(dims, 0.8F, 1.2F);
  return same(x, onnx_.node("BatchNormalization", {x.name, scale, shift, mean, variance},
                            {{"epsilon", epsilon}, {"momentum", 0.9F}}));
}

Flow LayerBuilder::fully_connected(const Flow& x, std::int64_t channels) {
  const float bound = he_bound(x.channels);
  const std::string matrix = weights({channels, x.channels}, -bound, bound);
  const std::string bias = weights({channels}, -0.1F, 0.1F);
  return {onnx_.node("Gemm", {x.name, matrix, bias}, {{"transB", std::int64_t{1}}}), channels, 1, 1};
}

Flow LayerBuilder::relu6(const Flow& x) {
  if (onnx_.opset() < 11) return same(x, onnx_.node("Clip", {x.name}, {{"min", 0.0F}, {"max", 6.0F}}));
  const std::string low = number(0);
  return same(x, onnx_.node("Clip", {x.name, low, number(6)}));
}

Flow LayerBuilder::local_response_norm(const Flow& x) {
  return same(
      x, onnx_.node("LRN", {x.name}, {{"size", std::int64_t{5}}, {"alpha", 1e-4F}, {"beta", 0.75F}, {"bias", 1.0F}}));
}

Flow LayerBuilder::max_pool(const Flow& x, std::int64_t kernel, std::int64_t stride, std::int64_t pad, bool ceil) {
  OnnxBuilder::Attributes attributes = {
      {"kernel_shape", Dims{kernel, kernel}}, {"strides", Dims{stride, stride}}, {"pads", Dims{pad, pad, pad, pad}}};
  if (ceil) attributes.emplace_back("ceil_mode", std::int64_t{1});
  const std::string y = onnx_.node("MaxPool", {x.name}, attributes);
  return {y, x.channels, pooled(x.height, kernel, stride, pad, ceil), pooled(x.width, kernel, stride, pad, ceil)};
}

Flow LayerBuilder::average_pool(const Flow& x, std::int64_t kernel, std::int64_t stride, std::int64_t pad) {
  const std::string y = onnx_.node(
      "AveragePool", {x.name},
      {{"kernel_shape", Dims{kernel, kernel}}, {"strides", Dims{stride, stride}}, {"pads", Dims{pad, pad, pad, pad}}});
  return {y, x.channels, pooled(x.height, kernel, stride, pad, false), pooled(x.width, kernel, stride, pad, false)};
}

Flow LayerBuilder::global_pool(const Flow& x) {
  return {onnx_.node("GlobalAveragePool", {x.name}), x.channels, 1, 1};
}

Flow LayerBuilder::flatten(const Flow& x) {
  return {onnx_.node("Flatten", {x.name}), x.channels * x.height * x.width, 1, 1};
}

Flow LayerBuilder::concat(const std::vector<Flow>& inputs) {
  std::vector<std::string> names;
  std::int64_t channels = 0;
  for (const Flow& input : inputs) {
    names.push_back(input.name);
    channels += input.channels;
  }
  return {onnx_.node("Concat", names, {{"axis", std::int64_t{1}}}), channels, inputs[0].height, inputs[0].width};
}

Flow LayerBuilder::conv_bn_relu(const Flow& x, std::int64_t channels, std::int64_t kernel, ConvSettings settings) {
  return relu(batch_norm(conv(x, channels, kernel, settings)));
}

std::vector<std::byte> LayerBuilder::finish(const Flow& x) {
  onnx_.output(x.name);
  return onnx_.bytes();
}

}  // namespace qs
