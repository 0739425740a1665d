#include "core/quant/simulation.h"

#include <algorithm>
#include <utility>

#include "core/graph/operator.h"

namespace qs {

namespace {

Tensor dequantized_bias(const QuantizedWeights& weights, const Encoding& input) {
  const auto codes = weights.bias->values<std::int32_t>();
  Tensor result(DType::f32, weights.bias->shape());
  const auto to = result.mutable_values<float>();
  for (std::size_t c = 0; c < codes.size(); ++c) {
    const double unit =
        static_cast<double>(input.channels[0].scale) * static_cast<double>(weights.encoding.at(c).scale);
    to[c] = static_cast<float>(unit * codes[c]);
  }
  return result;
}

/// Points `node` to constants on their grids.
void quantize_constants(const QuantizedGraph& quantized, const QuantizedWeights& weights, Graph& graph, Node& node) {
  const Tensor codes = dequantized(node.op, weights);
  const Encoding* input = quantized.encoding(node.inputs[0]);
  node.inputs[1] = graph.add_constant(node.name + ".weights", codes);
  if (!weights.bias) return;
  node.inputs.resize(2);
  node.inputs.push_back(graph.add_constant(node.name + ".bias", dequantized_bias(weights, *input)));
}

class Simulating {
 public:
  explicit Simulating(const QuantizedGraph& quantized) : quantized_(quantized) {
    result_.graph = with_quantized_weights(quantized);
    nodes_ = std::exchange(result_.graph.nodes, {});
    for (std::size_t v = 0; v < quantized.graph.values.size(); ++v) {
      result_.values.push_back({static_cast<std::int32_t>(v)});
    }
  }

  Simulation run() && {
    for (ValueId id : quantized_.graph.inputs) {
      if (quantized_.encoding(id) != nullptr) result_.values[id.at()] = add_quantizer(id, result_.graph.value(id).name);
    }
    for (std::size_t n = 0; n < quantized_.graph.nodes.size(); ++n) add({static_cast<std::int32_t>(n)});
    for (ValueId& id : result_.graph.outputs) id = result_.values[id.at()];
    return std::move(result_);
  }

 private:
  void add(NodeId id) {
    Node node = nodes_[id.at()];
    for (ValueId& input : node.inputs) {
      if (input.at() < quantized_.graph.values.size()) input = result_.values[input.at()];
    }
    if (add_average(id, node)) return;
    result_.graph.nodes.push_back(node);
    for (ValueId output : quantized_.graph.node(id).outputs) {
      if (quantized_.encoding(output) != nullptr && !is_on_grid(quantized_.graph.node(id), output)) {
        result_.values[output.at()] = add_quantizer(output, node.name);
      }
    }
  }

  /// Whether moving, or taking the largest of, numbers of the grid makes numbers of the same grid.
  bool is_on_grid(const Node& node, ValueId output) const {
    const bool picks = operator_of(node.op).quantizable == Quantizable::moves ||
                       std::holds_alternative<MaxPool>(node.op) || std::holds_alternative<GlobalMaxPool>(node.op) ||
                       std::holds_alternative<Concat>(node.op);
    if (!picks) return false;
    return std::all_of(node.inputs.begin(), node.inputs.end(), [&](ValueId input) {
      const Encoding* encoding = quantized_.encoding(input);
      return encoding != nullptr && *encoding == *quantized_.encoding(output);
    });
  }

  /// From real numbers to real numbers on the grid.
  ValueId add_quantizer(ValueId id, const std::string& name) {
    const float scale = quantized_.encoding(id)->channels[0].scale;
    return add_quantizer(id, *quantized_.encoding(id), name, scale, scale);
  }

  ValueId add_quantizer(ValueId id, const Encoding& encoding, const std::string& name, float scale,
                        float result_scale) {
    const std::int32_t zero_point = encoding.channels[0].zero_point;
    const FakeQuantize op{.scale = scale,
                          .result_scale = result_scale,
                          .lowest = encoding.grid.quant_min() - zero_point,
                          .highest = encoding.grid.quant_max() - zero_point,
                          .stochastic = quantized_.scheme.activations.rounding == Rounding::stochastic,
                          .seed = quantized_.scheme.seed + static_cast<std::uint64_t>(id.index)};
    const Value value = result_.graph.value(id);
    const ValueId output = result_.graph.add_value(value.name + ".quantized", value.shape);
    result_.graph.nodes.push_back({name + ".quantizer", op, {id}, {output}});
    return output;
  }

  /// An average of numbers on a grid often lies in the middle of two others, and floats would break such ties at
  /// random: it is taken of the integers. False where input and output are not on the same grid.
  bool add_average(NodeId id, const Node& node) {
    const Node& original = quantized_.graph.node(id);
    const Encoding* input = quantized_.encoding(original.inputs[0]);
    const Encoding* output = quantized_.encoding(original.outputs[0]);
    const bool averages = std::holds_alternative<AveragePool>(node.op) ||
                          std::holds_alternative<GlobalAveragePool>(node.op) ||
                          std::holds_alternative<ReduceMean>(node.op);
    if (!averages || input == nullptr || output == nullptr || *input != *output) return false;
    const float scale = input->channels[0].scale;
    const ValueId codes = add_quantizer(node.inputs[0], *input, node.name + ".input", scale, 1);
    const ValueId average = node.outputs[0];
    result_.graph.nodes.push_back({node.name, node.op, {codes}, {average}});
    result_.values[average.at()] = add_quantizer(average, *input, node.name, 1, scale);
    return true;
  }

  const QuantizedGraph& quantized_;
  std::vector<Node> nodes_;  // with constants on their grids
  Simulation result_;
};

}  // namespace

Graph with_quantized_weights(const QuantizedGraph& quantized) {
  Graph graph = quantized.graph;
  for (const auto& [id, weights] : quantized.weights) {
    quantize_constants(quantized, weights, graph, graph.nodes[id.at()]);
  }
  return graph;
}

Simulation simulate(const QuantizedGraph& quantized) {
  return Simulating(quantized).run();
}

}  // namespace qs
