// How unevenly the power of weights is spread, before and after BatchNorm went into them: W^2 / E[W^2].
// spec/methods.md section 1, appendix A metrics (Krishnamoorthi, arXiv:1806.08342, figure 20).
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "core/graph/graph.h"
#include "core/quant/encoding.h"

namespace qs {

/// Weights of a layer by their power: bin i counts 10^(kFirst + i * kWidth) <= W^2 / E[W^2] < 10^(kFirst + (i + 1) *
/// kWidth). The lowest bin also takes what is smaller, the highest what is larger.
struct PowerHistogram {
  static constexpr double kFirst = -8;  ///< log10
  static constexpr double kWidth = 0.25;
  static constexpr std::size_t kBins = 64;
  std::array<std::int64_t, kBins> counts{};
  std::int64_t zeros = 0;  ///< weights equal to 0, in no bin
};

/// One layer's weights. All numbers are 0 (and the ratio 1) where all weights are 0.
struct WeightPower {
  PowerHistogram histogram;
  double max = 0;            ///< largest W^2 / E[W^2]
  double percentile999 = 0;  ///< the smallest that 99.9 % of the weights do not exceed
  double channel_ratio = 1;  ///< see `channel_ratio`
};

/// Finite weights in the layout of `op`. Cost: about 15 ns per weight.
[[nodiscard]] WeightPower weight_power(const Op& op, const Tensor& weights);

struct LayerPower {
  std::string layer;
  WeightPower after;                  ///< of the weights as they are in the graph
  std::optional<WeightPower> before;  ///< where a pass folded a BatchNorm into them
};

/// What the graph's file knew about BatchNorm.
enum class BatchNormState : std::uint8_t {
  none,     ///< nothing was folded: there is no BatchNorm, or it was folded before the file was written
  trivial,  ///< all that were folded have mean 0 and variance 1: the statistics were folded before
  real,     ///< a BatchNorm with statistics was folded
};

[[nodiscard]] BatchNormState batch_norm_state(const Graph& graph);

/// All layers with weights, in order. `graph` is what `prepare_for_quantization` makes; what its passes folded is
/// compared by name (`Graph::folded`).
[[nodiscard]] std::vector<LayerPower> weight_power(const Graph& graph);

}  // namespace qs
