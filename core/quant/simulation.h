// A quantized network in floats: the graph every backend for floats can run.
#pragma once

#include <map>
#include <span>

#include "core/quant/quantized_graph.h"

namespace qs {

/// The graph with weights and biases on their grids; nothing else is changed, and ids stay what they are.
[[nodiscard]] Graph with_quantized_weights(const QuantizedGraph& quantized);

struct Simulation {
  Graph graph;
  std::map<ValueId, ValueId> values;  ///< for each value asked for: the same value as real numbers in `graph`
};

/// Krishnamoorthi section 2.4 (SimQuant). Layers whose input, weights and result are encoded compute with the integers
/// themselves, as floats: sums below 2^24 are exact, the scaling of sums is rounded as int8 kernels round it, and so
/// the simulation is off an int8 kernel's result by chance in a tie only. All else is computed in real numbers, with a
/// FakeQuantize behind each value that is encoded. `wanted`: values to find again besides the outputs.
[[nodiscard]] Simulation simulate(const QuantizedGraph& quantized, std::span<const ValueId> wanted = {});

}  // namespace qs
