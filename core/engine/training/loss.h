// What training makes small.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/engine/training/tape.h"

namespace qs {

/// What one batch should have come out as.
struct Targets {
  std::vector<std::int32_t> labels;  ///< of the batch's images, in [0, classes)
  std::optional<Tensor> teacher;     ///< [N, classes] logits of the network to imitate
};

struct LossOptions {
  float label_smoothing = 0;  ///< in [0, 1): the share of the target spread evenly over all classes
  float distillation = 0;     ///< in [0, 1]: the share of the loss that compares with the teacher
  float temperature = 1;      ///< > 0: both logits are divided by it before they are compared
};

/// (1 - w) * cross-entropy(softmax(z), target) + w * T^2 * KL(softmax(teacher / T) || softmax(z / T)), mean over the
/// batch, sums in double. Hinton, Vinyals, Dean, "Distilling the knowledge in a neural network", arXiv:1503.02531,
/// section 2 (the factor T^2 keeps the gradients' size); Szegedy et al., arXiv:1512.00567, section 7 (smoothing).
/// `logits` is [N, classes]. `targets` are read at each forward; a teacher must be there where w > 0.
[[nodiscard]] VariableId add_loss(Tape& tape, VariableId logits, std::shared_ptr<const Targets> targets,
                                  const LossOptions& options = {});

}  // namespace qs
