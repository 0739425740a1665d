// One layer of an analysis in detail, as text.
#pragma once

#include <string>

#include "app/cli/analysis_report.h"

namespace qs {

/// For each layer of the report: its channels under every scheme, a histogram over channels, and how its power is
/// spread. At most 100 columns wide.
[[nodiscard]] std::string details_text(const AnalysisReport& report);

}  // namespace qs
