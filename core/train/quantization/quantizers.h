// Quantizers that gradients pass through: fake quantization with the straight-through estimator.
// Krishnamoorthi section 2.4 and eq 12-17; spec/methods.md sections 1 and 6.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/engine/training/tape.h"
#include "core/graph/op.h"
#include "core/quant/encoding.h"
#include "core/quant/scheme.h"

namespace qs {

/// The scales a quantizer used last: one, or one per output channel; empty before it quantized anything.
using CurrentScales = std::shared_ptr<std::vector<float>>;

/// When and how a quantizer quantizes.
struct QuantizerOptions {
  double delay_epochs = 0;  ///< until then training passes values unchanged; ranges are followed nevertheless
  /// Of training; evaluation rounds to nearest, ties to even, always. Stochastic rounding draws from the step's seed
  /// and number, the quantizer and the element.
  Rounding rounding = Rounding::nearest;
  std::uint64_t salt = 0;                                         ///< another one for each quantizer
  CurrentScales scales = std::make_shared<std::vector<float>>();  ///< written at each forward, for those who need them
};

/// The range of an activation while it is trained: min and max as a moving average over batches.
struct TrainedRange {
  Grid grid;
  MovingState* range = nullptr;  ///< [2] min, max
  /// new = decay * old + (1 - decay) * batch's, in steps that train; 1 keeps the range as it is.
  float decay = 0.999F;

  [[nodiscard]] ScaleZeroPoint encoding() const;
};

/// Fake quantization of an activation on the grid that covers its range. The gradient passes where the value lies
/// within the range the grid covers, ends included, and is 0 elsewhere (eq 15). Several values may share a range; only
/// the one with `follows` moves it. Throws `Error` (bad_input) naming the value when it holds NaN or infinity.
[[nodiscard]] VariableId add_activation_quantizer(Tape& tape, const std::string& name, VariableId x,
                                                  const TrainedRange& range, bool follows,
                                                  const QuantizerOptions& options);

/// How a layer's weights are quantized.
struct WeightQuantizerOptions {
  Op op;
  WeightScheme scheme;
  int bits = 8;
  MethodChoice range;
};

/// Fake quantization of a layer's weights, whose encoding follows them as `weight_encoding` says, per tensor or per
/// output channel. Estimators that cost more than min-max are asked again every 50 steps and at the start of an epoch.
/// Gradient as above.
[[nodiscard]] VariableId add_weight_quantizer(Tape& tape, const std::string& name, VariableId weights,
                                              const WeightQuantizerOptions& layer, const QuantizerOptions& options);

/// A scale that is learned: step * clamp(round(v / step), lowest, highest) with step = |scale| + 1e-9.
/// Esser et al., "Learned step size quantization", arXiv:1902.08153, eq 1-3; spec/methods.md section 6:
///   d/dv     1 where lowest < v/step < highest, else 0
///   d/dscale round(v/step) - v/step inside, lowest or highest outside; summed, times 1/sqrt(n * highest), n the number
///            of values behind one scale (for activations: of one image)
struct LearnedGrid {
  std::int32_t lowest = -127;  ///< ends of the grid less its zero point
  std::int32_t highest = 127;
  std::int64_t values_per_scale = 1;  ///< n
};
[[nodiscard]] VariableId add_learned_quantizer(Tape& tape, const std::string& name, VariableId x, VariableId scale,
                                               const LearnedGrid& grid, const QuantizerOptions& options);

/// In evaluation a layer's bias rounded to whole numbers of input scale x weight scale, as int8 inference has it (Jacob
/// et al. section 2.4); in training, whose gradients it would only disturb, the bias as it is. Gradients pass
/// unchanged.
[[nodiscard]] VariableId add_bias_quantizer(Tape& tape, const std::string& name, VariableId bias,
                                            const CurrentScales& input, const CurrentScales& weights);

/// The step of a learned scale.
[[nodiscard]] float learned_step(float scale);

}  // namespace qs
