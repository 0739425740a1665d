#include "core/train/quantization/quantized_network.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/graph/op_kind.h"
#include "core/quant/layer_rules.h"
#include "core/quant/placement.h"
#include "core/train/quantization/batch_norm_folding.h"
#include "core/train/quantization/channel_operations.h"

namespace qs {

namespace {

LearnedGrid learned_grid(const Encoding& encoding, std::int64_t values_per_scale) {
  const std::int32_t zero_point = encoding.channels[0].zero_point;
  return {encoding.grid.quant_min() - zero_point, encoding.grid.quant_max() - zero_point, values_per_scale};
}

class Building {
 public:
  Building(Tape& tape, const Graph& graph, const QuantizedGraph& start, const QuantizationRecipe& recipe,
           float momentum)
      : tape_(tape),
        graph_(graph),
        start_(start),
        recipe_(recipe),
        momentum_(momentum),
        placement_(place_quantizers(start.graph, start.scheme)),
        rules_(start_.graph, start_.scheme),
        readers_(users(graph)),
        constants_(tape, graph) {}

  QuantizedTraining run() && {
    const ValueId images = start_.graph.inputs.at(0);
    result_.network.images = tape_.input(start_.graph.value(images).shape);
    variables_[images] = quantized(images, result_.network.images);
    for (const FusedNode& group : start_.groups) {
      VariableId value = computed(group.node);
      for (const PostOp& post_op : group.post_ops) value = absorbed(post_op, value);
      const Op& op = start_.graph.node(group.node).op;
      // Moved values are on their grid already, and so is the largest of some.
      const bool is_on_grid = placement_.sources[group.output.at()] == EncodingSource::input && !averages(op);
      variables_[group.output] = is_on_grid ? value : quantized(group.output, value);
    }
    result_.network.output = variables_.at(start_.graph.outputs.at(0));
    tape_.keep(result_.network.output);
    return std::move(result_);
  }

 private:
  // ---- values ----

  /// The value whose range encodes this one.
  ValueId owner(ValueId id) const {
    const EncodingSource source = placement_.sources[id.at()];
    if (source == EncodingSource::input) return owner(producer(id).inputs[0]);
    if (source != EncodingSource::reader) return id;
    for (const Node& node : start_.graph.nodes) {
      if (is_one_of<Concat>(node.op) && std::find(node.inputs.begin(), node.inputs.end(), id) != node.inputs.end()) {
        return node.outputs[0];
      }
    }
    return id;
  }

  const Node& producer(ValueId id) const {
    const auto makes = [&](const Node& node) { return node.outputs[0] == id; };
    return *std::find_if(start_.graph.nodes.begin(), start_.graph.nodes.end(), makes);
  }

  VariableId quantized(ValueId id, VariableId value) {
    const Encoding* encoding = start_.encoding(id);
    if (encoding == nullptr) return value;
    const ValueId from = owner(id);
    const std::string& name = start_.graph.value(id).name;
    if (recipe_.activation_ranges == ActivationRanges::learned) {
      const Shape& shape = tape_.shape(value);
      return add_learned_quantizer(tape_, name, value, learned_scale(from, *encoding),
                                   learned_grid(*encoding, shape.elements() / shape[0]), activation_options(from));
    }
    return add_activation_quantizer(tape_, name, value, range(from, *encoding), from == id, activation_options(from));
  }

  const TrainedRange& range(ValueId id, const Encoding& encoding) {
    const std::string& name = start_.graph.value(id).name;
    const auto known = result_.quantizers.ranges.find(name);
    if (known != result_.quantizers.ranges.end()) return known->second;
    const Range first = covered(encoding.channels[0], encoding.grid);
    const bool moves = recipe_.activation_ranges == ActivationRanges::moving_average;
    const TrainedRange range{encoding.grid,
                             tape_.state(name + ".range", Tensor::from<float>({2}, {first.min, first.max})),
                             moves ? static_cast<float>(recipe_.range_decay) : 1.0F};
    return result_.quantizers.ranges[name] = range;
  }

  VariableId learned_scale(ValueId id, const Encoding& encoding) {
    const std::string& name = start_.graph.value(id).name;
    const auto known = scales_.find(name);
    if (known != scales_.end()) return known->second;
    result_.quantizers.scales[name] = {tape_.parameters().size(), encoding};
    return scales_[name] = tape_.parameter(name + ".scale", ParameterKind::scale,
                                           Tensor::from<float>({1}, {encoding.channels[0].scale}));
  }

