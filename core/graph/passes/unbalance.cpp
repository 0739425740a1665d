// The inverse of cross-layer equalization, to show what that and scales per channel are good for: Nagel et al.,
// arXiv:1906.04721, section 4.1, read backwards. A layer takes part in one pair only.
//
// ReLU6 stops it: s * clip(x, 0, 6) is clip(s x, 0, 6 s), which has a bound per channel, and a Clip has one for all.
// No exact way around it keeps the layers: what is scaled before the Clip must be scaled back before it as well, and so
// vanishes when BatchNorm is folded.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/base/rng.h"
#include "core/graph/operator.h"
#include "core/graph/passes/rewriting.h"
#include "core/graph/passes/rows.h"

namespace qs {

namespace {

constexpr std::uint64_t kSeed = 20190611;  // any
constexpr int kLargestExponent = 3;        // factors from 1/8 to 8, log-uniform

/// One factor per channel between two layers. Powers of two: multiplying by them rounds nothing, so that the network's
/// outputs stay what they are to the last bit.
std::vector<float> random_factors(std::uint64_t pair, std::int64_t channels) {
  std::vector<float> factors(static_cast<std::size_t>(channels));
  const std::uint64_t seed = random_bits(kSeed, pair);
  for (std::size_t c = 0; c < factors.size(); ++c) {
    const auto step = static_cast<int>(random_bits(seed, c) % (2 * kLargestExponent + 1));
    factors[c] = std::ldexp(1.0F, step - kLargestExponent);
  }
  return factors;
}

/// Elements times the factor of their channel, which `channel` tells by index.
template <class Channel>
Tensor scaled(const Tensor& tensor, Channel&& channel, const std::vector<float>& factors) {
  Tensor result(DType::f32, tensor.shape());
  const auto from = tensor.values<float>();
  const auto to = result.mutable_values<float>();
  for (std::size_t i = 0; i < from.size(); ++i) {
    to[i] = from[i] * factors[static_cast<std::size_t>(channel(static_cast<std::int64_t>(i)))];
  }
  return result;
}

Tensor per_channel(const Tensor& tensor, const std::vector<float>& factors) {
  return scaled(
      tensor, [](std::int64_t i) { return i; }, factors);
}

Tensor by_output(const Tensor& weights, const std::vector<float>& factors) {
  const std::int64_t each = weights.shape().stride(0);
  return scaled(
      weights, [&](std::int64_t i) { return i / each; }, factors);
}

/// Divided by the factor of the input channel: weights are [Co, Ci / groups, ...].
Tensor by_input(const Conv& op, const Tensor& weights, std::vector<float> factors) {
  for (float& factor : factors) factor = 1 / factor;
  const Shape& shape = weights.shape();
  const std::int64_t group_outputs = shape[0] / op.groups;
  const auto channel = [&](std::int64_t i) {
    return i / shape.stride(0) / group_outputs * shape[1] + i / shape.stride(1) % shape[1];
  };
  return scaled(weights, channel, factors);
}

/// Whether f(s x) = s f(x) for every s > 0 per channel.
bool is_homogeneous(const Op& op) {
  return std::holds_alternative<Relu>(op) || std::holds_alternative<LeakyRelu>(op) ||
         std::holds_alternative<Identity>(op) || std::holds_alternative<MaxPool>(op) ||
         std::holds_alternative<AveragePool>(op);
}

bool has_constants(const Graph& graph, const Node& node) {
  return std::all_of(node.inputs.begin() + 1, node.inputs.end(), [&](ValueId id) { return graph.constant(id); });
}

/// Two convolutions that a factor per channel can be moved between.
struct Pair {
  NodeId first;
  NodeId norm;  ///< BatchNorm behind the first; invalid when there is none
  NodeId second;
  std::string obstacle;  ///< why there is no second; empty otherwise
};

class Unbalancing {
 public:
  explicit Unbalancing(const Graph& graph)
      : rewriting_(graph), users_(users(graph)), in_pair_(graph.nodes.size(), false) {}

  PassResult run() && {
    for (std::size_t n = 0; n < rewriting_.graph().nodes.size(); ++n) {
      const NodeId id{static_cast<std::int32_t>(n)};
      const Node& node = rewriting_.graph().node(id);
      if (!std::holds_alternative<Conv>(node.op)) continue;
      const Pair pair = pair_from(id);
      if (pair.obstacle.empty()) {
        rescale(pair);
      } else {
        rewriting_.kept(node, pair.obstacle);
      }
    }
    return std::move(rewriting_).finish();
  }

