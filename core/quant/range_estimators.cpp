#include <fmt/ranges.h>

#include <array>

#include "core/quant/range_estimator.h"
#include "core/quant/ranges/rows.h"

namespace qs {

std::span<const RangeEstimator* const> range_estimators() {
  static constexpr std::array kEstimators = {
      &min_max_estimator, &moving_average_estimator, &percentile_estimator, &mse_estimator,
      &kl_estimator,      &cross_entropy_estimator,  &batch_norm_estimator, &scaled_min_max_estimator,
      &fixed_estimator,   &trained_estimator,
  };
  return kEstimators;
}

const RangeEstimator& range_estimator(std::string_view id) {
  std::vector<std::string_view> known;
  for (const RangeEstimator* candidate : range_estimators()) {
    if (candidate->id == id) return *candidate;
    known.push_back(candidate->id);
  }
  bad_input("there is no range estimator \"{}\"; there are: {}", id, fmt::join(known, ", "));
}

ScaleZeroPoint chosen_encoding(const RangeEstimator& estimator, const RangeQuestion& question,
                               const std::map<std::string, double>& settings) {
  if (estimator.encoding != nullptr) return estimator.encoding(question);
  return cover(estimator.estimate(question, settings), question.grid);
}

double quantization_error(const Distribution& distribution, Range range, const Grid& grid) {
  std::vector<float> faked(distribution.values.size());
  fake_quantize(distribution.values, cover(range, grid), grid, faked);
  double error = 0;
  for (std::size_t i = 0; i < faked.size(); ++i) {
    const double difference = static_cast<double>(distribution.values[i]) - static_cast<double>(faked[i]);
    error += distribution.weights[i] * difference * difference;
  }
  return error;
}

}  // namespace qs
