// The ranges of a layer's output channels, before and after folding: why one scale for all of them costs so much
// (Nagel et al. 2019, arXiv:1906.04721, figure 2).
#pragma once

#include <QString>
#include <optional>
#include <string>
#include <vector>

#include "core/graph/graph.h"
#include "core/quant/encoding.h"
#include "views/plots/plot_view.h"

namespace qs {

struct ChannelRangesPlot {
  QString layer;
  int color = 0;              ///< of the scheme whose weights these are
  std::vector<Range> after;   ///< by output channel
  std::vector<Range> before;  ///< the same, of the weights before folding; empty where not known
  std::optional<int> selected;
  QString remark;  ///< why there is no "before"
};

/// Smallest and largest weight of each channel before a BatchNorm was folded in; empty where none was. `graph` is
/// prepared. Cost: one pass over the layer's weights.
[[nodiscard]] std::vector<Range> ranges_before_folding(const Graph& graph, const std::string& layer);

/// With a log axis: how far each channel reaches from 0 instead of its range.
void draw(const ChannelRangesPlot& data, PlotView& view);

}  // namespace qs
