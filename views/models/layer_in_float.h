// The change to a scheme behind "Keep this layer in float".
#pragma once

#include <string>

#include "core/quant/scheme.h"

namespace qs {

/// `scheme` with this layer kept in float: by an exception before all others, since the first that matches counts. It
/// takes the place of exceptions about this layer alone.
[[nodiscard]] Scheme with_layer_in_float(const Scheme& scheme, const std::string& layer);

}  // namespace qs
