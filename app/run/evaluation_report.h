// An evaluation as JSON, CSV and text. Plain values in, text out.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "app/run/scheme_report.h"
#include "core/evaluation_report.h"

namespace qs {

/// Of one thread; 0 when nothing was decoded.
[[nodiscard]] double decode_images_per_second(const DataReport& data);

/// The layout of the JSON is part of the command line's promise (README.md). No NaN or infinity in it: what is unknown
/// is null.
[[nodiscard]] nlohmann::ordered_json to_json(const EvaluationReport& report);

/// One line per image: image,label,top1,top5,max_logit,label_logit, then top1:ID,top5:ID,max_logit:ID,label_logit:ID
/// for each further variant. The five classes of top5 are separated by spaces. Cells are empty where nothing is known:
/// no label, or an output that is not finite. Names are quoted where CSV needs it (RFC 4180).
[[nodiscard]] std::string predictions_csv(const Evaluation& evaluation);

/// What was found before the run: model, data set, preprocessing.
[[nodiscard]] std::string description_text(const EvaluationReport& report);

/// What came out.
[[nodiscard]] std::string result_text(const EvaluationReport& report);

/// All variants side by side, and how to read that. Empty when there is only one, or no image was finished.
[[nodiscard]] std::string comparison_text(const EvaluationReport& report);

/// "stopped by the user after 123 of 650 images".
[[nodiscard]] std::string stopped_text(const EvaluationReport& report);

}  // namespace qs
