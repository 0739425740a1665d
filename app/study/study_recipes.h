// What the recipes of studies have in common.
#pragma once

#include <string>

#include "app/study/study.h"

namespace qs {

/// The preset `fine_tuning` (a recipe that starts from a model) for this network: with the input, batch and
/// augmentation that the network was trained with, where that is known.
[[nodiscard]] Recipe fine_tuning_of(const StudyNetwork& network, const std::string& fine_tuning);

/// The same training with stochastic rounding of weights and activations. The recipe quantizes.
[[nodiscard]] Recipe with_stochastic_rounding(Recipe recipe);

/// For curves: a tenth of the images at least is set aside, so that a point of the curve is worth something.
[[nodiscard]] Recipe with_curves(Recipe recipe);

/// A trial of a recipe: a quarter of its epochs, at least 2, warm-up, delay and freezing alike; averages over fewer
/// steps; a fifth of the images at least for validation.
[[nodiscard]] Recipe shortened(Recipe recipe);

}  // namespace qs
