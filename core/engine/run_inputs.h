// What every backend demands of the tensors it is given.
#pragma once

#include <span>

#include "core/graph/graph.h"

namespace qs {

/// Throws `Error` (bad_input) naming the input unless there is one tensor for each of the graph's inputs, of its shape
/// and type, without NaN or infinity.
void check_run_inputs(const Graph& graph, std::span<const Tensor> inputs);

}  // namespace qs
