// Trainings that differ in their seed only, epoch by epoch: the mean of each kind as a line in the band between its
// smallest and largest value.
#pragma once

#include <QString>
#include <vector>

#include "views/plots/plot_view.h"

namespace qs {

/// One kind of training.
struct SeedCurve {
  QString title;
  int color = 0;                          ///< index for `Theme::series_color`
  std::vector<std::vector<double>> runs;  ///< by seed, then by epoch from 1: fractions that are right
};

struct SeedCurves {
  QString title;
  QString reading;
  std::vector<SeedCurve> curves;
};

/// Of all runs that got as far as this epoch; none where `epoch` (from 0) is beyond all of them.
struct EpochSpread {
  double mean = 0;
  double least = 0;
  double most = 0;
};
[[nodiscard]] std::vector<EpochSpread> epoch_spreads(const SeedCurve& curve);

void draw(const SeedCurves& data, PlotView& view);

}  // namespace qs
