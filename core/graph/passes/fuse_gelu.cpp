// x / 2 * (1 + erf(x / sqrt(2))) in any order of its multiplications: Gelu before opset 20.
#include <numbers>

#include "core/graph/passes/rewriting.h"
#include "core/graph/passes/rows.h"

namespace qs {

namespace {

/// 1 + erf(x / sqrt(2)), each step read by the next alone.
std::optional<ValueId> gate(const Rewriting& rewriting, ValueId id, double constant) {
  if (!means(constant, 0.5)) return std::nullopt;
  const auto sum = shifted(rewriting, id);
  if (!sum || sum->constant != 1 || rewriting.producer_op<Erf>(sum->x) == nullptr) return std::nullopt;
  const ValueId argument = rewriting.producer(sum->x)->inputs[0];
  const Node* scaling = rewriting.producer(argument);
  if (scaling == nullptr || !rewriting.read_once(sum->x) || !rewriting.read_once(argument)) return std::nullopt;
  const auto scaled = product(rewriting, *scaling);
  if (!scaled || scaled->factors.size() != 1 || !means(scaled->constant, 1 / std::numbers::sqrt2)) return std::nullopt;
  return scaled->factors[0];
}

PassResult fuse_gelu(const Graph& graph) {
  return for_each_node(graph, [](Rewriting& rewriting, NodeId id) { fuse_gated(rewriting, id, gate, Gelu{}); });
}

}  // namespace

const Pass fuse_gelu_pass{"fuse_gelu", "Fuse Gelu", "Makes x / 2 * (1 + erf(x / sqrt 2)) one Gelu.", fuse_gelu};

}  // namespace qs
