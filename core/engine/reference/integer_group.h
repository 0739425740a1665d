// How one group of a quantized graph runs in integers, or why it cannot.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "core/quant/quantized_graph.h"

namespace qs::reference {

struct IntegerPlan {
  std::vector<ValueId> inputs;  ///< whose codes `run` takes, in order
  /// Codes of the inputs to codes of the group's outputs, in order; holds all it needs.
  std::function<std::vector<Tensor>(std::span<const Tensor>)> run;
  std::string obstacle;  ///< why there is no `run`; empty when there is
};

/// Plans one group of `quantized.groups` at the batch size of `quantized.graph`.
[[nodiscard]] IntegerPlan plan_integers(const QuantizedGraph& quantized, const FusedNode& group);

}  // namespace qs::reference
