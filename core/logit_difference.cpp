#include "core/logit_difference.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace qs {

namespace {

std::vector<double> probabilities(std::span<const float> outputs, OutputScale scale) {
  std::vector<double> result(outputs.begin(), outputs.end());
  if (scale == OutputScale::probabilities || result.empty()) return result;
  const double most = *std::max_element(result.begin(), result.end());
  double sum = 0;
  for (double& p : result) sum += p = std::exp(p - most);
  for (double& p : result) p /= sum;
  return result;
}

bool are_finite(std::span<const float> values) {
  return std::all_of(values.begin(), values.end(), [](float x) { return std::isfinite(x); });
}

double divergence(std::span<const double> p, std::span<const double> q) {
  constexpr double kLeast = 1e-30;
  double sum = 0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    if (p[i] > 0) sum += p[i] * std::log(p[i] / std::max(q[i], kLeast));
  }
  return std::max(sum, 0.0);  // it cannot be negative but by rounding
}

}  // namespace

double LogitDifference::mean_sqnr() const {
  if (images == exact) return std::numeric_limits<double>::infinity();
  return sqnr_sum / static_cast<double>(images - exact);
}

double LogitDifference::mean_divergence() const {
  return images == 0 ? 0.0 : divergence_sum / static_cast<double>(images);
}

void add(LogitDifference& difference, std::span<const float> reference, std::span<const float> candidate,
         OutputScale scale) {
  if (!are_finite(reference) || !are_finite(candidate)) return;
  double signal = 0;
  double noise = 0;
  for (std::size_t i = 0; i < reference.size(); ++i) {
    const double x = static_cast<double>(reference[i]);
    const double e = x - static_cast<double>(candidate[i]);
    signal += x * x;
    noise += e * e;
  }
  ++difference.images;
  if (noise == 0) {
    ++difference.exact;
  } else {
    // An image whose true outputs are all 0 has no SQNR; -300 dB says so and keeps the mean finite.
    difference.sqnr_sum += signal > 0 ? 10 * std::log10(signal / noise) : -300;
  }
  difference.divergence_sum += divergence(probabilities(reference, scale), probabilities(candidate, scale));
}

}  // namespace qs
