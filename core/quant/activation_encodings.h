// From statistics to encodings of activations.
#pragma once

#include <optional>
#include <vector>

#include "core/quant/placement.h"
#include "core/quant/quantized_graph.h"

namespace qs {

struct ActivationEncodings {
  std::vector<std::optional<Encoding>> encodings;  ///< by value index
  std::vector<LayerRemark> remarks;                ///< estimators that could not answer
};

/// Asks the scheme's range estimators about every value the placement wants encoded.
[[nodiscard]] ActivationEncodings encode_activations(const Graph& graph, const Placement& placement,
                                                     const Calibration& calibration, const Scheme& scheme);

}  // namespace qs
