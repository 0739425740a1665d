// Weight methods: how a layer's weights become integers. One file each in weights/, and a line in weight_methods.cpp.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "core/base/param.h"

namespace qs {

struct WeightMethod {
  std::string_view id;  ///< persistent; what a scheme's "weights.method" says
  std::string_view title;
  std::string_view summary;   ///< one sentence
  std::string_view citation;  ///< paper, section
  std::vector<Param> params;
};

/// All methods in the order they are shown; the first is the default.
[[nodiscard]] std::span<const WeightMethod* const> weight_methods();

/// The method with this id; throws `Error` (bad_input) listing the known ones.
[[nodiscard]] const WeightMethod& weight_method(std::string_view id);

}  // namespace qs
