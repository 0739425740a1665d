#include "core/graph/passes/fold_batch_norm.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/graph/operator.h"
#include "core/graph/output_channel.h"
#include "core/graph/passes/rewriting.h"
#include "core/graph/passes/rows.h"

namespace qs {

namespace {

/// y = scale[c] * x + shift[c]
struct Affine {
  std::vector<double> scale;
  std::vector<double> shift;
};

struct FoldedLayer {
  Op op;
  Tensor weights;
  Tensor bias;
};

Affine affine(const Graph& graph, const Node& node) {
  const auto parameter = [&](std::size_t i) { return graph.constant(node.inputs[i])->values<float>(); };
  const auto scale = parameter(1);
  const auto shift = parameter(2);
  const auto mean = parameter(3);
  const auto variance = parameter(4);
  const double epsilon = static_cast<double>(std::get<BatchNorm>(node.op).epsilon);
  Affine result;
  for (std::size_t c = 0; c < scale.size(); ++c) {
    const double factor = static_cast<double>(scale[c]) / std::sqrt(static_cast<double>(variance[c]) + epsilon);
    result.scale.push_back(factor);
    result.shift.push_back(static_cast<double>(shift[c]) - static_cast<double>(mean[c]) * factor);
  }
  return result;
}

/// The layer's op with BatchNorm in it: a MatMul gains a bias, and C of a Gemm is taken in with its beta.
Op op_after(const Node& layer) {
  if (std::holds_alternative<MatMul>(layer.op)) return Gemm{};
  Op op = layer.op;
  if (auto* gemm = std::get_if<Gemm>(&op)) gemm->beta = 1;
  return op;
}

bool takes_in(const Graph& graph, const Node& layer) {
  const bool matrices = graph.value(layer.outputs[0]).shape.rank() == 2;
  return std::holds_alternative<Conv>(layer.op) || std::holds_alternative<ConvTranspose>(layer.op) ||
         std::holds_alternative<Gemm>(layer.op) || (std::holds_alternative<MatMul>(layer.op) && matrices);
}

/// Whether a bias holds one number per channel, or one for all.
bool is_per_channel(const Shape& bias, std::int64_t channels) {
  return bias.elements() == 1 || (bias.elements() == channels && bias[bias.rank() - 1] == channels);
}

bool counts_no_padding(const AveragePool& op) {
  const auto zero = [](std::int64_t pad) { return pad == 0; };
  const Window& window = op.window;
  return !op.count_include_pad || (std::all_of(window.pads_begin.begin(), window.pads_begin.end(), zero) &&
                                   std::all_of(window.pads_end.begin(), window.pads_end.end(), zero));
}

/// Whether f(scale[c] * x + shift[c]) = scale[c] * f(x) + shift[c] for the function f of this node.
bool passes_through(const Graph& graph, const Node& node) {
  if (std::holds_alternative<Identity>(node.op) || std::holds_alternative<GlobalAveragePool>(node.op)) return true;
  if (const auto* pool = std::get_if<AveragePool>(&node.op)) return counts_no_padding(*pool);
  const bool reshapes = std::holds_alternative<Reshape>(node.op) || std::holds_alternative<Flatten>(node.op) ||
                        std::holds_alternative<Squeeze>(node.op) || std::holds_alternative<Unsqueeze>(node.op);
  if (!reshapes) return false;
  const Shape& before = graph.value(node.inputs[0]).shape;
  const Shape& after = graph.value(node.outputs[0]).shape;
  return before.rank() >= 2 && after.rank() >= 2 && before[0] == after[0] && before[1] == after[1];
}

/// The node before the BatchNorm that could take it in, or that shows why none can.
NodeId layer_before(const Rewriting& rewriting, const Node& norm) {
  NodeId layer = rewriting.producer_id(norm.inputs[0]);
  while (layer.valid() && passes_through(rewriting.graph(), rewriting.graph().node(layer))) {
    layer = rewriting.producer_id(rewriting.graph().node(layer).inputs[0]);
  }
  return layer;
}

/// Why the values from the layer's result to the BatchNorm cannot change; empty when they can.
std::string read_between(const Rewriting& rewriting, const Node& norm, const Node& layer) {
  const Node* node = &norm;
  do {
    const ValueId x = node->inputs[0];
    node = rewriting.producer(x);
    if (rewriting.is_output(x)) return fmt::format("the result of {} is an output of the network", node->name);
    if (!rewriting.read_once(x)) return fmt::format("other nodes read the result of {} too", node->name);
  } while (node != &layer);
  return {};
}

/// ", ..." about a layer behind the BatchNorm, into which it might be expected to go.
std::string about(const Graph& graph, const std::vector<NodeId>& readers) {
  for (NodeId id : readers) {
    const Node& node = graph.node(id);
    if (takes_in(graph, node)) {
      return fmt::format(", and is not folded into {} behind it", node.name);
    }
  }
  return {};
}

/// Why a BatchNorm cannot be folded; empty when it can.
std::string obstacle(const Rewriting& rewriting, const Node& norm, const std::vector<NodeId>& readers) {
  const Graph& graph = rewriting.graph();
  const NodeId layer_id = layer_before(rewriting, norm);
  if (!layer_id.valid()) return "it reads an input of the network" + about(graph, readers);
  const Node& layer = graph.node(layer_id);
  if (!takes_in(graph, layer)) {
    return fmt::format("it follows {} ({}), which has no weights to take it in{}", layer.name, name_of(layer.op),
                       about(graph, readers));
  }
  if (std::string reason = read_between(rewriting, norm, layer); !reason.empty()) return reason;
  const auto computed = [&](ValueId id) { return graph.constant(id) == nullptr; };
  if (std::any_of(layer.inputs.begin() + 1, layer.inputs.end(), computed)) {
    return fmt::format("the weights or the bias of {} are computed", layer.name);
  }
  if (std::any_of(norm.inputs.begin() + 1, norm.inputs.end(), computed)) return "its parameters are computed";
  const std::int64_t channels = graph.value(norm.outputs[0]).shape[1];
  if (layer.inputs.size() > 2 && !is_per_channel(graph.value(layer.inputs[2]).shape, channels)) {
    return fmt::format("what {} adds differs from row to row", layer.name);
  }
  return {};
}

std::vector<double> bias_of(const Graph& graph, const Node& layer, std::size_t channels) {
  std::vector<double> bias(channels, 0.0);
  if (layer.inputs.size() < 3) return bias;
  const auto* gemm = std::get_if<Gemm>(&layer.op);
  const double beta = gemm == nullptr ? 1 : static_cast<double>(gemm->beta);
  const auto values = graph.constant(layer.inputs[2])->values<float>();
  for (std::size_t c = 0; c < channels; ++c) {
    bias[c] = beta * static_cast<double>(values[values.size() == 1 ? 0 : c]);
  }
  return bias;
}

template <class Layer>
Tensor scaled_weights(const Layer& op, const Tensor& weights, const Affine& norm) {
  Tensor result(DType::f32, weights.shape());
  const auto from = weights.values<float>();
  const auto to = result.mutable_values<float>();
  for (std::size_t i = 0; i < from.size(); ++i) {
    const std::int64_t c = output_channel(op, weights.shape(), static_cast<std::int64_t>(i));
    to[i] = static_cast<float>(static_cast<double>(from[i]) * norm.scale[static_cast<std::size_t>(c)]);
  }
  return result;
}

FoldedLayer folded(const Graph& graph, const Node& layer, const Affine& norm) {
  const Op op = op_after(layer);
  const Tensor& weights = *graph.constant(layer.inputs[1]);
  Tensor scaled;
  if (const auto* conv = std::get_if<Conv>(&op)) scaled = scaled_weights(*conv, weights, norm);
  if (const auto* conv = std::get_if<ConvTranspose>(&op)) scaled = scaled_weights(*conv, weights, norm);
  if (const auto* gemm = std::get_if<Gemm>(&op)) scaled = scaled_weights(*gemm, weights, norm);
  const std::size_t channels = norm.scale.size();
  const auto old_bias = bias_of(graph, layer, channels);
  Tensor bias(DType::f32, {static_cast<std::int64_t>(channels)});
  const auto to = bias.mutable_values<float>();
  for (std::size_t c = 0; c < channels; ++c) {
    to[c] = static_cast<float>(old_bias[c] * norm.scale[c] + norm.shift[c]);
  }
  return {op, std::move(scaled), std::move(bias)};
}

bool all_finite(const Tensor& tensor) {
  const auto values = tensor.values<float>();
  return std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); });
}

