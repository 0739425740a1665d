#include <algorithm>
#include <cmath>

#include "core/quant/ranges/rows.h"

namespace qs {

namespace {

constexpr Param kPercentile = {
    .id = "percentile",
    .title = "Percentile",
    .unit = "%",
    .summary = "The part of the values that is not clipped, at each end by itself for affine grids.",
    .default_value = 99.99,
    .min = 50,
    .max = 100,
};
constexpr Param kInterpolate = {
    .id = "interpolate",
    .title = "Interpolate",
    .unit = "",
    .summary = "1: between the two nearest values, as numpy does; 0: the value of nearest rank.",
    .default_value = 0,
    .min = 0,
    .max = 1,
    .whole = true,
};

Distribution magnitudes(const Distribution& signed_values) {
  std::vector<std::pair<float, double>> all;
  for (std::size_t i = 0; i < signed_values.values.size(); ++i) {
    all.emplace_back(std::abs(signed_values.values[i]), signed_values.weights[i]);
  }
  const auto by_value = [](const auto& a, const auto& b) { return a.first < b.first; };
  const auto positive = std::lower_bound(signed_values.values.begin(), signed_values.values.end(), 0.0F);
  const auto middle = all.begin() + (positive - signed_values.values.begin());
  std::reverse(all.begin(), middle);
  std::inplace_merge(all.begin(), middle, all.end(), by_value);
  Distribution made;
  for (const auto& [value, weight] : all) {
    made.values.push_back(value);
    made.weights.push_back(weight);
  }
  const float low = signed_values.range.min;
  const float high = signed_values.range.max;
  made.range = {all.front().first, std::max(std::abs(low), std::abs(high))};
  return made;
}

/// The value of this rank in ascending order, 1 the smallest. The ends are exact whatever the bins.
double ranked(const Distribution& distribution, double rank, double total) {
  if (rank <= 1) return distribution.range.min;
  if (rank >= total) return distribution.range.max;
  double below = 0;
  for (std::size_t i = 0; i < distribution.values.size(); ++i) {
    below += distribution.weights[i];
    if (below >= rank) return distribution.values[i];
  }
  return distribution.range.max;
}

struct Tails {
  double low;
  double high;
};

/// Nearest rank ceil(p n), and its mirror image at the lower end, so that both ends lose as many values.
Tails nearest_rank(const Distribution& distribution, double part) {
  constexpr double kRounding = 1e-12;  // 0.999 * 1000 is 999, not a little more
  const double total = distribution.total();
  const double rank = std::max(1.0, std::ceil(part * total * (1 - kRounding)));
  return {ranked(distribution, total + 1 - rank, total), ranked(distribution, rank, total)};
}

/// numpy.percentile's default, "linear": rank p (n - 1) counted from 0.
Tails interpolated(const Distribution& distribution, double part) {
  const double total = distribution.total();
  const double rank = 1 + part * (total - 1);
  const double whole = std::floor(rank);
  const double rest = rank - whole;
  const auto between = [&](double near, double far) {
    return (1 - rest) * ranked(distribution, near, total) + rest * ranked(distribution, far, total);
  };
  return {between(total + 1 - whole, total - whole), between(whole, whole + 1)};
}

Range estimate(const RangeQuestion& question, const std::map<std::string, double>& settings) {
  if (question.distribution.values.empty()) return {};
  const auto tails = setting(settings, kInterpolate) != 0 ? interpolated : nearest_rank;
  const double part = setting(settings, kPercentile) / 100;
  if (question.grid.kind != GridKind::affine && question.grid.is_signed) {
    const auto high = static_cast<float>(tails(magnitudes(question.distribution), part).high);
    return {-high, high};
  }
  const Tails found = tails(question.distribution, part);
  const auto [low, high] = std::minmax(found.low, found.high);  // two medians may come in either order
  return {static_cast<float>(low), static_cast<float>(high)};
}

}  // namespace

const RangeEstimator percentile_estimator = {
    .id = "percentile",
    .title = "Percentile",
    .summary = "Clips the few largest values: of the magnitudes for symmetric grids, of both tails for affine ones.",
    .citation = "Spec section 3; Nagel et al. 2021 (arXiv:2106.08295) compare it with others",
    .params = {kPercentile, kInterpolate},
    .obstacle = no_obstacle,
    .estimate = estimate,
};

}  // namespace qs
