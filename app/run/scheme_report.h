// What is reported of one scheme besides its accuracy. Plain values; see scheme_report_json.cpp and
// scheme_report_text.cpp.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "app/run/calibration_run.h"
#include "core/analysis/layer_error.h"
#include "core/analysis/sensitivity.h"
#include "core/quant/quantized_graph.h"
#include "core/statistics.h"

namespace qs {

/// The spread over disjoint sets of calibration images.
struct StabilityReport {
  std::int64_t subsets = 0;
  std::int64_t images = 0;       ///< in each
  std::vector<Proportion> top1;  ///< by subset; empty without labels
  /// Over the values: the largest of its scales divided by the smallest.
  double median_ratio = 1;
  double largest_ratio = 1;
  std::string least_stable;  ///< the value with the largest ratio
};

struct SchemeReport {
  Scheme scheme;
  std::string backend;
  std::int64_t model_bytes = 0;
  CalibrationReport calibration;
  std::vector<LayerRemark> remarks;
  std::int64_t layer_images = 0;   ///< that `layers` were measured on
  std::vector<LayerError> layers;  ///< empty when not measured
  std::optional<Sensitivity> sensitivity;
  std::optional<StabilityReport> stability;
};

[[nodiscard]] nlohmann::ordered_json to_json(const SchemeReport& report);

/// SQNR as JSON has it: a number of dB, "exact" for none, null where it has no meaning (noise without signal).
[[nodiscard]] nlohmann::ordered_json sqnr_json(double db);

/// SQNR as people read it: "31.5 dB", "exact".
[[nodiscard]] std::string sqnr_text(double db);

/// The layers that suffer most, what of the network does not run in integers and why, and in a sentence what it means.
[[nodiscard]] std::string layers_text(const SchemeReport& report);

[[nodiscard]] std::string sensitivity_text(const Sensitivity& sensitivity);
[[nodiscard]] std::string stability_text(const StabilityReport& stability);

}  // namespace qs
