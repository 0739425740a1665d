#include "core/train/schedules/rows.h"

namespace qs {

const Schedule constant_schedule = {
    .id = "constant",
    .title = "Constant",
    .summary = "The learning rate stays as it is.",
    .citation = "Robbins, Monro, A stochastic approximation method, 1951",
    .params = {},
    .factor = [](double, double, const std::map<std::string, double>&) { return 1.0; },
};

}  // namespace qs
