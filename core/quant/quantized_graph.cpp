#include "core/quant/quantized_graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/graph/extract.h"
#include "core/graph/operator.h"
#include "core/graph/output_channel.h"
#include "core/graph/passes/passes.h"
#include "core/quant/activation_encodings.h"
#include "core/quant/layer_rules.h"
#include "core/quant/placement.h"
#include "core/quant/trained_encodings.h"
#include "core/quant/weight_quantizer.h"

namespace qs {

namespace {

std::int64_t channel_count(const Graph& graph, const Node& node) {
  const Shape& out = graph.value(node.outputs[0]).shape;
  return std::holds_alternative<Gemm>(node.op) ? out[out.rank() - 1] : out[1];
}

/// The largest |sum of products| of one output: what the s32 accumulator must hold besides the bias.
double largest_sum(std::int64_t products, const Grid& weights, const Grid& input) {
  const double weight_steps = weights.quant_max() - weights.quant_min();
  const double input_steps = input.quant_max() - input.quant_min();
  return static_cast<double>(products) * weight_steps * input_steps;
}

/// Bias codes round(b / (input scale * weight scale)), ties to even. A weight scale so small that the code and the sum
/// of products together would not fit s32 is raised until they do.
void quantize_bias(const Graph& graph, const Node& node, const Encoding& input, QuantizedWeights& weights) {
  const auto channels = static_cast<std::size_t>(channel_count(graph, node));
  std::vector<float> bias(channels, 0.0F);
  if (node.inputs.size() > 2) {
    const auto values = graph.constant(node.inputs[2])->values<float>();
    for (std::size_t c = 0; c < channels; ++c) bias[c] = values[values.size() == 1 ? 0 : c];
  }
  const std::int64_t products =
      graph.constant(node.inputs[1])->elements() / static_cast<std::int64_t>(std::max<std::size_t>(channels, 1));
  constexpr double kMost = std::numeric_limits<std::int32_t>::max();
  const double room = std::max(kMost - largest_sum(products, weights.encoding.grid, input.grid), kMost / 2);
  const double input_scale = static_cast<double>(input.channels[0].scale);
  for (std::size_t c = 0; c < channels; ++c) {
    float& scale = weights.encoding.channels[weights.encoding.per_channel() ? c : 0].scale;
    const double least = std::abs(static_cast<double>(bias[c])) / (input_scale * room);
    if (static_cast<double>(scale) >= least) continue;
    scale = std::nextafter(static_cast<float>(least), std::numeric_limits<float>::infinity());
    weights.raised_channels.push_back(static_cast<int>(c));
  }
  Tensor codes(DType::s32, {static_cast<std::int64_t>(channels)});
  const auto to = codes.mutable_values<std::int32_t>();
  for (std::size_t c = 0; c < channels; ++c) {
    const double unit = input_scale * static_cast<double>(weights.encoding.at(c).scale);
    to[c] = static_cast<std::int32_t>(std::nearbyint(static_cast<double>(bias[c]) / unit));
  }
  weights.bias = std::move(codes);
}

QuantizedWeights quantize_layer(const QuantizedGraph& quantized, const LayerRules& rules, NodeId id,
                                const Encoding* trained) {
  const Graph& graph = quantized.graph;
  const Node& node = graph.node(id);
  const Scheme& scheme = quantized.scheme;
  const Tensor& weights = *graph.constant(node.inputs[1]);
  return with_context(fmt::format("layer \"{}\"", node.name), [&] {
    QuantizedWeights result;
    result.encoding =
        weight_encoding(node.op, weights, scheme.weights, rules.weight_bits(id), rules.weight_range(id), trained);
    const Encoding* input = quantized.encoding(node.inputs[0]);
    if (input != nullptr && scheme.bias_bits > 0) quantize_bias(graph, node, *input, result);
    result.codes = weight_codes(node.op, weights, result.encoding, scheme.weights.rounding,
                                scheme.seed + static_cast<std::uint64_t>(id.index));
    return result;
  });
}

/// Output channels of a layer, as weights are counted by.
std::int64_t weight_channels(const Graph& graph, const Node& node) {
  return channel_runs(node.op, graph.value(node.inputs[1]).shape).channels;
}

template <class T>
Tensor dequantized_codes(const Op& op, const QuantizedWeights& weights) {
  Tensor result(DType::f32, weights.codes.shape());
  const auto codes = weights.codes.values<T>();
  const auto to = result.mutable_values<float>();
  std::visit(
      [&]<class Kind>(const Kind& kind) {
        if constexpr (requires { output_channel(kind, weights.codes.shape(), 0); }) {
          for (std::size_t i = 0; i < codes.size(); ++i) {
            const auto c = output_channel(kind, weights.codes.shape(), static_cast<std::int64_t>(i));
            to[i] = dequantize(codes[i], weights.encoding.at(static_cast<std::size_t>(c)));
          }
        }
      },
      op);
  return result;
}

}  // namespace

QuantizedGraph::QuantizedGraph() = default;
QuantizedGraph::QuantizedGraph(const QuantizedGraph&) = default;
QuantizedGraph::QuantizedGraph(QuantizedGraph&&) noexcept = default;
QuantizedGraph& QuantizedGraph::operator=(const QuantizedGraph&) = default;
QuantizedGraph& QuantizedGraph::operator=(QuantizedGraph&&) noexcept = default;
QuantizedGraph::~QuantizedGraph() = default;

Graph prepare_for_quantization(const Graph& graph, const Scheme& scheme) {
  std::vector<const Pass*> chosen = {&pass("plain_gemm")};
  for (const std::string& id : scheme.passes) chosen.push_back(&pass(id));
  return run_passes(graph, chosen).graph;
}

std::vector<ValueId> values_to_calibrate(const Graph& graph) {
  std::vector<bool> wanted(graph.values.size(), false);
  for (ValueId id : graph.inputs) wanted[id.at()] = true;
  for (Residual residual : {Residual::fused, Residual::separate}) {
    for (const FusedNode& group : fuse(graph, residual)) {
      wanted[group.output.at()] = true;
      for (ValueId id : graph.node(group.node).outputs) {
        if (graph.node(group.node).outputs.size() > 1) wanted[id.at()] = true;
      }
    }
  }
  std::vector<ValueId> ids;
  for (std::size_t v = 0; v < wanted.size(); ++v) {
    if (wanted[v] && graph.values[v].dtype == DType::f32) ids.push_back({static_cast<std::int32_t>(v)});
  }
  return ids;
}

QuantizedGraph quantize(const Graph& graph, const Calibration& calibration, const Scheme& scheme) {
  check(scheme);
  Placement placement = place_quantizers(graph, scheme);
  ActivationEncodings activations = encode_activations(graph, placement, calibration, scheme);
  QuantizedGraph result;
  result.scheme = scheme;
  result.graph = graph;
  result.groups = std::move(placement.groups);
  result.encodings = std::move(activations.encodings);
  result.kept_float = std::move(placement.kept_float);
  result.remarks = std::move(activations.remarks);
  if (!scheme.weights.quantized) return result;
  const LayerRules rules(result.graph, scheme);
  const TrainedEncodings trained = trained_encodings(result.graph, scheme);
  for (NodeId id : weighted_layers(result.graph)) {
    if (result.kept_float.count(id) > 0) continue;
    const std::string& name = result.graph.node(id).name;
    const Encoding* learned = trained.layer_weights(name);
    const std::string_view obstacle =
        weight_range_obstacle(scheme.weights, rules.weight_bits(id), rules.weight_range(id), learned,
                              weight_channels(result.graph, result.graph.node(id)));
    if (!obstacle.empty()) {
      result.remarks.push_back({name, fmt::format("{} cannot tell the range of its weights ({}); min_max did",
                                                  rules.weight_range(id).id, obstacle)});
    }
    QuantizedWeights weights = quantize_layer(result, rules, id, learned);
    if (!weights.raised_channels.empty()) {
      result.remarks.push_back(
          {name, fmt::format("the weight scale of {} channel(s) was raised, or their bias would not fit "
                             "32 bits",
                             weights.raised_channels.size())});
    }
    result.weights.emplace(id, std::move(weights));
  }
  return result;
}

QuantizedGraph extract(const QuantizedGraph& quantized, std::size_t first, std::size_t last) {
  std::vector<NodeId> nodes;
  for (std::size_t g = first; g < last; ++g) {
    nodes.push_back(quantized.groups[g].node);
    for (const PostOp& post_op : quantized.groups[g].post_ops) nodes.push_back(post_op.node);
  }
  std::sort(nodes.begin(), nodes.end());
  const auto renumbered = [&](NodeId id) {
    return NodeId{static_cast<std::int32_t>(std::lower_bound(nodes.begin(), nodes.end(), id) - nodes.begin())};
  };
  const auto is_inside = [&](NodeId id) { return std::binary_search(nodes.begin(), nodes.end(), id); };
  QuantizedGraph part;
  part.scheme = quantized.scheme;
  part.graph = extract(quantized.graph, nodes);
  part.encodings = quantized.encodings;
  for (std::size_t g = first; g < last; ++g) {
    FusedNode group = quantized.groups[g];
    group.node = renumbered(group.node);
    for (PostOp& post_op : group.post_ops) post_op.node = renumbered(post_op.node);
    part.groups.push_back(std::move(group));
  }
  for (const auto& [id, weights] : quantized.weights) {
    if (is_inside(id)) part.weights.emplace(renumbered(id), weights);
  }
  for (const auto& [id, reason] : quantized.kept_float) {
    if (is_inside(id)) part.kept_float.emplace(renumbered(id), reason);
  }
  return part;
}

Tensor dequantized(const Op& op, const QuantizedWeights& weights) {
  switch (weights.codes.dtype()) {
    case DType::u8: return dequantized_codes<std::uint8_t>(op, weights);
    case DType::s8: return dequantized_codes<std::int8_t>(op, weights);
    default: return dequantized_codes<std::int32_t>(op, weights);
  }
}

std::int64_t model_bytes(const QuantizedGraph& quantized) {
  std::int64_t bytes = 0;
  std::vector<bool> counted(quantized.graph.values.size(), false);
  for (const auto& [id, weights] : quantized.weights) {
    const Node& node = quantized.graph.node(id);
    counted[node.inputs[1].at()] = true;
    bytes += (weights.codes.elements() * weights.encoding.grid.bits + 7) / 8;
    const bool has_zero_point = weights.encoding.grid.kind == GridKind::affine;
    bytes += static_cast<std::int64_t>(weights.encoding.channels.size()) * (has_zero_point ? 5 : 4);
  }
  for (const auto& [id, tensor] : quantized.graph.constants) {  // a bias takes four bytes as s32 and as f32
    if (!counted[id.at()]) bytes += static_cast<std::int64_t>(tensor.bytes());
  }
  return bytes;
}

}  // namespace qs
