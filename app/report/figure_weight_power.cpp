#include "app/report/figures.h"
#include "views/plots/snapshot_plots.h"

namespace qs {

namespace {

std::vector<PlotDrawing> power_drawings(const ReportRequest& request) {
  std::vector<PlotDrawing> all;
  for (std::size_t r = 0; r < request.runs.size(); ++r) {
    const std::optional<WeightPowerPlot> plot = weight_power_of(snapshot_of(request, r));
    if (plot) all.push_back({r, [plot](PlotView& view) { draw(*plot, view); }});
  }
  return all;
}

std::vector<PlotDrawing> range_drawings(const ReportRequest& request) {
  std::vector<PlotDrawing> all;
  for (std::size_t r = 0; r < request.runs.size(); ++r) {
    const Snapshot snapshot = snapshot_of(request, r);
    const SchemeView* current = snapshot.current();
    if (current == nullptr || current->network == nullptr || snapshot.selected_layers.empty()) continue;
    const std::optional<ChannelRangesPlot> plot =
        channel_ranges_of(snapshot, ranges_before_folding(current->network->graph, snapshot.selected_layers.front()));
    if (plot) all.push_back({r, [plot](PlotView& view) { draw(*plot, view); }});
  }
  return all;
}

}  // namespace

const ReportPlot weight_power_figure = {"weight-power", "Power of weights", kNeedsModel, power_drawings};
const ReportPlot channel_ranges_figure = {"channel-ranges", "Ranges of output channels", kNeedsModel, range_drawings};

}  // namespace qs
