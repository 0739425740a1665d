// A network: nodes in topological order over typed values.
#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/base/ids.h"
#include "core/graph/op.h"
#include "core/tensor/tensor.h"

namespace qs {

/// A tensor that flows through the graph, or a constant (weights and the like).
struct Value {
  std::string name;
  Shape shape;
  DType dtype = DType::f32;
};

/// One application of an operator. `inputs` never holds an invalid id: optional inputs are left off the end.
struct Node {
  std::string name;
  Op op;
  std::vector<ValueId> inputs;
  std::vector<ValueId> outputs;
};

/// A layer as it was before a BatchNorm went into it.
struct FoldedBatchNorm {
  Tensor weights;  ///< of the layer, in its layout
  Tensor scale;    ///< [C], the BatchNorm's own parameters
  Tensor shift;
  Tensor mean;
  Tensor variance;
  float epsilon = 0;
};

/// Nodes are in topological order: each input is a graph input, a constant or an output of an earlier node, and every
/// value has one origin. Graphs are values: a pass takes one and returns another.
struct Graph {
  // Defined in graph.cpp: compiled once, not wherever a graph is copied or goes.
  Graph();
  Graph(const Graph&);
  Graph(Graph&&) noexcept;
  Graph& operator=(const Graph&);
  Graph& operator=(Graph&&) noexcept;
  ~Graph();

  std::string name;
  std::vector<Value> values;
  std::vector<Node> nodes;
  std::vector<ValueId> inputs;
  std::vector<ValueId> outputs;
  std::unordered_map<ValueId, Tensor> constants;

  /// Batch the shapes are written for (extent 0 of every input).
  std::int64_t batch = 1;
  /// Empty when the graph runs at any batch size; otherwise why it is bound to `batch`.
  std::string fixed_batch_reason;
  /// By layer name: what passes folded away, for those who explain what folding does to weights.
  std::map<std::string, FoldedBatchNorm> folded;
  /// Key/value pairs of the model file (producer, metadata_props), as found.
  std::map<std::string, std::string> metadata;
  /// What the importer did or ignored and its user may want to know, one sentence each.
  std::vector<std::string> notes;

  [[nodiscard]] const Value& value(ValueId id) const { return values[id.at()]; }
  [[nodiscard]] Value& value(ValueId id) { return values[id.at()]; }
  [[nodiscard]] const Node& node(NodeId id) const { return nodes[id.at()]; }
  [[nodiscard]] const Tensor* constant(ValueId id) const;

  ValueId add_value(std::string name, Shape shape, DType dtype = DType::f32);
  ValueId add_constant(std::string name, Tensor tensor);
};

/// Producer of each value by index (invalid for graph inputs and constants).
[[nodiscard]] std::vector<NodeId> producers(const Graph& graph);

/// Nodes that read each value, by value index, in node order, a node once per use. Graph outputs are not uses.
[[nodiscard]] std::vector<std::vector<NodeId>> users(const Graph& graph);

/// The first value with this name, or an invalid id.
[[nodiscard]] ValueId find_value(const Graph& graph, std::string_view name);

/// Throws `Error` (internal) unless every promise of `Graph` holds; used by tests and after each pass.
void check_invariants(const Graph& graph);

}  // namespace qs
