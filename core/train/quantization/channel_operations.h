// What folding a batch normalization needs besides convolutions: moments and affine functions of channels. Activations
// are [N,C,...] with channels last in memory.
#pragma once

#include <string>

#include "core/engine/training/tape.h"

namespace qs {

/// Mean and population variance (1/n) of each channel over batch and positions, both [C]; sums in double.
struct Moments {
  VariableId mean;
  VariableId variance;
};
[[nodiscard]] Moments add_moments(Tape& tape, const std::string& name, VariableId x);

/// x * factor[c] + shift[c].
[[nodiscard]] VariableId add_channel_affine(Tape& tape, const std::string& name, VariableId x, VariableId factor,
                                            VariableId shift);

/// Weights [Co, ...] of each output channel times factor[Co].
[[nodiscard]] VariableId add_scaled_channels(Tape& tape, const std::string& name, VariableId weights,
                                             VariableId factor);

}  // namespace qs
