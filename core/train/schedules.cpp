#include <fmt/ranges.h>

#include <algorithm>

#include "core/base/error.h"
#include "core/train/schedules/rows.h"

namespace qs {

std::span<const Schedule* const> schedules() {
  static constexpr std::array kSchedules = {&constant_schedule, &step_schedule, &cosine_schedule,
                                            &cosine_restarts_schedule, &exponential_schedule};
  return kSchedules;
}

const Schedule& schedule(std::string_view id) {
  std::vector<std::string_view> known;
  for (const Schedule* candidate : schedules()) {
    if (candidate->id == id) return *candidate;
    known.push_back(candidate->id);
  }
  bad_input("there is no schedule \"{}\"; there are: {}", id, fmt::join(known, ", "));
}

double learning_rate_factor(const MethodChoice& choice, double warm_up_epochs, double epoch, double epochs) {
  const double warmth = warm_up_epochs > 0 ? std::clamp(epoch / warm_up_epochs, 0.0, 1.0) : 1;
  return warmth * schedule(choice.id).factor(epoch, epochs, choice.settings);
}

}  // namespace qs
