// What the graph passes do to a model, as JSON and text.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/analysis/output_comparison.h"
#include "core/graph/passes/passes.h"

namespace qs {

/// One pass over what the passes before it left.
struct PassReport {
  const Pass* pass = nullptr;
  bool optional = false;  ///< runs only where it is asked for; what it made is dropped again
  std::vector<PassNote> changed;
  std::vector<PassNote> kept;
  std::optional<PassComparison> comparison;  ///< of the outputs before and after; only where the graph changed
};

/// Runs the passes that every model gets, one after another, and each optional one on what comes out. Where a pass
/// changes something, the network is run before and after it by the plain loops, on one random input.
[[nodiscard]] std::vector<PassReport> report_passes(const Graph& graph, const Progress& progress = {});

[[nodiscard]] nlohmann::ordered_json to_json(const std::vector<PassReport>& reports);
[[nodiscard]] std::string to_text(const std::vector<PassReport>& reports);

}  // namespace qs
