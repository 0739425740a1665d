// Which layers run in int8, as far as a graph and a scheme tell without running anything.
#pragma once

#include <string>
#include <vector>

#include "core/quant/scheme.h"

namespace qs {

/// By group of `fuse(graph, scheme.activations.residual)`: why it computes in float; empty where it runs in int8.
/// `graph` is what `prepare_for_quantization` makes.
[[nodiscard]] std::vector<std::string> planned_float(const Graph& graph, const Scheme& scheme);

}  // namespace qs
