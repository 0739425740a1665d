// The keys of the parts of a scheme; see scheme_keys.h.
#pragma once

#include "core/quant/range_estimator.h"
#include "core/quant/scheme_key.h"
#include "core/quant/weight_method.h"

namespace qs {

inline std::vector<Choice> weight_method_choices() {
  std::vector<Choice> choices;
  for (const WeightMethod* each : weight_methods()) {
    choices.push_back({each->id, each->title, each->summary, each->citation});
  }
  return choices;
}

inline MethodList range_methods() {
  return {"range", "range estimator", method_options(range_estimators())};
}

/// Weights come without batches, BatchNorm and logits; what training left for them, no scheme knows.
inline std::string_view weight_range_obstacle(std::string_view id) {
  static const Distribution nothing{};
  const RangeEstimator& estimator = range_estimator(id);
  if (estimator.encoding != nullptr) return {};
  return estimator.obstacle({.grid = {}, .distribution = nothing});
}

void for_each_key(Of<WeightScheme> auto& weights, auto&& visit) {
  visit(Key{.name = "quantized",
            .title = "Quantize weights",
            .summary = "Whether weights are quantized at all.",
            .citation = "Krishnamoorthi 2018 (arXiv:1806.08342), Table 2: weights only",
            .governs = true},
        weights.quantized);
  visit(Key{.name = "method",
            .title = "Method",
            .summary = "How weights become integers.",
            .citation = "Krishnamoorthi 2018 (arXiv:1806.08342), section 2",
            .choices = weight_method_choices},
        weights.method);
  visit(Key{.name = "bits",
            .title = "Bits",
            .summary = "Bits of each weight; above 8 simulated only.",
            .unit = "bits",
            .citation = "Krishnamoorthi 2018 (arXiv:1806.08342), Tables 2 (8 bits) and 5 (4 bits)",
            .min = kMinBits,
            .max = kMaxBits},
        weights.bits);
  visit(Key{.name = "grid",
            .title = "Grid",
            .summary = "Where the codes lie around 0.",
            .citation =
                "Krishnamoorthi 2018 (arXiv:1806.08342), equations 1-3 (asymmetric) and 7-11 (symmetric, restricted)"},
        weights.grid);
  visit(Key{.name = "granularity",
            .title = "Scales",
            .summary = "How many weights share a scale.",
            .citation = "Krishnamoorthi 2018 (arXiv:1806.08342), Tables 2 and 3, figures 18 and 19"},
        weights.granularity);
  visit(Key{.name = "rounding",
            .title = "Rounding",
            .summary = "Where a weight between two codes goes.",
            .citation = "Krishnamoorthi 2018 (arXiv:1806.08342), figure 12"},
        weights.rounding);
  visit(Key{.name = "range",
            .title = "Range",
            .summary = "Which interval of weights the codes cover.",
            .citation =
                "Krishnamoorthi 2018 (arXiv:1806.08342), section 2; Nagel et al. 2021 (arXiv:2106.08295), section 3.1",
            .methods = range_methods,
            .obstacle = weight_range_obstacle},
        weights.range);
}

void for_each_key(Of<ActivationScheme> auto& activations, auto&& visit) {
  visit(Key{.name = "quantized",
            .title = "Quantize activations",
            .summary = "Whether activations are quantized at all.",
            .citation = "Krishnamoorthi 2018 (arXiv:1806.08342), Table 3",
            .governs = true},
        activations.quantized);
  visit(Key{.name = "bits",
            .title = "Bits",
            .summary = "Bits of each activation; above 8 simulated only.",
            .unit = "bits",
            .citation = "Krishnamoorthi 2018 (arXiv:1806.08342), Tables 3 (8 bits) and 6 (4 bits)",
            .min = kMinBits,
            .max = kMaxBits},
        activations.bits);
  visit(Key{.name = "grid",
            .title = "Grid",
            .summary = "Where the codes lie around 0.",
            .citation =
                "Krishnamoorthi 2018 (arXiv:1806.08342), equations 1-3 (asymmetric) and 7-11 (symmetric, restricted)"},
        activations.grid);
  visit(Key{.name = "sign",
            .title = "Sign",
            .summary = "Whether codes are signed.",
            .citation = "Krishnamoorthi 2018 (arXiv:1806.08342), equations 8 and 9"},
        activations.sign);
  visit(Key{.name = "rounding",
            .title = "Rounding",
            .summary = "Where an activation between two codes goes.",
            .citation = "Krishnamoorthi 2018 (arXiv:1806.08342), figure 12"},
        activations.rounding);
  visit(Key{.name = "residual",
            .title = "Residual",
            .summary = "What enters an addition together with the shortcut.",
            .citation = "Krishnamoorthi 2018 (arXiv:1806.08342), figure 6; Jacob et al. 2017 (arXiv:1712.05877)"},
        activations.residual);
  visit(Key{.name = "range",
            .title = "Range",
            .summary = "Which interval of activations the codes cover.",
            .citation = "Krishnamoorthi 2018 (arXiv:1806.08342), section 3.1.1; Nagel et al. 2021 (arXiv:2106.08295), "
                        "section 3.1",
            .methods = range_methods},
        activations.range);
}

void for_each_key(Of<LayerOverride> auto& layer, auto&& visit) {
  visit(Key{.name = "pattern", .title = "Layers", .summary = "Name of the layers; * is any text, ? any character."},
        layer.pattern);
  visit(Key{.name = "keep_float", .title = "Keep in float", .summary = "Whether these layers are left out."},
        layer.keep_float);
  visit(Key{.name = "weight_bits",
            .title = "Weight bits",
            .summary = "Bits of each weight here.",
            .unit = "bits",
            .exception_to = "weights.bits",
            .min = kMinBits,
            .max = kMaxBits},
        layer.weight_bits);
  visit(Key{.name = "activation_bits",
            .title = "Activation bits",
            .summary = "Bits of each activation here.",
            .unit = "bits",
            .exception_to = "activations.bits",
            .min = kMinBits,
            .max = kMaxBits},
        layer.activation_bits);
  visit(Key{.name = "weight_range",
            .title = "Weight range",
            .summary = "Range estimator of the weights here.",
            .exception_to = "weights.range",
            .methods = range_methods,
            .obstacle = weight_range_obstacle},
        layer.weight_range);
  visit(Key{.name = "activation_range",
            .title = "Activation range",
            .summary = "Range estimator of the activations here.",
            .exception_to = "activations.range",
            .methods = range_methods},
        layer.activation_range);
}

void for_each_key(Of<CalibrationScheme> auto& calibration, auto&& visit) {
  visit(Key{.name = "images",
            .title = "Images",
            .summary = "How many images the ranges of activations come from.",
            .unit = "images",
            .citation = "Krishnamoorthi 2018 (arXiv:1806.08342), section 3.1: about 100 mini-batches are enough",
            .min = 1,
            .max = 100'000'000},
        calibration.images);
  visit(Key{.name = "batch",
            .title = "Batch",
            .summary = "Images in each batch; some estimators look at batches.",
            .unit = "images",
            .min = 1,
            .max = 65'536},
        calibration.batch);
  visit(Key{.name = "seed", .title = "Seed", .summary = "Chooses which images.", .min = 0, .max = kLargestWhole},
        calibration.seed);
}

}  // namespace qs
