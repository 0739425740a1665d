#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/findings_parts.h"

namespace qs {

namespace {

const LayerError* noisiest(const std::vector<LayerError>& layers) {
  const auto worst = std::min_element(layers.begin(), layers.end(), [](const LayerError& a, const LayerError& b) {
    return sqnr_db(a.local) < sqnr_db(b.local);
  });
  return worst == layers.end() ? nullptr : &*worst;
}

/// Why a layer loses what it loses, from its own numbers; adds those to `finding`.
std::string cause(const SchemeReport& report, const LayerError& layer, Finding& finding) {
  const bool weights_suffer = layer.weights && layer.weights->channels > 0 && layer.weights->min < kPoorSqnr;
  if (weights_suffer) finding.numbers.emplace_back("weight_sqnr_min", layer.weights->min);
  if (weights_suffer && report.scheme.weights.granularity == Granularity::tensor && layer.channel_ratio > kWideRatio) {
    finding.numbers.emplace_back("channel_range_ratio", layer.channel_ratio);
    return fmt::format(
        "One scale serves all its channels, though the widest reaches {} times as far as the narrowest; the worst "
        "channel keeps {}.",
        factor_text(layer.channel_ratio), db_text(layer.weights->min));
  }
  if (weights_suffer) {
    return fmt::format("Its weights are the weak point: {} bits leave the worst channel {}.", layer.weight_bits,
                       db_text(layer.weights->min));
  }
  const double noise = layer.clipping.noise + layer.rounding.noise;
  if (layer.activation_bits == 0 || noise <= 0) return "";
  const double clipped = layer.clipping.noise / noise;
  finding.numbers.emplace_back("clipping_part", clipped);
  return clipped > 0.5 ? fmt::format("Of the noise of its result's quantizer {} is clipping: a wider range may help.",
                                     share_text(clipped))
                       : fmt::format(
                             "Of the noise of its result's quantizer {} is rounding: its steps are too coarse "
                             "for what it has to hold.",
                             share_text(1 - clipped));
}

void add_noisiest(const Comparison& comparison, const SchemeReport& details, Findings& out) {
  const LayerError* layer = noisiest(details.layers);
  if (layer == nullptr) return;
  const double alone = sqnr_db(layer->local);
  Finding finding{Severity::good, "noisiest_layer", comparison.scheme(), layer->name, "", {{"local_sqnr", alone}}};
  if (alone >= kPoorSqnr) {
    finding.sentence = fmt::format("Under {} no layer by itself loses much: the noisiest, {}, keeps {}.",
                                   comparison.scheme(), layer->name, db_text(alone));
  } else {
    finding.severity = alone < kBadSqnr ? Severity::serious : Severity::warning;
    finding.sentence = fmt::format("Under {} the noisiest layer is {}: quantized alone it keeps {}.",
                                   comparison.scheme(), layer->name, db_text(alone));
    const std::string why = cause(details, *layer, finding);
    if (!why.empty()) finding.sentence += " " + why;
  }
  out.push_back(std::move(finding));
}

/// Where noise that adds up first drowns the signal.
void add_first_drowned(const Comparison& comparison, const SchemeReport& details, Findings& out) {
  const std::vector<LayerError>& layers = details.layers;
  const auto first = std::find_if(layers.begin(), layers.end(),
                                  [](const LayerError& layer) { return sqnr_db(layer.accumulated) < kBadSqnr; });
  if (layers.empty()) return;
  const double end = sqnr_db(layers.back().accumulated);
  if (first == layers.end()) {
    out.push_back(
        {Severity::note,
         "accumulated",
         comparison.scheme(),
         layers.back().name,
         fmt::format("Under {} the accumulated SQNR is {:.0f} dB or more everywhere; after the last layer it is {}.",
                     comparison.scheme(), kBadSqnr, db_text(end)),
         {{"accumulated_sqnr", end}}});
    return;
  }
  const double there = sqnr_db(first->accumulated);
  out.push_back({Severity::warning,
                 "accumulated",
                 comparison.scheme(),
                 first->name,
                 fmt::format("Under {} the accumulated SQNR first falls below {:.0f} dB at {} ({}), layer {} of {}; "
                             "after the last layer it is {}.",
                             comparison.scheme(), kBadSqnr, first->name, db_text(there), first - layers.begin() + 1,
                             layers.size(), db_text(end)),
                 {{"accumulated_sqnr", there}, {"last_accumulated_sqnr", end}}});
}

void add_float_layers(const Comparison& comparison, const SchemeReport& details, Findings& out) {
  if (details.backend != "integer") return;
  std::map<std::string, std::vector<const LayerError*>> by_reason;
  std::size_t count = 0;
  for (const LayerError& layer : details.layers) {
    if (layer.reason.empty()) continue;
    by_reason[layer.reason].push_back(&layer);
    ++count;
  }
  if (count == 0) return;
  std::string reasons;
  for (const auto& [reason, layers] : by_reason) {
    reasons += fmt::format("{}{}{}: {}", reasons.empty() ? "" : "; ", layers.front()->name,
                           layers.size() > 1 ? fmt::format(" and {} more", layers.size() - 1) : "", reason);
  }
  out.push_back(
      {Severity::note,
       "float_layers",
       comparison.scheme(),
       "",
       fmt::format("Under {} {} of {} layers {} not run in integers ({}).", comparison.scheme(), count,
                   details.layers.size(), count == 1 ? "does" : "do", reasons),
       {{"float_layers", static_cast<double>(count)}, {"layers", static_cast<double>(details.layers.size())}}});
}

}  // namespace

void add_layers(const Comparison& comparison, Findings& out) {
  if (!comparison.variant().details) return;
  const SchemeReport& details = *comparison.variant().details;
  add_noisiest(comparison, details, out);
  add_first_drowned(comparison, details, out);
  add_float_layers(comparison, details, out);
}

void add_sensitivity(const Comparison& comparison, Findings& out) {
  if (!comparison.variant().details || !comparison.variant().details->sensitivity) return;
  const Sensitivity& sensitivity = *comparison.variant().details->sensitivity;
  if (sensitivity.layers.empty()) return;
  const auto helps = std::max_element(
      sensitivity.layers.begin(), sensitivity.layers.end(),
      [](const LayerSensitivity& a, const LayerSensitivity& b) { return a.sqnr_without < b.sqnr_without; });
  const bool to_blame = helps->sqnr_without - sensitivity.sqnr >= kToBlame;  // false for two infinities
  const std::string outputs =
      fmt::format("the outputs keep {} instead of {}, and agreement with float on {} images goes from {} to {}",
                  db_text(helps->sqnr_without), db_text(sensitivity.sqnr), sensitivity.images,
                  share_text(sensitivity.agreement), share_text(helps->agreement_without));
  out.push_back({Severity::note,
                 "sensitivity",
                 comparison.scheme(),
                 helps->name,
                 to_blame ? fmt::format("Leaving {} float helps {}: {}.", helps->name, comparison.scheme(), outputs)
                          : fmt::format("No single layer is to blame for the noise of {}: leaving the one float that "
                                        "matters most, {}, {}.",
                                        comparison.scheme(), helps->name, outputs),
                 {{"sqnr_without", helps->sqnr_without},
                  {"sqnr", sensitivity.sqnr},
                  {"agreement", sensitivity.agreement},
                  {"agreement_without", helps->agreement_without}}});
}

}  // namespace qs
