// Exact integers on CPUs without VNNI. Their int8 kernels add pairs of u8 x s8 products in 16 bits, where
// 2 x 255 x 127 = 64770 does not fit, and halve the weights where the source is s8 (oneDNN 2.6, "Nuances of int8
// computations"). Two measures make them exact, at twice the time: weights beyond 64 are multiplied in two halves, as
// 2 x 255 x 64 = 32640 fits, and s8 sources are shifted to u8.
#pragma once

#include "core/engine/integer/integer_lowering.h"

namespace qs {

/// Added to s8 codes that are to be read as u8.
inline constexpr std::int32_t kToUnsigned = 128;

/// Whether pairs of products of these weights (s8, [M, C / groups, ...]) and u8 may not fit into 16 bits: a weight
/// beyond 64, and more than one input channel to pair.
[[nodiscard]] bool needs_halves(const Tensor& weights);

/// first + second = weights, both within [-64, 64].
struct Halves {
  Tensor first;
  Tensor second;
};
[[nodiscard]] Halves halves(const Tensor& weights);

/// A copy of s8 codes as u8, `kToUnsigned` higher.
[[nodiscard]] Located as_unsigned(IntegerLowering& lowering, const Located& source);

}  // namespace qs
