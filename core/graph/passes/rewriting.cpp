#include "core/graph/passes/rewriting.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/graph/operator.h"
#include "core/graph/passes/remove_unused.h"

namespace qs {

namespace {

constexpr std::size_t kLongestProduct = 8;       // patterns have two factors and a constant or two
constexpr double kHalfPrecision = 1.0 / 2048.0;  // largest relative rounding error of a normal half

/// Multiplies or divides `product` by what `id` holds, or puts it on `open` for being taken apart.
bool take(const Rewriting& rewriting, ValueId id, bool divided, Product& product, std::vector<const Node*>& open) {
  if (const auto constant = scalar(rewriting.graph(), id)) {
    product.constant = divided ? product.constant / *constant : product.constant * *constant;
    return true;
  }
  if (divided) return false;
  const bool nested = rewriting.producer_op<Mul>(id) != nullptr || rewriting.producer_op<Div>(id) != nullptr;
  if (nested && rewriting.read_once(id)) {
    open.push_back(rewriting.producer(id));
  } else {
    product.factors.push_back(id);
  }
  return true;
}

}  // namespace

Rewriting::Rewriting(const Graph& graph)
    : result_{graph, {}, {}},
      producers_(producers(graph)),
      uses_(graph.values.size(), 0),
      is_output_(graph.values.size(), false) {
  for (const Node& node : graph.nodes) {
    for (ValueId id : node.inputs) ++uses_[id.at()];
  }
  for (ValueId id : graph.outputs) is_output_[id.at()] = true;
}

const Node* Rewriting::producer(ValueId id) const {
  const NodeId node = producers_[id.at()];
  return node.valid() ? &graph().node(node) : nullptr;
}

bool Rewriting::read_once(ValueId id) const {
  return uses_[id.at()] == 1 && !is_output_[id.at()];
}

void Rewriting::take_over(NodeId node, NodeId absorbed) {
  Node& gone = graph().nodes[absorbed.at()];
  graph().nodes[node.at()].outputs = gone.outputs;
  for (ValueId id : gone.outputs) producers_[id.at()] = node;
  for (ValueId id : gone.inputs) --uses_[id.at()];
  gone.inputs.clear();
  gone.outputs.clear();
}

void Rewriting::replace(NodeId id, Op op, std::vector<ValueId> inputs) {
  Node& node = graph().nodes[id.at()];
  for (ValueId input : node.inputs) --uses_[input.at()];
  for (ValueId input : inputs) ++uses_[input.at()];
  node.op = std::move(op);
  node.inputs = std::move(inputs);
}

ValueId Rewriting::replacement(ValueId old, Tensor tensor) {
  std::string name = graph().value(old).name;
  if (uses_[old.at()] > 1) {
    const std::string base = name;
    for (int i = 2; find_value(graph(), name).valid(); ++i) name = fmt::format("{}_{}", base, i);
  }
  const ValueId id = graph().add_constant(std::move(name), std::move(tensor));
  producers_.resize(graph().values.size());
  uses_.resize(graph().values.size(), 0);
  is_output_.resize(graph().values.size(), false);
  return id;
}

PassResult Rewriting::finish() && {
  result_.graph = remove_unused(result_.graph).graph;
  return std::move(result_);
}

std::optional<double> scalar(const Graph& graph, ValueId id) {
  const Tensor* tensor = graph.constant(id);
  if (tensor == nullptr || tensor->elements() != 1 || tensor->dtype() != DType::f32) return std::nullopt;
  return tensor->values<float>()[0];
}

std::optional<Product> product(const Rewriting& rewriting, const Node& node) {
  if (!std::holds_alternative<Mul>(node.op) && !std::holds_alternative<Div>(node.op)) return std::nullopt;
  Product result;
  std::vector<const Node*> open{&node};
  for (std::size_t steps = 0; !open.empty(); ++steps) {
    if (steps > kLongestProduct) return std::nullopt;
    const Node& next = *open.back();
    open.pop_back();
    const bool divides = std::holds_alternative<Div>(next.op);
    if (!take(rewriting, next.inputs[0], false, result, open)) return std::nullopt;
    if (!take(rewriting, next.inputs[1], divides, result, open)) return std::nullopt;
  }
  return result;
}

std::optional<ShiftedValue> shifted(const Rewriting& rewriting, ValueId id) {
  if (rewriting.producer_op<Add>(id) == nullptr) return std::nullopt;
  const Node& node = *rewriting.producer(id);
  if (const auto right = scalar(rewriting.graph(), node.inputs[1])) return ShiftedValue{node.inputs[0], *right};
  if (const auto left = scalar(rewriting.graph(), node.inputs[0])) return ShiftedValue{node.inputs[1], *left};
  return std::nullopt;
}

bool means(double found, double wanted) {
  return std::abs(found - wanted) <= kHalfPrecision * std::abs(wanted);
}

void fuse_gated(Rewriting& rewriting, NodeId id, Gate gate, const Op& activation) {
  const Graph& graph = rewriting.graph();
  const Node& node = graph.node(id);
  const auto found = product(rewriting, node);
  if (!found || found->factors.size() != 2) return;
  for (std::size_t i = 0; i < 2; ++i) {
    const ValueId x = found->factors[i];
    const ValueId other = found->factors[1 - i];
    if (gate(rewriting, other, found->constant) != x) continue;
    if (graph.value(x).shape != graph.value(node.outputs[0]).shape) continue;
    if (!rewriting.read_once(other)) {
      rewriting.kept(node,
                     fmt::format("this {} has to stay in parts: another node reads one of them", name_of(activation)));
      return;
    }
    rewriting.changed(node, fmt::format("its product of x and a function of x became one {}", name_of(activation)));
    rewriting.replace(id, activation, {x});
    return;
  }
}

}  // namespace qs
