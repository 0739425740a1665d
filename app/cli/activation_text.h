// What a scheme does to activations, as text.
#pragma once

#include <string>

#include "app/cli/analysis_report.h"

namespace qs {

/// For each scheme that quantizes activations, the values that fare worst (all of them where the report shows details),
/// and how to read this. At most 100 columns wide; empty without images.
[[nodiscard]] std::string activations_text(const AnalysisReport& report);

}  // namespace qs
