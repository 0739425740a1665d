// Dropping what no output of the network depends on.
#pragma once

#include "core/graph/passes/passes.h"

namespace qs {

/// Drops the nodes, constants and values that no graph output depends on, and numbers the rest anew in their old
/// order. Graph inputs stay. A node without outputs counts as unused.
[[nodiscard]] PassResult remove_unused(const Graph& graph);

}  // namespace qs
