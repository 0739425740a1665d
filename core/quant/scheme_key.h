// The parts of a scheme that have keys; see scheme_keys.h.
#pragma once

#include "core/quant/scheme_words.h"

namespace qs {

template <>
inline constexpr bool kHasKeys<WeightScheme> = true;
template <>
inline constexpr bool kHasKeys<ActivationScheme> = true;
template <>
inline constexpr bool kHasKeys<LayerOverride> = true;
template <>
inline constexpr bool kHasKeys<CalibrationScheme> = true;
template <>
inline constexpr bool kHasKeys<Scheme> = true;

}  // namespace qs
