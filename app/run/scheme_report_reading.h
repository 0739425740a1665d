// The parts of a scheme's report, read back from what scheme_report_json.cpp wrote.
#pragma once

#include <vector>

#include "app/run/json_reading.h"
#include "core/evaluation_report.h"

namespace qs {

/// dB as `sqnr_json` has them: a number, "exact" (+infinity), or null (-infinity).
[[nodiscard]] double read_sqnr(const JsonPlace& place);

[[nodiscard]] LayerError read_layer_error(const JsonPlace& place);
[[nodiscard]] Sensitivity read_sensitivity(const JsonPlace& place);

/// `result` is an element of "results". `labelled`: how many images have a label.
[[nodiscard]] SchemeReport read_scheme_report(const JsonPlace& result, std::int64_t labelled);

}  // namespace qs
