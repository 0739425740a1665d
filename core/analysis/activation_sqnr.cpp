#include "core/analysis/activation_sqnr.h"

#include <algorithm>
#include <cmath>

namespace qs {

namespace {

/// Integral from 0 to t of (u - round(u))^2: each whole step adds 1/12.
double sawtooth(double t) {
  const double whole = std::round(t);
  const double rest = t - whole;
  return whole / 12 + rest * rest * rest / 3;
}

double cube(double x) {
  return x * x * x;
}

/// Some count of values spread evenly over [low, high), in steps from the zero point.
struct Spread {
  double low;
  double high;
  double count;
};

/// Squared errors in steps. Half a step beyond its ends the grid still rounds as it does inside.
void add(const Spread& values, double lowest, double highest, HistogramError& error) {
  const double density = values.count / (values.high - values.low);
  const double from = std::clamp(values.low, lowest - 0.5, highest + 0.5);
  const double to = std::clamp(values.high, lowest - 0.5, highest + 0.5);
  error.rounding += density * (sawtooth(to) - sawtooth(from));
  if (values.low < from) {
    const double end = std::min(values.high, from);
    error.clipping += density * (cube(lowest - values.low) - cube(lowest - end)) / 3;
    error.clipped += density * (end - values.low);
  }
  if (values.high > to) {
    const double begin = std::max(values.low, to);
    error.clipping += density * (cube(values.high - highest) - cube(begin - highest)) / 3;
    error.clipped += density * (values.high - begin);
  }
}

std::string maker(const Graph& graph, const std::vector<NodeId>& origins, std::size_t value) {
  return origins[value].valid() ? graph.node(origins[value]).name : "";
}

}  // namespace

HistogramError histogram_error(const Histogram& histogram, ScaleZeroPoint encoding, const Grid& grid) {
  HistogramError error;
  const auto scale = static_cast<double>(encoding.scale);
  const double lowest = grid.quant_min() - encoding.zero_point;
  const double highest = grid.quant_max() - encoding.zero_point;
  const auto counts = histogram.counts();
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const std::int64_t bin = histogram.first() + static_cast<std::int64_t>(i);
    // Exact zeros stay what they are; they are counted in the bin above 0.
    const auto count = static_cast<double>(counts[i] - (bin == 0 ? histogram.zeros() : 0));
    if (count <= 0) continue;
    const double low =
        std::max(static_cast<double>(bin) * histogram.width(), static_cast<double>(histogram.range().min));
    const double high =
        std::min(static_cast<double>(bin + 1) * histogram.width(), static_cast<double>(histogram.range().max));
    const double least = 1e-9 * histogram.width();  // all of a bin's values may be one
    add({low / scale, std::max(high, low + least) / scale, count}, lowest, highest, error);
  }
  error.rounding *= scale * scale;
  error.clipping *= scale * scale;
  return error;
}

std::vector<ActivationSqnr> activation_sqnr(const QuantizedGraph& quantized, const Calibration& calibration) {
  const Graph& graph = quantized.graph;
  const std::vector<NodeId> origins = producers(graph);
  std::vector<ActivationSqnr> all;
  for (std::size_t v = 0; v < quantized.encodings.size(); ++v) {
    const auto found = calibration.values.find(graph.values[v].name);
    if (!quantized.encodings[v] || found == calibration.values.end()) continue;
    const ValueStatistics& statistics = found->second;
    ActivationSqnr value;
    value.value = graph.values[v].name;
    value.layer = maker(graph, origins, v);
    value.seen = statistics.histogram.range();
    value.encoding = *quantized.encodings[v];
    const HistogramError error = histogram_error(statistics.histogram, value.encoding.channels[0], value.encoding.grid);
    value.rounding = {statistics.sum_of_squares, error.rounding};
    value.clipping = {statistics.sum_of_squares, error.clipping};
    const auto total = static_cast<double>(std::max<std::int64_t>(1, statistics.histogram.total()));
    value.clipped_share = error.clipped / total;
    value.zero_share = static_cast<double>(statistics.histogram.zeros()) / total;
    all.push_back(std::move(value));
  }
  return all;
}

}  // namespace qs
