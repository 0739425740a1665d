// A training as the window shows it: what was asked for, and what has come of it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/train/checkpoint.h"
#include "core/train/recipe.h"

namespace qs {

/// What is asked of a training.
struct TrainingRequest {
  Recipe recipe;
  std::string images;                 ///< to train with, as `open_dataset` takes them
  std::string model;                  ///< to start from; empty where the recipe builds its network
  std::string out;                    ///< ONNX file to write; the checkpoint stands beside it
  std::optional<std::int64_t> limit;  ///< of images, spread evenly over the classes
};

/// Where a training that writes `out` keeps what it needs to go on.
[[nodiscard]] inline std::string checkpoint_beside(const std::string& out) {
  return std::filesystem::path(out).replace_extension(".checkpoint").string();
}

enum class TrainingState : std::uint8_t { waiting, preparing, running, stopping, stopped, done, failed };

/// The mean loss of the steps since the point before.
struct LossPoint {
  double epoch = 0;  ///< where in the training: 1.5 is in the middle of the second epoch
  double loss = 0;
};

struct TrainingView {
  TrainingRequest request;
  TrainingState state = TrainingState::waiting;
  double fraction = 0;
  std::string stage;          ///< what is being done
  double seconds_left = -1;   ///< negative: unknown
  std::string message;        ///< why it failed
  std::int64_t training = 0;  ///< images; 0: not known yet
  std::int64_t validation = 0;
  std::vector<EpochRecord> curves;
  std::vector<LossPoint> losses;
  std::optional<double> float_accuracy;  ///< of the model before training, on the validation images
  std::optional<double> twin_accuracy;   ///< the same, quantized with the recipe's scheme and not trained
  std::optional<Scheme> scheme;          ///< to quantize the result with; once it is done, where it was quantized
  std::int64_t run = 0;                  ///< of float, twin and result over the images that are open; 0: none

  [[nodiscard]] bool is_busy() const {
    return state == TrainingState::waiting || state == TrainingState::preparing || state == TrainingState::running ||
           state == TrainingState::stopping;
  }
};

}  // namespace qs
