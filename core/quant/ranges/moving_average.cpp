#include "core/quant/ranges/rows.h"

namespace qs {

namespace {

constexpr Param kDecay = {
    .id = "decay",
    .title = "Decay",
    .unit = "",
    .summary = "How much of the average each further batch leaves: 0 is the last batch alone, 1 the first.",
    .default_value = 0.9,
    .min = 0,
    .max = 1,
};

std::string_view obstacle(const RangeQuestion& question) {
  return question.batches.empty() ? "needs batches of calibration images; weights have none" : std::string_view();
}

/// Starts at the first batch: the zeros TensorFlow starts at would need a correction for many batches.
Range estimate(const RangeQuestion& question, const std::map<std::string, double>& settings) {
  if (question.distribution.values.empty() || question.batches.empty()) return question.distribution.range;
  const double decay = setting(settings, kDecay);
  double min = question.batches.front().min;
  double max = question.batches.front().max;
  for (const Range& batch : question.batches.subspan(1)) {
    min = decay * min + (1 - decay) * batch.min;
    max = decay * max + (1 - decay) * batch.max;
  }
  return {static_cast<float>(min), static_cast<float>(max)};
}

}  // namespace

const RangeEstimator moving_average_estimator = {
    .id = "moving_average",
    .title = "Moving average of min and max",
    .summary = "The smallest and the largest value of each batch, averaged exponentially over the batches.",
    .citation = "Krishnamoorthi 2018 (arXiv:1806.08342), section 3.1.1",
    .params = {kDecay},
    .obstacle = obstacle,
    .estimate = estimate,
};

}  // namespace qs
