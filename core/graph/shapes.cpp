// Shape rules applied to single ops and to whole graphs.
#include "core/base/error.h"
#include "core/graph/ops/shape_rules.h"

namespace qs {

namespace {

std::vector<Shape> input_shapes(const Graph& graph, const Node& node) {
  std::vector<Shape> shapes;
  for (ValueId input : node.inputs) shapes.push_back(graph.value(input).shape);
  return shapes;
}

}  // namespace

std::vector<Shape> infer_shapes(const Op& op, std::span<const Shape> inputs) {
  for (const Shape& shape : inputs) ops::expect_size(shape, "an input");
  std::vector<Shape> outputs = operator_of(op).infer(op, inputs);
  for (const Shape& shape : outputs) ops::expect_size(shape, "an output");
  return outputs;
}

void infer_shapes(Graph& graph) {
  for (const Node& node : graph.nodes) {
    with_context(fmt::format("node \"{}\" ({})", node.name, name_of(node.op)), [&] {
      const auto shapes = infer_shapes(node.op, input_shapes(graph, node));
      if (shapes.size() < node.outputs.size()) {
        bad_input("{} outputs, but the operator makes {}", node.outputs.size(), shapes.size());
      }
      for (std::size_t i = 0; i < node.outputs.size(); ++i) graph.value(node.outputs[i]).shape = shapes[i];
    });
  }
}

Graph with_batch(const Graph& graph, std::int64_t batch) {
  if (batch < 1) bad_input("a batch of {} images is not possible", batch);
  if (batch == graph.batch) return graph;
  if (!graph.fixed_batch_reason.empty()) {
    bad_input("the model is bound to a batch of {}: {}", graph.batch, graph.fixed_batch_reason);
  }
  Graph result = graph;
  for (ValueId input : result.inputs) {
    Shape& shape = result.value(input).shape;
    if (shape.rank() > 0) shape[0] = batch;
  }
  result.batch = batch;
  with_context(fmt::format("batch of {}", batch), [&] { infer_shapes(result); });
  return result;
}

std::int64_t multiply_accumulates(const Graph& graph, const Node& node) {
  const Operator& row = operator_of(node.op);
  if (row.multiply_accumulates == nullptr) return 0;
  return row.multiply_accumulates(node.op, input_shapes(graph, node), graph.value(node.outputs.front()).shape);
}

}  // namespace qs
