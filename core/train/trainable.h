// What one training changes: the network on its tape, the optimiser's memory, the average of weights.
#pragma once

#include <memory>
#include <vector>

#include "core/engine/executable.h"
#include "core/engine/training/loss.h"
#include "core/train/optimiser.h"
#include "core/train/quantization/quantized_network.h"
#include "core/train/training.h"

namespace qs {

class Trainable {
 public:
  /// Throws as `train` does.
  explicit Trainable(const TrainingTask& task);

  struct StepResult {
    double loss = 0;
    std::int64_t right = 0;  ///< images whose largest logit is the label's
  };
  /// One step of the optimiser on one batch. `step` says when. Where it throws, `Error` (stopped) among others, it is
  /// as if the step had not begun.
  [[nodiscard]] StepResult step(const TrainingBatch& batch, const TrainingStep& step, double learning_rate);

  /// The network with weights as they are, or with their average, and the encodings as they are.
  [[nodiscard]] Graph graph(bool average = false);
  [[nodiscard]] bool has_average() const { return !average_.empty(); }

  /// Logits of images in evaluation: what training sees of the quantized network, for comparing it with others.
  [[nodiscard]] Tensor logits(const Tensor& images);

  /// Everything that a step changes, under names.
  [[nodiscard]] std::vector<NamedTensor> tensors();
  /// Throws `Error` (bad_input) naming a tensor that is missing or has another shape.
  void restore(const Checkpoint& checkpoint);

 private:
  /// Calls visit(name, tensor) for everything that a step changes.
  template <class Visit>
  void each_tensor(const Visit& visit);
  void set_targets(const TrainingBatch& batch);
  [[nodiscard]] StepResult forward_and_backward(const TrainingBatch& batch, const TrainingStep& step);
  void update(const TrainingStep& step, double learning_rate);

  const TrainingTask& task_;
  Graph graph_;  ///< prepared, batch normalizations kept, batch 1
  Tape tape_;
  TrainedNetwork network_;
  TrainedQuantizers quantizers_;
  std::shared_ptr<Targets> targets_;
  std::unique_ptr<Executable> teacher_;
  const Optimiser& optimiser_;
  std::vector<std::vector<Tensor>> memory_;  ///< by parameter
  std::vector<Tensor> average_;              ///< by parameter
};

}  // namespace qs
