#include "app/run/lessons.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/run/scheme_report.h"
#include "core/findings.h"

namespace qs {

namespace {

/// One scheme's result beside the float network's.
struct Compared {
  std::string scheme;
  double top1 = 0;
  double difference = 0;  ///< of top-1, to float
  double p = 1;
  double size = 1;   ///< of float's bytes
  double speed = 1;  ///< of float's images per second
  const SchemeReport* details = nullptr;

  [[nodiscard]] bool loses() const { return p < kSignificant && difference < 0; }
};

std::optional<Compared> compared(const EvaluationReport& report, std::string_view scheme) {
  const std::vector<double> p = adjusted_p_values(report);
  const auto& results = report.evaluation.results;
  for (std::size_t i = 1; i < results.size(); ++i) {
    const VariantReport& variant = report.variants[i];
    if (variant.scheme != scheme || !variant.details) continue;
    const VariantReport& original = report.variants.front();
    Compared found{.scheme = variant.scheme, .p = p[i], .details = &*variant.details};
    found.top1 = results[i].top1.fraction();
    found.difference = found.top1 - results.front().top1.fraction();
    if (original.model_bytes > 0)
      found.size = static_cast<double>(variant.model_bytes) / static_cast<double>(original.model_bytes);
    const double float_speed = results.front().images_per_second();
    if (float_speed > 0) found.speed = results[i].images_per_second() / float_speed;
    return found;
  }
  return std::nullopt;
}

std::string percent(double share) {
  return fmt::format("{:.1f} %", 100 * share);
}

/// "loses 1.2 points of top-1, more than chance explains".
std::string loss_text(const Compared& scheme) {
  if (scheme.difference == 0) return "is right exactly as often as float";
  return fmt::format("{} {:.1f} points of top-1, {}", scheme.difference < 0 ? "loses" : "gains",
                     100 * std::abs(scheme.difference),
                     scheme.p < kSignificant ? "more than chance explains" : "which may be chance");
}

std::string eight_bits(const Compared& channel, double float_top1) {
  return fmt::format(
      "8 bits: with a scale for each channel ({}) the network {} ({} right instead of {}), in {:.0f} % of the memory "
      "for weights and at {:.1f} times the speed of float.",
      channel.scheme, loss_text(channel), percent(channel.top1), percent(float_top1), 100 * channel.size,
      channel.speed);
}

std::string one_scale(const Compared& tensor, const Compared& channel) {
  const std::string text = fmt::format("One scale for a whole layer ({}) {}.", tensor.scheme, loss_text(tensor));
  if (tensor.loses() && channel.top1 - tensor.top1 >= kLargeLoss)
    return text + " The bits are the same: what differs is how coarse the steps are for channels with small weights.";
  const char* published =
      "MobileNet v1 on ImageNet falls from 70.9 % to 0.1 % that way (arXiv:1806.08342, table 2): how much it costs "
      "depends on how far the channels of a layer differ.";
  return fmt::format("{} {} {}", text, tensor.loses() ? "That is mild:" : "This network does not mind, but", published);
}

std::string four_bits(const Compared& tensor, const Compared& channel, double float_top1) {
  std::string text = fmt::format(
      "4 bits leave 16 values: {} right with one scale per layer ({}), {} with one per "
      "channel ({}), {} in float.",
      percent(tensor.top1), tensor.scheme, percent(channel.top1), channel.scheme, percent(float_top1));
  const double ahead = channel.top1 - tensor.top1;
  if (ahead >= kLargeLoss) {
    text += fmt::format(" A scale per channel is worth {:.1f} points here, for a few bytes per layer.", 100 * ahead);
  } else if (ahead > -kLargeLoss) {
    text += " A scale per channel does not decide it here.";
  }
  if (channel.loses() && channel.difference <= -kLargeLoss)
    text += " What is still missing, training with quantization can win back (quantoscope train).";
  return text;
}

/// The layer whose weights lose most under one scale, and what they keep under another scheme.
std::string why(const SchemeReport& tensor, const SchemeReport& channel) {
  const LayerError* worst = nullptr;
  for (const LayerError& layer : tensor.layers) {
    if (!layer.weights || layer.weights->channels == 0 || !(layer.channel_ratio > 0)) continue;
    if (worst == nullptr || layer.weights->min < worst->weights->min) worst = &layer;
  }
  if (worst == nullptr) return {};
  const auto same = std::ranges::find(channel.layers, worst->name, &LayerError::name);
  if (same == channel.layers.end() || !same->weights) return {};
  return fmt::format(
      "Why: in layer {} the widest channel reaches {} times as far as the narrowest. With one scale the worst "
      "channel keeps an SQNR of {}; with a scale for each the worst keeps {}, both in {} bits. At 0 dB "
      "noise is as large as what it disturbs.",
      worst->name,
      worst->channel_ratio < 100 ? fmt::format("{:.1f}", worst->channel_ratio)
                                 : fmt::format("{:.0f}", worst->channel_ratio),
      sqnr_text(worst->weights->min), sqnr_text(same->weights->min), worst->weight_bits);
}

}  // namespace

std::vector<std::string> lessons(const EvaluationReport& report) {
  std::vector<std::string> all;
  const auto& results = report.evaluation.results;
  if (results.empty() || results.front().top1.total == 0) return all;
  const double float_top1 = results.front().top1.fraction();
  const std::optional<Compared> channel = compared(report, "w8a8-channel-sym");
  const std::optional<Compared> tensor = compared(report, "w8a8-tensor-asym");
  const std::optional<Compared> channel4 = compared(report, "w4a8-channel-sym");
  const std::optional<Compared> tensor4 = compared(report, "w4a8-tensor-asym");
  if (channel) all.push_back(eight_bits(*channel, float_top1));
  if (tensor && channel) all.push_back(one_scale(*tensor, *channel));
  if (tensor4 && channel4) all.push_back(four_bits(*tensor4, *channel4, float_top1));
  if (tensor && channel) all.push_back(why(*tensor->details, *channel->details));
  std::erase(all, std::string());
  return all;
}

}  // namespace qs
