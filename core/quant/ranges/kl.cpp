#include "core/quant/ranges/kl.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/quant/ranges/rows.h"

namespace qs {

namespace {

constexpr Param kStep = {
    .id = "step",
    .title = "Step",
    .unit = "bins",
    .summary = "Distance of the thresholds that are tried.",
    .default_value = 1,
    .min = 1,
    .max = 128,
    .whole = true,
};
/// With them a rectified value's lowest level would have to hold one bin alone, and no threshold beyond 2 bins per
/// level could win; NVIDIA's own later implementation overwrites the lowest bin too. Every grid has an exact 0, so that
/// they have no information to lose.
constexpr Param kDropZeros = {
    .id = "drop_zeros",
    .title = "Leave out exact zeros",
    .unit = "",
    .summary = "1: values that are exactly 0, most of them after a ReLU, do not count; 0: they count like others.",
    .default_value = 1,
    .min = 0,
    .max = 1,
    .whole = true,
};

double x_log_x(double x) {
  return x > 0 ? x * std::log(x) : 0;
}

/// Counts of magnitudes in bins of one width.
struct Magnitudes {
  std::vector<double> bins;
  double width = 0;
  double largest = 0;
};

/// What the question's grid can tell apart: an unsigned symmetric grid knows no negative values.
Magnitudes magnitudes_of(const RangeQuestion& question, bool drop_zeros) {
  const Distribution& seen = question.distribution;
  const bool negatives = question.grid.is_signed || question.grid.kind == GridKind::affine;
  Magnitudes made;
  made.largest =
      std::max({negatives ? -static_cast<double>(seen.range.min) : 0.0, 0.0, static_cast<double>(seen.range.max)});
  if (made.largest == 0) return made;
  // The bins of the histogram where they reach: in others of hardly different width, some would hold two of them.
  const double own = seen.width > 0 ? std::floor(made.largest / seen.width) + 1 : 0;
  const double count = own > 0 && own <= Histogram::kBins ? own : Histogram::kBins;
  made.width = count == own ? seen.width : made.largest / count;
  made.bins.assign(static_cast<std::size_t>(count), 0);
  for (std::size_t i = 0; i < seen.values.size(); ++i) {
    const double value = seen.values[i];
    if ((value < 0 && !negatives) || (value == 0 && drop_zeros)) continue;
    const double bin = std::min(std::floor(std::abs(value) / made.width), count - 1);
    made.bins[static_cast<std::size_t>(bin)] += seen.weights[i];
  }
  return made;
}

/// How many of the grid's codes magnitudes share among them.
std::size_t levels_of(const RangeQuestion& question) {
  const Range range = question.distribution.range;
  const bool one_side =
      question.grid.kind == GridKind::affine ? range.min >= 0 || range.max <= 0 : !question.grid.is_signed;
  return std::size_t{1} << (question.grid.bits - (one_side ? 0 : 1));
}

Range estimate(const RangeQuestion& question, const std::map<std::string, double>& settings) {
  const Magnitudes magnitudes = magnitudes_of(question, setting(settings, kDropZeros) != 0);
  const std::size_t levels = levels_of(question);
  const auto occupied = magnitudes.bins.size() - std::count(magnitudes.bins.begin(), magnitudes.bins.end(), 0.0);
  double threshold = magnitudes.largest;
  if (occupied >= levels) {
    const CutDivergence divergence(magnitudes.bins, levels);
    const std::size_t kept = divergence.best(static_cast<std::size_t>(setting(settings, kStep)));
    threshold = std::min(threshold, (static_cast<double>(kept) + 0.5) * magnitudes.width);
  }
  const auto limit = static_cast<float>(threshold);
  if (question.grid.kind != GridKind::affine) return {question.grid.is_signed ? -limit : 0, limit};
  const Range range = question.distribution.range;
  return {std::clamp(range.min, -limit, limit), std::clamp(range.max, -limit, limit)};
}

}  // namespace

CutDivergence::CutDivergence(std::span<const double> bins, std::size_t levels)
    : levels_(levels),
      bins_(bins.begin(), bins.end()),
      below_(bins.size() + 1, 0),
      log_sum_below_(bins.size() + 1, 0),
      occupied_below_(bins.size() + 1, 0) {
  for (std::size_t i = 0; i < bins.size(); ++i) {
    below_[i + 1] = below_[i] + bins[i];
    log_sum_below_[i + 1] = log_sum_below_[i] + x_log_x(bins[i]);
    occupied_below_[i + 1] = occupied_below_[i] + static_cast<int>(bins[i] > 0);
  }
}

/// With P the kept bins, their last one with the outliers o, and Q constant over the occupied bins of a group g of sum
/// G_g and n_g occupied bins:
///   sum P/N ln((P/N) / (Q/S)) = (sum P ln P - sum_g G_g ln(G_g/n_g) - o ln(G_last/n_last)) / N - ln N + ln S
double CutDivergence::at(std::size_t kept) const {
  const double total = below_.back();
  const double inside = below_[kept];
  const double outliers = total - inside;
  const double last = bins_[kept - 1];
  if (inside == 0 || (outliers > 0 && last == 0)) return std::numeric_limits<double>::infinity();
  double sum = log_sum_below_[kept - 1] + x_log_x(last + outliers);
  std::size_t start = 0;
  for (std::size_t group = 0; group < levels_; ++group) {
    const std::size_t end = (group + 1) * kept / levels_;
    const double mass = below_[end] - below_[start];
    const int occupied = occupied_below_[end] - occupied_below_[start];
    start = end;
    if (occupied == 0) continue;
    sum -= (group + 1 == levels_ ? mass + outliers : mass) * std::log(mass / occupied);
  }
  return sum / total - std::log(total) + std::log(inside);
}

std::size_t CutDivergence::best(std::size_t step) const {
  constexpr double kRounding = 1e-12;  // what differs by less is equal; the sums above lose about as much
  double smallest = std::numeric_limits<double>::infinity();
  std::vector<std::pair<std::size_t, double>> tried;
  for (std::size_t kept = levels_; kept < bins_.size(); kept += step) tried.emplace_back(kept, at(kept));
  tried.emplace_back(bins_.size(), at(bins_.size()));
  for (const auto& [kept, divergence] : tried) smallest = std::min(smallest, divergence);
  return std::find_if(tried.begin(), tried.end(), [&](const auto& each) { return each.second <= smallest + kRounding; })
      ->first;
}

const RangeEstimator kl_estimator = {
    .id = "kl",
    .title = "KL divergence (entropy)",
    .summary = "The threshold behind which cutting off loses the least information about the distribution of values.",
    .citation = "Migacz, \"8-bit Inference with TensorRT\", GTC 2017, S7310",
    .params = {kStep, kDropZeros},
    .obstacle = no_obstacle,
    .estimate = estimate,
};

}  // namespace qs
