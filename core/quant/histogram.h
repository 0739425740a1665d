// A histogram that widens its bins as its data grow: memory independent of how much it has seen.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/quant/encoding.h"

namespace qs {

/// Counts over `kBins` bins of one width. Bin i covers [(first + i) * width, (first + i + 1) * width): 0 always lies on
/// a boundary, so that widening, which doubles the width and merges pairs, never mixes signs. A value equal to 0 counts
/// in the bin above 0; `zeros` counts these values once more. The width is the smallest power of two (and at least
/// 2^-23 of the largest magnitude) that takes the range in, so that between 1024 and 2048 bins are used by most data.
class Histogram {
 public:
  static constexpr int kBins = 2048;

  /// Adds finite values; NaN or infinity throws `Error` (bad_input) and adds nothing. The result depends neither on the
  /// order of the values nor on how they are split into calls.
  void add(std::span<const float> values);

  /// The same for values known to be finite, of which the smallest and the largest are known: one pass less.
  void add_within(std::span<const float> values, Range range);

  /// Adds another histogram's counts, in bins at least as wide as either's.
  void merge(const Histogram& other);

  [[nodiscard]] std::int64_t total() const { return total_; }
  [[nodiscard]] std::int64_t zeros() const { return zeros_; }
  [[nodiscard]] double width() const { return width_; }  ///< 0 while there is nothing but zeros
  [[nodiscard]] std::int64_t first() const { return first_; }
  /// `kBins` of them; none while there is nothing but zeros.
  [[nodiscard]] std::span<const std::int64_t> counts() const { return counts_; }
  [[nodiscard]] Range range() const { return range_; }  ///< exact smallest and largest value; (0, 0) while empty

  /// Restores what was saved; throws `Error` (bad_input) when the parts do not fit one another.
  static Histogram restored(double width, std::int64_t first, std::vector<std::int64_t> counts, std::int64_t zeros,
                            Range range);
  friend bool operator==(const Histogram&, const Histogram&) = default;

 private:
  void make_room(Range range, double width);

  double width_ = 0;
  std::int64_t first_ = 0;
  std::vector<std::int64_t> counts_;
  std::int64_t total_ = 0;
  std::int64_t zeros_ = 0;
  Range range_;
};

/// Values with weights: what range estimators look at. From a histogram: the centres of occupied bins (exact zeros as
/// 0, the outermost bins' centres clamped into `range`) with their counts; from raw values: the values, each
/// counting 1.
struct Distribution {
  std::vector<float> values;    ///< ascending
  std::vector<double> weights;  ///< as many as values
  Range range;                  ///< exact smallest and largest; (0, 0) while empty
  double width = 0;             ///< of the histogram's bins; 0 for raw values
  [[nodiscard]] double total() const;
};

[[nodiscard]] Distribution distribution(const Histogram& histogram);

/// Sorted copies of up to `kBins` values; more go through a histogram. Throws `Error` (bad_input) on NaN or infinity.
[[nodiscard]] Distribution distribution(std::span<const float> values);

}  // namespace qs
