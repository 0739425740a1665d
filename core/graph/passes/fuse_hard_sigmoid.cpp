// clip(x + b, 0, h) / h, as PyTorch exports HardSigmoid (b = 3, h = 6): max(0, min(1, x / h + b / h)).
#include "core/graph/passes/rewriting.h"
#include "core/graph/passes/rows.h"

namespace qs {

namespace {

void fuse(Rewriting& rewriting, NodeId id) {
  const Node& node = rewriting.graph().node(id);
  const auto found = product(rewriting, node);
  if (!found || found->factors.size() != 1) return;
  const ValueId clipped = found->factors[0];
  const Clip* clip = rewriting.producer_op<Clip>(clipped);
  if (clip == nullptr || clip->min != 0 || !means(found->constant * static_cast<double>(clip->max), 1)) return;
  const ValueId sum = rewriting.producer(clipped)->inputs[0];
  const auto inner = shifted(rewriting, sum);
  if (!inner || rewriting.graph().value(inner->x).shape != rewriting.graph().value(node.outputs[0]).shape) return;
  if (!rewriting.read_once(clipped) || !rewriting.read_once(sum)) {
    rewriting.kept(node, "clip(x + b, 0, h) / h, but something else reads a part of it");
    return;
  }
  const double slope = 1 / static_cast<double>(clip->max);
  rewriting.changed(node, "clip(x + b, 0, h) / h became one HardSigmoid");
  rewriting.replace(id, HardSigmoid{static_cast<float>(slope), static_cast<float>(slope * inner->constant)},
                    {inner->x});
}

PassResult fuse_hard_sigmoid(const Graph& graph) {
  return for_each_node(graph, fuse);
}

}  // namespace

const Pass fuse_hard_sigmoid_pass{"fuse_hard_sigmoid", "Fuse HardSigmoid",
                                  "Makes clip(x + b, 0, h) / h one HardSigmoid.", fuse_hard_sigmoid};

}  // namespace qs
