#include "core/analysis/weight_sqnr.h"

#include <algorithm>
#include <limits>

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/graph/output_channel.h"
#include "core/quant/layer_rules.h"
#include "core/quant/placement.h"
#include "core/quant/trained_encodings.h"
#include "core/quant/weight_quantizer.h"

namespace qs {

namespace {

const Tensor& weights_of(const Graph& graph, NodeId id) {
  return *graph.constant(graph.node(id).inputs[1]);
}

float reach(const Range& range) {
  return std::max(range.max, -range.min);
}

/// Everything but the errors, which are found for many layers at a time.
WeightSqnr begin(const Graph& graph, NodeId id, const Scheme& scheme, const LayerRules& rules,
                 const TrainedEncodings& trained) {
  const Node& node = graph.node(id);
  return with_context(fmt::format("layer \"{}\"", node.name), [&] {
    WeightSqnr layer;
    layer.layer = node.name;
    layer.ranges = weight_ranges(node.op, weights_of(graph, id));
    layer.channels.resize(layer.ranges.size());
    const std::vector<bool> dead = dead_channels(layer.ranges);
    for (std::size_t c = 0; c < dead.size(); ++c) layer.channels[c].dead = dead[c];
    layer.why_float = scheme.weights.quantized ? rules.why_float(id) : "the scheme quantizes no weights";
    if (!layer.why_float.empty()) return layer;
    const int bits = rules.weight_bits(id);
    const MethodChoice& range = rules.weight_range(id);
    const Encoding* learned = trained.layer_weights(node.name);
    layer.range_obstacle = weight_range_obstacle(scheme.weights, bits, range, learned, std::ssize(layer.ranges));
    layer.encoding = weight_encoding(node.op, weights_of(graph, id), scheme.weights, bits, range, learned);
    return layer;
  });
}

SquaredError stochastic_error(std::span<const float> values, ScaleZeroPoint encoding, const Grid& grid,
                              std::uint64_t seed, std::uint64_t first) {
  std::vector<float> quantized(values.size());
  fake_quantize_stochastic(values, encoding, grid, seed, first, quantized);
  return squared_error(values, quantized);
}

SquaredError signal_only(std::span<const float> values) {
  return {squared_error(values, values).signal, 0};
}

/// Channels of a layer that are worth a thread's while.
struct Portion {
  std::size_t layer;
  std::int64_t first_channel;
  std::int64_t last_channel;
};

std::vector<Portion> portions(const Graph& graph, const std::vector<NodeId>& ids) {
  constexpr std::int64_t kWeights = 1 << 15;
  std::vector<Portion> all;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const Tensor& weights = weights_of(graph, ids[i]);
    const ChannelRuns runs = channel_runs(graph.node(ids[i]).op, weights.shape());
    const std::int64_t per_channel =
        std::max<std::int64_t>(1, weights.elements() / std::max<std::int64_t>(1, runs.channels));
    const std::int64_t step = std::max<std::int64_t>(1, kWeights / per_channel);
    for (std::int64_t c = 0; c < runs.channels; c += step) all.push_back({i, c, std::min(c + step, runs.channels)});
  }
  return all;
}

}  // namespace

std::vector<WeightSqnr> weight_sqnr(const Graph& graph, const Scheme& scheme, std::string_view only) {
  const LayerRules rules(graph, scheme);
  std::vector<NodeId> ids = weighted_layers(graph);
  if (!only.empty()) std::erase_if(ids, [&](NodeId id) { return graph.node(id).name != only; });
  const TrainedEncodings trained = trained_encodings(graph, scheme);
  std::vector<WeightSqnr> layers(ids.size());
  std::vector<Tensor> by_channel(ids.size());
  parallel_for(static_cast<std::int64_t>(ids.size()), [&](std::int64_t i) {
    const auto at = static_cast<std::size_t>(i);
    layers[at] = begin(graph, ids[at], scheme, rules, trained);
    by_channel[at] = weights_by_channel(graph.node(ids[at]).op, weights_of(graph, ids[at]));
  });
  const std::vector<Portion> work = portions(graph, ids);
  parallel_for(static_cast<std::int64_t>(work.size()), [&](std::int64_t i) {
    const Portion& portion = work[static_cast<std::size_t>(i)];
    WeightSqnr& layer = layers[portion.layer];
    const auto length = static_cast<std::size_t>(by_channel[portion.layer].shape()[1]);
    const auto values = by_channel[portion.layer].values<float>();
    // As in `quantize`: the numbers drawn for a layer must be those its codes are made with.
    const std::uint64_t seed = scheme.seed + static_cast<std::uint64_t>(ids[portion.layer].index);
    for (std::int64_t c = portion.first_channel; c < portion.last_channel; ++c) {
      const auto channel = static_cast<std::size_t>(c);
      const auto mine = values.subspan(channel * length, length);
      SquaredError& error = layer.channels[channel].error;
      if (!layer.why_float.empty()) {
        error = signal_only(mine);
      } else if (scheme.weights.rounding == Rounding::stochastic) {
        error = stochastic_error(mine, layer.encoding.at(channel), layer.encoding.grid, seed, channel * length);
      } else {
        error = quantization_error(mine, layer.encoding.at(channel), layer.encoding.grid);
      }
    }
  });
  for (WeightSqnr& layer : layers) {
    for (const ChannelError& channel : layer.channels) layer.total += channel.error;
  }
  return layers;
}

std::vector<bool> dead_channels(const std::vector<Range>& ranges) {
  float largest = 0;
  for (const Range& range : ranges) largest = std::max(largest, reach(range));
  std::vector<bool> dead;
  for (const Range& range : ranges) dead.push_back(reach(range) <= kSwitchedOff * largest);
  return dead;
}

double channel_ratio(const std::vector<Range>& ranges) {
  const std::vector<bool> dead = dead_channels(ranges);
  float smallest = std::numeric_limits<float>::infinity();
  float largest = 0;
  for (std::size_t c = 0; c < ranges.size(); ++c) {
    if (dead[c]) continue;
    smallest = std::min(smallest, reach(ranges[c]));
    largest = std::max(largest, reach(ranges[c]));
  }
  return largest == 0 ? 1 : static_cast<double>(largest) / static_cast<double>(smallest);
}

}  // namespace qs
