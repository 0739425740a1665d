#include "core/engine/reference/integer_layer.h"

#include <cmath>

#include "core/engine/reference/integer_dot.h"
#include "core/quant/layer_parameters.h"

namespace qs::reference {

namespace {

/// Of a Conv or Gemm.
std::int64_t output_channels(const Graph& graph, const Node& node) {
  return graph.value(node.outputs[0]).shape[1];
}

/// Whether a layer's last operand is one number for each output channel.
bool is_bias(const Tensor* bias, std::int64_t channels) {
  return bias != nullptr && (bias->elements() == 1 ||
                             (bias->elements() == channels && bias->shape()[bias->shape().rank() - 1] == channels));
}

std::int32_t rounded(double bias) {
  return saturated(std::llround(std::clamp(bias, -0x1p40, 0x1p40)));
}

}  // namespace

std::string layer_obstacle(const QuantizedGraph& quantized, NodeId layer) {
  const Node& node = quantized.graph.node(layer);
  const auto found = quantized.weights.find(layer);
  if (found == quantized.weights.end()) return "its weights are not quantized";
  if (found->second.encoding.grid.bits > kMaxIntegerBits) {
    return fmt::format("its weights have {} bits; integer kernels take at most {}", found->second.encoding.grid.bits,
                       kMaxIntegerBits);
  }
  if (const auto* gemm = std::get_if<Gemm>(&node.op)) {
    if (gemm->alpha != 1 || gemm->beta != 1 || gemm->transpose_a) return "it scales or transposes its operands";
  }
  const std::int64_t channels = output_channels(quantized.graph, node);
  const bool has_bias = node.inputs.size() > 2;
  if (has_bias && !found->second.bias && !is_bias(quantized.graph.constant(node.inputs[2]), channels)) {
    return "what it adds is no bias of its output channels";
  }
  return {};
}

LayerWeights layer_weights(const QuantizedGraph& quantized, NodeId layer, float input_scale) {
  const Node& node = quantized.graph.node(layer);
  const QuantizedWeights& weights = quantized.weights.at(layer);
  const std::int64_t channels = output_channels(quantized.graph, node);
  LayerWeights result;
  result.inputs = weights.codes.elements() / std::max<std::int64_t>(1, channels);
  const Tensor centred = centred_by_channel(node.op, weights);
  for (std::int32_t code : centred.values<std::int32_t>()) result.centered.push_back(static_cast<std::int16_t>(code));
  for (double bias : bias_in_units(quantized.graph, node, weights, input_scale, channels)) {
    result.bias.push_back(rounded(bias));
  }
  return result;
}

std::vector<FixedPointMultiplier> layer_multipliers(const QuantizedWeights& weights, std::int64_t channels,
                                                    float input_scale, float output_scale) {
  std::vector<FixedPointMultiplier> multipliers;
  for (std::int64_t c = 0; c < channels; ++c) {
    const double product = static_cast<double>(input_scale) * static_cast<double>(weights.encoding.at(c).scale);
    multipliers.push_back(fixed_point(product / static_cast<double>(output_scale)));
  }
  return multipliers;
}

std::vector<Tensor> dequantized_parameters(const QuantizedGraph& quantized, NodeId layer) {
  const Node& node = quantized.graph.node(layer);
  const QuantizedWeights& weights = quantized.weights.at(layer);
  std::vector<Tensor> parameters{dequantized(node.op, weights)};
  const Encoding* input = quantized.encoding(node.inputs[0]);
  if (!weights.bias || input == nullptr) return parameters;
  parameters.push_back(dequantized_bias(weights, *input));
  return parameters;
}

}  // namespace qs::reference
