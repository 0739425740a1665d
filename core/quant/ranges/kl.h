// The divergence that KL (entropy) calibration minimizes. spec/methods.md section 3; Migacz, "8-bit Inference with
// TensorRT", GTC 2017.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace qs {

/// Kullback-Leibler divergence between a histogram of magnitudes cut off behind its first `kept` bins, the rest added
/// to the last of them, and the same merged to `levels` levels; for any number of cuts of one histogram. Each costs
/// `levels` logarithms.
class CutDivergence {
 public:
  /// `bins`: counts, none negative, not all zero.
  CutDivergence(std::span<const double> bins, std::size_t levels);

  /// levels <= kept <= number of bins. +infinity where the cut off part has to go to an empty bin.
  [[nodiscard]] double at(std::size_t kept) const;

  /// The smallest `kept` (levels, levels + step, ...; all bins are always tried) with the smallest divergence.
  [[nodiscard]] std::size_t best(std::size_t step) const;

 private:
  std::size_t levels_;
  std::vector<double> bins_;
  std::vector<double> below_;          ///< sum of the bins before each
  std::vector<double> log_sum_below_;  ///< sum of their x ln x
  std::vector<int> occupied_below_;    ///< how many of them are not zero
};

}  // namespace qs
