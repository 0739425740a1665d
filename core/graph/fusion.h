// Which nodes are computed together: a convolution with the residual add and the activation behind it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/graph/graph.h"

namespace qs {

/// A node absorbed by the one that produces its input: an activation, or an Add of `operand`.
struct PostOp {
  NodeId node;
  std::optional<ValueId> operand;
};

/// Nodes computed in one step: `node`, then the post-ops in order; the result is the value `output`.
struct FusedNode {
  NodeId node;
  std::vector<PostOp> post_ops;
  ValueId output;
};

/// What enters an addition together with a shortcut: `fused`, the sums of the convolution before it, which computes the
/// addition too; or `separate`, a value of its own.
enum class Residual : std::uint8_t { fused, separate };

/// Groups the nodes of a graph. A node is absorbed only when nothing else reads the value between (a graph output
/// counts as read), and a residual operand is always computed by an earlier group. Groups are in topological order.
[[nodiscard]] std::vector<FusedNode> fuse(const Graph& graph, Residual residual = Residual::fused);

}  // namespace qs
