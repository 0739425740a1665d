#include "tests/support/hand_quantized.h"

#include <algorithm>
#include <cmath>

#include "core/engine/reference/reference.h"
#include "core/graph/operator.h"
#include "core/graph/output_channel.h"

namespace qs {

namespace {

Range range_of(std::span<const float> values) {
  if (values.empty()) return {};
  const auto [least, greatest] = std::minmax_element(values.begin(), values.end());
  return {*least, *greatest};
}

std::int64_t channel_of(const Op& op, const Shape& weights, std::int64_t i) {
  if (const auto* gemm = std::get_if<Gemm>(&op)) return output_channel(*gemm, weights, i);
  return output_channel(std::get<Conv>(op), weights, i);
}

}  // namespace

Encoding per_tensor(float scale, std::int32_t zero_point, int bits, bool is_signed) {
  return {{bits, GridKind::affine, is_signed}, {{scale, zero_point}}};
}

QuantizedGraph unquantized(const Graph& graph, Residual residual) {
  QuantizedGraph quantized;
  quantized.scheme.id = "by hand";
  quantized.graph = graph;
  quantized.groups = fuse(graph, residual);
  quantized.encodings.resize(graph.values.size());
  return quantized;
}

NodeId node_of(const Graph& graph, ValueId value) {
  return producers(graph)[value.at()];
}

void encode(QuantizedGraph& quantized, ValueId value, Encoding encoding) {
  quantized.encodings[value.at()] = std::move(encoding);
}

void quantize_weights(QuantizedGraph& quantized, NodeId layer, const Grid& grid, bool per_channel) {
  const Node& node = quantized.graph.node(layer);
  const Tensor& weights = *quantized.graph.constant(node.inputs[1]);
  const auto values = weights.values<float>();
  const auto channel = [&](std::size_t i) {
    return per_channel ? channel_of(node.op, weights.shape(), static_cast<std::int64_t>(i)) : 0;
  };
  std::vector<Range> ranges;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto c = static_cast<std::size_t>(channel(i));
    if (ranges.size() <= c) ranges.resize(c + 1);
    ranges[c] = {std::min(ranges[c].min, values[i]), std::max(ranges[c].max, values[i])};
  }
  QuantizedWeights result{{grid, {}}, Tensor(grid.is_signed ? DType::s8 : DType::u8, weights.shape()), {}, {}};
  for (const Range& range : ranges) result.encoding.channels.push_back(cover(range, grid));
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::int32_t q = quantize(values[i], result.encoding.at(static_cast<std::size_t>(channel(i))), grid);
    if (grid.is_signed) {
      result.codes.mutable_values<std::int8_t>()[i] = static_cast<std::int8_t>(q);
    } else {
      result.codes.mutable_values<std::uint8_t>()[i] = static_cast<std::uint8_t>(q);
    }
  }
  quantized.weights.insert_or_assign(layer, std::move(result));
}

void quantize_bias(QuantizedGraph& quantized, NodeId layer) {
  const Node& node = quantized.graph.node(layer);
  if (node.inputs.size() < 3) return;
  const auto bias = quantized.graph.constant(node.inputs[2])->values<float>();
  QuantizedWeights& weights = quantized.weights.at(layer);
  weights.bias = Tensor(DType::s32, {static_cast<std::int64_t>(bias.size())});
  for (std::size_t c = 0; c < bias.size(); ++c) {
    const double unit = double{quantized.encoding(node.inputs[0])->at(0).scale} * weights.encoding.at(c).scale;
    weights.bias->mutable_values<std::int32_t>()[c] = static_cast<std::int32_t>(std::llround(bias[c] / unit));
  }
}

void quantize_all(QuantizedGraph& quantized, const std::vector<Tensor>& inputs, const Grid& activations,
                  const Grid& weights, bool per_channel) {
  const Graph& graph = quantized.graph;
  CompileOptions options{graph.batch, 0, graph.inputs};
  for (const FusedNode& group : quantized.groups) {
    const std::vector<ValueId>& outputs = graph.node(group.node).outputs;
    if (group.post_ops.empty()) {
      options.taps.insert(options.taps.end(), outputs.begin(), outputs.end());
    } else {
      options.taps.push_back(group.output);
    }
  }
  const std::vector<Tensor> taps = compile_reference(graph, options)->run(inputs).taps;
  for (std::size_t i = 0; i < taps.size(); ++i) {
    encode(quantized, options.taps[i], {activations, {cover(range_of(taps[i].values<float>()), activations)}});
  }
  for (const FusedNode& group : quantized.groups) {
    if (operator_of(graph.node(group.node).op).quantizable != Quantizable::weighted) continue;
    quantize_weights(quantized, group.node, weights, per_channel);
    quantize_bias(quantized, group.node);
  }
}

}  // namespace qs