FoldedBatchNorm record(const Graph& graph, const Node& layer, const Node& norm) {
  const auto parameter = [&](std::size_t i) { return *graph.constant(norm.inputs[i]); };
  return {.weights = *graph.constant(layer.inputs[1]),
          .scale = parameter(1),
          .shift = parameter(2),
          .mean = parameter(3),
          .variance = parameter(4),
          .epsilon = std::get<BatchNorm>(norm.op).epsilon};
}

void fold(Rewriting& rewriting, NodeId id, const std::vector<std::vector<NodeId>>& readers) {
  const Node& norm = rewriting.graph().node(id);
  if (!std::holds_alternative<BatchNorm>(norm.op)) return;
  auto reason = obstacle(rewriting, norm, readers[norm.outputs[0].at()]);
  if (!reason.empty()) return rewriting.kept(norm, std::move(reason));
  const NodeId layer_id = layer_before(rewriting, norm);
  const Node& layer = rewriting.graph().node(layer_id);
  FoldedLayer result = folded(rewriting.graph(), layer, affine(rewriting.graph(), norm));
  // A variance that is not positive, or a scale beyond all measure.
  if (!all_finite(result.weights) || !all_finite(result.bias)) {
    return rewriting.kept(norm, "its variance or scale would make a weight or bias infinite");
  }
  const NodeId last = rewriting.producer_id(norm.inputs[0]);
  const std::string through = last == layer_id ? "" : fmt::format(" through {}", rewriting.graph().node(last).name);
  const std::string_view bias_note = layer.inputs.size() > 2 ? "" : ", which gained a bias";
  rewriting.changed(norm, fmt::format("folded into {}{}{}", layer.name, through, bias_note));
  rewriting.graph().folded.insert_or_assign(layer.name, record(rewriting.graph(), layer, norm));
  const ValueId weights = rewriting.replacement(layer.inputs[1], std::move(result.weights));
  const ValueId old_bias = layer.inputs.size() > 2 ? layer.inputs[2] : norm.inputs[2];
  const ValueId bias = rewriting.replacement(old_bias, std::move(result.bias));
  rewriting.replace(layer_id, std::move(result.op), {layer.inputs[0], weights, bias});
  rewriting.take_over(last, id);
}

}  // namespace

PassResult fold_batch_norm(const Graph& graph) {
  const std::vector<std::vector<NodeId>> readers = users(graph);
  return for_each_node(graph, [&](Rewriting& rewriting, NodeId id) { fold(rewriting, id, readers); });
}

const Pass fold_batch_norm_pass{"fold_batch_norm", "Fold BatchNorm",
                                "Folds each BatchNorm into the weights and bias of the layer before it.",
                                fold_batch_norm};

}  // namespace qs
