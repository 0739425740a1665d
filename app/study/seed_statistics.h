// What several seeds say together.
#pragma once

#include <cstdint>
#include <span>

namespace qs {

/// Numbers of independent runs that differ in their seed only.
struct Spread {
  std::int64_t count = 0;
  double mean = 0;
  double deviation = 0;  ///< of the sample, with count - 1; 0 for fewer than two
  double least = 0;
  double most = 0;
  /// 95 % interval of the mean, mean ± t deviation / √count with Student's t for count - 1 degrees of freedom
  /// (Student, "The probable error of a mean", Biometrika 6, 1908); [mean, mean] for fewer than two, which says
  /// nothing.
  /// A deviation below the numbers' grain counts as the grain here: three equal counts of images are no certainty.
  double low = 0;
  double high = 0;
};

/// `grain`: the smallest difference that two of the numbers can have. All zeros for no numbers. NaN in, NaN out.
[[nodiscard]] Spread spread_of(std::span<const double> numbers, double grain = 0);

/// The 97.5 % point of Student's t distribution, for 1 degree of freedom or more; for more than 30 that of 30, which is
/// wider than the truth by at most 4 %.
[[nodiscard]] double student_t975(std::int64_t degrees_of_freedom);

}  // namespace qs
