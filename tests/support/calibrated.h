// Small stand-ins for calibration: statistics of a graph on given inputs.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/quant/quantized_graph.h"

namespace qs {

/// Runs the float backend on each batch of inputs and observes every value a scheme may ask for. `graph` is prepared.
[[nodiscard]] Calibration calibrated(const Graph& graph, std::span<const Tensor> batches);

/// Normally distributed images for the graph's only input, the same in every run.
[[nodiscard]] std::vector<Tensor> random_batches(const Graph& graph, std::int64_t batch, int count);

}  // namespace qs