  /// Quantizers that share a range share the place where its scale is told.
  QuantizerOptions activation_options(ValueId from) {
    QuantizerOptions options{recipe_.quant_delay_epochs, start_.scheme.activations.rounding, salt_++};
    CurrentScales& told = told_[from];
    if (told == nullptr) told = options.scales;
    options.scales = told;
    return options;
  }

  /// The bias as int8 inference will round it: where input and weights are integers.
  VariableId quantized_bias(NodeId id, VariableId bias, const CurrentScales& weights) {
    const Node& node = start_.graph.node(id);
    const auto layer = start_.weights.find(id);
    if (layer == start_.weights.end() || !layer->second.bias) return bias;
    return add_bias_quantizer(tape_, node.name, bias, told_.at(owner(node.inputs[0])), weights);
  }

  // ---- nodes ----

  VariableId computed(NodeId id) {
    const Node& node = start_.graph.node(id);
    const Shape& shape = start_.graph.value(node.outputs[0]).shape;
    if (is_one_of<Conv, Gemm>(node.op)) return layer(id);
    if (const auto* norm = std::get_if<BatchNorm>(&node.op)) {
      return add_batch_norm(tape_, node.name, *norm, variables_.at(node.inputs[0]),
                            constants_.batch_norm(original(node.name), momentum_));
    }
    std::vector<VariableId> inputs;
    for (ValueId input : node.inputs) inputs.push_back(variables_.at(input));
    return add_node(tape_, node, inputs, shape);
  }

  VariableId absorbed(const PostOp& post_op, VariableId value) {
    const Node& node = start_.graph.node(post_op.node);
    std::vector<VariableId> inputs = {value};
    if (post_op.operand) inputs.push_back(variables_.at(*post_op.operand));
    return add_node(tape_, node, inputs, start_.graph.value(node.outputs[0]).shape);
  }

  const Node& original(const std::string& name) const {
    const auto has_name = [&](const Node& node) { return node.name == name; };
    const auto found = std::find_if(graph_.nodes.begin(), graph_.nodes.end(), has_name);
    if (found == graph_.nodes.end()) {
      throw Error(ErrorCode::bad_input, fmt::format("{}: a pass made this node, so it cannot be trained", name));
    }
    return *found;
  }

  /// The batch normalization that was folded into a layer.
  const Node& folded_norm(const Node& layer) const {
    const auto& readers = readers_[layer.outputs[0].at()];
    if (readers.size() == 1 && is_one_of<BatchNorm>(graph_.node(readers[0]).op)) return graph_.node(readers[0]);
    throw Error(ErrorCode::bad_input,
                fmt::format("{}: the BatchNorm folded into it does not follow directly; such a layer cannot be trained",
                            layer.name));
  }

  VariableId layer(NodeId id) {
    const Node& node = start_.graph.node(id);
    const Node& source = original(node.name);
    const VariableId x = variables_.at(node.inputs[0]);
    if (start_.graph.folded.count(node.name) > 0) return folded_layer(id, source, x);
    LayerVariables layer = constants_.layer(source);
    const QuantizerOptions options = weight_options();
    layer.weights = quantized_weights(id, layer.weights, options);
    if (layer.bias) layer.bias = quantized_bias(id, *layer.bias, options.scales);
    return product(node, node.name, x, layer);
  }

  /// W and the batch normalization, which moves into the weights and what follows the sums.
  VariableId folded_layer(NodeId id, const Node& source, VariableId x) {
    const Node& node = start_.graph.node(id);
    const Node& norm_node = folded_norm(source);
    const VariableId weights = constants_.parameter(source.inputs[1], ParameterKind::weights);
    const BatchNormVariables norm = constants_.batch_norm(norm_node, momentum_);
    FoldingOptions options{
        recipe_.batch_norm, recipe_.freeze_after_epochs, std::get<BatchNorm>(norm_node.op).epsilon, {}};
    if (source.inputs.size() > 2) {
      const auto bias = graph_.constant(source.inputs[2])->values<float>();
      options.convolution_bias.assign(bias.begin(), bias.end());
    }
    // The float layer, run for the moments of its sums.
    const VariableId sums = product(node, node.name + ".float", x, {weights, {}});
    const Moments moments = add_moments(tape_, node.name + ".moments", sums);
    for (VariableId result : {sums, moments.mean}) {
      tape_.idle_when(result, [options](const TrainingStep& step) { return !uses_moments(options, step); });
    }
    const FoldedFactors factors =
        add_folded_factors(tape_, node.name + ".folding", moments.mean, moments.variance, norm, options);
    const VariableId folded = add_scaled_channels(tape_, node.name + ".folded", weights, factors.weights);
    const QuantizerOptions when = weight_options();
    const VariableId y = product(node, node.name, x, {quantized_weights(id, folded, when), {}});
    const VariableId shift = quantized_bias(id, factors.shift, when.scales);
    return add_channel_affine(tape_, node.name + ".affine", y, factors.sums, shift);
  }

