#include <algorithm>

#include "core/quant/ranges/rows.h"

namespace qs {

namespace {

constexpr Param kLow = {
    .id = "low",
    .title = "Part of the minimum",
    .unit = "%",
    .summary = "How far the range reaches towards the smallest value.",
    .default_value = 100,
    .min = 0,
    .max = 100,
};
constexpr Param kHigh = {
    .id = "high",
    .title = "Part of the maximum",
    .unit = "%",
    .summary = "How far the range reaches towards the largest value.",
    .default_value = 100,
    .min = 0,
    .max = 100,
};

float part(float end, double percent) {
  return static_cast<float>(static_cast<double>(end) * percent / 100);
}

Range estimate(const RangeQuestion& question, const std::map<std::string, double>& settings) {
  const Range& seen = question.distribution.range;
  // Values that are all of one sign: what is shortened is the range with 0, as grids have it.
  return {part(std::min(seen.min, 0.0F), setting(settings, kLow)),
          part(std::max(seen.max, 0.0F), setting(settings, kHigh))};
}

}  // namespace

const RangeEstimator scaled_min_max_estimator = {
    .id = "scaled_min_max",
    .title = "Part of min-max",
    .summary = "Both ends of min-max, shortened by hand; per channel, each channel's own ends.",
    .citation = "Shao et al. 2023 (OmniQuant, arXiv:2308.13137), section 3.2: clipping strengths, there learned",
    .params = {kLow, kHigh},
    .by_hand = true,
    .obstacle = no_obstacle,
    .estimate = estimate,
};

}  // namespace qs
