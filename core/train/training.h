// Training: from a recipe, a network and images to the trained network.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <vector>

#include "core/base/progress.h"
#include "core/quant/quantized_graph.h"
#include "core/tensor/training_batch.h"
#include "core/train/checkpoint.h"
#include "core/train/recipe.h"

namespace qs {

/// How well a network does on images that it is not trained with.
struct Validation {
  double loss = 0;      ///< mean cross-entropy
  double accuracy = 0;  ///< fraction right
};

/// Measures a trained network: as it is where `scheme` is null, else quantized with that scheme, whose ranges are those
/// the graph carries (`TrainedEncodings`). Throwing `Error` (stopped) stops the training.
using Validate = std::function<Validation(const Graph& graph, const Scheme* scheme)>;

struct TrainingTask {
  Recipe recipe;
  /// What is trained: any graph without `training_obstacle` once `prepare_for_training` has seen it.
  Graph graph;
  TrainingSource source;
  Validate validate{};                    ///< none: nothing is measured but the training images
  std::optional<QuantizedGraph> start{};  ///< post-training quantization of `graph`, where the recipe quantizes
  std::optional<Graph> teacher{};         ///< where the recipe distills
  std::filesystem::path checkpoint{};     ///< file to go on from and to write to; empty: none
  bool resume = true;                     ///< go on from `checkpoint` where it exists; else it is replaced
};

/// For those who watch. Called on the thread that trains.
struct TrainingWatch {
  std::function<void(const std::vector<EpochRecord>&)> epoch{};  ///< after each epoch, and once on resuming
  std::function<void(double epoch, double loss)> step{};         ///< after each step: its loss
};

struct TrainedModel {
  Graph graph;                     ///< trained weights and averages; encodings attached where it was quantized
  std::optional<Graph> average{};  ///< with the average of weights instead, where the recipe asks for one
  std::optional<Scheme> scheme{};  ///< to quantize it with: the recipe's, with trained ranges
  std::vector<EpochRecord> curves{};
  std::optional<BestEpoch> best{};
  bool stopped = false;  ///< by the user; `checkpoint` holds where to go on
  bool early = false;    ///< ended because the validation accuracy rose no more; the best epoch's weights came out
  double images_per_second = 0;  ///< of training, without validation
};

/// The recipe's scheme with the ranges that training learns.
[[nodiscard]] Scheme trained_scheme(const QuantizationRecipe& recipe);

/// Trains. A checkpoint is written after every `checkpoint_every_epochs` epochs, at the end, and when stopped; going on
/// from it gives the same bytes as never having stopped, with as many threads. Throws `Error` (bad_input) when the
/// network cannot be trained, the checkpoint belongs to something else, images or classes do not fit the network, and
/// when the loss is no number any more: the last checkpoint is kept then.
[[nodiscard]] TrainedModel train(const TrainingTask& task, const TrainingWatch& watch = {},
                                 const Progress& progress = {});

}  // namespace qs
