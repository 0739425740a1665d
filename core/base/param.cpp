#include "core/base/param.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/base/error.h"

namespace qs {

double setting(const std::map<std::string, double>& settings, const Param& param) {
  const auto found = settings.find(std::string(param.id));
  return found == settings.end() ? param.default_value : found->second;
}

void check_settings(const std::map<std::string, double>& settings, std::span<const Param> params,
                    std::string_view what) {
  for (const auto& [id, value] : settings) {
    const auto param = std::find_if(params.begin(), params.end(), [&](const Param& p) { return p.id == id; });
    if (param == params.end()) {
      std::vector<std::string_view> known;
      for (const Param& p : params) known.push_back(p.id);
      bad_input("{} has no parameter \"{}\"; it has: {}", what, id,
                known.empty() ? "none" : fmt::format("{}", fmt::join(known, ", ")));
    }
    const bool inside = value >= param->min && value <= param->max;  // false for NaN
    if (!inside) bad_input("{}: \"{}\" is {}, but must lie from {} to {}", what, id, value, param->min, param->max);
    if (param->whole && value != std::floor(value)) bad_input("{}: \"{}\" is {}, but must be whole", what, id, value);
  }
}

}  // namespace qs
