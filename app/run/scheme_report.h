// What is reported of one scheme besides its accuracy. Plain values; see scheme_report_json.cpp and
// scheme_report_text.cpp.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/evaluation_report.h"

namespace qs {

[[nodiscard]] nlohmann::ordered_json to_json(const SchemeReport& report);

/// Elements of its "layers", and its "sensitivity".
[[nodiscard]] nlohmann::ordered_json to_json(const LayerError& layer);
[[nodiscard]] nlohmann::ordered_json to_json(const Sensitivity& sensitivity);

/// SQNR as JSON has it: a number of dB, "exact" for none, null where it has no meaning (noise without signal).
[[nodiscard]] nlohmann::ordered_json sqnr_json(double db);

/// SQNR as people read it: "31.5 dB", "exact".
[[nodiscard]] std::string sqnr_text(double db);

/// The layers that suffer most, what of the network does not run in integers and why, and in a sentence what it means.
[[nodiscard]] std::string layers_text(const SchemeReport& report);

[[nodiscard]] std::string sensitivity_text(const Sensitivity& sensitivity);
[[nodiscard]] std::string stability_text(const StabilityReport& stability);

}  // namespace qs
