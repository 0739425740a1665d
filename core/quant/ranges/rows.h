// The range estimators, each defined in the file of its name and listed in range_estimators.cpp.
#pragma once

#include "core/quant/range_estimator.h"

namespace qs {

extern const RangeEstimator min_max_estimator, moving_average_estimator, percentile_estimator, mse_estimator,
    kl_estimator, cross_entropy_estimator, batch_norm_estimator, scaled_min_max_estimator, fixed_estimator,
    trained_estimator;

}  // namespace qs
