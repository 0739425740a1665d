// Plot 4: how the error grows along the network, and what it is made of: layers in depth order under each scheme.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/analysis/layer_error.h"
#include "core/analysis/weight_sqnr.h"
#include "views/plots/plot_parts.h"

namespace qs {

struct LayerErrorSeries {
  QString title;
  int color = 0;
  std::vector<LayerError> layers;  ///< empty until measured: then the weights alone are drawn
  std::vector<std::pair<std::string, SquaredError>> weights;  ///< by layer
};

struct LayerErrorPlot {
  std::vector<LayerErrorSeries> series;
  std::vector<std::string> selected;

  [[nodiscard]] bool is_measured() const;
};

/// The noise of the weights of each layer that has quantized ones.
[[nodiscard]] std::vector<std::pair<std::string, SquaredError>> weight_noise(const std::vector<WeightSqnr>& layers);

/// The layers on the x axis, from 0.
[[nodiscard]] std::vector<std::string> layer_names(const LayerErrorPlot& data);

/// Of the series, for legends.
[[nodiscard]] std::vector<QString> short_titles(const LayerErrorPlot& data);

/// SQNR per layer: local, accumulated, or of the weights.
void draw(const LayerErrorPlot& data, PlotView& view);

/// What each result's own quantizer adds, split into clipping and rounding.
struct LayerNoisePlot {
  LayerErrorPlot layers;
};
void draw(const LayerNoisePlot& data, PlotView& view);

}  // namespace qs
