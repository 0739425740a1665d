#include "app/report/figures.h"
#include "views/plots/range_sweep_plot.h"

namespace qs {

namespace {

std::vector<PlotDrawing> drawings(const ReportRequest& request) {
  std::vector<PlotDrawing> all;
  for (std::size_t r = 0; r < request.runs.size(); ++r) {
    const Snapshot snapshot = snapshot_of(request, r);
    const SchemeView* current = snapshot.current();
    if (current == nullptr || current->network == nullptr || snapshot.selected_layers.empty()) continue;
    const RangeSweepResult result = range_sweep_of({.layer = snapshot.selected_layers.front(),
                                                    .what = RangeOf::weights,
                                                    .scheme = current->scheme,
                                                    .color = current->color,
                                                    .network = current->network,
                                                    .calibrated = nullptr},
                                                   /*choices=*/true);
    if (result.problem.isEmpty()) all.push_back({r, [plot = result.plot](PlotView& view) { draw(plot, view); }});
  }
  return all;
}

}  // namespace

const ReportPlot range_figure = {"range", "Range and clipping of weights", kNeedsModel, drawings};

}  // namespace qs
