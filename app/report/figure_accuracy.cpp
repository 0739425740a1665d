#include <algorithm>

#include "app/report/contents.h"
#include "app/report/figures.h"
#include "views/plots/pareto.h"

namespace qs {

namespace {

/// The color of a scheme in the first run that has it.
SchemeColor colors_of(const ReportRequest& request) {
  std::vector<std::pair<std::string, int>> colors;
  for (std::size_t r = 0; r < request.runs.size(); ++r) {
    for (const SchemeView& each : snapshot_of(request, r).schemes) colors.emplace_back(each.scheme.id, each.color);
  }
  return [colors](const std::string& id) {
    const auto found = std::find_if(colors.begin(), colors.end(), [&](const auto& each) { return each.first == id; });
    return found == colors.end() ? 0 : found->second;
  };
}

std::vector<AccuracySource> sources_of(const ReportRequest& request) {
  std::vector<AccuracySource> sources;
  for (const ReportedRun& run : request.runs) {
    AccuracySource source{&run.evaluation, {}};
    for (std::size_t v = 0; v < run.evaluation.variants.size(); ++v) source.variants.push_back(v);
    sources.push_back(std::move(source));
  }
  return sources;
}

/// Schemes by their ids, as in the tables.
QString id_of(const ReportRequest& request, const QString& title) {
  for (const Scheme& scheme : schemes_of(request)) {
    if (QString::fromStdString(scheme.title) == title) return clean(scheme.id);
  }
  return clean(title);
}

bool is_labelled(const ReportRequest& request) {
  return std::any_of(request.runs.begin(), request.runs.end(),
                     [](const ReportedRun& run) { return run.evaluation.evaluation.results.front().top1.total > 0; });
}

AccuracyMeasure measure_for(const ReportRequest& request) {
  return is_labelled(request) ? AccuracyMeasure::top1 : AccuracyMeasure::agreement;
}

std::vector<PlotDrawing> bar_drawings(const ReportRequest& request) {
  AccuracyPlot plot = accuracy_plot(sources_of(request), measure_for(request), colors_of(request));
  if (plot.groups.empty()) return {};
  for (AccuracyGroup& group : plot.groups) {
    for (AccuracyBar& bar : group.bars) bar.scheme = id_of(request, bar.scheme);
  }
  return {{std::nullopt, [plot](PlotView& view) { draw(plot, view); }}};
}

std::vector<PlotDrawing> pareto_drawings(const ReportRequest& request) {
  std::vector<PlotDrawing> all;
  for (const ParetoCost cost : {ParetoCost::latency, ParetoCost::size, ParetoCost::bit_operations}) {
    ParetoPlot plot = pareto_plot(sources_of(request), cost, measure_for(request), colors_of(request));
    for (ParetoPoint& point : plot.points) point.title = id_of(request, point.title);
    if (plot.points.size() > 1) all.push_back({std::nullopt, [plot](PlotView& view) { draw(plot, view); }});
  }
  return all;
}

}  // namespace

const ReportPlot accuracy_figure = {"accuracy", "Accuracy", "It needs an image that was evaluated.", bar_drawings};
const ReportPlot pareto_figure = {"pareto", "Accuracy against cost",
                                  "It needs a scheme to compare with float: quantoscope evaluate --scheme.",
                                  pareto_drawings};

}  // namespace qs
