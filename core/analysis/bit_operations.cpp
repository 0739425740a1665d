#include "core/analysis/bit_operations.h"

#include <algorithm>

#include "core/graph/operator.h"

namespace qs {

namespace {

int activation_bits(const QuantizedGraph& quantized, ValueId id) {
  const Encoding* encoding = quantized.encoding(id);
  return encoding != nullptr ? encoding->grid.bits : kFloatBits;
}

}  // namespace

std::int64_t bit_operations(const QuantizedGraph& quantized) {
  const Graph& graph = quantized.graph;
  std::int64_t sum = 0;
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    const Node& node = graph.nodes[n];
    const std::int64_t products = multiply_accumulates(graph, node);
    if (products == 0) continue;
    const auto weights = quantized.weights.find({static_cast<std::int32_t>(n)});
    const bool computed = node.inputs.size() > 1 && graph.constant(node.inputs[1]) == nullptr;
    const int second = weights != quantized.weights.end() ? weights->second.encoding.grid.bits
                       : computed                         ? activation_bits(quantized, node.inputs[1])
                                                          : kFloatBits;
    sum += products * activation_bits(quantized, node.inputs[0]) * second;
  }
  return sum / std::max<std::int64_t>(1, graph.batch);
}

std::int64_t float_bit_operations(std::int64_t products) {
  return products * kFloatBits * kFloatBits;
}

}  // namespace qs
