// x * clip(x + 3, 0, 6) / 6 in any order of its multiplications and divisions, and x * HardSigmoid(x; 1/6, 1/2).
#include "core/graph/passes/rewriting.h"
#include "core/graph/passes/rows.h"

namespace qs {

namespace {

std::optional<ValueId> gate(const Rewriting& rewriting, ValueId id, double constant) {
  const Node* node = rewriting.producer(id);
  if (const auto* sigmoid = rewriting.producer_op<HardSigmoid>(id)) {
    const bool fits = means(static_cast<double>(sigmoid->alpha), 1.0 / 6) &&
                      means(static_cast<double>(sigmoid->beta), 0.5) && means(constant, 1);
    return fits ? std::optional(node->inputs[0]) : std::nullopt;
  }
  const auto* clip = rewriting.producer_op<Clip>(id);
  if (clip == nullptr || clip->min != 0 || clip->max != 6 || !means(constant, 1.0 / 6)) return std::nullopt;
  const auto sum = shifted(rewriting, node->inputs[0]);
  if (!sum || sum->constant != 3 || !rewriting.read_once(node->inputs[0])) return std::nullopt;
  return sum->x;
}

PassResult fuse_hard_swish(const Graph& graph) {
  return for_each_node(graph, [](Rewriting& rewriting, NodeId id) { fuse_gated(rewriting, id, gate, HardSwish{}); });
}

}  // namespace

const Pass fuse_hard_swish_pass{"fuse_hard_swish", "Fuse HardSwish", "Makes x * clip(x + 3, 0, 6) / 6 one HardSwish.",
                                fuse_hard_swish};

}  // namespace qs
