#include "core/analysis/weight_power.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "core/analysis/weight_sqnr.h"
#include "core/base/parallel.h"
#include "core/quant/placement.h"
#include "core/quant/weight_quantizer.h"

namespace qs {

namespace {

double squared(float value) {
  return static_cast<double>(value) * static_cast<double>(value);
}

double mean_square(std::span<const float> values) {
  double sum = 0;
  for (float value : values) sum += squared(value);
  return values.empty() ? 0 : sum / static_cast<double>(values.size());
}

/// Finds the bin of a power without a logarithm: numbers of one binary exponent lie in two bins at most.
class Bins {
 public:
  Bins() {
    for (std::size_t i = 0; i + 1 < PowerHistogram::kBins; ++i) {
      ends_[i] = std::pow(10.0, PowerHistogram::kFirst + static_cast<double>(i + 1) * PowerHistogram::kWidth);
    }
    for (std::size_t e = 0; e < first_.size(); ++e) {
      const double lowest = std::ldexp(1.0, static_cast<int>(e) - kBias);
      first_[e] = static_cast<std::size_t>(std::upper_bound(ends_.begin(), ends_.end(), lowest) - ends_.begin());
    }
  }

  [[nodiscard]] std::size_t operator()(double power) const {
    std::size_t bin = first_[std::bit_cast<std::uint64_t>(power) >> 52U];
    while (bin < ends_.size() && power >= ends_[bin]) ++bin;
    return bin;
  }

 private:
  static constexpr int kBias = 1023;  // of a double's exponent
  std::array<double, PowerHistogram::kBins - 1> ends_{};
  std::array<std::size_t, 2048> first_{};
};

PowerHistogram histogram_of(std::span<const float> values, double mean) {
  static const Bins bins;
  PowerHistogram histogram;
  for (float value : values) {
    if (value == 0) {
      ++histogram.zeros;
    } else {
      ++histogram.counts[bins(squared(value) / mean)];
    }
  }
  return histogram;
}

/// The smallest magnitude that 99.9 % do not exceed (nearest rank).
float magnitude999(std::span<const float> values) {
  std::vector<float> magnitudes(values.size());
  std::transform(values.begin(), values.end(), magnitudes.begin(), [](float value) { return std::abs(value); });
  const auto rank = static_cast<std::ptrdiff_t>((magnitudes.size() * 999 + 999) / 1000);
  const auto place = magnitudes.begin() + rank - 1;
  std::nth_element(magnitudes.begin(), place, magnitudes.end());
  return *place;
}

bool all_are(const Tensor& tensor, float wanted) {
  const auto values = tensor.values<float>();
  return std::all_of(values.begin(), values.end(), [&](float value) { return value == wanted; });
}

}  // namespace

WeightPower weight_power(const Op& op, const Tensor& weights) {
  const auto values = weights.values<float>();
  const double mean = mean_square(values);
  WeightPower power;
  if (mean == 0) {  // nothing, or nothing but zeros
    power.histogram.zeros = static_cast<std::int64_t>(values.size());
    return power;
  }
  power.histogram = histogram_of(values, mean);
  power.percentile999 = squared(magnitude999(values)) / mean;
  const std::vector<Range> ranges = weight_ranges(op, weights);
  for (const Range& range : ranges) power.max = std::max({power.max, squared(range.min), squared(range.max)});
  power.max /= mean;
  power.channel_ratio = channel_ratio(ranges);
  return power;
}

BatchNormState batch_norm_state(const Graph& graph) {
  if (graph.folded.empty()) return BatchNormState::none;
  const bool trivial = std::all_of(graph.folded.begin(), graph.folded.end(), [](const auto& each) {
    return all_are(each.second.mean, 0) && all_are(each.second.variance, 1);
  });
  return trivial ? BatchNormState::trivial : BatchNormState::real;
}

std::vector<LayerPower> weight_power(const Graph& graph) {
  const std::vector<NodeId> ids = weighted_layers(graph);
  std::vector<LayerPower> layers(ids.size());
  parallel_for(static_cast<std::int64_t>(ids.size()), [&](std::int64_t i) {
    const Node& node = graph.node(ids[static_cast<std::size_t>(i)]);
    LayerPower& layer = layers[static_cast<std::size_t>(i)];
    layer.layer = node.name;
    layer.after = weight_power(node.op, *graph.constant(node.inputs[1]));
    const auto folded = graph.folded.find(node.name);
    if (folded != graph.folded.end()) layer.before = weight_power(node.op, folded->second.weights);
  });
  return layers;
}

}  // namespace qs
