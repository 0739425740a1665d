#include "core/graph/networks/layers.h"

#include <algorithm>
#include <cmath>

#include "core/base/rng.h"
#include "core/graph/operator.h"

namespace qs {

namespace {

constexpr double kClassifierDeviation = 0.01;

Window padded_window(std::int64_t kernel, std::int64_t stride) {
  const auto both = [](std::int64_t value) { return std::vector<std::int64_t>(2, value); };
  return {both(kernel), both(stride), both(1), both(kernel / 2), both(kernel / 2)};
}

}  // namespace

NetworkLayers::NetworkLayers(std::string name, NetworkInput input, std::uint64_t seed) : seed_(seed) {
  graph_.name = std::move(name);
  graph_.inputs = {graph_.add_value("input", {1, input.channels, input.height, input.width})};
}

ValueId NetworkLayers::add(const std::string& name, Op op, std::vector<ValueId> inputs) {
  std::vector<Shape> shapes;
  for (ValueId id : inputs) shapes.push_back(graph_.value(id).shape);
  shapes = with_context(name, [&] { return infer_shapes(op, shapes); });
  Node node{name, std::move(op), std::move(inputs), {graph_.add_value(name, shapes.front())}};
  graph_.nodes.push_back(std::move(node));
  return graph_.nodes.back().outputs.front();
}

ValueId NetworkLayers::constant(const std::string& name, Shape shape, float value) {
  Tensor tensor(DType::f32, std::move(shape));
  std::ranges::fill(tensor.mutable_values<float>(), value);
  return graph_.add_constant(name, std::move(tensor));
}

ValueId NetworkLayers::normal(const std::string& name, Shape shape, double deviation) {
  const std::uint64_t seed = random_bits(seed_, random_layers_++);
  Tensor tensor(DType::f32, std::move(shape));
  std::uint64_t i = 0;
  for (float& value : tensor.mutable_values<float>()) value = static_cast<float>(deviation * random_normal(seed, i++));
  return graph_.add_constant(name, std::move(tensor));
}

ValueId NetworkLayers::conv_bn(const std::string& name, ValueId x, const ConvShape& shape, float epsilon) {
  const auto fan_out = static_cast<double>(shape.kernel * shape.kernel * shape.channels / shape.groups);
  const ValueId weights =
      normal(name + ".weight", {shape.channels, channels(x) / shape.groups, shape.kernel, shape.kernel},
             std::sqrt(2 / fan_out));
  const ValueId y = add(name, Conv{padded_window(shape.kernel, shape.stride), shape.groups}, {x, weights});
  const std::string norm = name + "_bn";
  const Shape each{shape.channels};
  const ValueId scale = constant(norm + ".scale", each, 1);
  const ValueId shift = constant(norm + ".shift", each, 0);
  const ValueId mean = constant(norm + ".mean", each, 0);
  return add(norm, BatchNorm{epsilon}, {y, scale, shift, mean, constant(norm + ".variance", each, 1)});
}

ValueId NetworkLayers::conv_bn_act(const std::string& name, ValueId x, const ConvShape& shape, float epsilon,
                                   const Op& activation) {
  return add(name + "_relu", activation, {conv_bn(name, x, shape, epsilon)});
}

Graph NetworkLayers::classify(ValueId x, std::int64_t classes) && {
  const ValueId pooled = add("pool", GlobalAveragePool{}, {x});
  const ValueId flat = add("flatten", Flatten{1}, {pooled});
  const ValueId weights = normal("classifier.weight", {classes, channels(flat)}, kClassifierDeviation);
  const ValueId bias = constant("classifier.bias", {classes}, 0);
  const ValueId logits = add("classifier", Gemm{.transpose_b = true}, {flat, weights, bias});
  graph_.value(logits).name = "logits";
  graph_.outputs = {logits};
  return std::move(graph_);
}

}  // namespace qs
