#include "app/report/figures.h"
#include "views/plots/snapshot_plots.h"

namespace qs {

namespace {

std::vector<PlotDrawing> drawings(const ReportRequest& request) {
  std::vector<PlotDrawing> all;
  for (std::size_t r = 0; r < request.runs.size(); ++r) {
    const SqnrHistogramPlot plot = sqnr_histogram_of(snapshot_of(request, r));
    if (!plot.series.empty()) all.push_back({r, [plot](PlotView& view) { draw(plot, view); }});
  }
  return all;
}

}  // namespace

const ReportPlot sqnr_histogram_figure = {"sqnr-histogram", "SQNR of output channels", kNeedsModel, drawings};

}  // namespace qs
