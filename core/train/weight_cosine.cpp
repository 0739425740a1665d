#include "core/train/weight_cosine.h"

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/graph/operator.h"

namespace qs {

namespace {

/// The second input of a node that has weights; null for others.
const Tensor* weights_of(const Graph& graph, const Node& node) {
  if (operator_of(node.op).quantizable != Quantizable::weighted || node.inputs.size() < 2) return nullptr;
  const Tensor* weights = graph.constant(node.inputs[1]);
  return weights != nullptr && weights->dtype() == DType::f32 ? weights : nullptr;
}

const Tensor& weights_named(const Graph& graph, const std::string& name, const Shape& shape) {
  const auto found =
      std::find_if(graph.nodes.begin(), graph.nodes.end(), [&](const Node& node) { return node.name == name; });
  const Tensor* weights = found == graph.nodes.end() ? nullptr : weights_of(graph, *found);
  if (weights == nullptr) bad_input("layer \"{}\" is in one network only, so that the two cannot be compared", name);
  if (weights->shape() != shape) {
    bad_input("layer \"{}\" has weights {} in one network and {} in the other, so that the two cannot be compared",
              name, to_string(shape), to_string(weights->shape()));
  }
  return *weights;
}

}  // namespace

std::optional<double> cosine_similarity(std::span<const float> a, std::span<const float> b) {
  QS_ASSERT(a.size() == b.size());
  double product = 0;
  double square_a = 0;
  double square_b = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const auto x = static_cast<double>(a[i]);
    const auto y = static_cast<double>(b[i]);
    product += x * y;
    square_a += x * x;
    square_b += y * y;
  }
  if (square_a == 0 || square_b == 0) return std::nullopt;
  return std::clamp(product / (std::sqrt(square_a) * std::sqrt(square_b)), -1.0, 1.0);
}

std::vector<WeightCosine> weight_cosines(const Graph& reference, const Graph& candidate) {
  std::vector<WeightCosine> rows;
  for (const Node& node : reference.nodes) {
    const Tensor* weights = weights_of(reference, node);
    if (weights == nullptr) continue;
    const Tensor& other = weights_named(candidate, node.name, weights->shape());
    rows.push_back({node.name, cosine_similarity(weights->values<float>(), other.values<float>())});
  }
  return rows;
}

}  // namespace qs
