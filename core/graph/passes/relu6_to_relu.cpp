// ReLU6 without its upper bound: Krishnamoorthi, arXiv:1806.08342, section 5.3 and figure 16.
#include <fmt/format.h>

#include "core/graph/operator.h"
#include "core/graph/passes/rewriting.h"
#include "core/graph/passes/rows.h"

namespace qs {

namespace {

/// A product of which the Clip is a factor: a hard sigmoid or hard swish in parts, whose upper bound is its point.
const Node* product_among(const Graph& graph, const std::vector<NodeId>& readers) {
  for (NodeId id : readers) {
    const Node& node = graph.node(id);
    if (std::holds_alternative<Mul>(node.op) || std::holds_alternative<Div>(node.op)) return &node;
  }
  return nullptr;
}

void unbound(Rewriting& rewriting, NodeId id, const std::vector<std::vector<NodeId>>& readers) {
  const Node& node = rewriting.graph().node(id);
  const auto* clip = std::get_if<Clip>(&node.op);
  if (clip == nullptr || clip->min != 0 || clip->max != 6) return;
  if (const Node* product = product_among(rewriting.graph(), readers[node.outputs[0].at()])) {
    return rewriting.kept(node, fmt::format("{} ({}) reads it as a gate", product->name, name_of(product->op)));
  }
  rewriting.changed(node, "is a ReLU now: values above 6 are no longer cut off");
  rewriting.replace(id, Relu{}, {node.inputs[0]});
}

PassResult relu6_to_relu(const Graph& graph) {
  const std::vector<std::vector<NodeId>> readers = users(graph);
  return for_each_node(graph, [&](Rewriting& rewriting, NodeId id) { unbound(rewriting, id, readers); });
}

}  // namespace

const Pass relu6_to_relu_pass{"relu6_to_relu", "ReLU6 to ReLU",
                              "Lets every ReLU6 reach beyond 6, which quantization may need and outputs may show.",
                              relu6_to_relu, Equivalence::approximate};

}  // namespace qs
