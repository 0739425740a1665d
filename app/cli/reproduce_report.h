// A table of the whitepaper with measured rows, as text and JSON. Plain values in, text out.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "app/study/published_tables.h"
#include "app/cli/whitepaper_claims.h"
#include "app/run/evaluation_report.h"

namespace qs {

struct ReproducedTable {
  PublishedTable published;
  std::string backend;  ///< of schemes that quantize weights and activations; others are simulated
  std::vector<EvaluationReport> evaluations;  ///< by network, of at least one labelled image each
  std::vector<MeasuredRow> rows;              ///< by network
  bool stopped = false;                       ///< networks may be missing, and the last may lack images
};

/// What of an evaluation goes into a table: the labelled images' answers, by scheme.
[[nodiscard]] MeasuredRow measured_row(const EvaluationReport& report, bool depthwise);

/// ".412"; all three digits are kept.
[[nodiscard]] std::string accuracy_text(const Proportion& proportion);

/// The table in the paper's layout, measured rows above published ones, and below it the paper's claims.
[[nodiscard]] std::string to_text(const ReproducedTable& table);

/// Rows and judgements, and in "evaluations" what `evaluate --json` writes, by network.
[[nodiscard]] nlohmann::ordered_json to_json(const ReproducedTable& table);

}  // namespace qs
