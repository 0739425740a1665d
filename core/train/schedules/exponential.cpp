// factor^epoch, falling with every step.
#include <cmath>

#include "core/train/schedules/rows.h"

namespace qs {

namespace {

constexpr Param kFactor = {.id = "factor",
                           .title = "Factor",
                           .unit = "per epoch",
                           .summary = "What the learning rate is multiplied with over an epoch.",
                           .default_value = 0.95,
                           .min = 0.001,
                           .max = 1,
                           .whole = false};

double factor(double epoch, double, const std::map<std::string, double>& settings) {
  return std::pow(setting(settings, kFactor), epoch);
}

}  // namespace

const Schedule exponential_schedule = {
    .id = "exponential",
    .title = "Exponential",
    .summary = "The learning rate falls by the same share over every epoch.",
    .citation = "McKinstry et al., Discovering low-precision networks, 2019 (arXiv:1809.04191), section 3",
    .params = {kFactor},
    .factor = factor,
};

}  // namespace qs
