// Where quantizers sit: which layers are quantized and which values are encoded, before any number is chosen.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/quant/scheme.h"

namespace qs {

/// How a value gets its encoding.
enum class EncodingSource : std::uint8_t {
  none,    ///< the value stays float
  own,     ///< from its own statistics
  input,   ///< that of the input it is made of: moved, pooled
  reader,  ///< that of the concatenation that alone reads it, which then only has to copy
};

struct Placement {
  std::vector<FusedNode> groups;             ///< in topological order
  std::vector<EncodingSource> sources;       ///< by value index
  std::map<NodeId, std::string> kept_float;  ///< nodes that could be quantized but are not, with the reason
};

/// Krishnamoorthi section 3.2.1 and Jacob et al. section 2.4: one quantizer after each group of fused nodes, none
/// between an addition and its ReLU; poolings and moves keep their input's encoding (TFLite). A value is encoded when
/// what makes it or what reads it can compute in integers.
[[nodiscard]] Placement place_quantizers(const Graph& graph, const Scheme& scheme);

/// The nodes with int8 weights in order: Conv, ConvTranspose and fully connected layers whose weights are constants.
[[nodiscard]] std::vector<NodeId> weighted_layers(const Graph& graph);

}  // namespace qs
