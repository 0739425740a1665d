// What a model is made of, as JSON and text.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "app/cli/pass_report.h"
#include "core/graph/graph.h"
#include "core/graph/summary.h"
#include "datasets/model_card.h"

namespace qs {

struct InspectionReport {
  std::string path;
  std::string sha256;
  std::int64_t file_bytes = 0;
  Graph graph;  ///< as imported: what the file says, before any pass
  GraphSummary summary;
  std::optional<FoundPreprocessing> preprocessing;  ///< empty for networks whose input is no image
  std::string why_no_preprocessing;                 ///< then
  std::vector<PassReport> passes;                   ///< empty unless asked for
};

[[nodiscard]] nlohmann::ordered_json to_json(const InspectionReport& report);

/// At most 100 columns wide, but for what a file's own notes say.
[[nodiscard]] std::string to_text(const InspectionReport& report);

}  // namespace qs
