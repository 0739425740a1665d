// What else the preprocessing might have been.
#pragma once

#include <string>
#include <vector>

#include "datasets/preprocessing.h"

namespace qs {

struct PreprocessingCandidate {
  std::string title;  ///< what is different: "BGR, pixels in [-1, 1]"
  Preprocessing preprocessing;
};

/// The found preprocessing first ("as found"), then its variants: every combination of channel order and usual scaling
/// with the found geometry, then every usual resize rule and filter with the found colours. No two are equal. All have
/// the found layout and yield images of the found size, so that one compiled network scores them all.
[[nodiscard]] std::vector<PreprocessingCandidate> preprocessing_candidates(const Preprocessing& found);

}  // namespace qs
