// A quantized network in floats: the graph every backend for floats can run.
#pragma once

#include <vector>

#include "core/quant/quantized_graph.h"

namespace qs {

/// The graph with weights and biases on their grids; nothing else is changed, and ids stay what they are.
[[nodiscard]] Graph with_quantized_weights(const QuantizedGraph& quantized);

struct Simulation {
  Graph graph;                  ///< weights and biases on their grids, a FakeQuantize behind each value that is encoded
  std::vector<ValueId> values;  ///< by value index of `QuantizedGraph::graph`: the same value, after its FakeQuantize
};

/// Krishnamoorthi section 2.4 (SimQuant). Computes what integers would, but for the rounding of float sums.
[[nodiscard]] Simulation simulate(const QuantizedGraph& quantized);

}  // namespace qs
