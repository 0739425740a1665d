// A study's results as text and JSON. Plain values in, text out.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "app/study/study_run.h"

namespace qs {

/// Said before anything else by a study that was shortened.
[[nodiscard]] std::string quick_notice(const StudySettings& settings);

/// The paper's table with measured rows above published ones, or the curves, epoch by arm; below, the claims.
[[nodiscard]] std::string to_text(const StudyReport& report);

/// Every run with its curves, means, and judgements.
[[nodiscard]] nlohmann::ordered_json to_json(const StudyReport& report);

}  // namespace qs
