#include "core/engine/reference/integer_layer.h"

#include <cmath>

#include "core/engine/reference/integer_dot.h"
#include "core/graph/output_channel.h"

namespace qs::reference {

namespace {

/// The code at `i`, whatever type holds it.
std::int32_t code_at(const Tensor& codes, std::size_t i) {
  switch (codes.dtype()) {
    case DType::u8: return codes.values<std::uint8_t>()[i];
    case DType::s8: return codes.values<std::int8_t>()[i];
    default: return codes.values<std::int32_t>()[i];
  }
}

/// Calls `body(i, channel)` for each element of the weights.
template <class Body>
void for_each_weight(const Op& op, const Shape& weights, Body&& body) {
  std::visit(
      [&](const auto& layer) {
        if constexpr (requires { output_channel(layer, weights, 0); }) {
          for (std::int64_t i = 0; i < weights.elements(); ++i) body(i, output_channel(layer, weights, i));
        } else {
          QS_ASSERT(false);
        }
      },
      op);
}

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
  result.centered.resize(weights.codes.elements());
  result.bias.resize(channels);
  std::vector<std::int64_t> filled(channels);  // weights come channel by channel or, in a Gemm, input by input
  for_each_weight(node.op, weights.codes.shape(), [&](std::size_t i, std::size_t channel) {
    const std::int32_t zero_point = weights.encoding.at(channel).zero_point;
    result.centered[channel * result.inputs + filled[channel]++] =
        static_cast<std::int16_t>(code_at(weights.codes, i) - zero_point);
  });
  const Tensor* bias = node.inputs.size() > 2 ? quantized.graph.constant(node.inputs[2]) : nullptr;
  for (std::int64_t c = 0; c < channels; ++c) {
    if (weights.bias) {
      result.bias[c] = weights.bias->values<std::int32_t>()[c];
    } else if (bias != nullptr) {
      const double unit = static_cast<double>(input_scale) * static_cast<double>(weights.encoding.at(c).scale);
      result.bias[c] = rounded(bias->values<float>()[bias->elements() == 1 ? 0 : c] / unit);
    }
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
  Tensor bias(DType::f32, weights.bias->shape());
  auto values = bias.mutable_values<float>();
  for (std::size_t c = 0; c < values.size(); ++c) {
    const double unit = static_cast<double>(input->at(0).scale) * static_cast<double>(weights.encoding.at(c).scale);
    values[c] = static_cast<float>(weights.bias->values<std::int32_t>()[c] * unit);
  }
  parameters.push_back(std::move(bias));
  return parameters;
}

}  // namespace qs::reference
