#include <algorithm>
#include <cmath>

#include "core/quant/ranges/rows.h"

namespace qs {

namespace {

constexpr Param kDeviations = {
    .id = "deviations",
    .title = "Standard deviations",
    .unit = "",
    .summary = "How many standard deviations around each channel's mean are covered.",
    .default_value = 6,
    .min = 0.5,
    .max = 20,
};

std::string_view obstacle(const RangeQuestion& question) {
  const bool known = question.batch_norm != nullptr && !question.batch_norm->scale.empty();
  return known ? std::string_view() : "needs a BatchNorm before it";
}

/// Asks the network instead of data: an empty distribution is answered like any other.
Range estimate(const RangeQuestion& question, const std::map<std::string, double>& settings) {
  if (!obstacle(question).empty()) return question.distribution.range;
  const BatchNormStatistics& norm = *question.batch_norm;
  QS_ASSERT(norm.scale.size() == norm.shift.size());
  const double deviations = setting(settings, kDeviations);
  double min = norm.shift.front();
  double max = norm.shift.front();
  for (std::size_t c = 0; c < norm.scale.size(); ++c) {
    const double reach = deviations * std::abs(static_cast<double>(norm.scale[c]));
    min = std::min(min, norm.shift[c] - reach);
    max = std::max(max, norm.shift[c] + reach);
  }
  if (norm.relu_follows) {
    min = std::max(min, 0.0);
    max = std::max(max, 0.0);
    if (norm.upper > 0) {
      min = std::min(min, static_cast<double>(norm.upper));
      max = std::min(max, static_cast<double>(norm.upper));
    }
  }
  return {static_cast<float>(min), static_cast<float>(max)};
}

}  // namespace

const RangeEstimator batch_norm_estimator = {
    .id = "batch_norm",
    .title = "BatchNorm statistics",
    .summary = "From the means and deviations that BatchNorm learned in training; needs no calibration images.",
    .citation = "Nagel et al. 2021 (arXiv:2106.08295), section 3.1, equation for BN-based range setting",
    .params = {kDeviations},
    .obstacle = obstacle,
    .estimate = estimate,
};

}  // namespace qs
