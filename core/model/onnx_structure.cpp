#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <queue>

#include "core/base/error.h"
#include "core/graph/operator.h"
#include "core/model/constant_folding.h"
#include "core/model/onnx_model.h"
#include "core/model/printable.h"

namespace qs {

namespace {

constexpr std::size_t kListedNodes = 200;  // in one message; a network that is all foreign operators has thousands

using ProducerMap = std::unordered_map<std::string_view, std::size_t>;

ProducerMap producers_by_name(const OnnxModel& model) {
  ProducerMap result;
  for (std::size_t n = 0; n < model.nodes.size(); ++n) {
    for (const std::string& output : model.nodes[n].outputs) {
      if (!output.empty()) result.emplace(output, n);
    }
  }
  return result;
}

/// The nodes that `node` reads from, one entry per use.
std::vector<std::size_t> sources(const OnnxNode& node, const ProducerMap& producers) {
  std::vector<std::size_t> result;
  for (const std::string& input : node.inputs) {
    if (const auto found = producers.find(input); found != producers.end()) result.push_back(found->second);
  }
  return result;
}

void reorder(OnnxModel& model, const std::vector<std::size_t>& order) {
  std::vector<OnnxNode> nodes;
  nodes.reserve(order.size());
  for (std::size_t n : order) nodes.push_back(std::move(model.nodes[n]));
  model.nodes = std::move(nodes);
}

/// Follows unplaced producers from an unplaced node until a node comes up again: that loop is a cycle.
std::vector<std::string> find_cycle(const OnnxModel& model, const ProducerMap& producers,
                                    const std::vector<bool>& placed) {
  std::size_t current = static_cast<std::size_t>(std::find(placed.begin(), placed.end(), false) - placed.begin());
  std::vector<std::size_t> path;
  std::vector<bool> visited(placed.size(), false);
  while (!visited[current]) {
    visited[current] = true;
    path.push_back(current);
    const auto before = sources(model.nodes[current], producers);
    current = *std::find_if(before.begin(), before.end(), [&](std::size_t n) { return !placed[n]; });
  }
  path.erase(path.begin(), std::find(path.begin(), path.end(), current));
  std::vector<std::string> names;
  for (std::size_t n : path) names.push_back(fmt::format("\"{}\"", model.nodes[n].name));
  return names;
}

/// Why a node cannot be imported; empty when it can. `constants` are the values known at import.
std::string why_unsupported(const OnnxNode& node, int opset, const NameSet& constants) {
  if (!node.domain.empty()) return "of a domain that is not ONNX's own";
  if (node.has_subgraph) return "has a subgraph";
  if (folds(node, constants)) return "";
  const Operator* row = find_operator(node.type);
  if (row == nullptr || row->parse == nullptr) {
    return find_folding_rule(node.type) == nullptr ? "not known" : "supported on constants only";
  }
  if (row->since_opset > opset) return fmt::format("only exists from opset {} on", row->since_opset);
  return "";
}

}  // namespace

std::string named(const OnnxNode& node) {
  return fmt::format("node \"{}\"", printable(node.name));
}

void check_names(const OnnxModel& model, const NameSet& initializers) {
  std::unordered_map<std::string_view, std::string> origins;
  const auto define = [&](const std::string& name, const std::string& origin) {
    const auto [entry, is_new] = origins.emplace(name, origin);
    if (!is_new) {
      bad_input("value \"{}\" is defined twice: by {} and by {}", printable(name), entry->second, origin);
    }
  };
  for (const std::string& name : initializers) define(name, "an initialiser");
  for (const OnnxPort& input : model.inputs) define(input.name, "an input of the network");
  for (const OnnxNode& node : model.nodes) {
    for (const std::string& output : node.outputs) {
      if (!output.empty()) define(output, named(node));
    }
  }
  for (const OnnxNode& node : model.nodes) {
    for (const std::string& input : node.inputs) {
      if (!input.empty() && !origins.contains(input)) {
        bad_input("{}: its input \"{}\" is defined nowhere in the file", named(node), printable(input));
      }
    }
  }
  NameSet outputs;
  for (const OnnxPort& output : model.outputs) {
    const std::string shown = printable(output.name);
    if (!origins.contains(output.name)) bad_input("output \"{}\" of the network is produced by no node", shown);
    if (!outputs.insert(output.name).second) bad_input("output \"{}\" of the network is listed twice", shown);
  }
}

void sort_nodes(OnnxModel& model) {
  const ProducerMap producers = producers_by_name(model);
  const std::size_t count = model.nodes.size();
  std::vector<std::size_t> missing(count, 0);
  std::vector<std::vector<std::size_t>> readers(count);
  for (std::size_t n = 0; n < count; ++n) {
    for (std::size_t source : sources(model.nodes[n], producers)) {
      ++missing[n];
      readers[source].push_back(n);
    }
  }
  std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready;  // the file's order decides
  for (std::size_t n = 0; n < count; ++n) {
    if (missing[n] == 0) ready.push(n);
  }
  std::vector<std::size_t> order;
  std::vector<bool> placed(count, false);
  while (!ready.empty()) {
    const std::size_t n = ready.top();
    ready.pop();
    order.push_back(n);
    placed[n] = true;
    for (std::size_t reader : readers[n]) {
      if (--missing[reader] == 0) ready.push(reader);
    }
  }
  if (order.size() < count) {
    const auto cycle = find_cycle(model, producers, placed);
    const std::size_t shown = std::min<std::size_t>(cycle.size(), 5);
    bad_input("{} nodes form a cycle, each waiting for the result of the next: {}{}", cycle.size(),
              fmt::join(cycle.begin(), cycle.begin() + static_cast<std::ptrdiff_t>(shown), ", "),
              shown < cycle.size() ? ", ..." : "");
  }
  if (std::is_sorted(order.begin(), order.end())) return;
  reorder(model, order);
  model.notes.emplace_back("the file's nodes were not in order and have been sorted");
}

void drop_unneeded_nodes(OnnxModel& model) {
  const ProducerMap producers = producers_by_name(model);
  std::vector<bool> needed(model.nodes.size(), false);
  for (const OnnxPort& output : model.outputs) {
    if (const auto found = producers.find(output.name); found != producers.end()) needed[found->second] = true;
  }
  for (std::size_t n = model.nodes.size(); n-- > 0;) {
    if (!needed[n]) continue;
    for (std::size_t source : sources(model.nodes[n], producers)) needed[source] = true;
  }
  std::vector<std::size_t> kept;
  for (std::size_t n = 0; n < needed.size(); ++n) {
    if (needed[n]) kept.push_back(n);
  }
  if (const std::size_t dropped = needed.size() - kept.size(); dropped > 0) {
    reorder(model, kept);
    model.notes.push_back(fmt::format("ignored {} nodes that no output depends on", dropped));
  }
}

void check_supported(const OnnxModel& model, const NameSet& initializers) {
  NameSet constants = initializers;
  std::vector<std::string> problems;
  for (const OnnxNode& node : model.nodes) {
    if (folds(node, constants)) constants.insert(node.outputs.begin(), node.outputs.end());
    const std::string why = why_unsupported(node, model.opset, constants);
    if (why.empty()) continue;
    problems.push_back(fmt::format("{}: operator {}{} ({})", named(node), printable(node.type),
                                   node.domain.empty() ? "" : " of " + printable(node.domain), why));
  }
  if (problems.empty()) return;
  const std::size_t shown = std::min(problems.size(), kListedNodes);
  bad_input("{} of {} nodes (opset {}) use operators that are not supported:\n  {}{}", problems.size(),
            model.nodes.size(), model.opset,
            fmt::join(problems.begin(), problems.begin() + static_cast<std::ptrdiff_t>(shown), "\n  "),
            shown < problems.size() ? fmt::format("\n  and {} more", problems.size() - shown) : "");
}

}  // namespace qs
