#include "core/quant/ranges/rows.h"

namespace qs {

namespace {

constexpr double kFarthest = 1e9;
constexpr Param kMin = {
    .id = "min",
    .title = "Lower end",
    .unit = "",
    .summary = "The smallest real number that is covered; symmetric grids take the end that is farther from 0.",
    .default_value = -1,
    .min = -kFarthest,
    .max = 0,
};
constexpr Param kMax = {
    .id = "max",
    .title = "Upper end",
    .unit = "",
    .summary = "The largest real number that is covered.",
    .default_value = 1,
    .min = 0,
    .max = kFarthest,
};

Range estimate(const RangeQuestion&, const std::map<std::string, double>& settings) {
  return {static_cast<float>(setting(settings, kMin)), static_cast<float>(setting(settings, kMax))};
}

}  // namespace

const RangeEstimator fixed_estimator = {
    .id = "fixed",
    .title = "Fixed range",
    .summary = "The range that is given, whatever the values are; per channel, the same for each of them.",
    .citation = "Krishnamoorthi 2018 (arXiv:1806.08342), section 2.1: x_min and x_max chosen by hand",
    .params = {kMin, kMax},
    .by_hand = true,
    .obstacle = no_obstacle,
    .estimate = estimate,
};

}  // namespace qs