 private:
  Pair pair_from(NodeId first) const {
    const Graph& graph = rewriting_.graph();
    Pair pair{first, {}, {}, {}};
    if (!has_constants(graph, graph.node(first))) return with(pair, "its weights are computed");
    if (in_pair_[first.at()]) return with(pair, "it undoes the factors before it; others on top would multiply up");
    NodeId at = first;
    while (true) {
      const Node& node = graph.node(at);
      if (!rewriting_.read_once(node.outputs[0])) {
        return with(pair, fmt::format("the result of {} is read in several places, or is the network's", node.name));
      }
      const NodeId next = users_[node.outputs[0].at()].front();
      const Node& reader = graph.node(next);
      if (std::holds_alternative<Conv>(reader.op) && has_constants(graph, reader)) {
        pair.second = next;
        return pair;
      }
      if (at == first && std::holds_alternative<BatchNorm>(reader.op) && has_constants(graph, reader)) {
        pair.norm = next;
      } else if (std::holds_alternative<Clip>(reader.op)) {
        return with(pair, fmt::format("{} cuts all channels off at one bound, so that none can be scaled by itself "
                                      "(relu6_to_relu takes the bound away)",
                                      reader.name));
      } else if (!is_homogeneous(reader.op)) {
        return with(pair,
                    fmt::format("a factor per channel does not pass through {} ({})", reader.name, name_of(reader.op)));
      }
      at = next;
    }
  }

  static Pair with(Pair pair, std::string obstacle) {
    pair.obstacle = std::move(obstacle);
    return pair;
  }

  void rescale(const Pair& pair) {
    const Graph& graph = rewriting_.graph();
    const std::int64_t channels = graph.value(graph.node(pair.first).outputs[0]).shape[1];
    const std::vector<float> factors = random_factors(pairs_++, channels);
    in_pair_[pair.second.at()] = true;
    const Conv& second = std::get<Conv>(graph.node(pair.second).op);
    rescale_folded(pair, second, factors);
    if (pair.norm.valid()) {
      replace(pair.norm, 1, per_channel(constant(pair.norm, 1), factors));
      replace(pair.norm, 2, per_channel(constant(pair.norm, 2), factors));
    } else {
      replace(pair.first, 1, by_output(constant(pair.first, 1), factors));
      if (graph.node(pair.first).inputs.size() > 2) {
        replace(pair.first, 2, per_channel(constant(pair.first, 2), factors));
      }
    }
    replace(pair.second, 1, by_input(second, constant(pair.second, 1), factors));
    rewriting_.changed(graph.node(pair.first),
                       fmt::format("its {} channels are scaled by 1/{} to {}, and {} undoes it", channels,
                                   1 << kLargestExponent, 1 << kLargestExponent, graph.node(pair.second).name));
  }

  /// What was folded away follows, for those who ask it about ranges.
  void rescale_folded(const Pair& pair, const Conv& second, const std::vector<float>& factors) {
    Graph& graph = rewriting_.graph();
    if (const auto found = graph.folded.find(graph.node(pair.first).name); found != graph.folded.end()) {
      found->second.scale = per_channel(found->second.scale, factors);
      found->second.shift = per_channel(found->second.shift, factors);
    }
    if (const auto found = graph.folded.find(graph.node(pair.second).name); found != graph.folded.end()) {
      found->second.weights = by_input(second, found->second.weights, factors);
    }
  }

  [[nodiscard]] const Tensor& constant(NodeId id, std::size_t input) const {
    return *rewriting_.graph().constant(rewriting_.graph().node(id).inputs[input]);
  }

  void replace(NodeId id, std::size_t input, Tensor tensor) {
    const Node& node = rewriting_.graph().node(id);
    std::vector<ValueId> inputs = node.inputs;
    inputs[input] = rewriting_.replacement(inputs[input], std::move(tensor));
    rewriting_.replace(id, node.op, std::move(inputs));
  }

  Rewriting rewriting_;
  std::vector<std::vector<NodeId>> users_;
  std::vector<bool> in_pair_;  ///< as the second
  std::uint64_t pairs_ = 0;
};

PassResult unbalance(const Graph& graph) {
  return Unbalancing(graph).run();
}

}  // namespace

const Pass unbalance_pass{"unbalance", "Unbalance channels",
                          "A teaching device: scales channels at random between layers, which changes no output but "
                          "makes one scale for all channels a bad fit.",
                          unbalance};

}  // namespace qs
