// Plot 3, beside the bars: what accuracy costs, and which schemes no other beats in both.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "views/plots/accuracy.h"

namespace qs {

enum class ParetoCost : std::uint8_t {
  latency,        ///< ms per image, measured in the run
  size,           ///< of the weights, in MB
  bit_operations  ///< per image, in 10^9
};

struct ParetoPoint {
  QString title;
  int color = 0;
  bool is_float = false;
  double cost = 0;
  Proportion accuracy;
};

struct ParetoPlot {
  ParetoCost cost = ParetoCost::latency;
  AccuracyMeasure measure = AccuracyMeasure::top1;
  std::vector<ParetoPoint> points;
  std::int64_t without_cost = 0;  ///< left out, since their cost is not known
};

[[nodiscard]] ParetoPlot pareto_plot(std::span<const AccuracySource> sources, ParetoCost cost, AccuracyMeasure measure,
                                     const SchemeColor& color);

/// Points that no other point beats: costs no more, is no less accurate, and is better in one of the two. By rising
/// cost; of equal points all.
[[nodiscard]] std::vector<std::size_t> pareto_front(std::span<const ParetoPoint> points);

[[nodiscard]] QString title_of(ParetoCost cost);

void draw(const ParetoPlot& data, PlotView& view);

}  // namespace qs
