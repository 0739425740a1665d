// Checkpoints: all that a training needs to go on where it stopped, bit for bit.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/graph/graph.h"
#include "core/tensor/tensor.h"
#include "core/train/recipe.h"

namespace qs {

struct NamedTensor {
  std::string name;
  Tensor tensor;  ///< f32, s8, u8, s32 or s64; finite
};

/// What was measured after an epoch. Numbers are left out where there was nothing to measure them by.
struct EpochRecord {
  int epoch = 0;  ///< from 1
  double train_loss = 0;
  double train_accuracy = 0;  ///< fractions, 0..1
  std::optional<double> validation_loss;
  std::optional<double> validation_accuracy;
  std::optional<double> average_accuracy;  ///< of the average of weights, on the validation images
  double learning_rate = 0;                ///< of the last step
  double seconds = 0;
  friend bool operator==(const EpochRecord&, const EpochRecord&) = default;
};

/// An object with the record's names as keys; what was not measured is left out.
[[nodiscard]] nlohmann::ordered_json to_json(const EpochRecord& record);

/// The epoch with the highest validation accuracy so far.
struct BestEpoch {
  int epoch = 0;
  double accuracy = 0;
  friend bool operator==(const BestEpoch&, const BestEpoch&) = default;
};

struct Checkpoint {
  std::string network;  ///< its `network_description`
  Recipe recipe;
  int epoch = 0;          ///< epochs that are over
  std::int64_t step = 0;  ///< steps that are over
  /// Weights, optimiser state, averages, running statistics, ranges; whoever trains gives the names, no two alike.
  std::vector<NamedTensor> tensors;
  std::vector<EpochRecord> curves;
  std::optional<BestEpoch> best;
};

/// What makes two networks the same for a checkpoint: a line for each input and node with its operator, its constants'
/// shapes and its output's shape; no weights.
[[nodiscard]] std::string network_description(const Graph& graph);

/// CBOR (RFC 8949): a map with "format": "quantoscope.checkpoint", "version", "payload", itself CBOR, and "checksum",
/// the payload's XXH3. Throws `Error` (bad_input) naming a tensor that holds NaN or infinity: nobody goes on from
/// there.
[[nodiscard]] std::vector<std::uint8_t> to_bytes(const Checkpoint& checkpoint);

/// Reads what `to_bytes` wrote. Whatever else the bytes are, throws `Error` (bad_input): no crash, and no more memory
/// than a few times the bytes.
[[nodiscard]] Checkpoint checkpoint_from_bytes(std::span<const std::uint8_t> bytes);

/// Writes the file at once (core/base/atomic_file.h): on a full disk, without permission or after a kill, what was
/// there before is still there.
void save_checkpoint(const std::filesystem::path& path, const Checkpoint& checkpoint);

/// Throws `Error` (bad_input) naming the file when it cannot be read or is no whole checkpoint.
[[nodiscard]] Checkpoint load_checkpoint(const std::filesystem::path& path);

/// The tensor of that name; null when there is none.
[[nodiscard]] const Tensor* find_tensor(const Checkpoint& checkpoint, std::string_view name);

/// Throws `Error` (bad_input) saying what differs when a training of `recipe` on the network of that description cannot
/// go on from here. Names and how often checkpoints are made may differ, and epochs and learning rates as long as those
/// of the past are the same: a training with a constant rate may be made longer, one with restarts given another cycle.
void check_fits(const Checkpoint& checkpoint, std::string_view network, const Recipe& recipe);

}  // namespace qs
