// The weights of a layer as its loops want them.
#pragma once

#include <string>
#include <vector>

#include "core/engine/reference/integer_kernels.h"
#include "core/quant/quantized_graph.h"

namespace qs::reference {

/// Why the layer's own integers are not there; empty when they are. The layer has weights as input 1.
[[nodiscard]] std::string layer_obstacle(const QuantizedGraph& quantized, NodeId layer);

/// Centered weights and s32 bias of a layer without obstacle. A bias that the scheme leaves unquantized is rounded to
/// the accumulators' units here, which are far finer than the output's steps.
[[nodiscard]] LayerWeights layer_weights(const QuantizedGraph& quantized, NodeId layer, float input_scale);

/// S_x S_w / S_out by output channel.
[[nodiscard]] std::vector<FixedPointMultiplier> layer_multipliers(const QuantizedWeights& weights,
                                                                  std::int64_t channels, float input_scale,
                                                                  float output_scale);

/// The float inputs 1, 2, ... that the layer's integers stand for: dequantized weights, and the dequantized bias where
/// there is one in integers.
[[nodiscard]] std::vector<Tensor> dequantized_parameters(const QuantizedGraph& quantized, NodeId layer);

}  // namespace qs::reference
