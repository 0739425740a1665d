// The keys of the parts of a recipe; see recipe_keys.h.
#pragma once

#include "core/train/recipe_words.h"

namespace qs {

template <>
inline constexpr bool kHasKeys<InputRecipe> = true;
template <>
inline constexpr bool kHasKeys<AugmentationRecipe> = true;
template <>
inline constexpr bool kHasKeys<DataRecipe> = true;
template <>
inline constexpr bool kHasKeys<DistillationRecipe> = true;
template <>
inline constexpr bool kHasKeys<QuantizationRecipe> = true;
template <>
inline constexpr bool kHasKeys<Recipe> = true;

void for_each_key(Of<InputRecipe> auto& input, auto&& visit) {
  visit(Key{.name = "height", .title = "Height", .summary = "Of the images.", .unit = "pixels", .min = 8, .max = 512},
        input.height);
  visit(Key{.name = "width", .title = "Width", .summary = "Of the images.", .unit = "pixels", .min = 8, .max = 512},
        input.width);
  visit(Key{.name = "mean",
            .title = "Mean",
            .summary = "Of red, green and blue, 0 to 255; subtracted from pixels.",
            .least = 0,
            .most = 255},
        input.mean);
  visit(Key{.name = "std",
            .title = "Standard deviation",
            .summary = "Of red, green and blue, 0 to 255; pixels are divided by it.",
            .least = 0.001,
            .most = 255},
        input.standard_deviation);
}

void for_each_key(Of<AugmentationRecipe> auto& augmentation, auto&& visit) {
  visit(Key{.name = "flip",
            .title = "Flip",
            .summary = "Half of the images are seen in a mirror.",
            .citation = "Krizhevsky, Sutskever, Hinton, NIPS 2012, section 4.1"},
        augmentation.flip);
  visit(Key{.name = "pad_crop",
            .title = "Pad and crop",
            .summary = "Padding around the image before it is cropped to its size at a random place.",
            .unit = "pixels",
            .citation = "He et al. 2015 (arXiv:1512.03385), section 4.2: 4 pixels",
            .min = 0,
            .max = 64},
        augmentation.pad_crop);
  visit(Key{.name = "colour",
            .title = "Colour",
            .summary = "How much brightness, contrast and saturation vary; 0: not at all.",
            .citation = "Howard 2013 (arXiv:1312.5402), section 2",
            .least = 0,
            .most = 1},
        augmentation.colour);
  visit(Key{.name = "cutout",
            .title = "Cutout",
            .summary = "Side of a square at a random place that is left out; 0: none.",
            .unit = "pixels",
            .citation = "DeVries, Taylor 2017 (arXiv:1708.04552)",
            .min = 0,
            .max = 256},
        augmentation.cutout);
}

void for_each_key(Of<DataRecipe> auto& data, auto&& visit) {
  visit(Key{.name = "augmentation",
            .title = "Augmentation",
            .summary = "How images are changed each time they are seen in training."},
        data.augmentation);
  visit(Key{.name = "validation_share",
            .title = "Validation share",
            .summary = "Share of the training images that is kept for measuring, and not trained on.",
            .least = 0,
            .most = 0.5},
        data.validation_share);
}

void for_each_key(Of<DistillationRecipe> auto& distillation, auto&& visit) {
  visit(Key{.name = "weight",
            .title = "Weight",
            .summary = "Share of the loss that asks for the teacher's outputs rather than the labels; 0: off.",
            .least = 0,
            .most = 1},
        distillation.weight);
  visit(Key{.name = "temperature",
            .title = "Temperature",
            .summary = "What the logits of both networks are divided by.",
            .least = 0.1,
            .most = 100},
        distillation.temperature);
}

inline std::vector<Choice> scheme_choices() {
  std::vector<Choice> choices;
  for (const Scheme& each : preset_schemes()) {
    if (!each.is_float()) choices.push_back({each.id, each.title, each.summary});
  }
  return choices;
}

void for_each_key(Of<QuantizationRecipe> auto& quantization, auto&& visit) {
  visit(Key{.name = "scheme",
            .title = "Scheme",
            .summary = "What is quantized, and how; a preset's name or a scheme.",
            .choices = scheme_choices},
        quantization.scheme);
  visit(Key{.name = "batch_norm",
            .title = "BatchNorm",
            .summary = "How BatchNorm is folded into the weights that are quantized.",
            .citation = "Krishnamoorthi 2018 (arXiv:1806.08342), section 3.2.2, figures 14 and 15"},
        quantization.batch_norm);
  visit(Key{.name = "freeze_after_epochs",
            .title = "Freeze after",
            .summary = "When long-term statistics take over, where they are frozen.",
            .unit = "epochs",
            .citation = "Krishnamoorthi 2018 (arXiv:1806.08342), equations 28 to 31",
            .least = 0,
            .most = 10'000},
        quantization.freeze_after_epochs);
  visit(Key{.name = "quant_delay_epochs",
            .title = "Quantize after",
            .summary = "How long the network is trained in float first.",
            .unit = "epochs",
            .citation = "Krishnamoorthi 2018 (arXiv:1806.08342), section 3.2: quant_delay",
            .least = 0,
            .most = 10'000},
        quantization.quant_delay_epochs);
  visit(Key{.name = "activation_ranges",
            .title = "Activation ranges",
            .summary = "Where the ranges of activations come from.",
            .citation = "Krishnamoorthi 2018 (arXiv:1806.08342), section 3.1.1; Esser et al. 2020 (arXiv:1902.08153); "
                        "McKinstry et al. 2019 (arXiv:1809.04191)"},
        quantization.activation_ranges);
  visit(Key{.name = "range_decay",
            .title = "Range decay",
            .summary = "How slowly the moving average of ranges forgets, per step.",
            .least = 0,
            .most = 0.99999},
        quantization.range_decay);
  visit(Key{.name = "weight_ranges",
            .title = "Weight ranges",
            .summary = "Where the ranges of weights come from.",
            .citation = "Krishnamoorthi 2018 (arXiv:1806.08342), section 2; Esser et al. 2020 (arXiv:1902.08153)"},
        quantization.weight_ranges);
}

}  // namespace qs
