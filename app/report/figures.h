// The plots of a report: a file each, and a line in figures.cpp.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string_view>

#include "app/report/report.h"
#include "views/plots/plot_view.h"

namespace qs {

/// One picture. `run` goes before the plot's own title where there are several; empty: it is about all of them.
struct PlotDrawing {
  std::optional<std::size_t> run;
  std::function<void(PlotView&)> draw;
};

struct ReportPlot {
  std::string_view id;       ///< persistent; as in `--plot`, and for files
  std::string_view title;    ///< of the plot without data
  std::string_view missing;  ///< how to get what it needs, a sentence
  /// What can be drawn from what is there; nothing where something is missing.
  std::vector<PlotDrawing> (*drawings)(const ReportRequest&);
};

inline constexpr std::string_view kNeedsModel =
    "It needs the weights: give the model's file with --model, the same that the results were made with.";

/// In the order of the report.
[[nodiscard]] std::span<const ReportPlot* const> report_plots();

/// Layers that plots of single layers show: those asked for, or the one that the findings name first.
[[nodiscard]] std::vector<std::string> layers_to_show(const ReportRequest& request, std::size_t run);

/// A run as the window would show it: all its schemes shown, by their ids, the layers to show selected.
[[nodiscard]] Snapshot snapshot_of(const ReportRequest& request, std::size_t run);

extern const ReportPlot sqnr_histogram_figure;
extern const ReportPlot channel_weights_figure;
extern const ReportPlot weight_power_figure;
extern const ReportPlot channel_ranges_figure;
extern const ReportPlot range_figure;
extern const ReportPlot accuracy_figure;
extern const ReportPlot pareto_figure;
extern const ReportPlot logits_figure;
extern const ReportPlot layer_error_figure;
extern const ReportPlot layer_noise_figure;
extern const ReportPlot sensitivity_figure;
extern const ReportPlot latency_figure;

}  // namespace qs
