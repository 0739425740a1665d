#include "core/quant/simulation.h"

#include <algorithm>
#include <utility>

#include "core/graph/op_kind.h"
#include "core/graph/operator.h"
#include "core/quant/layer_parameters.h"

namespace qs {

namespace {

/// Points `node` to constants on their grids.
void quantize_constants(const QuantizedGraph& quantized, const QuantizedWeights& weights, Graph& graph, Node& node) {
  const Tensor codes = dequantized(node.op, weights);
  const Encoding* input = quantized.encoding(node.inputs[0]);
  node.inputs[1] = graph.add_constant(node.name + ".weights", codes);
  if (!weights.bias) return;
  node.inputs.resize(2);
  node.inputs.push_back(graph.add_constant(node.name + ".bias", dequantized_bias(weights, *input)));
}

/// The integers less their zero points, as floats.
Tensor centred_codes(const Op& op, QuantizedWeights weights) {
  for (ScaleZeroPoint& channel : weights.encoding.channels) channel.scale = 1;
  return dequantized(op, weights);
}

class Simulating {
 public:
  explicit Simulating(const QuantizedGraph& quantized) : quantized_(quantized) {
    result_.graph = quantized.graph;
    result_.graph.nodes.clear();
  }

  Simulation run(std::span<const ValueId> wanted) && {
    for (const FusedNode& group : quantized_.groups) add(group);
    for (ValueId id : wanted) result_.values[id] = real(id);
    for (ValueId& id : result_.graph.outputs) id = real(id);
    return std::move(result_);
  }

 private:
  void add(const FusedNode& group) {
    const Node& node = quantized_.graph.node(group.node);
    if (is_integer_layer(group)) return add_layer(group);
    if (is_integer_addition(group)) return add_addition(group);
    if (shares_encoding(node)) return add_on_codes(node);
    add_in_reals(group);
  }

  /// A value as real numbers; those of an encoded value are on its grid.
  ValueId real(ValueId id) {
    if (quantized_.graph.constant(id) != nullptr) return id;
    const auto known = reals_.find(id);
    if (known != reals_.end()) return known->second;
    const Encoding* encoding = quantized_.encoding(id);
    if (encoding == nullptr) return id;
    return reals_[id] = add_scaled(codes(id), scalar(encoding->channels[0].scale), name(id) + ".real");
  }

  /// An encoded value as integers less its zero point.
  ValueId codes(ValueId id) {
    const auto known = codes_.find(id);
    if (known != codes_.end()) return known->second;
    return codes_[id] = add_quantizer(id, id, quantized_.encoding(id)->channels[0].scale);
  }

  /// Whether activations only clamp, so that they can be done in steps of the result.
  bool only_clamps(const FusedNode& group) const {
    return std::all_of(group.post_ops.begin(), group.post_ops.end(), [&](const PostOp& post_op) {
      if (post_op.operand) return quantized_.encoding(*post_op.operand) != nullptr;
      return is_one_of<Relu, Clip>(quantized_.graph.node(post_op.node).op);
    });
  }

  bool is_integer_layer(const FusedNode& group) const {
    const auto weights = quantized_.weights.find(group.node);
    return weights != quantized_.weights.end() && weights->second.bias.has_value() &&
           quantized_.encoding(group.output) != nullptr && only_clamps(group);
  }

  bool is_integer_addition(const FusedNode& group) const {
    const Node& node = quantized_.graph.node(group.node);
    const auto is_encoded = [&](ValueId id) { return quantized_.encoding(id) != nullptr; };
    return is_one_of<Add>(node.op) && std::all_of(node.inputs.begin(), node.inputs.end(), is_encoded) &&
           is_encoded(group.output) && only_clamps(group);
  }

  /// Whether the op makes numbers of its inputs' grid from numbers of that grid, at most rounding in between.
  bool shares_encoding(const Node& node) const {
    const bool fits = operator_of(node.op).quantizable == Quantizable::moves ||
                      is_one_of<MaxPool, GlobalMaxPool, Concat>(node.op) || averages(node.op);
    const Encoding* first = quantized_.encoding(node.inputs[0]);
    const auto is_same = [&](ValueId id) {
      return quantized_.encoding(id) != nullptr && *quantized_.encoding(id) == *first;
    };
    return fits && first != nullptr && std::all_of(node.inputs.begin(), node.inputs.end(), is_same) &&
           std::all_of(node.outputs.begin(), node.outputs.end(), is_same);
  }

  /// sums of integers * (input scale * weight scale / result scale), and so on in steps of the result.
  void add_layer(const FusedNode& group) {
    const Node& node = quantized_.graph.node(group.node);
    const QuantizedWeights& weights = quantized_.weights.at(group.node);
    const float input_scale = quantized_.encoding(node.inputs[0])->channels[0].scale;
    const float step = quantized_.encoding(group.output)->channels[0].scale;
    const auto bias = weights.bias->values<std::int32_t>();
    Tensor bias_codes(DType::f32, weights.bias->shape());
    std::copy(bias.begin(), bias.end(), bias_codes.mutable_values<float>().begin());
    const ValueId sums =
        add_node(node.name, node.op,
                 {codes(node.inputs[0]), constant(node.name + ".codes", centred_codes(node.op, weights)),
                  constant(node.name + ".bias", bias_codes)},
                 quantized_.graph.value(node.outputs[0]).shape);
    std::vector<std::int64_t> dims(static_cast<std::size_t>(quantized_.graph.value(node.outputs[0]).shape.rank()), 1);
    dims[1] = static_cast<std::int64_t>(bias.size());
    Tensor factors(DType::f32, Shape(dims));
    for (std::size_t c = 0; c < bias.size(); ++c) {
      factors.mutable_values<float>()[c] = input_scale * weights.encoding.at(c).scale / step;
    }
    finish_in_steps(group, add_scaled(sums, constant(node.name + ".factors", factors), node.name + ".scaled"));
  }

