// Plot 5: a layer's weights or outputs, the grid on them, and what each clip point would cost.
#pragma once

#include <QString>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/analysis/range_sweep.h"
#include "views/models/layer_range.h"
#include "views/plots/plot_view.h"
#include "views/snapshot.h"

namespace qs {

enum class RangeEnd { lower, upper };

struct RangeSweepPlot {
  std::string layer;  ///< whose exception a range by hand becomes
  RangeOf what = RangeOf::weights;
  int color = 0;
  QString remark;  ///< where the layer is not the one that was asked for
  RangeSweep sweep;
  std::vector<RangeChoice> choices;   ///< of the estimators; empty while they are being asked
  Range current;                      ///< where the ends are, moved or not
  RangeEnd active = RangeEnd::upper;  ///< the end that keys move
};

/// All that the plot is computed from.
struct RangeSweepRequest {
  std::string layer;
  RangeOf what = RangeOf::weights;
  Scheme scheme;
  int color = 0;
  std::shared_ptr<const PreparedNetwork> network;      ///< for weights
  std::shared_ptr<const CalibratedScheme> calibrated;  ///< for activations
};

/// What there is to plot, or why there is nothing. `choices`: also asks the estimators, which may take seconds.
struct RangeSweepResult {
  QString problem;  ///< then the plot does not count
  RangeSweepPlot plot;
};
[[nodiscard]] RangeSweepResult range_sweep_of(const RangeSweepRequest& request, bool choices,
                                              const Progress& progress = {});

/// Whether this end can be moved: symmetric grids have one, and one at 0 stays.
[[nodiscard]] bool moves(const RangeSweep& sweep, RangeEnd end);

/// `range` with one end moved to `x`, which it keeps on its side of 0 and within what a range by hand may be. The other
/// end follows on symmetric grids.
[[nodiscard]] Range moved(const RangeSweep& sweep, Range range, RangeEnd end, double x);

/// The range estimator that says just this range, to four digits.
[[nodiscard]] MethodChoice range_by_hand(const RangeSweep& sweep, Range range);

/// The noise at a place on the curve, between its points by interpolation. Nothing outside.
[[nodiscard]] std::optional<RangeNoise> noise_at(const RangeSweep& sweep, double x);

void draw(const RangeSweepPlot& data, PlotView& view);

}  // namespace qs
