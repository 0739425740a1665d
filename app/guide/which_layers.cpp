// Which layers hurt?
#include <algorithm>

#include "app/guide/guide.h"
#include "app/run/scheme_report.h"

namespace qs {

namespace {

constexpr std::size_t kNamed = 3;
constexpr std::size_t kListed = 10;

GuideAnswer answer(const GuideInput& input, const Progress& progress) {
  const CalibratedGraph& calibrated = input.session.calibrated(input.scheme, progress);
  const QuantizedGraph quantized = quantize(calibrated.graph, calibrated.calibration, input.scheme);
  const Sensitivity sweep =
      layer_sensitivity(quantized, input.session.batches(kGuideLayerImages, progress), 0, progress);
  std::vector<LayerSensitivity> layers = sweep.layers;
  std::stable_sort(layers.begin(), layers.end(),
                   [](const LayerSensitivity& a, const LayerSensitivity& b) { return a.sqnr_alone < b.sqnr_alone; });
  GuideVerdict verdict;
  GuideFacts facts = input.facts;
  facts.worst_layers.clear();
  verdict.numbers.columns = {"layer", "output SQNR, this alone quantized", "same class as float",
                             "output SQNR, this alone float"};
  for (std::size_t i = 0; i < std::min(kListed, layers.size()); ++i) {
    const LayerSensitivity& layer = layers[i];
    verdict.numbers.rows.push_back(
        {layer.name, sqnr_text(layer.sqnr_alone), share_text(layer.agreement_alone), sqnr_text(layer.sqnr_without)});
    if (i < kNamed) facts.worst_layers.push_back(layer.name);
  }
  if (layers.empty()) {
    verdict.sentence = "This scheme quantizes no layer.";
    return {verdict, facts};
  }
  const LayerSensitivity& worst = layers.front();
  const double middle = layers[layers.size() / 2].sqnr_alone;
  const bool stands_out = worst.sqnr_alone < middle - 10;  // a tenth of the power
  verdict.judgement = stands_out ? GuideJudgement::trouble : GuideJudgement::look;
  verdict.sentence =
      stands_out
          ? fmt::format(
                "{} hurts most: quantized alone it brings the output down to {}, where the middle one of {} "
                "layers leaves {}. All quantized: {}; with this layer in float: {}.",
                worst.name, sqnr_text(worst.sqnr_alone), layers.size(), sqnr_text(middle), sqnr_text(sweep.sqnr),
                sqnr_text(worst.sqnr_without))
          : fmt::format("No single layer stands out: the worst ({}) leaves {}, the middle one {}; all together {}.",
                        worst.name, sqnr_text(worst.sqnr_alone), sqnr_text(middle), sqnr_text(sweep.sqnr));
  verdict.actions = {{.label = "Look at these layers", .select_layers = facts.worst_layers, .show_panel = "sqnr"}};
  Scheme kept = varied(input.scheme, "keep-worst", worst.name + " in float");
  keep_in_float(kept, worst.name);
  verdict.actions.push_back(
      {.label = fmt::format("Add a scheme that keeps {} in float", worst.name), .add_scheme = kept});
  return {verdict, facts};
}

}  // namespace

const GuideStep which_layers_step = {
    "which_layers", "Which layers hurt?",
    "Each layer is quantized alone, and each is left alone in float while all others are quantized.",
    "Nagel et al., arXiv:2106.08295, section 3.7: per-quantizer analysis", answer};

}  // namespace qs
