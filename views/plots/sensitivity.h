// Plot 8: which layers hurt: each layer quantized alone, or left in float alone, worst first.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/analysis/sensitivity.h"
#include "views/plots/plot_parts.h"

namespace qs {

enum class SensitivityQuestion : std::uint8_t {
  quantized_alone,  ///< this layer is quantized and no other
  float_alone       ///< this layer stays float and all others are quantized
};
enum class SensitivityMeasure : std::uint8_t {
  sqnr,      ///< of the network's outputs, in dB
  agreement  ///< share of images with float's top-1 class
};

struct SensitivityPlot {
  QString scheme;
  int color = 0;
  Sensitivity result;
  SensitivityQuestion question = SensitivityQuestion::quantized_alone;
  SensitivityMeasure measure = SensitivityMeasure::sqnr;
  std::vector<std::string> selected;
};

struct LayerEffect {
  std::string layer;
  double value = 0;  ///< what is measured: dB, or a share
};

/// Layers by falling effect: quantized alone, by rising value (the lower, the more it hurts); left in float, by falling
/// value (the higher, the more that helps). Ties keep their order in the network.
[[nodiscard]] std::vector<LayerEffect> effects(const Sensitivity& sensitivity, SensitivityQuestion question,
                                               SensitivityMeasure measure);

/// The same measure with all layers quantized.
[[nodiscard]] double all_quantized(const Sensitivity& sensitivity, SensitivityMeasure measure);

/// How many of the worst layers are in sight until the user zooms.
constexpr std::size_t kLayersInSight = 24;

void draw(const SensitivityPlot& data, PlotView& view);

}  // namespace qs
