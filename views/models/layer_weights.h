// The weights of one layer of a graph, by its name.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/graph/graph.h"

namespace qs {

/// Refers to a graph, which must outlive it.
struct LayerWeights {
  NodeId id;
  const Node* node = nullptr;
  const Tensor* weights = nullptr;                 ///< f32, in the layout of the node's op
  const FoldedBatchNorm* folded = nullptr;         ///< null where no BatchNorm was folded into them
  [[nodiscard]] std::int64_t channels() const;     ///< output channels
  [[nodiscard]] std::int64_t per_channel() const;  ///< weights of each
};

/// Nothing where the graph has no such layer, or one without constant weights.
[[nodiscard]] std::optional<LayerWeights> layer_weights(const Graph& graph, const std::string& name);

/// The weights of one output channel, in their order. 0 <= channel < channels.
[[nodiscard]] std::vector<float> channel_values(const Op& op, const Tensor& weights, std::int64_t channel);

/// What the BatchNorm that went into a channel was: gamma (its scale) and sigma = sqrt(variance + epsilon).
struct ChannelBatchNorm {
  double gamma = 1;
  double sigma = 1;
};
[[nodiscard]] std::optional<ChannelBatchNorm> channel_batch_norm(const FoldedBatchNorm* folded, std::int64_t channel);

}  // namespace qs
