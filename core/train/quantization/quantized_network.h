// A network whose training sees what quantization will do to it.
#pragma once

#include <map>
#include <string>

#include "core/engine/training/network.h"
#include "core/quant/quantized_graph.h"
#include "core/quant/trained_encodings.h"
#include "core/train/quantization/quantizers.h"
#include "core/train/recipe.h"

namespace qs {

/// The graph that training starts from: layers as plain Gemms and the scheme's passes, but batch normalizations kept.
[[nodiscard]] Graph prepare_for_training(const Graph& graph, const Scheme& scheme);

/// What became of the quantizers: the ranges of the network as trained so far.
class TrainedQuantizers {
 public:
  /// Encodings of activations, and of weights where their scales are learned: others follow from the weights.
  [[nodiscard]] TrainedEncodings encodings(Tape& tape) const;

  struct Learned {
    std::size_t parameter = 0;  ///< of the tape
    Encoding encoding;          ///< but for its scales
  };
  std::map<std::string, TrainedRange> ranges;  ///< by value
  std::map<std::string, Learned> scales;       ///< by value
  std::map<std::string, Learned> weights;      ///< by layer
};

struct QuantizedTraining {
  TrainedNetwork network;
  TrainedQuantizers quantizers;
};

/// Builds the network of `start`, the post-training quantization of `graph` (the result of `prepare_for_training`), so
/// that every step computes with quantized weights and activations where int8 inference will: layers with their folded
/// batch normalization, one quantizer after each group, shared encodings shared. Grids and first ranges are those of
/// `start`; biases are rounded in evaluation only. Both graphs are written for the batch that
/// is trained with. Parameters and averages are named like the constants of `graph`. Throws `Error` (bad_input) naming
/// the node where something cannot be trained.
[[nodiscard]] QuantizedTraining add_quantized_network(Tape& tape, const Graph& graph, const QuantizedGraph& start,
                                                      const QuantizationRecipe& recipe, float batch_norm_momentum);

}  // namespace qs
