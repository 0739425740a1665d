#include "core/graph/passes/remove_unused.h"

#include <algorithm>

#include "core/graph/passes/rows.h"

namespace qs {

namespace {

/// What the outputs depend on.
struct Needed {
  std::vector<bool> values;
  std::vector<bool> nodes;
};

Needed needed_in(const Graph& graph) {
  Needed needed{std::vector<bool>(graph.values.size(), false), std::vector<bool>(graph.nodes.size(), false)};
  for (ValueId id : graph.outputs) needed.values[id.at()] = true;
  for (std::size_t n = graph.nodes.size(); n-- > 0;) {
    const Node& node = graph.nodes[n];
    needed.nodes[n] =
        std::any_of(node.outputs.begin(), node.outputs.end(), [&](ValueId id) { return needed.values[id.at()]; });
    if (!needed.nodes[n]) continue;
    for (ValueId id : node.inputs) needed.values[id.at()] = true;
    for (ValueId id : node.outputs) needed.values[id.at()] = true;
  }
  for (ValueId id : graph.inputs) needed.values[id.at()] = true;
  return needed;
}

}  // namespace

PassResult remove_unused(const Graph& graph) {
  const Needed needed = needed_in(graph);
  PassResult result;
  Graph& kept = result.graph;
  kept.name = graph.name;
  kept.batch = graph.batch;
  kept.fixed_batch_reason = graph.fixed_batch_reason;
  kept.folded = graph.folded;
  kept.metadata = graph.metadata;
  kept.notes = graph.notes;

  std::vector<ValueId> renumbered(graph.values.size());
  for (std::size_t v = 0; v < graph.values.size(); ++v) {
    if (!needed.values[v]) continue;
    const Value& value = graph.values[v];
    renumbered[v] = kept.add_value(value.name, value.shape, value.dtype);
  }
  const auto renumber = [&](std::vector<ValueId> ids) {
    for (ValueId& id : ids) id = renumbered[id.at()];
    return ids;
  };
  for (const auto& [id, tensor] : graph.constants) {
    if (needed.values[id.at()]) kept.constants.emplace(renumbered[id.at()], tensor);
  }
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    const Node& node = graph.nodes[n];
    if (needed.nodes[n]) {
      kept.nodes.push_back({node.name, node.op, renumber(node.inputs), renumber(node.outputs)});
    } else {
      result.changed.push_back({node.name, "removed: no output of the network depends on it"});
    }
  }
  kept.inputs = renumber(graph.inputs);
  kept.outputs = renumber(graph.outputs);
  return result;
}

const Pass remove_unused_pass{"remove_unused", "Remove unused",
                              "Drops nodes and constants that no output of the network depends on.", remove_unused};

}  // namespace qs
