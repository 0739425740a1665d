#include <fmt/format.h>

#include <algorithm>

#include "core/findings_parts.h"

namespace qs {

namespace {

/// What one layer's channels lose against another scheme.
struct ChannelLoss {
  const WeightSqnr* layer = nullptr;
  std::size_t channels = 0;  ///< alive under both
  std::size_t lost = 0;      ///< of these, more than `kChannelLoss` behind
  double median = 0;         ///< loss over the alive channels, dB

  [[nodiscard]] double share() const {
    return channels > 0 ? static_cast<double>(lost) / static_cast<double>(channels) : 0;
  }
};

ChannelLoss loss_of(const WeightSqnr& layer, const WeightSqnr& other) {
  ChannelLoss loss{&layer};
  std::vector<double> behind;
  const std::size_t count = std::min(layer.channels.size(), other.channels.size());
  for (std::size_t c = 0; c < count; ++c) {
    if (layer.channels[c].dead || other.channels[c].dead) continue;
    const double here = sqnr_db(layer.channels[c].error);
    const double there = sqnr_db(other.channels[c].error);
    behind.push_back(here == there ? 0 : there - here);  // two infinities have no difference
  }
  loss.channels = behind.size();
  loss.lost = static_cast<std::size_t>(
      std::count_if(behind.begin(), behind.end(), [](double db) { return db > kChannelLoss; }));
  std::sort(behind.begin(), behind.end());
  if (!behind.empty()) loss.median = (behind[(behind.size() - 1) / 2] + behind[behind.size() / 2]) / 2;
  return loss;
}

/// Layers in which channels lose, those whose channels lose most first.
std::vector<ChannelLoss> losses(const SchemeWeights& scheme, const SchemeWeights& other) {
  std::vector<ChannelLoss> all;
  for (const WeightSqnr& layer : scheme.layers) {
    const auto same = std::find_if(other.layers.begin(), other.layers.end(),
                                   [&](const WeightSqnr& each) { return each.layer == layer.layer; });
    if (same == other.layers.end()) continue;
    const ChannelLoss loss = loss_of(layer, *same);
    if (loss.lost > 0) all.push_back(loss);
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const ChannelLoss& a, const ChannelLoss& b) { return a.median > b.median; });
  return all;
}

std::vector<double> layer_medians(const SchemeWeights& scheme) {
  std::vector<double> medians;
  for (const WeightSqnr& layer : scheme.layers) medians.push_back(summarize(layer.channels).median);
  std::sort(medians.begin(), medians.end());
  return medians;
}

/// The scheme whose median layer keeps most: what the others are measured against.
const SchemeWeights* best(const WeightFacts& weights) {
  const auto middle = [](const SchemeWeights& scheme) {
    const std::vector<double> medians = layer_medians(scheme);
    return medians.empty() ? 0.0 : medians[medians.size() / 2];
  };
  const auto found = std::max_element(weights.schemes.begin(), weights.schemes.end(),
                                      [&](const auto& a, const auto& b) { return middle(a) < middle(b); });
  return found == weights.schemes.end() ? nullptr : &*found;
}

void add_poor_channels(const SchemeWeights& scheme, Findings& out) {
  std::size_t poor = 0;
  std::size_t all = 0;
  for (const WeightSqnr& layer : scheme.layers) {
    for (const ChannelError& channel : layer.channels) {
      if (channel.dead) continue;
      ++all;
      if (sqnr_db(channel.error) < kPoorSqnr) ++poor;
    }
  }
  if (all == 0) return;
  const Severity severity = poor == 0 ? Severity::good : Severity::warning;
  out.push_back({severity,
                 "poor_channels",
                 scheme.scheme,
                 "",
                 poor == 0 ? fmt::format("Under {} the weights of all {} channels keep {:.0f} dB or more.",
                                         scheme.scheme, all, kPoorSqnr)
                           : fmt::format("Under {} the weights of {} of {} channels keep less than {:.0f} dB: noise "
                                         "of more than a tenth of their amplitude.",
                                         scheme.scheme, poor, all, kPoorSqnr),
                 {{"poor_channels", static_cast<double>(poor)}, {"channels", static_cast<double>(all)}}});
}

}  // namespace

void add_channels(const WeightFacts& weights, Findings& out) {
  for (const SchemeWeights& scheme : weights.schemes) add_poor_channels(scheme, out);
  const SchemeWeights* reference = best(weights);
  for (const SchemeWeights& scheme : weights.schemes) {
    if (&scheme == reference) continue;
    std::vector<ChannelLoss> all = losses(scheme, *reference);
    all.resize(std::min(all.size(), kNamedLayers));
    for (const ChannelLoss& loss : all) {
      out.push_back({loss.share() > 0.5 ? Severity::warning : Severity::note,
                     "channels",
                     scheme.scheme,
                     loss.layer->layer,
                     fmt::format("{} of {} channels of {} lose more than {:.0f} dB under {} against {} (median {:.1f} "
                                 "dB).",
                                 loss.lost, loss.channels, loss.layer->layer, kChannelLoss, scheme.scheme,
                                 reference->scheme, loss.median),
                     {{"lost_channels", static_cast<double>(loss.lost)},
                      {"channels", static_cast<double>(loss.channels)},
                      {"median_loss_db", loss.median}}});
    }
  }
}

void add_folding(const WeightFacts& weights, Findings& out) {
  if (weights.power.empty()) return;
  if (weights.batch_norm != BatchNormState::real) {
    out.push_back({Severity::note,
                   "folding",
                   "",
                   "",
                   weights.batch_norm == BatchNormState::none
                       ? "Nothing was folded into the weights: the network has no BatchNorm, or it was folded before "
                         "the file was written."
                       : "The BatchNorms in the file do nothing: their statistics were folded before it was written.",
                   {}});
    return;
  }
  const LayerPower* widest = nullptr;
  for (const LayerPower& layer : weights.power) {
    if (!layer.before) continue;
    if (widest == nullptr || layer.after.channel_ratio / layer.before->channel_ratio >
                                 widest->after.channel_ratio / widest->before->channel_ratio) {
      widest = &layer;
    }
  }
  if (widest == nullptr || widest->after.channel_ratio <= widest->before->channel_ratio) return;
  out.push_back(
      {widest->after.channel_ratio > kWideRatio ? Severity::warning : Severity::note,
       "folding",
       "",
       widest->layer,
       fmt::format("Folding BatchNorm spread the channels of {} most: the widest reaches {} times as far as "
                   "the narrowest, and {} times before.",
                   widest->layer, factor_text(widest->after.channel_ratio), factor_text(widest->before->channel_ratio)),
       {{"channel_range_ratio", widest->after.channel_ratio},
        {"channel_range_ratio_before", widest->before->channel_ratio}}});
}

}  // namespace qs
