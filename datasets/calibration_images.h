// Which images of a data set a network is calibrated with.
#pragma once

#include <cstdint>

#include "datasets/dataset.h"

namespace qs {

struct CalibrationImages {
  std::int64_t count = 256;
  std::uint64_t seed = 1;
  std::int64_t subset = 0;  ///< 0, 1, ...: with the same seed, no image is in two subsets
};

/// `count` images in random order, so that neither their choice nor the order of their batches follows the classes (a
/// moving average would know the last ones best). An archive is read front to back, so that there the order stays. The
/// choice depends on seed, subset and the set of names only: not on the machine, nor on whether the images lie in a
/// folder or an archive. All images when there are not more than `count`; a later subset may be smaller, and throws
/// `Error` (bad_input) when no image is left for it.
[[nodiscard]] Dataset choose(const Dataset& dataset, const CalibrationImages& wanted);

}  // namespace qs
