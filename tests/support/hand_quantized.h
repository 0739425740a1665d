// Quantized graphs with encodings chosen by the test.
#pragma once

#include <vector>

#include "core/quant/quantized_graph.h"

namespace qs {

/// An encoding per tensor on an affine grid.
[[nodiscard]] Encoding per_tensor(float scale, std::int32_t zero_point, int bits = 8, bool is_signed = false);

/// A graph without encodings and weights; groups by `fuse`.
[[nodiscard]] QuantizedGraph unquantized(const Graph& graph, Residual residual = Residual::fused);

/// The node that gives this value.
[[nodiscard]] NodeId node_of(const Graph& graph, ValueId value);

void encode(QuantizedGraph& quantized, ValueId value, Encoding encoding);

/// Quantizes the layer's weights (input 1) with scales that cover them, per output channel or per tensor.
void quantize_weights(QuantizedGraph& quantized, NodeId layer, const Grid& grid, bool per_channel);

/// Covers, per group output and input, what `reference_op` computes for `inputs`, on one grid for all; weights and
/// integer biases as well.
void quantize_all(QuantizedGraph& quantized, const std::vector<Tensor>& inputs, const Grid& activations,
                  const Grid& weights, bool per_channel);

/// round(bias / (S_x S_w)), of layers with a bias of one number per channel and an encoded input.
void quantize_bias(QuantizedGraph& quantized, NodeId layer);

}  // namespace qs
