// What the claims of studies are made of: differences between arms, seed by seed, and how sure they are.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/study/seed_statistics.h"
#include "app/study/study.h"

namespace qs {

/// Something that grows when one arm is better than another, by seed.
struct Contrast {
  std::string label;
  std::vector<double> points;  ///< percentage points
  double grain = 0;            ///< points of one image; 0 where there is no such thing
};

/// Throws `Error` (internal) when the results lack the arm.
[[nodiscard]] const ArmResults& arm_of(const NetworkResults& results, std::string_view arm);

/// 100 x (accuracy of `first` - accuracy of `second`) of the runs with the same seed; a run without a seed stands
/// beside every seed.
[[nodiscard]] Contrast difference(const NetworkResults& results, std::string_view first, std::string_view second,
                                  std::string label);

/// The jitter of a training: the standard deviation of the validation accuracy over the records of its second half (of
/// five, the last three), in percentage points. NaN with fewer than two records that have one.
[[nodiscard]] double jitter(const std::vector<EpochRecord>& curves);

/// jitter of `first` - jitter of `second`, paired as in `difference`.
[[nodiscard]] Contrast jitter_difference(const NetworkResults& results, std::string_view first, std::string_view second,
                                         std::string label);

/// Whether every contrast is above `limit`: it holds where the 95 % intervals of all means lie above it, does not hold
/// where one lies below it or ends on it, and otherwise there are too few runs to say: always with fewer than three,
/// and with NaN.
[[nodiscard]] StudyJudgement all_above(const std::vector<Contrast>& contrasts, double limit);

/// Alike, whether every contrast lies between -limit and limit.
[[nodiscard]] StudyJudgement all_within(const std::vector<Contrast>& contrasts, double limit);

/// "+1.25 (+0.90 to +1.50)": mean, smallest and largest over seeds; only the number for a single one.
[[nodiscard]] std::string points_text(const Spread& spread);

}  // namespace qs
