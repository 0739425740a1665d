#include "core/graph/graph.h"

#include <algorithm>

#include "core/base/error.h"

namespace qs {

Graph::Graph() = default;
Graph::Graph(const Graph&) = default;
Graph::Graph(Graph&&) noexcept = default;
Graph& Graph::operator=(const Graph&) = default;
Graph& Graph::operator=(Graph&&) noexcept = default;
Graph::~Graph() = default;

const Tensor* Graph::constant(ValueId id) const {
  const auto found = constants.find(id);
  return found == constants.end() ? nullptr : &found->second;
}

ValueId Graph::add_value(std::string value_name, Shape shape, DType dtype) {
  values.push_back({std::move(value_name), std::move(shape), dtype});
  return {static_cast<std::int32_t>(values.size()) - 1};
}

ValueId Graph::add_constant(std::string value_name, Tensor tensor) {
  const ValueId id = add_value(std::move(value_name), tensor.shape(), tensor.dtype());
  constants.emplace(id, std::move(tensor));
  return id;
}

std::vector<NodeId> producers(const Graph& graph) {
  std::vector<NodeId> result(graph.values.size());
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    for (ValueId output : graph.nodes[n].outputs) result[output.at()] = NodeId{static_cast<std::int32_t>(n)};
  }
  return result;
}

std::vector<std::vector<NodeId>> users(const Graph& graph) {
  std::vector<std::vector<NodeId>> result(graph.values.size());
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    for (ValueId input : graph.nodes[n].inputs) result[input.at()].push_back({static_cast<std::int32_t>(n)});
  }
  return result;
}

ValueId find_value(const Graph& graph, std::string_view name) {
  const auto found =
      std::find_if(graph.values.begin(), graph.values.end(), [&](const Value& value) { return value.name == name; });
  if (found == graph.values.end()) return {};
  return {static_cast<std::int32_t>(found - graph.values.begin())};
}

void check_invariants(const Graph& graph) {
  std::vector<bool> defined(graph.values.size(), false);
  const auto define = [&](ValueId id) {
    QS_ASSERT(id.valid() && id.at() < graph.values.size());
    QS_ASSERT(!defined[id.at()]);
    defined[id.at()] = true;
  };
  const auto read = [&](ValueId id) {
    QS_ASSERT(id.valid() && id.at() < graph.values.size());
    QS_ASSERT(defined[id.at()]);
  };
  for (ValueId input : graph.inputs) define(input);
  for (const auto& [id, tensor] : graph.constants) {
    define(id);
    QS_ASSERT(graph.value(id).shape == tensor.shape() && graph.value(id).dtype == tensor.dtype());
  }
  for (const Node& node : graph.nodes) {
    for (ValueId input : node.inputs) read(input);
    for (ValueId output : node.outputs) define(output);
  }
  for (ValueId output : graph.outputs) read(output);
}

}  // namespace qs
