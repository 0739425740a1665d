// Schemes and what they are made from, in words.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/quant/scheme.h"

namespace qs {

/// "8-bit affine per tensor", "float".
[[nodiscard]] std::string words(const WeightScheme& weights);
/// "8-bit affine", "4-bit symmetric signed", "float".
[[nodiscard]] std::string words(const ActivationScheme& activations);

/// The presets, a line each.
[[nodiscard]] std::string preset_table();

/// The presets, a paragraph each.
[[nodiscard]] std::string preset_list();

/// A method of a list, as a paragraph: what it does, where it comes from, and its parameters with unit, bounds and
/// default. At most 100 columns wide.
[[nodiscard]] std::string method_text(std::string_view id, std::string_view title, std::string_view summary,
                                      std::string_view citation, std::span<const Param> params);

}  // namespace qs
