// The operations of a network, each with its derivative, on oneDNN's forward and backward primitives.
// Variables of images are [N,C,H,W] or other [N,C,...]; results have the shapes that `infer_shapes` gives the op.
#pragma once

#include <limits>
#include <optional>
#include <string>

#include "core/engine/training/tape.h"
#include "core/graph/op.h"

namespace qs {

/// A layer's trainable inputs.
struct LayerVariables {
  VariableId weights;              ///< in the op's layout, row-major
  std::optional<VariableId> bias;  ///< [Co]
};

/// Convolution, depthwise and grouped included. Multiplies in the tape's `Compute`; sums, bias and gradients are f32.
VariableId add_convolution(Tape& tape, const std::string& name, const Conv& op, VariableId x,
                           const LayerVariables& layer);

/// x [N,K] * weights' + bias; weights are [M,K] (Gemm with transpose_b).
VariableId add_inner_product(Tape& tape, const std::string& name, VariableId x, const LayerVariables& layer);

/// What a batch normalization trains and tracks, all [C].
struct BatchNormVariables {
  VariableId scale;
  VariableId shift;
  MovingState* mean = nullptr;
  MovingState* variance = nullptr;
  /// new average = (1 - momentum) * old + momentum * batch's; the variance is the population's (1/n), as ONNX defines
  /// it for training (BatchNormalization, opset 14).
  float momentum = 0.1F;
};

/// Ends of a ReLU or Clip; neither without.
struct Clamp {
  float low = -std::numeric_limits<float>::infinity();
  float high = std::numeric_limits<float>::infinity();
};
/// Of a Relu or Clip; nothing for other ops.
[[nodiscard]] std::optional<Clamp> clamp_of(const Op& op);

/// clamp((x - mean) / sqrt(variance + epsilon) * scale + shift), with the batch's statistics in training, with the
/// long-term averages in evaluation. Gradients flow through the batch's statistics; where a result is at an end of the
/// clamp or beyond, its derivative is 0.
VariableId add_batch_norm(Tape& tape, const std::string& name, const BatchNorm& op, VariableId x,
                          const BatchNormVariables& variables, const Clamp& clamp = {});

/// An activation: Relu, LeakyRelu, Clip, Sigmoid, HardSigmoid, HardSwish, Swish, Tanh, Elu, Gelu. At a kink the
/// derivative is that of the flat side (ReLU at 0: 0). Throws `Error` (bad_input) for other ops.
VariableId add_activation(Tape& tape, const std::string& name, const Op& op, VariableId x);
[[nodiscard]] bool is_activation(const Op& op);

/// MaxPool (ties: the first in the window's order gets the gradient), AveragePool.
VariableId add_pooling(Tape& tape, const std::string& name, const Op& op, VariableId x, const Shape& result);

/// The mean over all positions: [N,C,...] to [N,C,1,...].
VariableId add_global_average_pool(Tape& tape, const std::string& name, VariableId x);

/// Sum of variables of one shape.
VariableId add_sum(Tape& tape, const std::string& name, const std::vector<VariableId>& terms);

/// Along the channels (axis 1).
VariableId add_concat(Tape& tape, const std::string& name, const std::vector<VariableId>& parts);

/// Zeros before and behind x along its axes; for a Pad that `pads_with_zeros`.
VariableId add_pad(Tape& tape, const std::string& name, const Pad& op, VariableId x, const Shape& result);
/// Neither another value or mode nor negative pads, which crop.
[[nodiscard]] bool pads_with_zeros(const Pad& op);

/// The same elements in the same logical order: Flatten, Reshape, Squeeze and the like.
VariableId add_reshape(Tape& tape, const std::string& name, VariableId x, const Shape& result);

}  // namespace qs
