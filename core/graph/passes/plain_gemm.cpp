#include <fmt/format.h>

#include "core/graph/passes/rewriting.h"
#include "core/graph/passes/rows.h"

namespace qs {

namespace {

/// factor * B as [N, K].
Tensor plain_weights(const Tensor& b, bool is_transposed, float factor) {
  const std::int64_t rows = is_transposed ? b.shape()[0] : b.shape()[1];
  const std::int64_t columns = is_transposed ? b.shape()[1] : b.shape()[0];
  Tensor result(DType::f32, {rows, columns});
  const auto from = b.values<float>();
  const auto to = result.mutable_values<float>();
  for (std::int64_t r = 0; r < rows; ++r) {
    for (std::int64_t c = 0; c < columns; ++c) {
      const std::int64_t source = is_transposed ? r * columns + c : c * rows + r;
      to[static_cast<std::size_t>(r * columns + c)] = factor * from[static_cast<std::size_t>(source)];
    }
  }
  return result;
}

/// beta * C as [N]; empty when it is no row added to every line of the product.
std::optional<Tensor> plain_bias(const Tensor& c, std::int64_t columns, float beta) {
  const bool is_one = c.elements() == 1;
  const bool is_row = c.elements() == columns && c.shape()[c.shape().rank() - 1] == columns;
  if (!is_one && !is_row) return std::nullopt;
  Tensor result(DType::f32, {columns});
  const auto to = result.mutable_values<float>();
  for (std::size_t i = 0; i < to.size(); ++i) to[i] = beta * c.values<float>()[is_one ? 0 : i];
  return result;
}

bool is_matrix(const Graph& graph, ValueId id) {
  return graph.value(id).shape.rank() == 2 && graph.value(id).dtype == DType::f32;
}

void make_plain(Rewriting& rewriting, NodeId id) {
  const Graph& graph = rewriting.graph();
  const Node& node = graph.node(id);
  const bool is_product = std::holds_alternative<MatMul>(node.op);
  if (!is_product && !std::holds_alternative<Gemm>(node.op)) return;
  const Gemm op = is_product ? Gemm{} : std::get<Gemm>(node.op);
  const Tensor* b = graph.constant(node.inputs[1]);
  if (b == nullptr || !is_matrix(graph, node.inputs[0]) || !is_matrix(graph, node.inputs[1]) || op.transpose_a) return;
  if (!is_product && op.alpha == 1 && op.beta == 1 && op.transpose_b) return;
  std::vector<ValueId> inputs = {node.inputs[0]};
  Tensor weights = plain_weights(*b, op.transpose_b, op.alpha);
  if (node.inputs.size() > 2 && op.beta != 0) {
    const Tensor* c = graph.constant(node.inputs[2]);
    std::optional<Tensor> bias = c == nullptr ? std::nullopt : plain_bias(*c, weights.shape()[0], op.beta);
    if (!bias) return rewriting.kept(node, "what it adds is computed or differs from row to row");
    const ValueId old_bias = node.inputs[2];
    inputs.push_back(rewriting.replacement(node.inputs[1], std::move(weights)));
    inputs.push_back(rewriting.replacement(old_bias, std::move(*bias)));
  } else {
    inputs.push_back(rewriting.replacement(node.inputs[1], std::move(weights)));
  }
  rewriting.changed(node, "its factors are in the weights now, which are [outputs, inputs]");
  rewriting.replace(id, Gemm{.alpha = 1, .beta = 1, .transpose_a = false, .transpose_b = true}, std::move(inputs));
}

PassResult plain_gemm(const Graph& graph) {
  return for_each_node(graph, make_plain);
}

}  // namespace

const Pass plain_gemm_pass{"plain_gemm", "Plain fully connected layers",
                           "Writes every fully connected layer as x * weights' + bias with weights [outputs, inputs].",
                           plain_gemm};

}  // namespace qs
