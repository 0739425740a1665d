// Output channels whose weights are all zero, or as good as zero: they put out their bias, whatever comes in. Training
// leaves them behind, and folding BatchNorm makes them where its scale is 0.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/graph/operator.h"
#include "core/graph/output_channel.h"
#include "core/graph/passes/rows.h"

namespace qs {

namespace {

constexpr float kNearlyZero = 1e-6F;  // of the layer's largest weight: below the rounding of what else is summed
constexpr std::size_t kListed = 8;

/// The largest |w| of each output channel; empty for an op without weights.
std::vector<float> largest_by_channel(const Op& op, const Tensor& weights) {
  std::vector<float> largest;
  std::visit(
      [&](const auto& layer) {
        if constexpr (requires { output_channel(layer, weights.shape(), 0); }) {
          const auto values = weights.values<float>();
          for (std::size_t i = 0; i < values.size(); ++i) {
            const auto at = output_channel(layer, weights.shape(), static_cast<std::int64_t>(i));
            const auto c = static_cast<std::size_t>(at);
            if (largest.size() <= c) largest.resize(c + 1, 0.0F);
            largest[c] = std::max(largest[c], std::abs(values[i]));
          }
        }
      },
      op);
  return largest;
}

std::string list_text(const std::vector<std::size_t>& channels) {
  std::string text;
  for (std::size_t i = 0; i < std::min(channels.size(), kListed); ++i) {
    text += fmt::format("{}{}", i == 0 ? "" : ", ", channels[i]);
  }
  return channels.size() > kListed ? fmt::format("{} and {} more", text, channels.size() - kListed) : text;
}

void look_at(const Node& node, const Tensor& weights, std::vector<PassNote>& notes) {
  const std::vector<float> largest = largest_by_channel(node.op, weights);
  if (largest.empty()) return;
  const float limit = kNearlyZero * *std::max_element(largest.begin(), largest.end());
  std::vector<std::size_t> zero;
  std::vector<std::size_t> nearly;
  for (std::size_t c = 0; c < largest.size(); ++c) {
    if (largest[c] == 0) {
      zero.push_back(c);
    } else if (largest[c] < limit) {
      nearly.push_back(c);
    }
  }
  const auto note = [&](const std::vector<std::size_t>& channels, std::string_view what) {
    if (channels.empty()) return;
    notes.push_back({node.name, fmt::format("{} of {} output channels {}: {}", channels.size(), largest.size(), what,
                                            list_text(channels))});
  };
  note(zero, "are dead, all weights being 0");
  note(nearly, "are nearly dead, all weights below 1e-6 of the layer's largest");
}

PassResult find_dead_channels(const Graph& graph) {
  PassResult result{graph, {}, {}};
  for (const Node& node : graph.nodes) {
    if (operator_of(node.op).quantizable != Quantizable::weighted || node.inputs.size() < 2) continue;
    const Tensor* weights = graph.constant(node.inputs[1]);
    if (weights != nullptr && weights->dtype() == DType::f32) look_at(node, *weights, result.kept);
  }
  return result;
}

}  // namespace

const Pass find_dead_channels_pass{"find_dead_channels", "Find dead channels",
                                   "Tells which output channels have no weights to speak of; changes nothing.",
                                   find_dead_channels};

}  // namespace qs
