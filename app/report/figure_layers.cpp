#include "app/report/figures.h"
#include "views/plots/latency.h"
#include "views/plots/layer_error.h"
#include "views/plots/sensitivity.h"

namespace qs {

namespace {

const SchemeReport* details_of(const ReportedRun& run, const std::string& scheme) {
  for (const VariantReport& variant : run.evaluation.variants) {
    if (variant.scheme == scheme && variant.details) return &*variant.details;
  }
  return nullptr;
}

/// The layers of a run's schemes; without series where none was measured.
LayerErrorPlot layer_errors_of(const ReportRequest& request, std::size_t run) {
  const Snapshot snapshot = snapshot_of(request, run);
  LayerErrorPlot plot;
  for (const SchemeView& each : snapshot.schemes) {
    const SchemeReport* details = details_of(request.runs[run], each.scheme.id);
    if (details == nullptr || details->layers.empty()) continue;
    LayerErrorSeries series{clean(each.scheme.title), each.color, details->layers, {}};
    if (each.weights != nullptr) series.weights = weight_noise(*each.weights);
    plot.series.push_back(std::move(series));
  }
  return plot;
}

std::vector<PlotDrawing> error_drawings(const ReportRequest& request) {
  std::vector<PlotDrawing> all;
  for (std::size_t r = 0; r < request.runs.size(); ++r) {
    const LayerErrorPlot plot = layer_errors_of(request, r);
    if (!plot.series.empty()) all.push_back({r, [plot](PlotView& view) { draw(plot, view); }});
  }
  return all;
}

std::vector<PlotDrawing> noise_drawings(const ReportRequest& request) {
  std::vector<PlotDrawing> all;
  for (std::size_t r = 0; r < request.runs.size(); ++r) {
    const LayerNoisePlot plot{layer_errors_of(request, r)};
    if (!plot.layers.series.empty()) all.push_back({r, [plot](PlotView& view) { draw(plot, view); }});
  }
  return all;
}

std::vector<PlotDrawing> sensitivity_drawings(const ReportRequest& request) {
  std::vector<PlotDrawing> all;
  for (std::size_t r = 0; r < request.runs.size(); ++r) {
    for (const SchemeView& each : snapshot_of(request, r).schemes) {
      const SchemeReport* details = details_of(request.runs[r], each.scheme.id);
      if (details == nullptr || !details->sensitivity) continue;
      SensitivityPlot plot;
      plot.scheme = clean(each.scheme.title);
      plot.color = each.color;
      plot.result = *details->sensitivity;
      all.push_back({r, [plot](PlotView& view) { draw(plot, view); }});
    }
  }
  return all;
}

std::vector<PlotDrawing> latency_drawings(const ReportRequest& request) {
  std::vector<PlotDrawing> all;
  for (std::size_t r = 0; r < request.runs.size(); ++r) {
    const Snapshot snapshot = snapshot_of(request, r);
    if (snapshot.float_latency == nullptr || snapshot.float_latency->layers.empty()) continue;
    LatencyPlot plot{{{QObject::tr("Float"), 0, true, *snapshot.float_latency}}, {}};
    for (const SchemeView& each : snapshot.schemes) {
      if (each.latency != nullptr) plot.series.push_back({clean(each.scheme.title), each.color, false, *each.latency});
    }
    all.push_back({r, [plot](PlotView& view) { draw(plot, view); }});
  }
  return all;
}

constexpr std::string_view kNeedsLayers =
    "It needs the layers to be measured: quantoscope evaluate does, but not with --layer-images 0.";

}  // namespace

const ReportPlot layer_error_figure = {"layer-error", "Error along the network", kNeedsLayers, error_drawings};
const ReportPlot layer_noise_figure = {"layer-noise", "Clipping and rounding of each layer", kNeedsLayers,
                                       noise_drawings};
const ReportPlot sensitivity_figure = {"sensitivity", "Sensitivity of layers",
                                       "It needs each layer to be quantized alone: quantoscope evaluate --sensitivity.",
                                       sensitivity_drawings};
const ReportPlot latency_figure = {"latency", "Latency of layers",
                                   "It needs each layer to be timed: in the window, Run > Measure latency.",
                                   latency_drawings};

}  // namespace qs
