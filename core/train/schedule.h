// Schedules: how the learning rate changes while a network trains. One file each in schedules/, and a line in
// schedules.cpp.
#pragma once

#include <array>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/param.h"

namespace qs {

/// What the learning rate of a recipe is multiplied with. `epoch` is the time since the beginning, with fractions, from
/// 0 to `epochs`, the length of the whole training.
struct Schedule {
  std::string_view id;  ///< persistent
  std::string_view title;
  std::string_view summary;   ///< one sentence
  std::string_view citation;  ///< paper, section
  std::vector<Param> params;
  double (*factor)(double epoch, double epochs, const std::map<std::string, double>& settings);
};

/// All schedules in the order they are shown.
[[nodiscard]] std::span<const Schedule* const> schedules();

/// The schedule with this id; throws `Error` (bad_input) listing the known ones.
[[nodiscard]] const Schedule& schedule(std::string_view id);

/// The schedule's factor, during the first `warm_up_epochs` times epoch / warm_up_epochs (Goyal et al. 2017,
/// arXiv:1706.02677, section 2.2, from 0). Ask with the middle of a step, (step + 1/2) / steps per epoch, so that no
/// step has a rate of 0.
[[nodiscard]] double learning_rate_factor(const MethodChoice& choice, double warm_up_epochs, double epoch,
                                          double epochs);

}  // namespace qs
