#include "views/plots/snapshot_plots.h"

#include <algorithm>

namespace qs {

namespace {

bool is_drawn(const SchemeView& scheme) {
  return scheme.shown && scheme.scheme.weights.quantized && scheme.weights != nullptr && scheme.network != nullptr;
}

template <class Layer>
const Layer* find_layer(const std::vector<Layer>& layers, const std::string& name) {
  const auto found = std::find_if(layers.begin(), layers.end(), [&](const Layer& each) { return each.layer == name; });
  return found == layers.end() ? nullptr : &*found;
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
    const WeightSqnr* layer = find_layer(*each.weights, name);
    if (layer == nullptr || channel < 0 || channel >= std::ssize(layer->channels)) continue;
    plot.schemes.push_back(channel_on_grid(each.scheme, each.color, each.network->graph, *layer, channel));
    if (const auto found = layer_weights(each.network->graph, name); found && !plot.batch_norm) {
      plot.batch_norm = channel_batch_norm(found->folded, channel);
    }
  }
  if (plot.schemes.empty()) return std::nullopt;
  return plot;
}

std::optional<WeightPowerPlot> weight_power_of(const Snapshot& snapshot) {
  const SchemeView* current = snapshot.current();
  if (current == nullptr || current->power == nullptr || current->network == nullptr) return std::nullopt;
  if (snapshot.selected_layers.empty()) return std::nullopt;
  const std::string& name = snapshot.selected_layers.front();
  const LayerPower* layer = find_layer(*current->power, name);
  if (layer == nullptr) return std::nullopt;
  WeightPowerPlot plot{QString::fromStdString(name), {}, {}};
  plot.remark = folding_remark(current->scheme, current->network->batch_norm, layer->before.has_value());
  if (layer->before) plot.series.push_back({QObject::tr("before folding"), {}, *layer->before});
  plot.series.push_back(
      {layer->before ? QObject::tr("after folding") : QObject::tr("weights"), current->color, layer->after});
  for (const SchemeView& each : snapshot.schemes) {
    if (!each.shown || each.power == nullptr || each.scheme.passes == current->scheme.passes) continue;
    const LayerPower* other = find_layer(*each.power, name);
    if (other == nullptr) continue;
    plot.series.push_back({QString::fromStdString(each.scheme.title), each.color, other->after});
  }
  return plot;
}

std::optional<ChannelRangesPlot> channel_ranges_of(const Snapshot& snapshot, std::vector<Range> before) {
  const SchemeView* current = snapshot.current();
  if (current == nullptr || current->weights == nullptr || current->network == nullptr) return std::nullopt;
  if (snapshot.selected_layers.empty()) return std::nullopt;
  const std::string& name = snapshot.selected_layers.front();
  const WeightSqnr* layer = find_layer(*current->weights, name);
  if (layer == nullptr) return std::nullopt;
  const QString remark = folding_remark(current->scheme, current->network->batch_norm, !before.empty());
  return ChannelRangesPlot{QString::fromStdString(name), current->color, layer->ranges, std::move(before),
                           snapshot.selected_channel,    remark};
}

bool weights_are_coming(const Snapshot& snapshot) {
  return std::any_of(snapshot.schemes.begin(), snapshot.schemes.end(), [](const SchemeView& each) {
    return each.shown && each.scheme.weights.quantized && each.problem.empty() && !is_drawn(each);
  });
}

}  // namespace qs
