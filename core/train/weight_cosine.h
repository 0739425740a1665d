// How far weights have turned from those of another network of the same layers; spec/methods.md section 25 (d).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/graph/graph.h"

namespace qs {

struct WeightCosine {
  std::string layer;
  /// Cosine of the angle between the weights as one vector, in [-1, 1]; empty where all weights of one of the networks
  /// are 0, which has no direction.
  std::optional<double> cosine;
};

/// Below this a layer has left its float solution; our choice, the paper names none.
inline constexpr double kSuspiciousCosine = 0.95;

/// sum(a b) / sqrt(sum(a^2) sum(b^2)), sums in double; empty where one of them is all 0. Both have as many elements.
[[nodiscard]] std::optional<double> cosine_similarity(std::span<const float> a, std::span<const float> b);

/// One row for each layer with weights (convolutions and fully connected ones) of `reference`, in its order. Layers are
/// found by name in `candidate`; throws `Error` (bad_input) naming one that is not there or has other shapes. McKinstry
/// et al. 2019 (arXiv:1809.04191), section 4, compare fine-tuned quantized weights with the float ones so; BatchNorm
/// must be folded in both networks or in neither.
[[nodiscard]] std::vector<WeightCosine> weight_cosines(const Graph& reference, const Graph& candidate);

}  // namespace qs
