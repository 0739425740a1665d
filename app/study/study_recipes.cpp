#include "app/study/study_recipes.h"

#include <algorithm>

namespace qs {

Recipe fine_tuning_of(const StudyNetwork& network, const std::string& fine_tuning) {
  Recipe recipe = find_recipe(fine_tuning);
  if (!network.recipe) return recipe;
  recipe.input = network.recipe->input;
  recipe.batch = network.recipe->batch;
  recipe.data.augmentation = network.recipe->data.augmentation;
  return recipe;
}

Recipe with_stochastic_rounding(Recipe recipe) {
  Scheme& scheme = recipe.quantization->scheme.scheme;
  scheme.id += "-stochastic";
  scheme.title += ", stochastic";
  scheme.weights.rounding = Rounding::stochastic;
  scheme.activations.rounding = Rounding::stochastic;
  recipe.id += "_stochastic";
  recipe.title += ", stochastic rounding";
  return recipe;
}

Recipe with_curves(Recipe recipe) {
  recipe.data.validation_share = std::max(recipe.data.validation_share, 0.1);
  return recipe;
}

Recipe shortened(Recipe recipe) {
  const int epochs = std::max(2, (recipe.epochs + 2) / 4);
  recipe = with_epochs(std::move(recipe), epochs);
  recipe.ema_decay = std::min(recipe.ema_decay, 0.99);
  recipe.data.validation_share = std::max(recipe.data.validation_share, 0.2);
  if (!recipe.quantization) return recipe;
  recipe.quantization->range_decay = std::min(recipe.quantization->range_decay, 0.99);
  return recipe;
}

}  // namespace qs
