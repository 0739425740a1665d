// BatchNorm folded into the layer before it: spec/methods.md section 1, equations 20 and 21
// (Krishnamoorthi, Quantizing deep convolutional networks for efficient inference, arXiv:1806.08342).
#pragma once

#include "core/graph/passes/passes.h"

namespace qs {

/// Per output channel, with sigma = sqrt(variance + epsilon):
///   W' = scale / sigma * W        b' = shift + (b - mean) * scale / sigma
/// computed in double, into Conv, ConvTranspose, Gemm and 2-D MatMul (which becomes a Gemm) with constant weights.
/// Between the layer and the BatchNorm there may be nodes that a factor and an offset per channel pass through
/// unchanged: Identity (Dropout), shapes that keep [N, C, ...], and averages over positions that count no padding.
/// Nothing else may read what is between.
///
/// Kept, with the reason: a BatchNorm after anything else (also one before a layer: with padding, whose zeros the
/// BatchNorm would not have seen, folding forward changes results, so that it is not done at all), one whose input is
/// read elsewhere or is an output of the network, whose variance + epsilon is not positive, or that would make a weight
/// infinite. Cost: one pass over the weights.
[[nodiscard]] PassResult fold_batch_norm(const Graph& graph);

}  // namespace qs
