// Part of a network as a network of its own.
#pragma once

#include <span>
#include <vector>

#include "core/graph/graph.h"

namespace qs {

/// The graph of `nodes` (ascending): what they read but do not make becomes its inputs (in order of value ids), what
/// others or the network's outputs need of them its outputs. Value ids stay what they are; node i of the result is
/// `nodes[i]`. Constants are shared.
[[nodiscard]] Graph extract(const Graph& graph, std::span<const NodeId> nodes);

}  // namespace qs
