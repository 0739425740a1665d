// Figure 13: is it better to fine-tune a float network or to train a quantized one from scratch?
#include "app/study/studies.h"
#include "app/study/study_claims.h"
#include "app/study/study_recipes.h"
#include "core/base/error.h"

namespace qs {

namespace {

constexpr const char* kFineTuning = "qat_w8a8_per_channel";

Recipe tuned(const StudyNetwork& network) {
  return with_curves(fine_tuning_of(network, kFineTuning));
}

/// As many epochs as float training and fine-tuning have together, with the float network's own settings; quantized
/// from the second epoch on, as ranges of untrained activations mean nothing, and frozen for as long as in fine-tuning.
Recipe from_scratch(const StudyNetwork& network) {
  if (!network.recipe) {
    bad_input(
        "{} does not say by which recipe it was trained, so that it cannot be trained from scratch; give a network "
        "that "
        "\"quantoscope train\" made, or none",
        network.model);
  }
  const Recipe fine_tuning = tuned(network);
  Recipe recipe = *network.recipe;
  QuantizationRecipe quantization = *fine_tuning.quantization;
  quantization.quant_delay_epochs = 1;
  quantization.freeze_after_epochs += recipe.epochs;
  recipe.quantization = quantization;
  recipe.epochs += fine_tuning.epochs;
  recipe.id += "_quantized_from_scratch";
  recipe.title += ", quantized from scratch";
  return with_curves(recipe);
}

StudyJudgement tuning_wins(const NetworkResults& results) {
  return all_above({difference(results, "fine-tuned", "scratch", "fine-tuned over scratch")}, 0);
}

}  // namespace

Study study_figure13() {
  return {.id = "figure13",
          .title = "Figure 13: fine tuning from floating point and training from scratch",
          .arms = {{"float", "float", FloatNetwork{}},
                   {"fine-tuned", "fine-tuned", Trained{tuned}},
                   {"scratch", "from scratch", Trained{from_scratch}}},
          .claims = {{"fine-tuning-wins", "Fine tuning a floating point checkpoint gives better accuracy.",
                      "section 4, 2; figure 13", "fine-tuned is above scratch on the test images", tuning_wins}},
          .published = {},
          .note =
              "From scratch lasts as many epochs as float training and fine-tuning together. Weights per channel, 8 "
              "bits throughout."};
}

}  // namespace qs
