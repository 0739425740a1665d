// The weight methods, each defined in the file of its name and listed in weight_methods.cpp.
#pragma once

#include "core/quant/weight_method.h"

namespace qs {

extern const WeightMethod uniform_weights;

}  // namespace qs