  VariableId product(const Node& node, const std::string& name, VariableId x, const LayerVariables& layer) {
    if (const auto* conv = std::get_if<Conv>(&node.op)) return add_convolution(tape_, name, *conv, x, layer);
    return add_inner_product(tape_, name, x, layer);
  }

  QuantizerOptions weight_options() { return {recipe_.quant_delay_epochs, start_.scheme.weights.rounding, salt_++}; }

  VariableId quantized_weights(NodeId id, VariableId weights, const QuantizerOptions& options) {
    const auto found = start_.weights.find(id);
    if (found == start_.weights.end()) return weights;
    const Node& node = start_.graph.node(id);
    if (recipe_.weight_ranges == WeightRanges::min_max) {
      return add_weight_quantizer(tape_, node.name, weights,
                                  {node.op, start_.scheme.weights, rules_.weight_bits(id), rules_.weight_range(id)},
                                  options);
    }
    const Encoding& encoding = found->second.encoding;
    Tensor scales(DType::f32, {static_cast<std::int64_t>(encoding.channels.size())});
    for (std::size_t c = 0; c < encoding.channels.size(); ++c) {
      scales.mutable_values<float>()[c] = encoding.channels[c].scale;
    }
    result_.quantizers.weights[node.name] = {tape_.parameters().size(), encoding};
    const VariableId scale = tape_.parameter(node.name + ".weight_scale", ParameterKind::scale, scales);
    return add_learned_quantizer(tape_, node.name + ".weights", weights, scale,
                                 learned_grid(encoding, tape_.shape(weights).elements() / scales.elements()), options);
  }

  Tape& tape_;
  const Graph& graph_;
  const QuantizedGraph& start_;
  const QuantizationRecipe& recipe_;
  float momentum_;
  Placement placement_;
  LayerRules rules_;
  std::vector<std::vector<NodeId>> readers_;
  NetworkConstants constants_;
  QuantizedTraining result_;
  std::map<ValueId, VariableId> variables_;
  std::map<std::string, VariableId> scales_;
  std::map<ValueId, CurrentScales> told_;  ///< by the value whose range it is
  std::uint64_t salt_ = 1;
};

Encoding with_scales(const TrainedQuantizers::Learned& learned, Tape& tape) {
  Encoding encoding = learned.encoding;
  const auto scales = tape.parameters()[learned.parameter].value.values<float>();
  for (std::size_t c = 0; c < encoding.channels.size(); ++c) encoding.channels[c].scale = learned_step(scales[c]);
  return encoding;
}

}  // namespace

TrainedEncodings TrainedQuantizers::encodings(Tape& tape) const {
  TrainedEncodings result;
  for (const auto& [name, range] : ranges) result.activations[name] = {range.grid, {range.encoding()}};
  for (const auto& [name, learned] : scales) result.activations[name] = with_scales(learned, tape);
  for (const auto& [name, learned] : weights) result.weights[name] = with_scales(learned, tape);
  return result;
}

Graph prepare_for_training(const Graph& graph, const Scheme& scheme) {
  Scheme unfolded = scheme;
  std::erase(unfolded.passes, "fold_batch_norm");
  return prepare_for_quantization(graph, unfolded);
}

QuantizedTraining add_quantized_network(Tape& tape, const Graph& graph, const QuantizedGraph& start,
                                        const QuantizationRecipe& recipe, float batch_norm_momentum) {
  check_trainable(graph);
  return Building(tape, graph, start, recipe, batch_norm_momentum).run();
}

}  // namespace qs
