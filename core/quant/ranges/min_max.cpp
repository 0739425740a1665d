#include "core/quant/ranges/rows.h"

namespace qs {

namespace {

Range estimate(const RangeQuestion& question, const std::map<std::string, double>&) {
  return question.distribution.range;
}

}  // namespace

const RangeEstimator min_max_estimator = {
    .id = "min_max",
    .title = "Min-max",
    .summary = "From the smallest to the largest value seen: nothing is clipped, and one outlier widens every step.",
    .citation = "Krishnamoorthi 2018 (arXiv:1806.08342), section 2",
    .params = {},
    .obstacle = no_obstacle,
    .estimate = estimate,
};

}  // namespace qs
