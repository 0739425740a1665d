#include "core/engine/training/network.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/graph/op_kind.h"
#include "core/graph/operator.h"

namespace qs {

namespace {

/// A mean over all positions of an image, whatever it is called.
bool is_global_average(const Op& op, int rank) {
  if (is_one_of<GlobalAveragePool>(op)) return true;
  const auto* mean = std::get_if<ReduceMean>(&op);
  if (mean == nullptr || rank < 3) return false;
  std::vector<int> spatial;
  for (int axis = 2; axis < rank; ++axis) spatial.push_back(axis);
  return mean->axes == spatial;
}

bool is_plain_gemm(const Op& op) {
  const auto* gemm = std::get_if<Gemm>(&op);
  return gemm != nullptr && gemm->alpha == 1 && gemm->beta == 1 && !gemm->transpose_a && gemm->transpose_b;
}

bool only_reshapes(const Op& op) {
  return is_one_of<Flatten, Reshape, Squeeze, Unsqueeze, Identity>(op);
}

/// Why one node cannot be trained; empty when it can.
std::string obstacle(const Graph& graph, const Node& node) {
  const auto is_constant = [&](ValueId id) { return graph.constant(id) != nullptr; };
  const Shape& x = graph.value(node.inputs.at(0)).shape;
  const bool layer = is_one_of<Conv, BatchNorm>(node.op) || is_plain_gemm(node.op);
  if (layer) {
    const bool computed = std::any_of(node.inputs.begin() + 1, node.inputs.end(), std::not_fn(is_constant));
    if (computed || is_constant(node.inputs[0])) return "only layers with constant weights can be trained";
    if (is_plain_gemm(node.op) &&
        (x.rank() != 2 || (node.inputs.size() > 2 &&
                           graph.value(node.inputs[2]).shape.elements() != graph.value(node.inputs[1]).shape[0]))) {
      return "only x * weights' + bias with one bias per output can be trained";
    }
    return {};
  }
  if (std::any_of(node.inputs.begin(), node.inputs.end(), is_constant)) return "it computes with a constant";
  if (is_activation(node.op) || is_one_of<MaxPool, AveragePool>(node.op) || is_global_average(node.op, x.rank()))
    return {};
  if (is_one_of<Add, Sum>(node.op)) {
    const bool same =
        std::all_of(node.inputs.begin(), node.inputs.end(), [&](ValueId id) { return graph.value(id).shape == x; });
    return same ? std::string() : "it adds tensors of different shapes";
  }
  if (const auto* concat = std::get_if<Concat>(&node.op)) return concat->axis == 1 ? "" : "it does not join channels";
  if (const auto* pad = std::get_if<Pad>(&node.op)) {
    return pads_with_zeros(*pad) ? "" : "it pads with something else than zeros";
  }
  if (only_reshapes(node.op)) return {};
  return "this operator has no derivative here";
}

}  // namespace

VariableId NetworkConstants::parameter(ValueId id, ParameterKind kind) {
  const auto known = parameters_.find(id);
  if (known != parameters_.end()) return known->second;
  return parameters_[id] = tape_.parameter(graph_.value(id).name, kind, *graph_.constant(id));
}

MovingState* NetworkConstants::state(ValueId id) {
  MovingState*& found = states_[id];
  if (found == nullptr) found = tape_.state(graph_.value(id).name, *graph_.constant(id));
  return found;
}

LayerVariables NetworkConstants::layer(const Node& node) {
  LayerVariables layer{parameter(node.inputs[1], ParameterKind::weights), {}};
  if (node.inputs.size() > 2) layer.bias = parameter(node.inputs[2], ParameterKind::bias);
  return layer;
}

BatchNormVariables NetworkConstants::batch_norm(const Node& node, float momentum) {
  return {parameter(node.inputs[1], ParameterKind::batch_norm), parameter(node.inputs[2], ParameterKind::batch_norm),
          state(node.inputs[3]), state(node.inputs[4]), momentum};
}

std::string training_obstacle(const Graph& graph) {
  if (graph.inputs.size() != 1 || graph.outputs.size() != 1)
    return "only networks with one input and one output can be trained";
  for (const Node& node : graph.nodes) {
    if (const std::string reason = obstacle(graph, node); !reason.empty()) {
      return fmt::format("{} ({}): {}", node.name, name_of(node.op), reason);
    }
  }
  return {};
}

void check_trainable(const Graph& graph) {
  const std::string reason = training_obstacle(graph);
  if (!reason.empty()) bad_input("this network cannot be trained: {}", reason);
}

VariableId add_node(Tape& tape, const Node& node, const std::vector<VariableId>& inputs, const Shape& result) {
  const VariableId x = inputs.at(0);
  if (is_activation(node.op)) return add_activation(tape, node.name, node.op, x);
  if (is_one_of<MaxPool, AveragePool>(node.op)) return add_pooling(tape, node.name, node.op, x, result);
  if (is_global_average(node.op, tape.shape(x).rank())) {
    const VariableId mean = add_global_average_pool(tape, node.name, x);
    return tape.shape(mean) == result ? mean : add_reshape(tape, node.name + ".shape", mean, result);
  }
  if (is_one_of<Add, Sum>(node.op)) return add_sum(tape, node.name, inputs);
  if (is_one_of<Concat>(node.op)) return add_concat(tape, node.name, inputs);
  if (const auto* pad = std::get_if<Pad>(&node.op)) return add_pad(tape, node.name, *pad, x, result);
  if (is_one_of<Identity>(node.op)) return x;
  if (only_reshapes(node.op)) return add_reshape(tape, node.name, x, result);
  throw Error(ErrorCode::bad_input, fmt::format("{}: {} cannot be trained", node.name, name_of(node.op)));
}

namespace {

/// The ReLU or Clip that is all that reads a node's result.
std::optional<NodeId> only_clamp_behind(const Graph& graph, const std::vector<std::vector<NodeId>>& readers,
                                        const Node& node) {
  const ValueId result = node.outputs[0];
  const std::vector<NodeId>& its = readers[result.at()];
  const bool is_output = std::find(graph.outputs.begin(), graph.outputs.end(), result) != graph.outputs.end();
  if (is_output || its.size() != 1 || !clamp_of(graph.node(its[0]).op)) return std::nullopt;
  return its[0];
}

}  // namespace

TrainedNetwork add_network(Tape& tape, const Graph& graph, float batch_norm_momentum) {
  check_trainable(graph);
  TrainedNetwork network;
  network.images = tape.input(graph.value(graph.inputs[0]).shape);
  std::map<ValueId, VariableId> variables = {{graph.inputs[0], network.images}};
  NetworkConstants constants(tape, graph);
  const std::vector<std::vector<NodeId>> readers = users(graph);
  for (const Node& node : graph.nodes) {
    if (variables.contains(node.outputs[0])) continue;  // done with the batch normalization before it
    const VariableId x = variables.at(node.inputs[0]);
    VariableId& result = variables[node.outputs[0]];
    if (const auto* conv = std::get_if<Conv>(&node.op)) {
      result = add_convolution(tape, node.name, *conv, x, constants.layer(node));
    } else if (std::holds_alternative<Gemm>(node.op)) {
      result = add_inner_product(tape, node.name, x, constants.layer(node));
    } else if (const auto* norm = std::get_if<BatchNorm>(&node.op)) {
      const std::optional<NodeId> clamp = only_clamp_behind(graph, readers, node);
      result = add_batch_norm(tape, node.name, *norm, x, constants.batch_norm(node, batch_norm_momentum),
                              clamp ? *clamp_of(graph.node(*clamp).op) : Clamp{});
      if (clamp) variables[graph.node(*clamp).outputs[0]] = result;
    } else {
      std::vector<VariableId> inputs;
      for (ValueId id : node.inputs) inputs.push_back(variables.at(id));
      result = add_node(tape, node, inputs, graph.value(node.outputs[0]).shape);
    }
  }
  network.output = variables.at(graph.outputs[0]);
  tape.keep(network.output);
  return network;
}

Graph with_trained(const Graph& graph, Tape& tape) {
  Graph result = graph;
  const auto take = [&](const std::string& name, const Tensor& value) {
    const ValueId id = find_value(result, name);
    if (!id.valid() || result.constant(id) == nullptr) return;
    result.constants[id] = Tensor::from<float>(value.shape(), value.values<float>());
  };
  for (const Parameter& parameter : tape.parameters()) take(parameter.name, parameter.value);
  for (const auto& state : tape.states()) take(state->name, state->value);
  return result;
}

}  // namespace qs
