// What passes share: who makes and reads each value, and taking products of values apart.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/graph/passes/passes.h"

namespace qs {

/// A graph being rewritten, with the origin and the readers of its values.
class Rewriting {
 public:
  explicit Rewriting(const Graph& graph);

  [[nodiscard]] const Graph& graph() const { return result_.graph; }
  [[nodiscard]] Graph& graph() { return result_.graph; }

  /// The node that makes a value; null for graph inputs and constants.
  [[nodiscard]] const Node* producer(ValueId id) const;
  [[nodiscard]] NodeId producer_id(ValueId id) const { return producers_[id.at()]; }
  /// The op that makes a value, if it is a T.
  template <class T>
  [[nodiscard]] const T* producer_op(ValueId id) const {
    const Node* node = producer(id);
    return node == nullptr ? nullptr : std::get_if<T>(&node->op);
  }
  /// Whether exactly one node reads the value, once, and it is no output of the network.
  [[nodiscard]] bool read_once(ValueId id) const;
  [[nodiscard]] bool is_output(ValueId id) const { return is_output_[id.at()]; }

  /// Makes `node` the producer of all outputs of `absorbed`, which is dropped.
  void take_over(NodeId node, NodeId absorbed);
  /// Gives `node` another op and other inputs; nodes that nothing reads any more are dropped by `finish`.
  void replace(NodeId node, Op op, std::vector<ValueId> inputs);
  /// A constant to stand in for `old`: under its name where only one node reads that, else under a new one.
  [[nodiscard]] ValueId replacement(ValueId old, Tensor tensor);

  void changed(const Node& node, std::string text) { result_.changed.push_back({node.name, std::move(text)}); }
  void kept(const Node& node, std::string text) { result_.kept.push_back({node.name, std::move(text)}); }

  /// The rewritten graph without what is no longer used.
  [[nodiscard]] PassResult finish() &&;

 private:
  PassResult result_;
  std::vector<NodeId> producers_;
  std::vector<std::size_t> uses_;
  std::vector<bool> is_output_;
};

/// The number a constant of one element holds; empty for everything else.
[[nodiscard]] std::optional<double> scalar(const Graph& graph, ValueId id);

/// A value as constant * (product of the factors).
struct Product {
  double constant = 1;
  std::vector<ValueId> factors;
};

/// Takes the result of a Mul or Div apart into factors, through further Mul and Div that only this product reads.
/// Empty when the node is neither, divides by a computed value, or is longer than any pattern.
[[nodiscard]] std::optional<Product> product(const Rewriting& rewriting, const Node& node);

/// A value as x + constant.
struct ShiftedValue {
  ValueId x;
  double constant = 0;
};
[[nodiscard]] std::optional<ShiftedValue> shifted(const Rewriting& rewriting, ValueId id);

/// Whether a constant of a file means `wanted`: equal up to the rounding of half precision, in which some were written.
[[nodiscard]] bool means(double found, double wanted);

/// The x of which the value `gate` is a function that, times x and times `constant`, makes an activation; or empty.
using Gate = std::optional<ValueId> (*)(const Rewriting&, ValueId gate, double constant);

/// Makes the product `node` of x, gate(x) and a constant one activation, unless something else reads the gate.
void fuse_gated(Rewriting& rewriting, NodeId node, Gate gate, const Op& activation);

/// Runs `fuse(rewriting, id)` over all nodes.
template <class Fuse>
PassResult for_each_node(const Graph& graph, Fuse&& fuse) {
  Rewriting rewriting(graph);
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) fuse(rewriting, NodeId{static_cast<std::int32_t>(n)});
  return std::move(rewriting).finish();
}

}  // namespace qs
