// The optimisers, each defined in the file of its name and listed in optimisers.cpp.
#pragma once

#include "core/train/optimiser.h"

namespace qs {

extern const Optimiser sgd_optimiser, adam_optimiser;

}  // namespace qs
