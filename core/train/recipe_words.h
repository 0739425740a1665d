// The words of a recipe: how its choices are called in JSON, and what each means.
#pragma once

#include "core/base/key.h"
#include "core/train/recipe.h"

namespace qs {

template <>
inline constexpr std::array kWords<Start>{
    Word<Start>{Start::scratch, "scratch", "From scratch", "random weights"},
    Word<Start>{Start::model, "model", "From a model", "the weights of the model file that is given: fine-tuning"},
};
template <>
inline constexpr std::array kWords<Compute>{
    Word<Compute>{Compute::f32, "f32", "f32", "32-bit floats throughout"},
    Word<Compute>{Compute::bf16, "bf16", "bf16",
                  "16-bit brain floats with 32-bit master weights, for CPUs that compute with them"},
};
template <>
inline constexpr std::array kWords<BatchNormTraining>{
    Word<BatchNormTraining>{BatchNormTraining::batch_statistics, "batch_statistics", "Batch statistics",
                            "weights are folded with each batch's own mean and deviation, and so jitter"},
    Word<BatchNormTraining>{BatchNormTraining::correction, "correction", "Correction",
                            "weights are folded with long-term deviations, outputs corrected to the batch's"},
    Word<BatchNormTraining>{BatchNormTraining::correction_and_freezing, "correction_and_freezing",
                            "Correction and freezing",
                            "with correction first; after some epochs with long-term statistics only"},
    Word<BatchNormTraining>{BatchNormTraining::batch_renormalization, "batch_renormalization", "Batch renormalization",
                            "long-term statistics, with bounded steps towards the batch's"},
    Word<BatchNormTraining>{BatchNormTraining::long_term_averages, "long_term_averages", "Long-term averages",
                            "weights are folded with long-term statistics only, from the start"},
};
template <>
inline constexpr std::array kWords<ActivationRanges>{
    Word<ActivationRanges>{ActivationRanges::moving_average, "moving_average", "Moving average",
                           "of the minimum and maximum of each batch"},
    Word<ActivationRanges>{ActivationRanges::learned, "learned", "Learned", "scales are trained like weights (LSQ)"},
    Word<ActivationRanges>{ActivationRanges::fixed, "fixed", "Fixed", "calibrated before training, then kept (FAQ)"},
};
template <>
inline constexpr std::array kWords<WeightRanges>{
    Word<WeightRanges>{WeightRanges::min_max, "min_max", "Minimum and maximum", "of the weights, at each step"},
    Word<WeightRanges>{WeightRanges::learned, "learned", "Learned", "scales are trained like weights (LSQ)"},
};

}  // namespace qs
