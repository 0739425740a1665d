#include "core/graph/summary.h"

#include <algorithm>
#include <unordered_map>

#include "core/base/checked.h"
#include "core/graph/output_channel.h"
#include "core/graph/passes/fold_batch_norm.h"

namespace qs {

namespace {

/// Why a node has no int8 form here although its operator has one, or what the operator says itself; empty if it has.
std::string reason_against(const Graph& graph, const Node& node, const Operator& row) {
  if (row.quantizable == Quantizable::no) return std::string(row.why_not);
  if (row.quantizable == Quantizable::weighted && graph.constant(node.inputs[1]) == nullptr) {
    return "both of its matrices are computed, so there are no weights";
  }
  const DType dtype = graph.value(node.inputs[0]).dtype;
  return dtype == DType::f32 ? std::string() : fmt::format("computes on {}", name_of(dtype));
}

std::int64_t f32_elements(const Graph& graph, ValueId id) {
  const Tensor* tensor = graph.constant(id);
  return tensor != nullptr && tensor->dtype() == DType::f32 ? tensor->elements() : 0;
}

template <class Layer>
int dead_channels(const Layer& op, const Tensor& weights, std::int64_t channels) {
  std::vector<bool> alive(static_cast<std::size_t>(channels), false);
  const auto values = weights.values<float>();
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::int64_t channel = output_channel(op, weights.shape(), static_cast<std::int64_t>(i));
    if (values[i] != 0) alive[static_cast<std::size_t>(channel)] = true;
  }
  return static_cast<int>(std::count(alive.begin(), alive.end(), false));
}

int dead_channels(const Graph& graph, const Node& node) {
  if (operator_of(node.op).quantizable != Quantizable::weighted) return 0;
  const Tensor* weights = graph.constant(node.inputs[1]);
  if (weights == nullptr) return 0;
  const Shape& output = graph.value(node.outputs[0]).shape;
  const std::int64_t last = output[output.rank() - 1];
  if (const auto* conv = std::get_if<Conv>(&node.op)) return dead_channels(*conv, *weights, output[1]);
  if (const auto* conv = std::get_if<ConvTranspose>(&node.op)) return dead_channels(*conv, *weights, output[1]);
  if (const auto* gemm = std::get_if<Gemm>(&node.op)) return dead_channels(*gemm, *weights, last);
  if (const auto* matmul = std::get_if<MatMul>(&node.op)) return dead_channels(*matmul, *weights, last);
  return 0;
}

bool is_residual(const Graph& graph, const Node& node) {
  if (!std::holds_alternative<Add>(node.op) && !std::holds_alternative<Sum>(node.op)) return false;
  const Shape& shape = graph.value(node.inputs[0]).shape;
  return node.inputs.size() > 1 && std::all_of(node.inputs.begin(), node.inputs.end(), [&](ValueId id) {
           return graph.constant(id) == nullptr && graph.value(id).shape == shape;
         });
}

bool is_depthwise(const Graph& graph, const Node& node) {
  const auto* conv = std::get_if<Conv>(&node.op);
  return conv != nullptr && conv->groups > 1 && graph.value(node.inputs[1]).shape[1] == 1;
}

/// Looks back from the first output through what only moves elements.
OutputKind output_kind(const Graph& graph) {
  if (graph.outputs.empty()) return OutputKind::logits;
  const auto origins = producers(graph);
  NodeId origin = origins[graph.outputs[0].at()];
  while (origin.valid() && operator_of(graph.node(origin).op).quantizable == Quantizable::moves) {
    origin = origins[graph.node(origin).inputs[0].at()];
  }
  const bool softmax = origin.valid() && std::holds_alternative<Softmax>(graph.node(origin).op);
  return softmax ? OutputKind::softmax : OutputKind::logits;
}

/// A BatchNorm that no layer can take in runs in float, for the reason the folding gives.
void add_folding(const Graph& graph, GraphSummary& summary) {
  const PassResult folding = fold_batch_norm(graph);
  summary.foldable_batch_norms = static_cast<int>(folding.changed.size());
  std::unordered_map<std::string_view, const PassNote*> kept;
  for (const PassNote& note : folding.kept) kept.emplace(note.node, &note);
  for (LayerSummary& layer : summary.layers) {
    const auto note = kept.find(layer.name);
    if (note == kept.end()) continue;
    layer.quantizable = Quantizable::no;
    layer.reason = note->second->text;
  }
}

}  // namespace

LayerSummary summarize(const Graph& graph, const Node& node) {
  const Operator& row = operator_of(node.op);
  LayerSummary layer;
  layer.name = node.name;
  layer.type = row.name;
  for (ValueId id : node.inputs) {
    layer.parameters += f32_elements(graph, id);
    if (graph.constant(id) == nullptr) layer.inputs.push_back(graph.value(id).shape);
  }
  for (ValueId id : node.outputs) layer.outputs.push_back(graph.value(id).shape);
  layer.multiply_accumulates = multiply_accumulates(graph, node);
  layer.reason = reason_against(graph, node, row);
  layer.quantizable = layer.reason.empty() ? row.quantizable : Quantizable::no;
  return layer;
}

GraphSummary summarize(const Graph& graph) {
  GraphSummary summary;
  for (const auto& [id, tensor] : graph.constants) summary.parameters += f32_elements(graph, id);
  for (const Node& node : graph.nodes) {
    summary.layers.push_back(summarize(graph, node));
    summary.multiply_accumulates = checked_add(summary.multiply_accumulates, summary.layers.back().multiply_accumulates,
                                               "number of multiply-accumulates");
    summary.batch_norms += std::holds_alternative<BatchNorm>(node.op) ? 1 : 0;
    summary.residual_adds += is_residual(graph, node) ? 1 : 0;
    summary.depthwise_convolutions += is_depthwise(graph, node) ? 1 : 0;
    summary.dead_channels += dead_channels(graph, node);
  }
  add_folding(graph, summary);
  summary.output = output_kind(graph);
  return summary;
}

}  // namespace qs
