// Plot 7: where the time goes: each layer in f32 and in int8, beside what its oneDNN primitive takes alone.
#pragma once

#include <string>
#include <vector>

#include "core/bench.h"
#include "views/plots/plot_parts.h"

namespace qs {

struct LatencySeries {
  QString title;
  int color = 0;
  bool is_float = false;
  BenchResult result;
};

struct LatencyPlot {
  std::vector<LatencySeries> series;  ///< float first
  std::vector<std::string> selected;
};

/// The layers on the x axis, from 0.
[[nodiscard]] std::vector<std::string> layer_names(const LatencyPlot& data);

/// Totals in a line per series: "W8A8: 1.20 ms, 2.5 times as fast as float; its primitives alone take 1.05 ms".
[[nodiscard]] QString totals_text(const LatencyPlot& data);

/// One row per layer and series.
[[nodiscard]] NumberTable latency_table(const LatencyPlot& data);

void draw(const LatencyPlot& data, PlotView& view);

}  // namespace qs
