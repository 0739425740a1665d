// A graph as operations on a tape.
#pragma once

#include <map>

#include "core/engine/training/operations.h"
#include "core/graph/graph.h"

namespace qs {

/// One node, given its inputs that are no constants and its trainable ones. Throws `Error` (bad_input) naming the node
/// where its operator cannot be trained. `result`: the shape of the node's output at the tape's batch size.
VariableId add_node(Tape& tape, const Node& node, const std::vector<VariableId>& inputs, const Shape& result);

/// Parameters and states of a graph's constants, each made once and named like the constant.
class NetworkConstants {
 public:
  /// The graph must outlive this.
  NetworkConstants(Tape& tape, const Graph& graph) : tape_(tape), graph_(graph) {}

  VariableId parameter(ValueId id, ParameterKind kind);
  MovingState* state(ValueId id);
  /// Weights and bias of a Conv or Gemm.
  LayerVariables layer(const Node& node);
  /// Those of a BatchNorm.
  BatchNormVariables batch_norm(const Node& node, float momentum);

 private:
  Tape& tape_;
  const Graph& graph_;
  std::map<ValueId, VariableId> parameters_;
  std::map<ValueId, MovingState*> states_;
};

struct TrainedNetwork {
  VariableId images;
  VariableId output;
};

/// Why a graph cannot be trained: its first node without a derivative, more than one input; empty when it can.
[[nodiscard]] std::string training_obstacle(const Graph& graph);

/// Throws `Error` (bad_input) with the obstacle where there is one.
void check_trainable(const Graph& graph);

/// The float network with every weight, bias and batch normalization as a parameter named like its constant, and
/// moving averages as states named likewise. `graph` is brought to `batch` first and its layers to plain Gemms.
[[nodiscard]] TrainedNetwork add_network(Tape& tape, const Graph& graph, float batch_norm_momentum);

/// The graph with the tape's parameters and states as its constants, matched by name.
[[nodiscard]] Graph with_trained(const Graph& graph, Tape& tape);

}  // namespace qs
