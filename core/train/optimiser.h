// Optimisers: how a gradient moves weights. One file each in optimisers/, and a line in optimisers.cpp.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/param.h"

namespace qs {

/// One step of one tensor; all spans have as many elements as there are weights.
struct OptimiserStep {
  std::span<float> weights;
  std::span<const float> gradient;
  /// What is remembered between steps, all zero before the first; as many spans as `state_per_weight` says.
  std::array<std::span<float>, 2> state;
  std::int64_t number = 1;  ///< of this step, from 1
  double learning_rate = 0;
  double weight_decay = 0;  ///< 0 for tensors that do not decay
};

/// Updates weights and state in place; the same step gives the same bytes on every machine of one kind. NaN and
/// infinity in the gradient go into the weights: whoever trains looks at the loss and stops.
struct Optimiser {
  std::string_view id;  ///< persistent
  std::string_view title;
  std::string_view summary;   ///< one sentence
  std::string_view citation;  ///< paper, section
  std::vector<Param> params;
  int state_per_weight = 0;  ///< numbers remembered per weight, at most 2
  void (*update)(const OptimiserStep& step, const std::map<std::string, double>& settings);
};

/// All optimisers in the order they are shown; the first is the default.
[[nodiscard]] std::span<const Optimiser* const> optimisers();

/// The optimiser with this id; throws `Error` (bad_input) listing the known ones.
[[nodiscard]] const Optimiser& optimiser(std::string_view id);

}  // namespace qs
