#include <algorithm>

#include "app/report/figures.h"
#include "views/plots/snapshot_plots.h"

namespace qs {

namespace {

/// The channel of the first selected layer that loses most under any scheme.
std::optional<int> worst_channel(const Snapshot& snapshot) {
  std::optional<int> worst;
  double lowest = 0;
  for (const SchemeView& scheme : snapshot.schemes) {
    if (scheme.weights == nullptr || snapshot.selected_layers.empty()) continue;
    for (const WeightSqnr& layer : *scheme.weights) {
      if (layer.layer != snapshot.selected_layers.front()) continue;
      for (std::size_t c = 0; c < layer.channels.size(); ++c) {
        const double db = sqnr_db(layer.channels[c].error);
        if (layer.channels[c].dead || (worst && db >= lowest)) continue;
        worst = static_cast<int>(c);
        lowest = db;
      }
    }
  }
  return worst;
}

std::vector<PlotDrawing> drawings(const ReportRequest& request) {
  std::vector<PlotDrawing> all;
  for (std::size_t r = 0; r < request.runs.size(); ++r) {
    Snapshot snapshot = snapshot_of(request, r);
    snapshot.selected_channel = worst_channel(snapshot);
    const std::optional<ChannelWeightsPlot> plot = channel_weights_of(snapshot);
    if (plot) all.push_back({r, [plot](PlotView& view) { draw(*plot, view); }});
  }
  return all;
}

}  // namespace

const ReportPlot channel_weights_figure = {"channel-weights", "Weights of the worst channel on the grid", kNeedsModel,
                                           drawings};

}  // namespace qs
