// The schedules, each defined in the file of its name and listed in schedules.cpp.
#pragma once

#include "core/train/schedule.h"

namespace qs {

extern const Schedule constant_schedule, step_schedule, cosine_schedule, cosine_restarts_schedule, exponential_schedule;

}  // namespace qs
