// A B + c with constant B [K,N] and a constant c that is the same for every row: a Gemm.
#include "core/graph/passes/rewriting.h"
#include "core/graph/passes/rows.h"

namespace qs {

namespace {

bool same_for_every_row(const Shape& c, std::int64_t columns) {
  if (c.rank() > 2) return false;
  return c.elements() == 1 || (c.elements() == columns && c[c.rank() - 1] == columns);
}

/// Why the product and the addend are no Gemm; empty when they are.
std::string_view obstacle(const Rewriting& rewriting, const Node& matmul, ValueId addend) {
  const Graph& graph = rewriting.graph();
  const Shape& b = graph.value(matmul.inputs[1]).shape;
  if (graph.constant(matmul.inputs[1]) == nullptr) return "its second matrix is computed";
  if (graph.value(matmul.inputs[0]).shape.rank() != 2 || b.rank() != 2) return "it multiplies stacks of matrices";
  if (graph.constant(addend) == nullptr) return "what is added is computed";
  if (!same_for_every_row(graph.value(addend).shape, b[1])) return "what is added differs from row to row";
  if (!rewriting.read_once(matmul.outputs[0])) return "something else reads the product";
  return {};
}

void fuse(Rewriting& rewriting, NodeId id) {
  const Node& node = rewriting.graph().node(id);
  if (!std::holds_alternative<Add>(node.op)) return;
  for (int i = 0; i < 2; ++i) {
    const ValueId left = node.inputs[static_cast<std::size_t>(i)];
    const ValueId right = node.inputs[static_cast<std::size_t>(1 - i)];
    if (rewriting.producer_op<MatMul>(left) == nullptr) continue;
    const Node& matmul = *rewriting.producer(left);
    if (const auto reason = obstacle(rewriting, matmul, right); !reason.empty()) {
      rewriting.kept(matmul, std::string(reason));
      continue;
    }
    rewriting.changed(matmul, "became a Gemm together with the addition of " + node.name);
    rewriting.graph().nodes[id.at()].name = matmul.name;  // the layer is known by the node that holds its weights
    rewriting.replace(id, Gemm{}, {matmul.inputs[0], matmul.inputs[1], right});
    return;
  }
}

PassResult fuse_matmul_add(const Graph& graph) {
  return for_each_node(graph, fuse);
}

}  // namespace

const Pass fuse_matmul_add_pass{"fuse_matmul_add", "Fuse MatMul and Add",
                                "Makes a product with constant weights and the addition of a bias one Gemm.",
                                fuse_matmul_add};

}  // namespace qs
