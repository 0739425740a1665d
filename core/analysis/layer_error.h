// What quantization does to each layer of a network, measured on images.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/analysis/sqnr.h"
#include "core/base/progress.h"
#include "core/engine/executable.h"

namespace qs {

/// One group of fused nodes, which is what a layer is to the engine.
struct LayerError {
  std::string name;
  std::string type;                    ///< operator of the group's first node
  int weight_bits = 0;                 ///< 0: float, or none
  int activation_bits = 0;             ///< of the result; 0: float
  std::optional<SqnrSummary> weights;  ///< over output channels, where they are quantized
  double channel_ratio = 0;            ///< of those weights: largest over smallest reach of a channel; 0 without any
  SquaredError local;                  ///< of the result when this layer alone is quantized (weights and result)
  SquaredError accumulated;            ///< of the result when the network is quantized up to here
  /// What the result's own quantizer does to the float result, split by cause: values outside the range it covers, and
  /// those inside. Their signal is the same.
  SquaredError clipping;
  SquaredError rounding;
  std::int64_t values = 0;     ///< elements of the result, over all images
  std::int64_t saturated = 0;  ///< of these, quantized results at an end of the grid where values may be cut off
  /// Bits that the s32 sums leave unused in the worst case: log2(2^31 / largest possible |sum + bias|). Only for layers
  /// with integer weights and inputs.
  std::optional<double> headroom_bits;
  std::string kernel;  ///< of the backend that was asked
  std::string reason;  ///< why it does not run in integers
  double seconds = 0;  ///< of one batch
};

/// `batches` are inputs of one size. `backend` computes the quantized network; single layers are simulated. The float
/// network and the quantized one are run once per batch, with all results read out, and once more to measure times.
/// Memory: all results of one batch, a few times.
[[nodiscard]] std::vector<LayerError> layer_errors(const QuantizedGraph& quantized, const Backend& backend,
                                                   std::span<const Tensor> batches, int threads,
                                                   const Progress& progress = {});

/// Worst case of |sum of products + bias| over the layer's outputs, in units of the sums.
[[nodiscard]] std::optional<double> largest_accumulator(const QuantizedGraph& quantized, NodeId layer);

}  // namespace qs
