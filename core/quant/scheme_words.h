// The words of a scheme: how its choices are called in JSON, and what each means.
#pragma once

#include "core/base/key.h"
#include "core/quant/scheme.h"

namespace qs {

template <>
inline constexpr std::array kWords<GridKind>{
    Word<GridKind>{GridKind::affine, "affine", "Asymmetric", "any zero point: the range is used to the full"},
    Word<GridKind>{GridKind::symmetric, "symmetric", "Symmetric", "zero point 0"},
    Word<GridKind>{GridKind::symmetric_restricted, "symmetric_restricted", "Restricted",
                   "zero point 0, and the lowest code unused"},
};
template <>
inline constexpr std::array kWords<Granularity>{
    Word<Granularity>{Granularity::tensor, "tensor", "Per tensor", "one scale for all weights of a layer"},
    Word<Granularity>{Granularity::channel, "channel", "Per channel", "one scale for each output channel"},
};
template <>
inline constexpr std::array kWords<Rounding>{
    Word<Rounding>{Rounding::nearest, "nearest", "Nearest", "to the nearest code, ties to even"},
    Word<Rounding>{Rounding::stochastic, "stochastic", "Stochastic",
                   "up or down at random; for experiments, not for inference"},
};
template <>
inline constexpr std::array kWords<Sign>{
    Word<Sign>{Sign::automatic, "automatic", "Automatic",
               "unsigned, unless the grid is symmetric and there are negative values"},
    Word<Sign>{Sign::is_signed, "signed", "Signed", "codes on both sides of 0"},
    Word<Sign>{Sign::is_unsigned, "unsigned", "Unsigned", "codes from 0"},
};
template <>
inline constexpr std::array kWords<Residual>{
    Word<Residual>{Residual::fused, "fused", "Fused", "the convolution's sums enter the addition unrounded"},
    Word<Residual>{Residual::separate, "separate", "Separate", "what enters the addition is quantized by itself"},
};
template <>
inline constexpr std::array kWords<EndLayers>{
    Word<EndLayers>{EndLayers::like_others, "like_others", "Like others", "no exception"},
    Word<EndLayers>{EndLayers::eight_bits, "eight_bits", "8 bits", "8-bit weights and activations"},
    Word<EndLayers>{EndLayers::keep_float, "keep_float", "Float", "not quantized"},
};

}  // namespace qs
