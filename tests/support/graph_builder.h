// Builds graphs for tests without going through a file.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "core/graph/operator.h"

namespace qs {

/// Nodes are named after their operator and number ("Conv_0"), their results after the node; shapes are inferred.
class GraphBuilder {
 public:
  ValueId input(Shape shape, const std::string& name = "input");
  ValueId constant(Tensor tensor);
  /// A constant of rank 0.
  ValueId number(float value);
  /// Uniformly random in [low, high), from one seed: the same in every run.
  ValueId random(const Shape& shape, float low = -1, float high = 1);
  /// Appends a node; its first output.
  ValueId add(Op op, const std::vector<ValueId>& inputs, int outputs = 1);

  /// A convolution without padding, and a BatchNorm with statistics far from 0 and 1, over fresh random weights.
  ValueId conv(ValueId x, std::int64_t channels, std::int64_t kernel, std::int64_t groups = 1, bool bias = false);
  ValueId batch_norm(ValueId x);

  /// The graph so far, with these outputs; its batch is extent 0 of the first input.
  [[nodiscard]] Graph finish(const std::vector<ValueId>& outputs);

  [[nodiscard]] const Shape& shape(ValueId id) const { return graph_.value(id).shape; }

 private:
  Graph graph_;
  std::mt19937 random_{1};
};

/// Uniformly random in [low, high).
[[nodiscard]] Tensor random_tensor(const Shape& shape, std::mt19937& random, float low, float high);

/// A window of one kernel extent on `axes` spatial axes, dense, without padding.
[[nodiscard]] Window square_window(int axes, std::int64_t kernel);

/// The operators of the nodes in order, separated by spaces.
[[nodiscard]] std::string operator_names(const Graph& graph);

}  // namespace qs
