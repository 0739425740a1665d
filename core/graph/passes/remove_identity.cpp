// Nodes that hand on their input: Identity (and Dropout), Cast to the same type, Pad by nothing, Concat or Sum of one.
#include <algorithm>

#include "core/graph/operator.h"
#include "core/graph/passes/remove_unused.h"
#include "core/graph/passes/rows.h"

namespace qs {

namespace {

bool all_zero(const std::vector<std::int64_t>& values) {
  return std::all_of(values.begin(), values.end(), [](std::int64_t value) { return value == 0; });
}

bool hands_on(const Graph& graph, const Node& node) {
  if (std::holds_alternative<Identity>(node.op)) return true;
  if (const auto* cast = std::get_if<Cast>(&node.op)) return cast->to == graph.value(node.inputs[0]).dtype;
  if (const auto* pad = std::get_if<Pad>(&node.op)) return all_zero(pad->begin) && all_zero(pad->end);
  const bool joins = std::holds_alternative<Concat>(node.op) || std::holds_alternative<Sum>(node.op);
  return joins && node.inputs.size() == 1;
}

bool contains(const std::vector<ValueId>& ids, ValueId id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

/// Why a node whose result is an output of the network must stay; empty when its input can become that output.
std::string_view reason_to_stay(const Graph& graph, ValueId input) {
  if (contains(graph.inputs, input)) return "it makes an input of the network an output";
  if (graph.constant(input) != nullptr) return "it makes a constant an output";
  if (contains(graph.outputs, input)) return "its input is an output of the network as well, under another name";
  return {};
}

PassResult remove_identity(const Graph& graph) {
  PassResult result{graph, {}, {}};
  Graph& rewritten = result.graph;
  std::vector<ValueId> stands_for(graph.values.size());  // what to read instead of a removed node's result
  for (std::size_t v = 0; v < stands_for.size(); ++v) stands_for[v] = {static_cast<std::int32_t>(v)};

  for (Node& node : rewritten.nodes) {
    for (ValueId& input : node.inputs) input = stands_for[input.at()];
    if (!hands_on(rewritten, node)) continue;
    const ValueId input = node.inputs[0];
    const ValueId output = node.outputs[0];
    if (contains(rewritten.outputs, output)) {
      if (const auto reason = reason_to_stay(rewritten, input); !reason.empty()) {
        result.kept.push_back({node.name, std::string(reason)});
        continue;
      }
      std::replace(rewritten.outputs.begin(), rewritten.outputs.end(), output, input);
      std::swap(rewritten.value(input).name, rewritten.value(output).name);  // an output keeps its name
    }
    stands_for[output.at()] = input;
    result.changed.push_back({node.name, fmt::format("removed: this {} hands on its input", name_of(node.op))});
  }
  rewritten = remove_unused(rewritten).graph;
  return result;
}

}  // namespace

const Pass remove_identity_pass{"remove_identity", "Remove identities",
                                "Drops nodes that hand on their input: Identity, Dropout, Cast to the same type, empty "
                                "Pad, Concat of one.",
                                remove_identity};

}  // namespace qs
