// Plot 2: how unevenly the power of a layer's weights is spread, before and after BatchNorm went into them
// (Krishnamoorthi, arXiv:1806.08342, figure 20).
#pragma once

#include <QString>
#include <optional>
#include <string>
#include <vector>

#include "core/analysis/weight_power.h"
#include "core/quant/scheme.h"
#include "views/plots/plot_view.h"

namespace qs {

struct PowerSeries {
  QString title;
  std::optional<int> color;  ///< of the scheme whose weights these are; empty: as they were before folding
  WeightPower power;
};

struct WeightPowerPlot {
  QString layer;
  std::vector<PowerSeries> series;
  QString remark;  ///< why there is nothing to compare with; mostly empty
};

/// Share (0 to 1) of all weights whose power W^2 / E[W^2] is at least 10. Of normally distributed weights it is
/// 0.00157.
[[nodiscard]] double tail_share(const WeightPower& power);

/// Why a layer's weights are not known as they were before folding; empty where they are.
[[nodiscard]] QString folding_remark(const Scheme& scheme, BatchNormState state, bool layer_was_folded);

void draw(const WeightPowerPlot& data, PlotView& view);

}  // namespace qs
