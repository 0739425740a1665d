// What schemes do to activations, from the images the float network is calibrated with.
#pragma once

#include <cstdint>
#include <string>

#include "app/cli/analysis_report.h"

namespace qs {

struct ActivationRunOptions {
  std::string model;
  std::string images;
  std::string preprocessing;  ///< as given on the command line; may be empty
  std::optional<std::int64_t> input_size;
  std::int64_t calibration = 0;  ///< images; 0: as many as each scheme says
  bool use_cache = true;
};

/// Adds what calibration statistics tell about each scheme's activations to the report; schemes that leave activations
/// float stay as they are. Statistics come from the cache where they were gathered before. Throws `Error` (bad_input)
/// for images or a model that cannot be used; `Error` (stopped).
void add_activations(const ActivationRunOptions& options, AnalysisReport& report);

}  // namespace qs
