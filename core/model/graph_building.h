// From OnnxModel to Graph.
#pragma once

#include "core/graph/graph.h"
#include "core/model/importers.h"
#include "core/model/onnx_model.h"

namespace qs {

/// Builds the graph with `batch` in place of every dynamic batch extent: folds what is constant, parses each node by
/// its row of the operator table, infers all shapes. `Graph::batch` is `batch`, `fixed_batch_reason` is empty. Throws
/// `Error` (bad_input) naming the node, input or constant at fault.
[[nodiscard]] Graph build_graph(const OnnxModel& model, const ImportOptions& options, std::int64_t batch);

/// Builds the graph so that it runs at any batch size where the network allows it, and says in `fixed_batch_reason` why
/// where it does not.
///
/// Files hold the batch in two ways that must not freeze it: as a number in the target of a Reshape, and as the result
/// of shape arithmetic (Shape, Gather, Concat). The operator table rewrites both so that they follow the input. Whether
/// that was right is then tried out: the graph is written for another batch, which its outputs must follow; and where
/// the file leaves the batch open the graph is also built anew for that batch, and the two must agree in all shapes and
/// constants. A graph that runs at any batch size is handed out for a batch of 1.
[[nodiscard]] Graph build_for_any_batch(const OnnxModel& model, const ImportOptions& options);

}  // namespace qs
