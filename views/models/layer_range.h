// The range of one layer's weights or outputs, said by hand: an exception in the scheme.
#pragma once

#include <optional>
#include <string>

#include "core/quant/scheme.h"

namespace qs {

enum class RangeOf : std::uint8_t { weights, activations };

/// `scheme` in which this range counts for the layer; nothing: no exception by the layer's own name any more.
[[nodiscard]] Scheme with_layer_range(Scheme scheme, const std::string& layer, RangeOf what,
                                      const std::optional<MethodChoice>& range);

/// Whether an exception by the layer's own name says its range.
[[nodiscard]] bool has_layer_range(const Scheme& scheme, const std::string& layer, RangeOf what);

}  // namespace qs
