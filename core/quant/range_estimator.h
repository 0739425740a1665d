// Range estimators: which interval of real numbers the integers shall cover. spec/methods.md section 3.
// One file each in ranges/, and a line in range_estimators.cpp.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/param.h"
#include "core/quant/calibration.h"

namespace qs {

/// What BatchNorm says about the value it makes: mean `shift` and standard deviation |scale| of each channel.
struct BatchNormStatistics {
  std::vector<float> scale;
  std::vector<float> shift;
  bool relu_follows = false;  ///< an activation cuts off what is below 0 ...
  float upper = 0;            ///< ... and above this, where it is greater than 0
};

/// All that an estimator may look at.
struct RangeQuestion {
  Grid grid;
  const Distribution& distribution;
  std::span<const Range> batches = {};              ///< of calibration; empty for weights
  const BatchNormStatistics* batch_norm = nullptr;  ///< where a BatchNorm made the value
  const Tensor* logits = nullptr;                   ///< [images, classes] for the last layer's output
  const Encoding* trained = nullptr;                ///< what training with quantization left; all channels
  std::size_t scales = 1;                           ///< how many the value is to have: 1, or one per channel ...
  std::size_t channel = 0;                          ///< ... of which this question is about one
};

/// A pure function from what was seen to a range. The range may lie anywhere; `cover` relaxes it to contain 0. An empty
/// distribution gives (0, 0), but for batch_norm, fixed and trained, which look at none.
struct RangeEstimator {
  std::string_view id;  ///< persistent
  std::string_view title;
  std::string_view summary;   ///< one sentence
  std::string_view citation;  ///< paper, section
  std::vector<Param> params;
  bool by_hand = false;  ///< its parameters say where the range ends, rather than the values
  /// Why it cannot answer this question ("needs a BatchNorm before it"); empty when it can. `quantize` then falls back
  /// to min_max and says so.
  std::string_view (*obstacle)(const RangeQuestion&);
  Range (*estimate)(const RangeQuestion&, const std::map<std::string, double>& settings);
  /// For an estimator that knows scale and zero point, which a range and back could change by a rounding; else null.
  ScaleZeroPoint (*encoding)(const RangeQuestion&) = nullptr;
};

/// All estimators in the order they are shown; the first is the default of weights.
[[nodiscard]] std::span<const RangeEstimator* const> range_estimators();

/// The estimator with this id; throws `Error` (bad_input) listing the known ones.
[[nodiscard]] const RangeEstimator& range_estimator(std::string_view id);

/// What the estimator makes of a question it has no obstacle to: its own scale and zero point, or those that cover its
/// range.
[[nodiscard]] ScaleZeroPoint chosen_encoding(const RangeEstimator& estimator, const RangeQuestion& question,
                                             const std::map<std::string, double>& settings);

/// Squared error of quantizing the distribution so that the grid covers `range`; what the MSE estimator minimizes.
[[nodiscard]] double quantization_error(const Distribution& distribution, Range range, const Grid& grid);

/// Throws nothing: an estimator that can always answer.
[[nodiscard]] inline std::string_view no_obstacle(const RangeQuestion&) {
  return {};
}

}  // namespace qs
