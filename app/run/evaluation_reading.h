// What `evaluate --json` wrote, read back.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "core/evaluation_report.h"

namespace qs {

/// The report that `to_json` made this of: writing it again gives the same JSON. Throws `Error` (bad_input) naming the
/// key that is missing, of another type or impossible; keys that are not known are passed over.
///
/// What the JSON does not hold: the images and their predictions (`evaluation.images` and `predictions` stay empty:
/// ask `evaluated_images` and `images_without_answer`), notes of the calibration cache, and which of the notes came
/// after the run. Files of versions that wrote no sums lack the signals: layers then get signal 1 and the noise that
/// gives their SQNR, the difference of outputs counts as one image's, and `StabilityReport::top1` counts the labelled
/// images of the result.
[[nodiscard]] EvaluationReport read_evaluation_report(const nlohmann::ordered_json& json);

/// The same from the text of a file.
[[nodiscard]] EvaluationReport parse_evaluation_report(std::string_view text);

}  // namespace qs
