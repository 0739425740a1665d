// What a scheme does to the weights of each layer and output channel; no image is needed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/analysis/sqnr.h"
#include "core/graph/graph.h"
#include "core/quant/scheme.h"

namespace qs {

/// The weights of one layer.
struct WeightSqnr {
  std::string layer;
  std::string why_float;               ///< where the scheme leaves these weights float: then they are exact
  Encoding encoding;                   ///< without channels where they stay float
  std::string range_obstacle;          ///< why min-max took the place of the chosen range estimator; mostly empty
  std::vector<Range> ranges;           ///< by output channel, exact
  std::vector<ChannelError> channels;  ///< by output channel
  SquaredError total;
};

/// All layers with weights, in order. `graph` is what `prepare_for_quantization` makes. Whether the weights' scales
/// have to be raised for the sake of the bias is not known without images and not looked at. Throws `Error` (bad_input)
/// for a weight that is not finite, naming the layer. Cost with min-max: 2 ns per weight on one thread. `only`: the
/// layer of this name alone, for those who cannot wait for all; empty: all layers.
[[nodiscard]] std::vector<WeightSqnr> weight_sqnr(const Graph& graph, const Scheme& scheme, std::string_view only = {});

/// Whether each channel of these ranges is all zero, or switched off (`kSwitchedOff`).
[[nodiscard]] std::vector<bool> dead_channels(const std::vector<Range>& ranges);

/// Largest over smallest magnitude that a channel reaches, dead channels aside; 1 where there are fewer than two
/// others. The larger this is, the worse one scale for all channels serves the smallest.
[[nodiscard]] double channel_ratio(const std::vector<Range>& ranges);

}  // namespace qs
