// Are values cut off or rounded too coarsely, and do channels share a scale that does not fit them?
#include <algorithm>

#include "app/guide/guide.h"
#include "core/analysis/weight_sqnr.h"

namespace qs {

namespace {

/// Largest over smallest reach of a layer's channels: above it the smallest has hardly more than a sixteenth of the
/// codes.
constexpr double kUneven = 16;

GuideAnswer answer(const GuideInput& input, const Progress& progress) {
  const CalibratedGraph& calibrated = input.session.calibrated(input.scheme, progress);
  const QuantizedGraph quantized = quantize(calibrated.graph, calibrated.calibration, input.scheme);
  std::vector<LayerError> layers =
      layer_errors(quantized, backend(input.backend), input.session.batches(kGuideLayerImages, progress), 0, progress);
  std::erase_if(layers, [](const LayerError& layer) { return layer.weight_bits == 0 && layer.activation_bits == 0; });
  std::stable_sort(layers.begin(), layers.end(),
                   [](const LayerError& a, const LayerError& b) { return sqnr_db(a.local) < sqnr_db(b.local); });
  GuideFacts facts = input.facts;
  GuideVerdict verdict;
  verdict.numbers.columns = {"layer", "local SQNR (dB)", "of its result's noise, cut off", "weights' channel ratio"};
  SquaredError clipping;
  SquaredError rounding;
  double widest = 0;
  std::string widest_layer;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const LayerError& layer = layers[i];
    clipping += layer.clipping;
    rounding += layer.rounding;
    if (layer.channel_ratio > widest) {
      widest = layer.channel_ratio;
      widest_layer = layer.name;
    }
    if (i >= 10) continue;
    const double noise = layer.clipping.noise + layer.rounding.noise;
    verdict.numbers.rows.push_back({layer.name, fmt::format("{:.1f}", sqnr_db(layer.local)),
                                    noise > 0 ? share_text(layer.clipping.noise / noise) : "",
                                    layer.channel_ratio > 0 ? fmt::format("{:.0f}", layer.channel_ratio) : ""});
  }
  const bool one_scale = input.scheme.weights.quantized && input.scheme.weights.granularity == Granularity::tensor;
  // Layer by layer, since signals have different sizes.
  const auto cut = std::count_if(layers.begin(), layers.end(),
                                 [](const LayerError& layer) { return layer.clipping.noise > layer.rounding.noise; });
  facts.clipping = 2 * cut > std::ssize(layers);
  facts.uneven_channels = one_scale && widest > kUneven;
  verdict.judgement = facts.clipping || facts.uneven_channels ? GuideJudgement::trouble : GuideJudgement::look;
  const std::string activations =
      fmt::format("In {} of {} layers more of the result's noise comes from values cut off than from rounding.", cut,
                  layers.size());
  verdict.sentence =
      facts.uneven_channels
          ? fmt::format(
                "Channels that share a scale are too different: in {} the largest reaches {:.0f} times as far as "
                "the smallest, which is left with few codes. {}",
                widest_layer, widest, activations)
          : activations + (facts.clipping
                               ? " A wider range, or another estimator, should help."
                               : " Ranges fit: what is left is the width of a step, that is, the number of bits.");
  if (!layers.empty()) {
    verdict.actions = {
        {.label = "See the range of the worst layer", .select_layers = {layers.front().name}, .show_panel = "range"}};
  }
  return {verdict, facts};
}

}  // namespace

const GuideStep range_or_rounding_step = {
    "range_or_rounding", "Is it the range or the rounding?",
    "A narrow range cuts values off, a wide one makes steps coarse; channels that share a scale can need both.",
    "Krishnamoorthi, arXiv:1806.08342, section 3.1; Nagel et al., arXiv:2106.08295, section 3.7: visualize layers",
    answer};

}  // namespace qs
