#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "app/run/scheme_report.h"
#include "app/run/table.h"

namespace qs {

namespace {

constexpr std::size_t kWorstLayers = 5;  // all of them are in the JSON
constexpr double kPoor = 20;             // dB of a layer's own noise: a tenth of the signal's amplitude

std::string percent(double share) {
  return fmt::format("{:.1f} %", 100 * share);
}

/// Of all the noise a result's quantizer makes, the part that comes from clipping.
std::string clipped_part(const LayerError& layer) {
  const double all = layer.clipping.noise + layer.rounding.noise;
  return layer.activation_bits == 0 || all == 0 ? "-" : percent(layer.clipping.noise / all);
}

std::string weights_text(const std::optional<SqnrSummary>& weights) {
  if (!weights) return "-";
  return fmt::format("{} / {}", sqnr_text(weights->min), sqnr_text(weights->median));
}

/// The layers with the most noise of their own, worst first.
std::vector<std::size_t> worst(const std::vector<LayerError>& layers) {
  std::vector<std::size_t> order(layers.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return sqnr_db(layers[a].local) < sqnr_db(layers[b].local); });
  order.resize(std::min(order.size(), kWorstLayers));
  return order;
}

std::string worst_table(const SchemeReport& report) {
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i : worst(report.layers)) {
    const LayerError& layer = report.layers[i];
    rows.push_back({"  " + layer.name, sqnr_text(sqnr_db(layer.local)), sqnr_text(sqnr_db(layer.accumulated)),
                    weights_text(layer.weights),
                    layer.channel_ratio > 0 ? fmt::format("{:.0f}", layer.channel_ratio) : "-", clipped_part(layer)});
  }
  return table_text({{"  noisiest layers", Align::left, 34},
                     {"alone", Align::right},
                     {"so far", Align::right},
                     {"weights min/median", Align::right},
                     {"ranges", Align::right},
                     {"clipping", Align::right}},
                    rows);
}

/// In words, what the worst layer's numbers say.
std::string diagnosis(const SchemeReport& report) {
  const LayerError& layer = report.layers[worst(report.layers).front()];
  const double alone = sqnr_db(layer.local);
  if (alone >= kPoor) {
    return entry_text("  reading", fmt::format("no layer by itself loses much (the worst, {}, keeps {}); what is lost "
                                               "adds up from layer to layer.",
                                               layer.name, sqnr_text(alone)));
  }
  const bool weights_suffer = layer.weights && layer.weights->min < kPoor;
  const bool one_scale = report.scheme.weights.granularity == Granularity::tensor;
  if (weights_suffer && one_scale && layer.channel_ratio > 10) {
    return entry_text("  reading",
                      fmt::format("{} has one scale for all its channels, but the widest channel reaches {:.0f} times "
                                  "as far as the narrowest: its steps are too coarse for the narrow ones, of which the "
                                  "worst keeps {}. A scale per channel (w8a8-channel-sym) cures this.",
                                  layer.name, layer.channel_ratio, sqnr_text(layer.weights->min)));
  }
  if (weights_suffer) {
    return entry_text("  reading",
                      fmt::format("the weights of {} are the weak point: {} bits leave its worst channel {}.",
                                  layer.name, layer.weight_bits, sqnr_text(layer.weights->min)));
  }
  const bool clips = layer.clipping.noise > layer.rounding.noise;
  return entry_text(
      "  reading",
      fmt::format("{} loses most, in its results and not in its weights, mainly by {}.", layer.name,
                  clips ? "clipping: a wider range may help" : "rounding: its range is wide for what lies in it"));
}

std::string float_layers_text(const std::vector<LayerError>& layers) {
  std::map<std::string, std::vector<std::string>> by_reason;
  for (const LayerError& layer : layers) {
    if (!layer.reason.empty()) by_reason[layer.reason].push_back(layer.name);
  }
  std::string text;
  for (const auto& [reason, names] : by_reason) {
    text += entry_text("  in float", names.size() == 1 ? fmt::format("{}: {}", names.front(), reason)
                                                       : fmt::format("{} layers, {} and others: {}", names.size(),
                                                                     names.front(), reason));
  }
  return text;
}

}  // namespace

std::string sqnr_text(double db) {
  if (std::isinf(db)) return db > 0 ? "exact" : "noise only";
  return fmt::format("{:.1f} dB", db);
}

std::string layers_text(const SchemeReport& report) {
  if (report.layers.empty()) return {};
  std::string text = worst_table(report) + diagnosis(report);
  if (report.backend == "integer") text += float_layers_text(report.layers);
  for (std::size_t i = 0; i < std::min<std::size_t>(report.remarks.size(), 3); ++i) {
    text += entry_text("  note", report.remarks[i].layer + ": " + report.remarks[i].text);
  }
  if (report.remarks.size() > 3)
    text += entry_text("", fmt::format("... and {} more notes (--json has them all)", report.remarks.size() - 3));
  return text;
}

std::string sensitivity_text(const Sensitivity& sensitivity) {
  std::vector<LayerSensitivity> order = sensitivity.layers;
  std::stable_sort(order.begin(), order.end(),
                   [](const auto& a, const auto& b) { return a.sqnr_alone < b.sqnr_alone; });
  order.resize(std::min(order.size(), 2 * kWorstLayers));
  std::vector<std::vector<std::string>> rows;
  for (const LayerSensitivity& layer : order) {
    rows.push_back({"  " + layer.name, sqnr_text(layer.sqnr_alone), percent(layer.agreement_alone),
                    sqnr_text(layer.sqnr_without), percent(layer.agreement_without)});
  }
  std::string text = table_text({{"  most sensitive layers", Align::left, 34},
                                 {"logits, only it", Align::right},
                                 {"agreement", Align::right},
                                 {"all but it", Align::right},
                                 {"agreement", Align::right}},
                                rows);
  text +=
      entry_text("", fmt::format("on {} images; with all layers quantized {} and {}. {} layer executions, {} saved by "
                                 "keeping what does not change.",
                                 sensitivity.images, sqnr_text(sensitivity.sqnr), percent(sensitivity.agreement),
                                 sensitivity.layer_executions, sensitivity.layer_executions_saved));
  return text;
}

std::string stability_text(const StabilityReport& stability) {
  std::string text =
      fmt::format("{} disjoint sets of {} images: scales differ by a factor of {:.3f} (median), {:.3f} at most ({})",
                  stability.subsets, stability.images, stability.median_ratio, stability.largest_ratio,
                  stability.least_stable.empty() ? "none" : stability.least_stable);
  if (!stability.top1.empty()) {
    const auto [low, high] =
        std::minmax_element(stability.top1.begin(), stability.top1.end(),
                            [](const Proportion& a, const Proportion& b) { return a.hits < b.hits; });
    text += fmt::format("; top-1 from {:.2f} to {:.2f} %", 100 * low->fraction(), 100 * high->fraction());
  }
  return entry_text("  stability", text);
}

}  // namespace qs
