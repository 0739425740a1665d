// Batch normalization inside quantized layers while they are trained. Krishnamoorthi section 3.2.2 and eq 22-31;
// spec/methods.md section 1.
//
// Inference multiplies x with Q(g W / s), s the long-term deviation. Training that quantized anything else would learn
// to live with other numbers, so each strategy says which deviation the quantized weights are scaled with, and what is
// done to the layer's sums afterwards:
//
//                            weights           result                          gradients through the batch's moments
//   batch_statistics         Q(g W / sB)       y + beta - g muB / sB           yes
//   correction               Q(g W / s)        y s/sB + beta - g muB / sB      yes
//   correction_and_freezing  the same until `freeze_after` epochs, then y + beta - g mu / s, averages kept
//   batch_renormalization    Q(g W r / sB)     y + beta + g (d - muB r / sB)   yes; none through r and d
//   long_term_averages       Q(g W / s)        y + beta - g mu / s             no
//
// with r = clamp(sB/s, 1/3, 3) and d = clamp((muB - mu)/s, -5, 5) (Ioffe, arXiv:1702.03275, algorithm 1).
#pragma once

#include <string>
#include <vector>

#include "core/engine/training/operations.h"
#include "core/train/recipe.h"

namespace qs {

struct FoldingOptions {
  BatchNormTraining strategy = BatchNormTraining::correction_and_freezing;
  double freeze_after_epochs = 2;
  float epsilon = 1e-5F;
  /// Of the convolution, [C], not trained; empty: none. The batch's mean is that of sums without it.
  std::vector<float> convolution_bias;
};

/// Whether a step looks at the moments of its batch.
[[nodiscard]] bool uses_moments(const FoldingOptions& options, const TrainingStep& step);

struct FoldedFactors {
  VariableId weights;  ///< [C], what the weights are multiplied with before they are quantized
  VariableId sums;     ///< [C], what the layer's sums are multiplied with ...
  VariableId shift;    ///< [C], ... and shifted by
};

/// Everything but the convolutions. `mean` and `variance` are the batch's moments, [C]; the long-term averages in
/// `norm` are updated in training. In evaluation all strategies are inference: g/s, 1, beta - g mu/s.
[[nodiscard]] FoldedFactors add_folded_factors(Tape& tape, const std::string& name, VariableId mean,
                                               VariableId variance, const BatchNormVariables& norm,
                                               const FoldingOptions& options);

}  // namespace qs
