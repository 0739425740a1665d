// What a network costs to compute, whatever computes it.
#pragma once

#include <cstdint>

#include "core/quant/quantized_graph.h"

namespace qs {

/// Bits of a weight or an activation that stays float.
constexpr int kFloatBits = 32;

/// Sum over the layers of multiply-accumulates x bits of one factor x bits of the other: weights and input where a
/// layer has weights, its two inputs where both are computed. For one image; float counts 32 bits.
/// (C. Baskin et al., "UNIQ: Uniform Noise Injection for Non-Uniform Quantization", ACM TOCS 37, 2021, without its term
/// for the additions; M. van Baalen et al., "Bayesian Bits", NeurIPS 2020, appendix B.2.1.)
[[nodiscard]] std::int64_t bit_operations(const QuantizedGraph& quantized);

/// The same of the float network: `multiply_accumulates` x 32 x 32.
[[nodiscard]] std::int64_t float_bit_operations(std::int64_t multiply_accumulates);

}  // namespace qs
