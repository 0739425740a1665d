// Scales and integer codes of a layer's weights. spec/methods.md section 1 (Krishnamoorthi, arXiv:1806.08342, eq 1-11).
#pragma once

#include <cstdint>
#include <string_view>

#include "core/graph/op.h"
#include "core/quant/encoding.h"
#include "core/quant/scheme.h"
#include "core/tensor/tensor.h"

namespace qs {

/// The integers weights become: unsigned with a zero point where affine, signed where symmetric.
[[nodiscard]] Grid weight_grid(const WeightScheme& scheme, int bits);

/// Why this range estimator cannot answer for weights, of which there are no batches; empty when it can.
/// `trained`: what training with quantization left for them, or null; `channels`: output channels of the layer.
[[nodiscard]] std::string_view weight_range_obstacle(const WeightScheme& scheme, int bits, const MethodChoice& range,
                                                     const Encoding* trained = nullptr, std::int64_t channels = 1);

/// The encoding of `weights` (f32, in the layout of `op`: Conv, ConvTranspose, Gemm or MatMul), with one scale, or one
/// per output channel. `bits` and `range` are the scheme's, or what a layer's exception says instead; an estimator that
/// cannot answer is replaced by min-max. `trained`, or null: what training left. A dead channel gets scale 1. Throws
/// `Error` (bad_input) where the weights hold NaN or infinity. Cost: one pass for min-max (0.3 ns per weight), else
/// what the estimator takes for each channel, on all threads.
[[nodiscard]] Encoding weight_encoding(const Op& op, const Tensor& weights, const WeightScheme& scheme, int bits,
                                       const MethodChoice& range, const Encoding* trained = nullptr);

/// The codes of finite `weights` under `encoding`: same shape; u8 or s8 up to 8 bits, s32 above. Stochastic rounding
/// draws from (seed, index of the element). Cost: about a nanosecond each.
[[nodiscard]] Tensor weight_codes(const Op& op, const Tensor& weights, const Encoding& encoding, Rounding rounding,
                                  std::uint64_t seed);

/// Smallest and largest weight of each output channel, exact. Throws like `weight_encoding`.
[[nodiscard]] std::vector<Range> weight_ranges(const Op& op, const Tensor& weights);

/// The weights with those of each output channel together: [channels, weights per channel], in their order otherwise.
/// Shares the memory where they lie so already.
[[nodiscard]] Tensor weights_by_channel(const Op& op, const Tensor& weights);

}  // namespace qs
