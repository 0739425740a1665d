// x * sigmoid(x), the only way ONNX before opset 24 spells Swish (SiLU).
#include "core/graph/passes/rewriting.h"
#include "core/graph/passes/rows.h"

namespace qs {

namespace {

std::optional<ValueId> gate(const Rewriting& rewriting, ValueId id, double constant) {
  if (rewriting.producer_op<Sigmoid>(id) == nullptr || !means(constant, 1)) return std::nullopt;
  return rewriting.producer(id)->inputs[0];
}

PassResult fuse_swish(const Graph& graph) {
  return for_each_node(graph, [](Rewriting& rewriting, NodeId id) { fuse_gated(rewriting, id, gate, Swish{}); });
}

}  // namespace

const Pass fuse_swish_pass{"fuse_swish", "Fuse Swish", "Makes x * sigmoid(x) one Swish.", fuse_swish};

}  // namespace qs
