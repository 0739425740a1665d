#include "views/models/layer_weights.h"

#include <algorithm>
#include <cmath>

#include "core/graph/output_channel.h"

namespace qs {

std::int64_t LayerWeights::channels() const {
  return channel_runs(node->op, weights->shape()).channels;
}

std::int64_t LayerWeights::per_channel() const {
  return channels() == 0 ? 0 : weights->elements() / channels();
}

std::optional<LayerWeights> layer_weights(const Graph& graph, const std::string& name) {
  const auto found =
      std::find_if(graph.nodes.begin(), graph.nodes.end(), [&](const Node& node) { return node.name == name; });
  if (found == graph.nodes.end() || !has_output_channels(found->op) || found->inputs.size() < 2) return std::nullopt;
  const Tensor* weights = graph.constant(found->inputs[1]);
  if (weights == nullptr) return std::nullopt;
  const auto folded = graph.folded.find(name);
  return LayerWeights{NodeId{static_cast<std::int32_t>(found - graph.nodes.begin())}, &*found, weights,
                      folded == graph.folded.end() ? nullptr : &folded->second};
}

std::vector<float> channel_values(const Op& op, const Tensor& weights, std::int64_t channel) {
  const ChannelRuns runs = channel_runs(op, weights.shape());
  const auto values = weights.values<float>();
  std::vector<float> mine;
  for (std::int64_t run = 0; run < runs.runs; ++run) {
    if (runs.channel(run) != channel) continue;
    const auto from = values.begin() + run * runs.length;
    mine.insert(mine.end(), from, from + runs.length);
  }
  return mine;
}

std::optional<ChannelBatchNorm> channel_batch_norm(const FoldedBatchNorm* folded, std::int64_t channel) {
  if (folded == nullptr || channel >= folded->scale.elements()) return std::nullopt;
  const auto at = static_cast<std::size_t>(channel);
  const double variance = folded->variance.values<float>()[at];
  return ChannelBatchNorm{folded->scale.values<float>()[at],
                          std::sqrt(variance + static_cast<double>(folded->epsilon))};
}

}  // namespace qs