  void add_addition(const FusedNode& group) {
    const Node& node = quantized_.graph.node(group.node);
    const Shape& shape = quantized_.graph.value(node.outputs[0]).shape;
    const ValueId sum = add_node(
        node.name, node.op, {in_steps(node.inputs[0], group.output), in_steps(node.inputs[1], group.output)}, shape);
    finish_in_steps(group, sum);
  }

  /// Post-ops and the quantizer of a group, given in steps of its result.
  void finish_in_steps(const FusedNode& group, ValueId value) {
    const float step = quantized_.encoding(group.output)->channels[0].scale;
    const Shape& shape = quantized_.graph.value(group.output).shape;
    for (const PostOp& post_op : group.post_ops) {
      const Node& node = quantized_.graph.node(post_op.node);
      if (post_op.operand) {
        value = add_node(node.name, node.op, {value, in_steps(*post_op.operand, group.output)}, shape);
      } else if (const auto* clip = std::get_if<Clip>(&node.op)) {
        value = add_node(node.name, Clip{clip->min / step, clip->max / step}, {value}, shape);
      } else {
        value = add_node(node.name, node.op, {value}, shape);
      }
    }
    codes_[group.output] = add_quantizer(group.output, value, 1);
  }

  /// An encoded value in steps of another.
  ValueId in_steps(ValueId id, ValueId other) {
    const float factor = quantized_.encoding(id)->channels[0].scale / quantized_.encoding(other)->channels[0].scale;
    return factor == 1 ? codes(id) : add_scaled(codes(id), scalar(factor), name(id) + ".in_steps");
  }

  void add_on_codes(const Node& node) {
    Node copy = node;
    for (ValueId& input : copy.inputs) input = codes(input);
    for (ValueId& output : copy.outputs) output = result_.graph.add_value(name(output) + ".codes", shape(output));
    result_.graph.nodes.push_back(copy);
    const bool rounds = averages(node.op);
    for (std::size_t i = 0; i < node.outputs.size(); ++i) {
      codes_[node.outputs[i]] = rounds ? add_quantizer(node.outputs[i], copy.outputs[i], 1) : copy.outputs[i];
    }
  }

  void add_in_reals(const FusedNode& group) {
    std::vector<NodeId> nodes = {group.node};
    for (const PostOp& post_op : group.post_ops) nodes.push_back(post_op.node);
    for (NodeId id : nodes) {
      Node node = quantized_.graph.node(id);
      const auto weights = quantized_.weights.find(id);
      if (weights != quantized_.weights.end()) quantize_constants(quantized_, weights->second, result_.graph, node);
      for (ValueId& input : node.inputs) {
        if (input.at() < quantized_.graph.values.size()) input = real(input);
      }
      result_.graph.nodes.push_back(std::move(node));
    }
  }

  /// real(x / scale) rounded and clamped to the grid of `encoded`, less its zero point.
  ValueId add_quantizer(ValueId encoded, ValueId input, float scale) {
    const Encoding& encoding = *quantized_.encoding(encoded);
    const std::int32_t zero_point = encoding.channels[0].zero_point;
    const FakeQuantize op{.scale = scale,
                          .result_scale = 1,
                          .lowest = encoding.grid.quant_min() - zero_point,
                          .highest = encoding.grid.quant_max() - zero_point,
                          .stochastic = quantized_.scheme.activations.rounding == Rounding::stochastic,
                          .seed = quantized_.scheme.seed + static_cast<std::uint64_t>(encoded.index)};
    return add_node(name(encoded) + ".quantizer", op, {input}, shape(encoded));
  }

  ValueId add_scaled(ValueId value, ValueId factor, const std::string& node_name) {
    return add_node(node_name, Mul{}, {value, factor}, result_.graph.value(value).shape);
  }

  ValueId add_node(const std::string& node_name, Op op, std::vector<ValueId> inputs, const Shape& result_shape) {
    const ValueId output = result_.graph.add_value(node_name + ".result", result_shape);
    result_.graph.nodes.push_back({node_name, std::move(op), std::move(inputs), {output}});
    return output;
  }

  ValueId constant(const std::string& constant_name, Tensor tensor) {
    return result_.graph.add_constant(constant_name, std::move(tensor));
  }
  ValueId scalar(float value) { return constant("scale", Tensor::from<float>(Shape{}, {value})); }
  const std::string& name(ValueId id) const { return quantized_.graph.value(id).name; }
  const Shape& shape(ValueId id) const { return quantized_.graph.value(id).shape; }

  const QuantizedGraph& quantized_;
  Simulation result_;
  std::map<ValueId, ValueId> reals_;
  std::map<ValueId, ValueId> codes_;
};

}  // namespace

Graph with_quantized_weights(const QuantizedGraph& quantized) {
  Graph graph = quantized.graph;
  for (const auto& [id, weights] : quantized.weights) {
    quantize_constants(quantized, weights, graph, graph.nodes[id.at()]);
  }
  return graph;
}

Simulation simulate(const QuantizedGraph& quantized, std::span<const ValueId> wanted) {
  return Simulating(quantized).run(wanted);
}

}  // namespace qs
