// The change to a scheme behind "Keep this layer in float".
#pragma once

#include <string>

#include "core/quant/scheme.h"

namespace qs {

/// `scheme` with this layer kept in float: by the exception that is about this layer alone where there is one, else by
/// a new one before all others, since the first that matches counts.
[[nodiscard]] Scheme with_layer_in_float(const Scheme& scheme, const std::string& layer);

}  // namespace qs
