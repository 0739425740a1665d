// What a scheme does to activations, as far as calibration statistics tell: no image is run for it.
#pragma once

#include <string>
#include <vector>

#include "core/analysis/sqnr.h"
#include "core/quant/quantized_graph.h"

namespace qs {

/// One encoded value of the network. Both errors have the same signal, the sum of all squares.
struct ActivationSqnr {
  std::string value;
  std::string layer;  ///< that makes it; empty for an input of the network
  Range seen;         ///< smallest and largest value over all calibration images
  Encoding encoding;
  SquaredError rounding;     ///< of values inside the range that the grid covers
  SquaredError clipping;     ///< of values outside
  double clipped_share = 0;  ///< of all values, those outside, by more than half a step
  double zero_share = 0;     ///< of all values, those that are exactly 0

  [[nodiscard]] SquaredError total() const { return {rounding.signal, rounding.noise + clipping.noise}; }
};

/// All values that `quantized` encodes from statistics, in the network's order. `calibration` is what `quantized` was
/// made with. Signals are exact; noise takes the values to be spread evenly within each bin of the histogram, of which
/// there are at least 1024 over the range: at 8 bits that is good to some hundredths of a dB.
[[nodiscard]] std::vector<ActivationSqnr> activation_sqnr(const QuantizedGraph& quantized,
                                                          const Calibration& calibration);

/// Values of a histogram on a grid. Throws nothing. Pure function of its arguments.
struct HistogramError {
  double rounding = 0;
  double clipping = 0;
  double clipped = 0;  ///< how many values lie outside
};
[[nodiscard]] HistogramError histogram_error(const Histogram& histogram, ScaleZeroPoint encoding, const Grid& grid);

}  // namespace qs
