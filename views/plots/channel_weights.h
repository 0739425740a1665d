// One output channel's weights on the grids of the shown schemes: what plot 1 counts, seen weight by weight.
#pragma once

#include <QString>
#include <optional>
#include <string>
#include <vector>

#include "core/analysis/weight_sqnr.h"
#include "views/models/layer_weights.h"
#include "views/plots/plot_view.h"

namespace qs {

/// The channel under one scheme.
struct ChannelOnGrid {
  QString title;
  int color = 0;
  std::vector<float> weights;    ///< after the scheme's passes
  std::vector<float> quantized;  ///< what becomes of them; the same where they stay float
  std::string why_float;         ///< empty where quantized: then the rest counts
  Grid grid;
  ScaleZeroPoint encoding;
  ChannelError error;
};

struct ChannelWeightsPlot {
  QString layer;
  int channel = 0;
  std::vector<ChannelOnGrid> schemes;
  std::optional<ChannelBatchNorm> batch_norm;  ///< that was folded into the weights
};

/// `layer` is one of `weight_sqnr(network, scheme)`; 0 <= channel < its channels.
[[nodiscard]] ChannelOnGrid channel_on_grid(const Scheme& scheme, int color, const Graph& network,
                                            const WeightSqnr& layer, int channel);

/// One row per scheme: grid points as ticks, weights above them, and where they go.
void draw(const ChannelWeightsPlot& data, PlotView& view);

}  // namespace qs
