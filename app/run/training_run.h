// A training from files to files: images, recipe and perhaps a model in; a model with what belongs to it out.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/run/classifier.h"
#include "core/train/training.h"
#include "datasets/training_images.h"

namespace qs {

struct TrainingSettings {
  Recipe recipe;
  std::string data;        ///< images to train with, as `open_dataset` takes them
  std::string model;       ///< where the recipe starts from a model, or distills one
  std::string out;         ///< ONNX file to write
  std::string test;        ///< images to measure the result on; may be empty
  std::string checkpoint;  ///< empty: beside `out`, ".checkpoint" for ".onnx"
  bool resume = true;
  std::optional<std::int64_t> limit;  ///< of training images, spread evenly over the classes
  /// What `data` and `limit` gave for a network with the same classes before, not to be decoded again: taken where the
  /// preprocessing is the same. May be null.
  std::shared_ptr<const TrainingImages> images{};
};

/// The images, the network and all that `train` needs, made ready.
struct PreparedTraining {
  TrainingTask task;
  Preprocessing preprocessing;
  ClassContext classes;     ///< of the network: labels of whatever images mean what its outputs mean
  Calibration calibration;  ///< of `task.start`; serves its trained network too, whose ranges training has found
  std::shared_ptr<const TrainingImages> images;  ///< of which those for training and validation are parts
  std::shared_ptr<const TrainingImages> training;
  std::shared_ptr<const TrainingImages> validation;  ///< null where the recipe sets none aside
};

struct MeasuredModel {
  Validation as_trained;              ///< in float, or quantized where the recipe quantizes
  std::optional<Validation> average;  ///< with the average of weights
  std::int64_t images = 0;
};

struct TrainingOutcome {
  TrainedModel model;
  std::optional<MeasuredModel> test;
  std::vector<std::string> files;  ///< written
};

/// Reads images and network. Throws `Error` (bad_input) naming what is missing or does not fit; (stopped). The
/// progress' stop token also stops validations while it trains.
[[nodiscard]] PreparedTraining prepare_training(const TrainingSettings& settings, const Progress& progress);

/// Trains, measures, and writes: the model; MODEL.json with preprocessing and class names; MODEL.scheme.json where it
/// was quantized; MODEL-average.onnx where there is an average of weights. Stopped: writes the checkpoint only.
[[nodiscard]] TrainingOutcome run_training(const TrainingSettings& settings, const PreparedTraining& prepared,
                                           const TrainingWatch& watch, const Progress& progress);

/// Activations of `graph`, prepared as `scheme` says, over some of the training images.
[[nodiscard]] Calibration calibration_of(const PreparedTraining& prepared, const Graph& graph, const Scheme& scheme,
                                         const Progress& progress);

/// Accuracy and mean cross-entropy of a network on images: float, or quantized with `scheme`, on the integer backend.
/// Throws `Error` (stopped).
[[nodiscard]] Validation measure(const Graph& graph, const Scheme* scheme, const Calibration& calibration,
                                 std::shared_ptr<const TrainingImages> images, const Progress& progress = {});

/// The settings' checkpoint file.
[[nodiscard]] std::string checkpoint_path(const TrainingSettings& settings);

}  // namespace qs
