// A recipe: what a training is asked to do. A value that is compared, saved as JSON and shown as a form.
#pragma once

#include <array>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>

#include "core/base/param.h"
#include "core/engine/training/compute.h"
#include "core/quant/scheme.h"

namespace qs {

enum class Start : std::uint8_t { scratch, model };
/// How BatchNorm is folded while quantized weights are trained; Krishnamoorthi 2018, section 3.2.2.
enum class BatchNormTraining : std::uint8_t {
  batch_statistics,
  correction,
  correction_and_freezing,
  batch_renormalization,
  long_term_averages
};
enum class ActivationRanges : std::uint8_t { moving_average, learned, fixed };
enum class WeightRanges : std::uint8_t { min_max, learned };

/// What the network sees: normalised = (pixel - mean) / standard_deviation, pixels 0..255, channels red, green, blue.
struct InputRecipe {
  int height = 32;
  int width = 32;
  std::array<double, 3> mean = {127.5, 127.5, 127.5};
  std::array<double, 3> standard_deviation = {63.75, 63.75, 63.75};
  friend bool operator==(const InputRecipe&, const InputRecipe&) = default;
};

struct AugmentationRecipe {
  bool flip = true;
  int pad_crop = 0;   ///< pixels of padding on each side before a random crop of the old size
  double colour = 0;  ///< 0..1: how much brightness, contrast and saturation vary
  int cutout = 0;     ///< side of a square that is left out, in pixels
  friend bool operator==(const AugmentationRecipe&, const AugmentationRecipe&) = default;
};

struct DataRecipe {
  AugmentationRecipe augmentation;
  double validation_share = 0.1;  ///< of the training images; not trained on
  friend bool operator==(const DataRecipe&, const DataRecipe&) = default;
};

/// loss = (1 - weight) cross-entropy + weight temperature^2 KL(teacher || student), both softened by the temperature.
struct DistillationRecipe {
  double weight = 0;
  double temperature = 4;
  friend bool operator==(const DistillationRecipe&, const DistillationRecipe&) = default;
};

/// A scheme, in JSON a preset's id or the scheme itself.
struct RecipeScheme {
  Scheme scheme;
  friend bool operator==(const RecipeScheme&, const RecipeScheme&) = default;
};

/// The default scheme is the preset w8a8-channel-sym.
struct QuantizationRecipe {
  RecipeScheme scheme = {find_scheme("w8a8-channel-sym")};
  BatchNormTraining batch_norm = BatchNormTraining::correction_and_freezing;
  double freeze_after_epochs = 2;  ///< of correction_and_freezing
  double quant_delay_epochs = 0;
  ActivationRanges activation_ranges = ActivationRanges::moving_average;
  double range_decay = 0.999;  ///< per step
  WeightRanges weight_ranges = WeightRanges::min_max;
  friend bool operator==(const QuantizationRecipe&, const QuantizationRecipe&) = default;
};

struct Recipe {
  std::string id = "recipe";  ///< persistent; letters, digits and -_.
  std::string title;
  std::string summary;  ///< one sentence
  MethodChoice network{"mobilenet_v1", {}};
  InputRecipe input;
  Start start = Start::scratch;
  DataRecipe data;
  int batch = 128;
  int epochs = 30;
  std::uint64_t seed = 1;
  Compute compute = Compute::f32;
  MethodChoice optimiser{"sgd", {}};
  double learning_rate = 0.1;
  double weight_decay = 5e-4;
  bool decay_biases_and_batch_norm = false;
  double gradient_clip = 0;  ///< global norm; 0: off
  double label_smoothing = 0;
  MethodChoice schedule{"cosine", {}};
  double warm_up_epochs = 0;
  double ema_decay = 0;  ///< of the average of weights, per step; 0: off
  double batch_norm_momentum = 0.1;
  int early_stop_epochs = 0;  ///< without a better validation accuracy; 0: off
  int checkpoint_every_epochs = 1;
  DistillationRecipe distillation;
  std::optional<QuantizationRecipe> quantization;
  friend bool operator==(const Recipe&, const Recipe&) = default;
};

/// Throws `Error` (bad_input) naming the key of an impossible value or combination, and what to choose instead.
void check(const Recipe& recipe);

/// The same training in another number of epochs: warm-up, delay, freezing and early stop keep their share of it.
[[nodiscard]] Recipe with_epochs(Recipe recipe, int epochs);

/// JSON with "format": "quantoscope.recipe" and "version": 1. Every key is written, but for an absent quantization.
[[nodiscard]] nlohmann::ordered_json to_json(const Recipe& recipe);

/// Reads what `to_json` writes, as `scheme_from_json` does for schemes. The result has passed `check`.
[[nodiscard]] Recipe recipe_from_json(const nlohmann::ordered_json& json);

/// Recipes that come with the program: networks from scratch first, then fine-tunings, in float and quantization-aware.
[[nodiscard]] std::span<const Recipe> preset_recipes();

/// The JSON Schema (draft 2020-12) of a recipe's JSON: keys, bounds, defaults, methods and their settings.
[[nodiscard]] nlohmann::ordered_json recipe_schema();

/// A preset by its id, or the recipe in the JSON file of this name. Throws `Error` (bad_input) listing the presets when
/// it is neither, and naming the file when that is no recipe or uses a preset's id for something else.
[[nodiscard]] Recipe find_recipe(const std::string& id_or_file);

}  // namespace qs
