#include "core/graph/extract.h"

#include <algorithm>

namespace qs {

Graph extract(const Graph& graph, std::span<const NodeId> nodes) {
  enum class Role : std::uint8_t { none, read, made };
  std::vector<Role> roles(graph.values.size(), Role::none);
  std::vector<bool> inside(graph.nodes.size(), false);
  Graph part;
  part.name = graph.name;
  part.values = graph.values;
  part.batch = graph.batch;
  part.fixed_batch_reason = graph.fixed_batch_reason;
  for (NodeId id : nodes) {
    const Node& node = graph.node(id);
    inside[id.at()] = true;
    part.nodes.push_back(node);
    for (ValueId input : node.inputs) {
      if (const Tensor* constant = graph.constant(input)) {
        part.constants.emplace(input, *constant);
      } else if (roles[input.at()] == Role::none) {
        roles[input.at()] = Role::read;
      }
    }
    for (ValueId output : node.outputs) roles[output.at()] = Role::made;
  }
  std::vector<bool> needed(graph.values.size(), false);
  for (ValueId id : graph.outputs) needed[id.at()] = true;
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    if (inside[n]) continue;
    for (ValueId input : graph.nodes[n].inputs) needed[input.at()] = true;
  }
  for (std::size_t v = 0; v < roles.size(); ++v) {
    const ValueId id{static_cast<std::int32_t>(v)};
    if (roles[v] == Role::read) part.inputs.push_back(id);
    if (roles[v] == Role::made && needed[v]) part.outputs.push_back(id);
  }
  return part;
}

}  // namespace qs
