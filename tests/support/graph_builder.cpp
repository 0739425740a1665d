#include "tests/support/graph_builder.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace qs {

ValueId GraphBuilder::input(Shape shape, const std::string& name) {
  graph_.inputs.push_back(graph_.add_value(name, std::move(shape)));
  return graph_.inputs.back();
}

ValueId GraphBuilder::constant(Tensor tensor) {
  return graph_.add_constant(fmt::format("constant_{}", graph_.constants.size()), std::move(tensor));
}

ValueId GraphBuilder::number(float value) {
  return constant(Tensor::from<float>({}, {value}));
}

ValueId GraphBuilder::random(const Shape& shape, float low, float high) {
  return constant(random_tensor(shape, random_, low, high));
}

ValueId GraphBuilder::add(Op op, const std::vector<ValueId>& inputs, int outputs) {
  Node node{fmt::format("{}_{}", name_of(op), graph_.nodes.size()), std::move(op), inputs, {}};
  std::vector<Shape> shapes;
  for (ValueId id : inputs) shapes.push_back(shape(id));
  shapes = infer_shapes(node.op, shapes);
  for (int i = 0; i < outputs; ++i) {
    const auto place = static_cast<std::size_t>(i);
    node.outputs.push_back(graph_.add_value(i == 0 ? node.name : fmt::format("{}.{}", node.name, i), shapes[place]));
  }
  graph_.nodes.push_back(std::move(node));
  return graph_.nodes.back().outputs.front();
}

ValueId GraphBuilder::conv(ValueId x, std::int64_t channels, std::int64_t kernel, std::int64_t groups, bool bias) {
  std::vector<std::int64_t> weights{channels, shape(x)[1] / groups};
  weights.resize(static_cast<std::size_t>(shape(x).rank()), kernel);
  std::vector<ValueId> inputs{x, random(Shape(std::move(weights)))};
  if (bias) inputs.push_back(random({channels}));
  return add(Conv{square_window(shape(x).rank() - 2, kernel), groups}, inputs);
}

ValueId GraphBuilder::batch_norm(ValueId x) {
  const Shape channels{shape(x)[1]};
  const ValueId scale = random(channels, 0.5F, 3);
  const ValueId shift = random(channels, -2, 2);
  const ValueId mean = random(channels, -2, 2);
  return add(BatchNorm{1e-3F}, {x, scale, shift, mean, random(channels, 0.1F, 4)});
}

Graph GraphBuilder::finish(const std::vector<ValueId>& outputs) {
  graph_.outputs = outputs;
  if (!graph_.inputs.empty() && shape(graph_.inputs[0]).rank() > 0) graph_.batch = shape(graph_.inputs[0])[0];
  check_invariants(graph_);
  return graph_;
}

Tensor random_tensor(const Shape& shape, std::mt19937& random, float low, float high) {
  Tensor tensor(DType::f32, shape);
  std::uniform_real_distribution<float> uniform(low, high);
  for (float& value : tensor.mutable_values<float>()) value = uniform(random);
  return tensor;
}

Window square_window(int axes, std::int64_t kernel) {
  const auto count = static_cast<std::size_t>(axes);
  return {std::vector<std::int64_t>(count, kernel), std::vector<std::int64_t>(count, 1),
          std::vector<std::int64_t>(count, 1), std::vector<std::int64_t>(count, 0),
          std::vector<std::int64_t>(count, 0)};
}

std::string operator_names(const Graph& graph) {
  std::vector<std::string_view> names;
  for (const Node& node : graph.nodes) names.push_back(name_of(node.op));
  return fmt::format("{}", fmt::join(names, " "));
}

}  // namespace qs
