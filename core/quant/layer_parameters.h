// A quantized layer's weights and bias in the forms backends and analyses compute with.
#pragma once

#include <string>
#include <vector>

#include "core/quant/quantized_graph.h"

namespace qs {

/// The codes less their zero points, those of each output channel together: s32 [channels, weights per channel].
[[nodiscard]] Tensor centred_by_channel(const Op& op, const QuantizedWeights& weights);

/// By output channel, the bias in units of input scale x weight scale: its integers, or, where the scheme leaves the
/// bias float, unrounded; 0 without one. `node` has constant parameters.
[[nodiscard]] std::vector<double> bias_in_units(const Graph& graph, const Node& node, const QuantizedWeights& weights,
                                                float input_scale, std::int64_t channels);

/// The real numbers the integer bias stands for: f32 [channels].
[[nodiscard]] Tensor dequantized_bias(const QuantizedWeights& weights, const Encoding& input);

/// Why a group is not computed in integers, as far as the graph and its scheme tell: it is kept float, or what it needs
/// is; empty where it could be, and for the float scheme, where nobody asks.
[[nodiscard]] std::string why_float(const QuantizedGraph& quantized, const FusedNode& group);

}  // namespace qs
