#include "core/quant/layer_parameters.h"

#include "core/graph/operator.h"
#include "core/graph/output_channel.h"

namespace qs {

namespace {

template <class Code>
Tensor centred(const ChannelRuns& runs, const QuantizedWeights& weights) {
  const std::int64_t per_channel = runs.channels == 0 ? 0 : weights.codes.elements() / runs.channels;
  Tensor result(DType::s32, {runs.channels, per_channel});
  const auto codes = weights.codes.values<Code>();
  const auto to = result.mutable_values<std::int32_t>();
  std::vector<std::int64_t> filled(static_cast<std::size_t>(runs.channels), 0);
  for (std::int64_t run = 0; run < runs.runs; ++run) {
    const auto channel = static_cast<std::size_t>(runs.channel(run));
    const std::int32_t zero_point = weights.encoding.at(channel).zero_point;
    auto place = to.begin() + static_cast<std::ptrdiff_t>(channel) * per_channel + filled[channel];
    for (std::int64_t i = 0; i < runs.length; ++i) {
      *place++ = codes[static_cast<std::size_t>(run * runs.length + i)] - zero_point;
    }
    filled[channel] += runs.length;
  }
  return result;
}

double unit(const QuantizedWeights& weights, float input_scale, std::size_t channel) {
  return static_cast<double>(input_scale) * static_cast<double>(weights.encoding.at(channel).scale);
}

}  // namespace

Tensor centred_by_channel(const Op& op, const QuantizedWeights& weights) {
  const ChannelRuns runs = channel_runs(op, weights.codes.shape());
  switch (weights.codes.dtype()) {
    case DType::u8: return centred<std::uint8_t>(runs, weights);
    case DType::s8: return centred<std::int8_t>(runs, weights);
    default: return centred<std::int32_t>(runs, weights);
  }
}

std::vector<double> bias_in_units(const Graph& graph, const Node& node, const QuantizedWeights& weights,
                                  float input_scale, std::int64_t channels) {
  std::vector<double> result(static_cast<std::size_t>(channels), 0.0);
  const Tensor* bias = node.inputs.size() > 2 ? graph.constant(node.inputs[2]) : nullptr;
  for (std::size_t c = 0; c < result.size(); ++c) {
    if (weights.bias) {
      result[c] = weights.bias->values<std::int32_t>()[c];
    } else if (bias != nullptr) {
      const double real = static_cast<double>(bias->values<float>()[bias->elements() == 1 ? 0 : c]);
      result[c] = real / unit(weights, input_scale, c);
    }
  }
  return result;
}

Tensor dequantized_bias(const QuantizedWeights& weights, const Encoding& input) {
  const auto codes = weights.bias->values<std::int32_t>();
  Tensor result(DType::f32, weights.bias->shape());
  const auto to = result.mutable_values<float>();
  for (std::size_t c = 0; c < codes.size(); ++c) {
    to[c] = static_cast<float>(unit(weights, input.at(0).scale, c) * codes[c]);
  }
  return result;
}

std::string why_float(const QuantizedGraph& quantized, const FusedNode& group) {
  const auto kept = quantized.kept_float.find(group.node);
  if (kept != quantized.kept_float.end()) return kept->second;
  if (quantized.scheme.is_float()) return {};
  if (!quantized.scheme.activations.quantized) return "the scheme leaves activations float";
  const bool has_weights = operator_of(quantized.graph.node(group.node).op).quantizable == Quantizable::weighted;
  return has_weights && !quantized.scheme.weights.quantized ? "the scheme leaves weights float" : "";
}

}  // namespace qs
