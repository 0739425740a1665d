// factor^floor(epoch / every): full until `every` epochs are over, then falling at once.
#include <cmath>

#include "core/train/schedules/rows.h"

namespace qs {

namespace {

constexpr Param kEvery = {.id = "every",
                          .title = "Every",
                          .unit = "epochs",
                          .summary = "Epochs between one step and the next.",
                          .default_value = 30,
                          .min = 1,
                          .max = 10'000,
                          .whole = true};
constexpr Param kFactor = {.id = "factor",
                           .title = "Factor",
                           .unit = "",
                           .summary = "What the learning rate is multiplied with at each step.",
                           .default_value = 0.1,
                           .min = 0.001,
                           .max = 1,
                           .whole = false};

double factor(double epoch, double, const std::map<std::string, double>& settings) {
  return std::pow(setting(settings, kFactor), std::floor(epoch / setting(settings, kEvery)));
}

}  // namespace

const Schedule step_schedule = {
    .id = "step",
    .title = "Steps",
    .summary = "The learning rate falls at once every few epochs.",
    .citation = "He, Zhang, Ren, Sun, Deep residual learning, CVPR 2016 (arXiv:1512.03385), section 3.4",
    .params = {kEvery, kFactor},
    .factor = factor,
};

}  // namespace qs
