#include "app/report/figures.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "app/report/contents.h"
#include "core/base/error.h"

namespace qs {

namespace {

constexpr QSize kSize{640, 380};  // points; on A4 its letters are a little smaller than the text

void check(const ReportRequest& request) {
  std::vector<std::string_view> known;
  for (const ReportPlot* each : report_plots()) known.push_back(each->id);
  for (const std::string& id : request.plots) {
    if (std::find(known.begin(), known.end(), id) != known.end()) continue;
    throw Error(ErrorCode::usage, fmt::format("\"{}\" is no plot; there are: {}", id, fmt::join(known, ", ")));
  }
}

Figure figure_of(const ReportRequest& request, const ReportPlot& kind, const PlotDrawing& drawing, int number) {
  PlotView view(QString::fromUtf8(kind.id.data(), static_cast<qsizetype>(kind.id.size())), clean(kind.title));
  view.use_theme(print_theme());
  view.resize(kSize);
  view.show_plot(drawing.draw);
  Figure figure{.id = clean(kind.id),
                .title = view.title(),
                .reading = view.reading(),
                .svg = view.svg(kSize.width(), kSize.height()),
                .picture = view.picture(kSize.width(), kSize.height()),
                .size = kSize,
                .number = number};
  if (request.runs.size() > 1 && drawing.run) figure.title = run_name(request, *drawing.run) + ": " + figure.title;
  return figure;
}

}  // namespace

std::span<const ReportPlot* const> report_plots() {
  static constexpr std::array kPlots{&accuracy_figure,        &pareto_figure,       &sqnr_histogram_figure,
                                     &channel_weights_figure, &weight_power_figure, &channel_ranges_figure,
                                     &range_figure,           &logits_figure,       &layer_error_figure,
                                     &layer_noise_figure,     &sensitivity_figure,  &latency_figure};
  return kPlots;
}

std::vector<std::string> layers_to_show(const ReportRequest& request, std::size_t run) {
  if (!request.layers.empty()) return request.layers;
  const ReportedRun& reported = request.runs[run];
  const WeightFacts weights = weight_facts(reported);
  const std::vector<Finding> all = findings(reported.evaluation, weights);
  for (const char* kind : {"channels", "noisiest_layer"}) {
    for (const Finding& finding : all) {
      if (finding.kind == kind && !finding.layer.empty()) return {finding.layer};
    }
  }
  if (weights.power.empty()) return {};
  return {weights.power.front().layer};
}

Snapshot snapshot_of(const ReportRequest& request, std::size_t run) {
  const ReportedRun& reported = request.runs[run];
  Snapshot snapshot;
  snapshot.selected_layers = layers_to_show(request, run);
  snapshot.float_latency = reported.float_latency;
  int place = 0;
  for (const VariantReport& variant : reported.evaluation.variants) {
    if (!variant.details) continue;
    const SchemeView* known = find_scheme(reported, variant.scheme);
    SchemeView view = known != nullptr ? *known : SchemeView{};
    view.scheme = variant.details->scheme;
    view.scheme.title = view.scheme.id;  // as in the tables, and short
    view.shown = true;
    if (known == nullptr) view.color = place;
    ++place;
    snapshot.schemes.push_back(std::move(view));
  }
  if (!snapshot.schemes.empty()) snapshot.current_scheme = snapshot.schemes.front().scheme.id;
  return snapshot;
}

void add_figures(const ReportRequest& request, Blocks& blocks) {
  check(request);
  Glossary missing;
  std::vector<Figure> figures;
  for (const ReportPlot* kind : report_plots()) {
    const bool wanted =
        request.plots.empty() || std::find(request.plots.begin(), request.plots.end(), kind->id) != request.plots.end();
    if (!wanted) continue;
    const std::vector<PlotDrawing> drawings = kind->drawings(request);
    for (const PlotDrawing& drawing : drawings) {
      figures.push_back(figure_of(request, *kind, drawing, static_cast<int>(figures.size()) + 1));
    }
    if (drawings.empty()) missing.definitions.push_back({clean(kind->title), clean(kind->missing), {}});
  }
  if (!figures.empty()) blocks.emplace_back(Heading{2, QObject::tr("Plots")});
  for (Figure& figure : figures) blocks.emplace_back(std::move(figure));
  if (missing.definitions.empty()) return;
  blocks.emplace_back(Heading{3, QObject::tr("Plots that are not here, and how to get them")});
  blocks.emplace_back(std::move(missing));
}

}  // namespace qs
