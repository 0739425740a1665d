#include "core/analysis/sqnr.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/error.h"
#include "core/quant/rounding.h"

namespace qs {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

double median(std::vector<double>& sorted) {
  const std::size_t half = sorted.size() / 2;
  if (sorted.size() % 2 == 1 || sorted[half] == sorted[half - 1]) return sorted[half];  // infinities among them
  return (sorted[half - 1] + sorted[half]) / 2;
}

}  // namespace

double sqnr_db(const SquaredError& error) {
  if (error.noise == 0) return kInfinity;
  if (error.signal == 0) return -kInfinity;
  return 10 * std::log10(error.signal / error.noise);
}

SquaredError squared_error(std::span<const float> reference, std::span<const float> candidate) {
  QS_ASSERT(reference.size() == candidate.size());
  const float* x = reference.data();
  const float* y = candidate.data();
  double signal = 0;
  double noise = 0;
#pragma omp simd reduction(+ : signal, noise)
  for (std::size_t i = 0; i < reference.size(); ++i) {
    const auto value = static_cast<double>(x[i]);
    const double difference = value - static_cast<double>(y[i]);
    signal += value * value;
    noise += difference * difference;
  }
  return {signal, noise};
}

SquaredError quantization_error(std::span<const float> values, ScaleZeroPoint encoding, const Grid& grid) {
  const GridEnds ends = grid_ends(encoding, grid);
  const float scale = encoding.scale;
  const float* x = values.data();
  double signal = 0;
  double noise = 0;
#pragma omp simd reduction(+ : signal, noise)
  for (std::size_t i = 0; i < values.size(); ++i) {
    const float candidate = scale * on_grid(x[i] / scale, ends);
    const auto value = static_cast<double>(x[i]);
    const double difference = value - static_cast<double>(candidate);
    signal += value * value;
    noise += difference * difference;
  }
  return {signal, noise};
}

SqnrSummary summarize(std::span<const ChannelError> channels) {
  std::vector<double> alive;
  for (const ChannelError& channel : channels) {
    if (!channel.dead) alive.push_back(sqnr_db(channel.error));
  }
  SqnrSummary summary;
  summary.channels = static_cast<std::int64_t>(alive.size());
  summary.dead = static_cast<std::int64_t>(channels.size() - alive.size());
  if (alive.empty()) return summary;
  std::sort(alive.begin(), alive.end());
  summary.min = alive.front();
  summary.median = median(alive);
  summary.max = alive.back();
  return summary;
}

SqnrHistogram histogram(std::span<const ChannelError> channels, double width_db) {
  QS_ASSERT(width_db > 0);
  SqnrHistogram result;
  result.width_db = width_db;
  std::vector<std::int64_t> bins;
  for (const ChannelError& channel : channels) {
    const double db = sqnr_db(channel.error);
    if (channel.dead) {
      ++result.dead;
    } else if (!std::isfinite(db)) {
      ++(db > 0 ? result.exact : result.noise_only);
    } else {
      bins.push_back(static_cast<std::int64_t>(std::floor(db / width_db)));
    }
  }
  if (bins.empty()) return result;
  const auto [first, last] = std::minmax_element(bins.begin(), bins.end());
  result.first_db = static_cast<double>(*first) * width_db;
  result.counts.assign(static_cast<std::size_t>(*last - *first + 1), 0);
  for (std::int64_t bin : bins) ++result.counts[static_cast<std::size_t>(bin - *first)];
  return result;
}

}  // namespace qs
