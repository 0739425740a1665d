#include "views/plots/snapshot_plots.h"

#include <algorithm>

namespace qs {

namespace {

bool is_drawn(const SchemeView& scheme) {
  return scheme.shown && scheme.scheme.weights.quantized && scheme.weights != nullptr && scheme.network != nullptr;
}

}  // namespace

SqnrHistogramPlot sqnr_histogram_of(const Snapshot& snapshot) {
  std::vector<SqnrSeries> series;
  for (const SchemeView& each : snapshot.schemes) {
    if (!is_drawn(each)) continue;
    series.push_back(
        sqnr_series(each.scheme, each.color, each.network->graph, *each.weights, snapshot.selected_layers));
  }
  return sqnr_histogram(std::move(series), snapshot.selected_layers);
}

std::optional<ChannelWeightsPlot> channel_weights_of(const Snapshot& snapshot) {
  if (!snapshot.selected_channel || snapshot.selected_layers.empty()) return std::nullopt;
  const std::string& name = snapshot.selected_layers.front();
  const int channel = *snapshot.selected_channel;
  ChannelWeightsPlot plot{QString::fromStdString(name), channel, {}, {}};
  for (const SchemeView& each : snapshot.schemes) {
    if (!is_drawn(each)) continue;
    const auto layer = std::find_if(each.weights->begin(), each.weights->end(),
                                    [&](const WeightSqnr& candidate) { return candidate.layer == name; });
    if (layer == each.weights->end() || channel < 0 || channel >= std::ssize(layer->channels)) continue;
    plot.schemes.push_back(channel_on_grid(each.scheme, each.color, each.network->graph, *layer, channel));
    if (const auto found = layer_weights(each.network->graph, name); found && !plot.batch_norm) {
      plot.batch_norm = channel_batch_norm(found->folded, channel);
    }
  }
  if (plot.schemes.empty()) return std::nullopt;
  return plot;
}

bool weights_are_coming(const Snapshot& snapshot) {
  return std::any_of(snapshot.schemes.begin(), snapshot.schemes.end(), [](const SchemeView& each) {
    return each.shown && each.scheme.weights.quantized && each.problem.empty() && !is_drawn(each);
  });
}

}  // namespace qs
