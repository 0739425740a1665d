#include "app/cli/analysis_details.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "app/run/scheme_text.h"
#include "app/run/table.h"
#include "core/model/printable.h"

namespace qs {

namespace {

constexpr std::int64_t kBarWidth = 50;

std::string bar(std::int64_t count, std::int64_t most) {
  if (count == 0) return "";
  return std::string(static_cast<std::size_t>(std::max<std::int64_t>(1, count * kBarWidth / most)), '#');
}

/// Channels by SQNR, five decibels a line.
std::string histogram_text(const std::vector<ChannelError>& channels) {
  const SqnrHistogram bins = histogram(channels, 5);
  std::int64_t most = std::max<std::int64_t>({1, bins.exact, bins.dead, bins.noise_only});
  for (std::int64_t count : bins.counts) most = std::max(most, count);
  std::string text;
  const auto line = [&](const std::string& title, std::int64_t count) {
    text += fmt::format("{:>14} {:>6}{}{}\n", title, count, count > 0 ? "  " : "", bar(count, most));
  };
  if (bins.noise_only > 0) line("noise only", bins.noise_only);
  for (std::size_t i = 0; i < bins.counts.size(); ++i) {
    const double first = bins.first_db + static_cast<double>(i) * bins.width_db;
    line(fmt::format("{:.0f} to {:.0f} dB", first, first + bins.width_db), bins.counts[i]);
  }
  if (bins.exact > 0) line("exact", bins.exact);
  if (bins.dead > 0) line("dead", bins.dead);
  return text;
}

std::string scheme_text(const Scheme& scheme, const WeightSqnr& layer) {
  if (!layer.why_float.empty()) return fmt::format("\n{}: float, because {}\n", scheme.id, layer.why_float);
  const SqnrSummary summary = summarize(layer.channels);
  std::string text = fmt::format("\n{} ({})\n", scheme.id, words(scheme.weights));
  text += fmt::format("{} / {} / {} dB (min / median / max), {} dB for the whole layer\n", decibel_text(summary.min),
                      decibel_text(summary.median), decibel_text(summary.max), decibel_text(sqnr_db(layer.total)));
  if (!layer.range_obstacle.empty()) {
    text += fmt::format("range from min and max, because {} {}\n", scheme.weights.range.id, layer.range_obstacle);
  }
  return text + histogram_text(layer.channels);
}

/// Largest and 99.9 percentile of W^2 / E[W^2], and the ratio of channels, before and after folding.
std::string power_table(const LayerPower& layer) {
  std::vector<std::vector<std::string>> rows;
  const auto row = [&](const char* title, const WeightPower& power) {
    rows.push_back({title, fmt::format("{:.2f}", power.max), fmt::format("{:.2f}", power.percentile999),
                    ratio_text(power.channel_ratio)});
  };
  if (layer.before) row("before folding", *layer.before);
  row(layer.before ? "after folding" : "as in the file", layer.after);
  return table_text({{"W^2 / E[W^2]"},
                     {"largest", Align::right},
                     {"99.9 % are below", Align::right},
                     {"channel ratio", Align::right}},
                    rows);
}

/// Parts of the weights by power, half a decade a line.
std::string power_histogram(const LayerPower& layer) {
  constexpr std::size_t kTogether = 2;
  const auto percent = [&](const WeightPower& power, std::size_t first) {
    const auto& counts = power.histogram.counts;
    const auto total = static_cast<double>(std::accumulate(counts.begin(), counts.end(), power.histogram.zeros));
    const auto count =
        std::accumulate(counts.begin() + static_cast<std::ptrdiff_t>(first),
                        counts.begin() + static_cast<std::ptrdiff_t>(first + kTogether), std::int64_t{0});
    return total == 0 ? 0 : 100 * static_cast<double>(count) / total;
  };
  std::vector<std::vector<std::string>> rows;
  for (std::size_t bin = 0; bin < PowerHistogram::kBins; bin += kTogether) {
    const double before = layer.before ? percent(*layer.before, bin) : 0;
    const double after = percent(layer.after, bin);
    if (before == 0 && after == 0) continue;
    const double first = PowerHistogram::kFirst + static_cast<double>(bin) * PowerHistogram::kWidth;
    rows.push_back({fmt::format("{}10^{:.1f}", bin == 0 ? "below " : "from ", bin == 0 ? first + 0.5 : first),
                    layer.before ? fmt::format("{:.2f} %", before) : "", fmt::format("{:.2f} %", after)});
  }
  return table_text({{"W^2 / E[W^2]"},
                     {layer.before ? "before" : "", Align::right},
                     {layer.before ? "after" : "weights", Align::right}},
                    rows);
}

/// The channels that fare worst under the first scheme, under all of them.
std::string channel_table(const AnalysisReport& report, std::size_t layer) {
  constexpr std::size_t kShown = 10;
  constexpr std::size_t kSchemes = 4;  // what fits beside one another
  const WeightSqnr& first = report.schemes.front().layers[layer];
  std::vector<std::size_t> order(first.channels.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t left, std::size_t right) {
    return sqnr_db(first.channels[left].error) < sqnr_db(first.channels[right].error);
  });
  const std::size_t schemes = std::min(kSchemes, report.schemes.size());
  std::vector<Column> columns = {{"channel", Align::right}, {"min", Align::right}, {"max", Align::right}};
  for (std::size_t s = 0; s < schemes; ++s) columns.push_back({report.schemes[s].scheme.id, Align::right, 17});
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < std::min(kShown, order.size()); ++i) {
    const std::size_t c = order[i];
    std::vector<std::string> row = {std::to_string(c), fmt::format("{:.3g}", first.ranges[c].min),
                                    fmt::format("{:.3g}", first.ranges[c].max)};
    for (std::size_t s = 0; s < schemes; ++s) {
      const ChannelError& channel = report.schemes[s].layers[layer].channels[c];
      row.push_back(channel.dead ? "dead" : decibel_text(sqnr_db(channel.error)));
    }
    rows.push_back(std::move(row));
  }
  return table_text(columns, rows);
}

}  // namespace

std::string details_text(const AnalysisReport& report) {
  std::string text;
  for (std::size_t i = 0; i < report.power.size(); ++i) {
    const LayerPower& layer = report.power[i];
    const WeightSqnr& first = report.schemes.front().layers[i];
    if (i > 0) text += "\n";
    text += fmt::format("{}: {} output channels\n\n", printable(layer.layer), first.channels.size());
    text += power_table(layer) + "\n" + power_histogram(layer);
    for (const SchemeAnalysis& scheme : report.schemes) text += scheme_text(scheme.scheme, scheme.layers[i]);
    text += "\nchannels, worst first under " + report.schemes.front().scheme.id + ", SQNR in dB:\n";
    text += channel_table(report, i);
  }
  return text;
}

}  // namespace qs
