// BatchNorm folded into the layer before it: spec/methods.md section 1, equations 20 and 21
// (Krishnamoorthi, Quantizing deep convolutional networks for efficient inference, arXiv:1806.08342).
#pragma once

#include "core/graph/passes/passes.h"

namespace qs {

/// Per output channel, with sigma = sqrt(variance + epsilon):
///   W' = scale / sigma * W        b' = shift + (b - mean) * scale / sigma
/// computed in double, into Conv, ConvTranspose, Gemm and 2-D MatMul (which becomes a Gemm) with constant weights whose
/// result only the BatchNorm reads. Kept, with the reason: a BatchNorm after anything else, whose input is read
/// elsewhere or is an output of the network, whose variance + epsilon is not positive, or that would make a weight
/// infinite. Cost: one pass over the weights.
[[nodiscard]] PassResult fold_batch_norm(const Graph& graph);

}  // namespace qs
