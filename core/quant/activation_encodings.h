// From statistics to encodings of activations.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/quant/placement.h"
#include "core/quant/quantized_graph.h"
#include "core/quant/range_estimator.h"

namespace qs {

struct ActivationEncodings {
  std::vector<std::optional<Encoding>> encodings;  ///< by value index
  std::vector<LayerRemark> remarks;                ///< estimators that could not answer
};

/// What a range estimator is asked about one value, and all that the question refers to.
struct ActivationQuestion {
  std::string layer;    ///< whose settings count; empty for inputs of the network
  MethodChoice choice;  ///< of the range estimator
  Grid grid;
  Distribution seen;
  const ValueStatistics* statistics = nullptr;  ///< in the calibration, which must outlive this
  std::optional<BatchNormStatistics> batch_norm;
  const Tensor* logits = nullptr;  ///< the same
  std::optional<Encoding> trained;

  /// Refers to this.
  [[nodiscard]] RangeQuestion question() const {
    return {.grid = grid,
            .distribution = seen,
            .batches = statistics->batches,
            .batch_norm = batch_norm ? &*batch_norm : nullptr,
            .logits = logits,
            .trained = trained ? &*trained : nullptr};
  }
};

/// The question whose answer encodes what this layer puts out, which may be that of the concatenation behind it.
/// Nothing where the output stays float, or no layer is called so.
[[nodiscard]] std::optional<ActivationQuestion> output_question(const Graph& graph, const Placement& placement,
                                                                const Calibration& calibration, const Scheme& scheme,
                                                                const std::string& layer);

/// Asks the scheme's range estimators about every value the placement wants encoded.
[[nodiscard]] ActivationEncodings encode_activations(const Graph& graph, const Placement& placement,
                                                     const Calibration& calibration, const Scheme& scheme);

}  // namespace qs
