#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "app/cli/activation_text.h"
#include "app/cli/analysis_details.h"
#include "app/cli/analysis_report.h"
#include "app/run/scheme_text.h"
#include "app/run/table.h"
#include "core/model/printable.h"

namespace qs {

namespace {

constexpr std::size_t kNameWidth = 36;
constexpr std::size_t kWorst = 8;  // layers shown for each scheme
constexpr double kPoor = 10;       // dB: the rounding errors have a tenth of the weights' power

std::string batch_norm_line(const AnalysisReport& report) {
  switch (report.batch_norm) {
    case BatchNormState::none: return "none in the file: there never were any, or they are folded already";
    case BatchNormState::trivial:
      return fmt::format(
          "{} folded, all with mean 0 and variance 1: statistics were folded before the file was written",
          report.folded);
    case BatchNormState::real: return fmt::format("{} folded into the layers before them", report.folded);
  }
  return {};
}

std::vector<ChannelError> all_channels(const SchemeAnalysis& scheme) {
  std::vector<ChannelError> all;
  for (const WeightSqnr& layer : scheme.layers) {
    if (layer.why_float.empty()) all.insert(all.end(), layer.channels.begin(), layer.channels.end());
  }
  return all;
}

/// Layers that are quantized, the lowest median first; ties in the network's order.
std::vector<const WeightSqnr*> worst_first(const SchemeAnalysis& scheme) {
  std::vector<const WeightSqnr*> layers;
  for (const WeightSqnr& layer : scheme.layers) {
    if (layer.why_float.empty()) layers.push_back(&layer);
  }
  const auto median = [](const WeightSqnr* layer) { return summarize(layer->channels).median; };
  std::stable_sort(layers.begin(), layers.end(),
                   [&](const WeightSqnr* left, const WeightSqnr* right) { return median(left) < median(right); });
  return layers;
}

/// Every scheme in a line.
std::string overview(const AnalysisReport& report) {
  std::vector<std::vector<std::string>> rows;
  for (const SchemeAnalysis& scheme : report.schemes) {
    const auto channels = all_channels(scheme);
    const auto layers = worst_first(scheme);
    if (layers.empty()) {
      rows.push_back({scheme.scheme.id, "", "", "", "", "all weights stay float"});
      continue;
    }
    const auto poor = std::count_if(channels.begin(), channels.end(), [](const ChannelError& channel) {
      return !channel.dead && sqnr_db(channel.error) < kPoor;
    });
    const SqnrSummary summary = summarize(channels);
    rows.push_back({scheme.scheme.id, decibel_text(summary.min), decibel_text(summary.median),
                    decibel_text(summary.max), fmt::format("{} of {}", poor, summary.channels),
                    printable(layers.front()->layer)});
  }
  return table_text({{"scheme", Align::left, 24},
                     {"min dB", Align::right},
                     {"median", Align::right},
                     {"max", Align::right},
                     {"channels below 10 dB", Align::right},
                     {"worst layer", Align::left, 24}},
                    rows);
}

std::string scheme_table(const AnalysisReport& report, const SchemeAnalysis& scheme) {
  const auto layers = worst_first(scheme);
  std::string text = fmt::format("\n{} ({}), ", scheme.scheme.id, words(scheme.scheme.weights));
  if (layers.empty()) return text + "leaves the weights of every layer float\n";
  text += layers.size() > kWorst ? "worst layers first:\n" : "layers, worst first:\n";
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < std::min(kWorst, layers.size()); ++i) {
    const WeightSqnr& layer = *layers[i];
    const SqnrSummary summary = summarize(layer.channels);
    const auto power = std::find_if(report.power.begin(), report.power.end(),
                                    [&](const LayerPower& each) { return each.layer == layer.layer; });
    const bool compared = power != report.power.end() && power->before;
    rows.push_back({printable(layer.layer), std::to_string(layer.channels.size()), std::to_string(summary.dead),
                    decibel_text(summary.min), decibel_text(summary.median), decibel_text(summary.max),
                    compared ? ratio_text(power->before->channel_ratio) : "", ratio_text(channel_ratio(layer.ranges))});
  }
  text += table_text({{"layer", Align::left, kNameWidth},
                      {"channels", Align::right},
                      {"dead", Align::right},
                      {"min dB", Align::right},
                      {"median", Align::right},
                      {"max", Align::right},
                      {"ratio unfolded", Align::right},
                      {"ratio", Align::right}},
                     rows);
  if (layers.size() > kWorst) text += fmt::format("... and {} more layers\n", layers.size() - kWorst);
  return text;
}

constexpr const char* kReading =
    "\nSQNR is the power of a channel's weights over that of their rounding errors: each bit is worth\n"
    "6 dB. At 30 dB and more the weights are hardly changed, below 10 dB mostly noise is left, and at\n"
    "0 dB the whole channel has become 0. Dead channels (all weights 0, or below a millionth of the\n"
    "layer's largest) do not count. The ratio is that of the largest to the smallest channel: with one\n"
    "scale per layer the smallest has 20 log10(ratio) dB less than the largest. BatchNorm folding often\n"
    "makes it grow (\"unfolded\" is before). --layer NAME shows a layer's channels, --json everything.\n";

}  // namespace

std::string ratio_text(double ratio) {
  return ratio < 9999.5 ? fmt::format("{:.0f}", ratio) : fmt::format("{:.0e}", ratio);
}

std::string decibel_text(double db) {
  if (std::isfinite(db)) return fmt::format("{:.2f}", db);
  return db > 0 ? "exact" : "noise only";
}

std::string to_text(const AnalysisReport& report) {
  std::string text = entry_text("model", printable(std::filesystem::path(report.path).filename().string()));
  text += entry_text("batch norm", batch_norm_line(report)) + "\n";
  if (report.details) return text + details_text(report) + activations_text(report);
  text += overview(report);
  for (const SchemeAnalysis& scheme : report.schemes) text += scheme_table(report, scheme);
  return text + kReading + activations_text(report);
}

}  // namespace qs
