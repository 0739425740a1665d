// The squared error of quantizing one distribution in many ways.
#pragma once

#include <cstddef>
#include <limits>
#include <vector>

#include "core/quant/histogram.h"

namespace qs {

/// Answers what `quantization_error` answers from sums over values and their squares: each code's cell costs one look,
/// however many values fall into it.
class SquaredError {
 public:
  /// `distribution` must not be empty and must outlive this.
  explicit SquaredError(const Distribution& distribution);

  /// Sum of weight * (value - dequantized)^2, or any number from `enough` on when it is no smaller than that. Cost:
  /// about 5 ns per code.
  [[nodiscard]] double of(ScaleZeroPoint encoding, const Grid& grid,
                          double enough = std::numeric_limits<double>::infinity()) const;

  /// The part of it that comes from values beyond the ends of the grid; cheap whatever the grid.
  [[nodiscard]] double of_clipped(ScaleZeroPoint encoding, const Grid& grid) const;

 private:
  /// Sums over the values before one place: weights, weights * value, weights * value^2.
  struct Sums {
    double weight = 0;
    double first = 0;
    double second = 0;
  };
  [[nodiscard]] std::size_t below(double limit) const;
  [[nodiscard]] double cell(std::size_t from, std::size_t to, double center) const;

  const Distribution& distribution_;
  std::vector<Sums> sums_;
  double places_per_unit_ = 0;
  std::vector<std::size_t> below_place_;  ///< values before each of many equidistant places
};

}  // namespace qs
