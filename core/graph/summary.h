// What there is to say about a network before it runs: plain numbers for `quantoscope inspect` and the model table.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/graph/operator.h"

namespace qs {

/// One node.
struct LayerSummary {
  std::string name;
  std::string_view type;      ///< the operator's name
  std::vector<Shape> inputs;  ///< of what is computed; constants are left out
  std::vector<Shape> outputs;
  std::int64_t parameters = 0;            ///< elements of the f32 constants it reads
  std::int64_t multiply_accumulates = 0;  ///< for the graph's batch
  Quantizable quantizable = Quantizable::no;
  std::string reason;  ///< for Quantizable::no
};

/// What the network's first output holds. `logits` stands for everything that is not the result of a Softmax.
enum class OutputKind : std::uint8_t { logits, softmax };

struct GraphSummary {
  std::vector<LayerSummary> layers;
  std::int64_t parameters = 0;  ///< constants that several nodes read count once
  std::int64_t multiply_accumulates = 0;
  int batch_norms = 0;             ///< 0: none, or folded before the file was written
  int foldable_batch_norms = 0;    ///< of these, can go into the layer before them
  int residual_adds = 0;           ///< Add or Sum of computed tensors of one shape
  int depthwise_convolutions = 0;  ///< Conv with one input channel per group, and more than one group
  int dead_channels = 0;           ///< output channels whose weights are all zero
  OutputKind output = OutputKind::logits;
};

/// One node by itself: a BatchNorm counts as foldable, whatever stands before it. Looks at no weight.
[[nodiscard]] LayerSummary summarize(const Graph& graph, const Node& node);

/// Cost: a few passes over the weights.
[[nodiscard]] GraphSummary summarize(const Graph& graph);

}  // namespace qs
