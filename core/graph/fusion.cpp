#include "core/graph/fusion.h"

#include <algorithm>

#include "core/graph/op_kind.h"

namespace qs {

namespace {

/// oneDNN applies any elementwise function to the result of these before storing it ...
bool takes_activation(const Op& op) {
  return is_one_of<Conv, Gemm, Add, Sub, Mul, Div>(op);
}
/// ... adds another tensor to the result of these ...
bool takes_residual(const Op& op) {
  return is_one_of<Conv>(op);
}
/// ... and batch normalization takes ReLU alone.
bool absorbs_activation(const Op& producer, const Op& op) {
  if (is_one_of<BatchNorm>(producer)) return is_one_of<Relu>(op);
  const auto* quantizer = std::get_if<FakeQuantize>(&op);
  if (quantizer != nullptr && quantizer->stochastic) return false;
  return takes_activation(producer) &&
         is_one_of<Relu, LeakyRelu, Clip, Sigmoid, HardSigmoid, HardSwish, Swish, Tanh, Elu, Gelu, FakeQuantize>(op);
}

/// What an activation is made of, for those that more than one is made of: bits.
enum Functions : unsigned { kRectifies = 1, kClips = 2, kScales = 4 };

unsigned functions(const Op& op) {
  if (is_one_of<Relu, LeakyRelu>(op)) return kRectifies;
  if (is_one_of<Clip>(op)) return kClips;
  if (is_one_of<HardSigmoid, FakeQuantize>(op)) return kClips | kScales;
  return 0;
}

class Fusion {
 public:
  Fusion(const Graph& graph, Residual residual)
      : graph_(graph),
        residual_(residual),
        producers_(producers(graph)),
        users_(users(graph)),
        absorbed_(graph.nodes.size(), false) {}

  std::vector<FusedNode> run() {
    std::vector<FusedNode> groups;
    for (std::int32_t n = 0; n < static_cast<std::int32_t>(graph_.nodes.size()); ++n) {
      if (!absorbed_[static_cast<std::size_t>(n)]) groups.push_back(grow({n}));
    }
    return groups;
  }

 private:
  FusedNode grow(NodeId start) {
    FusedNode group{start, {}, graph_.node(start).outputs.front()};
    if (graph_.node(start).outputs.size() != 1) return group;
    while (const std::optional<NodeId> next = sole_reader(group.output)) {
      const Op& op = graph_.node(*next).op;
      if (absorbs_activation(graph_.node(start).op, op) && !repeats(group, op)) {
        group.post_ops.push_back({*next, std::nullopt});
      } else if (const auto operand = residual(group, *next)) {
        group.post_ops.push_back({*next, operand});
      } else {
        break;
      }
      absorbed_[next->at()] = true;
      group.output = graph_.node(*next).outputs.front();
    }
    return group;
  }

  /// oneDNN 2.6 runs the second of two post-ops of one function with the parameters of the first. A quantizer right
  /// behind a Clip is no repetition: it clips for both.
  bool repeats(const FusedNode& group, const Op& op) const {
    for (const PostOp& post_op : group.post_ops) {
      const Op& earlier = graph_.node(post_op.node).op;
      if (earlier.index() == op.index()) return true;
      const bool is_last = post_op.node == group.post_ops.back().node;
      if (is_last && is_one_of<Clip>(earlier) && is_one_of<FakeQuantize>(op)) continue;
      if ((functions(earlier) & functions(op)) != 0) return true;
    }
    return false;
  }

  std::optional<NodeId> sole_reader(ValueId value) const {
    const bool is_output = std::find(graph_.outputs.begin(), graph_.outputs.end(), value) != graph_.outputs.end();
    const std::vector<NodeId>& readers = users_[value.at()];
    if (is_output || readers.size() != 1) return std::nullopt;
    return readers.front();
  }

  /// The other operand of an Add that can be summed into the group's result.
  std::optional<ValueId> residual(const FusedNode& group, NodeId add) const {
    const Node& node = graph_.node(add);
    if (residual_ == Residual::separate) return std::nullopt;
    if (!takes_residual(graph_.node(group.node).op) || !is_one_of<Add>(node.op)) return std::nullopt;
    // oneDNN's sum post-op reads what its destination holds, so there can be only one.
    if (std::any_of(group.post_ops.begin(), group.post_ops.end(), [](const PostOp& p) { return p.operand; })) {
      return std::nullopt;
    }
    const ValueId other = node.inputs[0] == group.output ? node.inputs[1] : node.inputs[0];
    const NodeId producer = producers_[other.at()];
    const bool is_earlier = !graph_.constant(other) && (!producer.valid() || producer < group.node);
    if (!is_earlier || graph_.value(other).shape != graph_.value(group.output).shape) return std::nullopt;
    return other;
  }

  const Graph& graph_;
  Residual residual_;
  const std::vector<NodeId> producers_;
  const std::vector<std::vector<NodeId>> users_;
  std::vector<bool> absorbed_;
};

}  // namespace

std::vector<FusedNode> fuse(const Graph& graph, Residual residual) {
  return Fusion(graph, residual).run();
}

}  // namespace qs
