#include "core/train/gradient_norm.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <vector>

#include "core/base/error.h"

namespace qs {

namespace {

/// Eight sums side by side, so that the loop is vectors and still the same on every machine.
double sum_of_squares(std::span<const float> values) {
  std::array<double, 8> sums{};
  std::size_t i = 0;
  for (; i + sums.size() <= values.size(); i += sums.size()) {
    for (std::size_t lane = 0; lane < sums.size(); ++lane) {
      const auto value = static_cast<double>(values[i + lane]);
      sums[lane] += value * value;
    }
  }
  for (; i < values.size(); ++i) sums[0] += static_cast<double>(values[i]) * static_cast<double>(values[i]);
  return std::accumulate(sums.begin(), sums.end(), 0.0);
}

}  // namespace

double global_norm(std::span<const std::span<const float>> gradients) {
  double sum = 0;
  for (const std::span<const float> each : gradients) sum += sum_of_squares(each);
  return std::sqrt(sum);
}

double clip_by_global_norm(std::span<const std::span<float>> gradients, double limit) {
  const std::vector<std::span<const float>> read(gradients.begin(), gradients.end());
  const double norm = global_norm(read);
  const bool clip = limit > 0 && norm > limit && std::isfinite(norm);
  if (!clip) return norm;
  const auto scale = static_cast<float>(limit / norm);
  for (const std::span<float> each : gradients) {
    for (float& value : each) value *= scale;
  }
  return norm;
}

void update_average(std::span<float> average, std::span<const float> weights, double decay) {
  QS_ASSERT(average.size() == weights.size());
  const auto kept = static_cast<float>(decay);
  const auto taken = static_cast<float>(1 - decay);
  for (std::size_t i = 0; i < average.size(); ++i) average[i] = kept * average[i] + taken * weights[i];
}

double average_decay(double decay, std::int64_t steps) {
  const auto count = static_cast<double>(steps);
  return std::min(decay, (1 + count) / (10 + count));
}

}  // namespace qs
