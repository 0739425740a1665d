// What the activations of a network look like. Independent of any scheme: gathered once, it answers every range
// estimator.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/quant/histogram.h"
#include "core/tensor/tensor.h"

namespace qs {

/// One value of the graph over all calibration images.
struct ValueStatistics {
  std::vector<Range> batches;  ///< smallest and largest of each batch, in order
  Histogram histogram;
  double sum = 0;
  double sum_of_squares = 0;
  std::vector<double> channel_sum;     ///< by index of axis 1; empty for values without one
  std::vector<Range> channel_range;    ///< the same
  std::int64_t count_per_channel = 0;  ///< elements behind each channel_sum
};

struct Calibration {
  std::int64_t images = 0;
  std::int64_t batch = 0;
  std::uint64_t seed = 0;
  std::map<std::string, ValueStatistics> values;  ///< by name of the graph's value
  std::map<std::string, Tensor> outputs;          ///< [images, ...] what the network put out, for cross-entropy ranges

  /// Throws `Error` (bad_input) naming a value that was not calibrated.
  [[nodiscard]] const ValueStatistics& at(const std::string& value) const;
};

/// Adds one batch's tensor (f32, [N, C, ...]) of one value. NaN or infinity throws `Error` (bad_input) naming `name`.
/// `rows`: how many of the N images count (the last batch may be filled up with copies).
void observe(ValueStatistics& statistics, const Tensor& tensor, std::int64_t rows, const std::string& name);

}  // namespace qs
