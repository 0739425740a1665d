// What a run was told, as JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "app/run/evaluation_settings.h"

namespace qs {

/// All that changes numbers; not where output goes.
[[nodiscard]] nlohmann::ordered_json to_json(const EvaluationSettings& settings);

/// Keys that are missing keep their defaults. Throws `Error` (bad_input) naming a key of the wrong type.
[[nodiscard]] EvaluationSettings settings_from_json(const nlohmann::ordered_json& json);

}  // namespace qs
