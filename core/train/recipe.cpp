#include "core/train/recipe.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/base/json_file.h"
#include "core/base/key_bounds.h"
#include "core/train/recipe_keys.h"

namespace qs {

void check_key(const Key&, const std::string& path, const RecipeScheme& choice) {
  with_context(path, [&] { check(choice.scheme); });
  for (const Scheme& preset : preset_schemes()) {
    if (preset.id == choice.scheme.id && preset != choice.scheme) {
      bad_input("{}.id is \"{}\", which is a preset that says something else; choose another", path, preset.id);
    }
  }
}

namespace {

void check_images(const Recipe& recipe) {
  const int shorter = std::min(recipe.input.height, recipe.input.width);
  const AugmentationRecipe& augmentation = recipe.data.augmentation;
  if (augmentation.cutout >= shorter) {
    bad_input("data.augmentation.cutout is {}, which would hide images of {} pixels; choose a smaller one",
              augmentation.cutout, shorter);
  }
  if (augmentation.pad_crop >= shorter) {
    bad_input("data.augmentation.pad_crop is {}, which could crop images of {} pixels away; choose a smaller one",
              augmentation.pad_crop, shorter);
  }
}

void check_course(const Recipe& recipe) {
  if (recipe.warm_up_epochs >= recipe.epochs) {
    bad_input("warm_up_epochs is {}, but training lasts {} epochs; warm up for fewer, or train for more",
              recipe.warm_up_epochs, recipe.epochs);
  }
  if (recipe.early_stop_epochs > 0 && !(recipe.data.validation_share > 0)) {
    bad_input(
        "early_stop_epochs is {}, but without validation images nothing says when to stop; set "
        "data.validation_share above 0, or early_stop_epochs to 0",
        recipe.early_stop_epochs);
  }
  if (recipe.distillation.weight > 0 && recipe.start == Start::scratch) {
    bad_input(
        "distillation.weight is {}, but a network from scratch has no teacher; set start to \"model\", or "
        "distillation.weight to 0",
        recipe.distillation.weight);
  }
}

/// Ranges that are learned or fixed belong to something that is quantized.
void check_ranges(const QuantizationRecipe& quantization, Start start) {
  const Scheme& scheme = quantization.scheme.scheme;
  const ActivationRanges activations = quantization.activation_ranges;
  if (!scheme.activations.quantized && activations != ActivationRanges::moving_average) {
    bad_input(
        "quantization.activation_ranges is \"{}\", but the scheme {} leaves activations in float; choose "
        "\"moving_average\" or another scheme",
        word_of(activations), scheme.id);
  }
  if (!scheme.weights.quantized && quantization.weight_ranges == WeightRanges::learned) {
    bad_input(
        "quantization.weight_ranges is \"learned\", but the scheme {} leaves weights in float; choose \"min_max\" "
        "or another scheme",
        scheme.id);
  }
  const bool untrained = start == Start::scratch && !(quantization.quant_delay_epochs > 0);
  if (activations == ActivationRanges::fixed && untrained) {
    bad_input(
        "quantization.activation_ranges is \"fixed\", but a network from scratch has no ranges to keep yet; set "
        "start to \"model\", or quantization.quant_delay_epochs above 0");
  }
}

void check_quantization(const QuantizationRecipe& quantization, const Recipe& recipe) {
  if (quantization.scheme.scheme.is_float()) {
    bad_input("quantization.scheme is \"{}\", which quantizes nothing; choose another, or leave quantization out",
              quantization.scheme.scheme.id);
  }
  if (quantization.quant_delay_epochs >= recipe.epochs) {
    bad_input(
        "quantization.quant_delay_epochs is {}, but training lasts {} epochs, so nothing would be quantized; "
        "choose fewer",
        quantization.quant_delay_epochs, recipe.epochs);
  }
  const bool freezes = quantization.batch_norm == BatchNormTraining::correction_and_freezing;
  if (freezes && quantization.freeze_after_epochs >= recipe.epochs) {
    bad_input(
        "quantization.freeze_after_epochs is {}, but training lasts {} epochs, so nothing would be frozen; choose "
        "fewer, or set quantization.batch_norm to \"correction\"",
        quantization.freeze_after_epochs, recipe.epochs);
  }
  check_ranges(quantization, recipe.start);
}

Recipe recipe_from_file(const std::string& path) {
  Recipe recipe = recipe_from_json(json_from_file(path, "recipe"));
  for (const Recipe& preset : preset_recipes()) {
    if (preset.id == recipe.id && preset != recipe) {
      bad_input("id is \"{}\", which is a preset that says something else; choose another", recipe.id);
    }
  }
  return recipe;
}

}  // namespace

void check(const Recipe& recipe) {
  check_id(recipe.id, "recipe");
  for_each_key(recipe, KeyBounds{});
  check_images(recipe);
  check_course(recipe);
  if (recipe.quantization) check_quantization(*recipe.quantization, recipe);
}

Recipe find_recipe(const std::string& id_or_file) {
  std::string known;
  for (const Recipe& preset : preset_recipes()) {
    if (preset.id == id_or_file) return preset;
    known += fmt::format("{}{}", known.empty() ? "" : ", ", preset.id);
  }
  std::error_code ignored;
  if (!std::filesystem::exists(id_or_file, ignored)) {
    bad_input("\"{}\" is neither a recipe nor a file; recipes: {}", id_or_file, known);
  }
  return with_context(id_or_file, [&] { return recipe_from_file(id_or_file); });
}

Recipe with_epochs(Recipe recipe, int epochs) {
  const double share = static_cast<double>(epochs) / std::max(recipe.epochs, 1);
  recipe.epochs = epochs;
  recipe.warm_up_epochs *= share;
  if (recipe.early_stop_epochs > 0) {
    recipe.early_stop_epochs = std::max(1, static_cast<int>(recipe.early_stop_epochs * share));
  }
  if (recipe.quantization) {
    recipe.quantization->freeze_after_epochs *= share;
    recipe.quantization->quant_delay_epochs *= share;
  }
  return recipe;
}

}  // namespace qs
