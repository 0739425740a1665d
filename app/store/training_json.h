// A training as a project keeps it: what was asked for, how far it got, and its curves.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "views/training_view.h"

namespace qs {

/// All but what holds only while it runs: stage, seconds left, and the run that compares it.
[[nodiscard]] nlohmann::ordered_json to_json(const TrainingView& training);

/// Reads it back. One that was under way is stopped now: its checkpoint lies beside the file it writes. Throws `Error`
/// (bad_input) naming the place of what is wrong.
[[nodiscard]] TrainingView training_from_json(const nlohmann::ordered_json& json);

}  // namespace qs
