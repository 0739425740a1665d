// Recipes that come with the program.
#include <nlohmann/json.hpp>

#include "core/train/recipe.h"

namespace qs {

namespace {

Recipe builtin_shapes() {
  Recipe recipe;
  recipe.id = "builtin_shapes";
  recipe.title = "Built-in model on built-in shapes";
  recipe.summary = "The model that ships with the program: a narrow, short MobileNet v1 with ReLU6, 64x64 pixels.";
  recipe.network = {"mobilenet_v1", {{"width", 0.375}, {"relu6", 1}, {"halvings", 5}, {"repeats", 0}}};
  recipe.input.height = 64;
  recipe.input.width = 64;
  recipe.data.augmentation = {.flip = true, .pad_crop = 4, .colour = 0, .cutout = 0};
  recipe.data.validation_share = 0.05;
  recipe.batch = 64;
  recipe.epochs = 40;
  recipe.learning_rate = 0.1;
  recipe.weight_decay = 5e-5;
  recipe.warm_up_epochs = 1;
  return recipe;
}

/// Means and deviations of the 50,000 training images, as all of the literature uses them.
Recipe cifar10(std::string id, std::string title, std::string summary) {
  Recipe recipe;
  recipe.id = std::move(id);
  recipe.title = std::move(title);
  recipe.summary = std::move(summary);
  recipe.input.mean = {125.3, 123.0, 113.9};
  recipe.input.standard_deviation = {63.0, 62.1, 66.7};
  recipe.data.augmentation = {.flip = true, .pad_crop = 4, .colour = 0, .cutout = 0};
  recipe.data.validation_share = 0.02;
  recipe.batch = 64;  // what a step touches fits the caches of most CPUs
  recipe.learning_rate = 0.1;
  recipe.optimiser = {"sgd", {{"nesterov", 1}}};
  recipe.warm_up_epochs = 1;
  return recipe;
}

Recipe cifar10_mobilenet() {
  Recipe recipe = cifar10("cifar10_mobilenet", "MobileNet v1 on CIFAR-10",
                          "A small network of depthwise convolutions, the kind that quantization hurts most.");
  recipe.network = {"mobilenet_v1", {{"width", 0.5}, {"relu6", 1}, {"halvings", 4}, {"repeats", 1}}};
  recipe.epochs = 30;
  return recipe;
}

Recipe cifar10_resnet20() {
  Recipe recipe = cifar10("cifar10_resnet20", "ResNet-20 on CIFAR-10",
                          "The smallest network of the ResNet paper; residual additions are quantized well.");
  recipe.network = {"resnet_cifar", {{"depth", 20}}};
  recipe.schedule = {"cosine_restarts", {}};
  recipe.epochs = 54;  // the first cycle's 18 make a network to try things with
  return recipe;
}

Recipe cifar10_plain() {
  Recipe recipe = cifar10("cifar10_plain", "Plain CNN on CIFAR-10", "A few ordinary convolutions: minutes, not hours.");
  recipe.network = {"plain_cnn", {}};
  recipe.epochs = 20;
  return recipe;
}

/// A network goes on with images that are not quite those it was trained with.
Recipe float_fine_tuning() {
  Recipe recipe = cifar10("float_fine_tuning", "Fine-tuning in float",
                          "A trained network goes on, with other images for instance.");
  recipe.start = Start::model;
  recipe.epochs = 8;
  recipe.learning_rate = 0.02;  // a fifth of where trainings from nothing begin
  recipe.warm_up_epochs = 0;
  return recipe;
}

/// Fine-tuning of a trained network, spec: Krishnamoorthi 2018, section 3.2.3, best practices 2 to 4.
Recipe fine_tuning(std::string id, std::string title, std::string summary, const char* scheme) {
  Recipe recipe = cifar10(std::move(id), std::move(title), std::move(summary));
  recipe.start = Start::model;
  recipe.data.validation_share = 0.1;
  recipe.epochs = 4;
  recipe.learning_rate = 0.001;  // once averages are frozen, nothing else bounds a step
  recipe.weight_decay = 1e-4;
  recipe.warm_up_epochs = 0;
  recipe.quantization.emplace().scheme = {find_scheme(scheme)};
  recipe.quantization->freeze_after_epochs = 1;
  return recipe;
}

Recipe qat_w8a8_per_channel() {
  return fine_tuning("qat_w8a8_per_channel", "QAT, 8 bits, per channel",
                     "Fine-tuning for 8-bit weights, each channel with its scale, and 8-bit activations.",
                     "w8a8-channel-sym");
}

Recipe qat_w8a8_per_tensor() {
  return fine_tuning("qat_w8a8_per_tensor", "QAT, 8 bits, per tensor",
                     "Fine-tuning for 8-bit weights with one scale per layer, and 8-bit activations.",
                     "w8a8-tensor-asym");
}

Recipe qat_w4a8_per_channel() {
  Recipe recipe = fine_tuning("qat_w4a8_per_channel", "QAT, 4-bit weights, per channel",
                              "Fine-tuning for 4-bit weights, each channel with its scale, and 8-bit activations.",
                              "w4a8-channel-sym");
  recipe.epochs = 8;
  recipe.learning_rate = 0.02;
  recipe.quantization->freeze_after_epochs = 5;
  return recipe;
}

Recipe qat_w8a4() {
  Recipe recipe = fine_tuning("qat_w8a4", "QAT, 4-bit activations",
                              "Fine-tuning for 8-bit weights, each channel with its scale, and 4-bit activations.",
                              "w8a4-channel-sym");
  recipe.epochs = 8;
  recipe.learning_rate = 0.02;
  recipe.quantization->freeze_after_epochs = 5;
  return recipe;
}

/// First and last layer in 8 bits, as in the paper, section 3.
Recipe lsq_w4a4() {
  Recipe recipe =
      fine_tuning("lsq_w4a4", "LSQ, 4 bits", "Learned step sizes: 4-bit weights and activations.", "w4a8-channel-sym");
  Scheme& scheme = recipe.quantization->scheme.scheme;
  scheme.id = "w4a4-lsq";
  scheme.title = "4-bit weights per tensor, 4-bit activations";
  scheme.summary = "As in the paper on LSQ: the first and the last layer have 8 bits.";
  scheme.weights.granularity = Granularity::tensor;
  scheme.weights.grid = GridKind::symmetric;
  scheme.activations.bits = 4;
  scheme.first_layer = EndLayers::eight_bits;
  scheme.last_layer = EndLayers::eight_bits;
  recipe.epochs = 30;
  recipe.learning_rate = 0.01;
  recipe.quantization->batch_norm = BatchNormTraining::batch_statistics;
  recipe.quantization->activation_ranges = ActivationRanges::learned;
  recipe.quantization->weight_ranges = WeightRanges::learned;
  return recipe;
}

/// One epoch at a small rate, activations' ranges from percentiles, then fixed; McKinstry et al., section 3.
Recipe faq_w8a8() {
  Recipe recipe = fine_tuning("faq_w8a8", "FAQ, 8 bits", "One epoch of fine-tuning after quantization, ranges fixed.",
                              "w8a8-tensor-sym");
  Scheme& scheme = recipe.quantization->scheme.scheme;
  scheme.id = "w8a8-faq";
  scheme.title = "8-bit weights per tensor, 8-bit activations of a percentile";
  scheme.summary = "As in the paper on FAQ: symmetric weights, activations cut at the percentile 99.99.";
  scheme.activations.range = {"percentile", {{"percentile", 99.99}}};
  recipe.epochs = 1;
  recipe.learning_rate = 0.001;
  recipe.schedule = {"constant", {}};
  recipe.quantization->batch_norm = BatchNormTraining::long_term_averages;
  recipe.quantization->activation_ranges = ActivationRanges::fixed;
  return recipe;
}

}  // namespace

std::span<const Recipe> preset_recipes() {
  static const std::vector<Recipe> recipes = {
      builtin_shapes(),
      cifar10_mobilenet(),
      cifar10_resnet20(),
      cifar10_plain(),
      float_fine_tuning(),
      qat_w8a8_per_channel(),
      qat_w8a8_per_tensor(),
      qat_w4a8_per_channel(),
      qat_w8a4(),
      lsq_w4a4(),
      faq_w8a8(),
  };
  return recipes;
}

}  // namespace qs
