// A graph with encodings on its values and integer weights: what a scheme makes of a network.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/graph/fusion.h"
#include "core/quant/calibration.h"
#include "core/quant/scheme.h"

namespace qs {

/// The integer weights of one layer.
struct QuantizedWeights {
  Encoding encoding;  ///< per tensor, or per output channel (`output_channel`)
  Tensor codes;       ///< same shape as the float weights; u8 or s8 up to 8 bits, s32 above
  /// s32 [output channels] in units of input scale x weight scale where the layer's input is encoded and the scheme
  /// wants an integer bias; absent otherwise: then the float bias counts.
  std::optional<Tensor> bias;
  /// Output channels whose weight scale was raised until the bias fits s32 (spec/methods.md section 2 (d)).
  std::vector<int> raised_channels;
};

/// Something about a layer its user has to know: why it stays float, which range estimator could not answer.
struct LayerRemark {
  std::string layer;
  std::string text;
};

struct QuantizedGraph {
  // Defined in quantized_graph.cpp: compiled once.
  QuantizedGraph();
  QuantizedGraph(const QuantizedGraph&);
  QuantizedGraph(QuantizedGraph&&) noexcept;
  QuantizedGraph& operator=(const QuantizedGraph&);
  QuantizedGraph& operator=(QuantizedGraph&&) noexcept;
  ~QuantizedGraph();

  Scheme scheme;
  Graph graph;                                     ///< after the passes, with the float weights
  std::vector<FusedNode> groups;                   ///< what is computed together; encodings sit on the groups' outputs
  std::vector<std::optional<Encoding>> encodings;  ///< by value index; empty: the value stays float
  std::map<NodeId, QuantizedWeights> weights;      ///< by node; absent: the weights stay float
  std::map<NodeId, std::string> kept_float;        ///< nodes that could be quantized but are not, with the reason
  std::vector<LayerRemark> remarks;

  [[nodiscard]] const Encoding* encoding(ValueId id) const {
    const auto& found = encodings[id.at()];
    return found ? &*found : nullptr;
  }
};

/// The graph every scheme starts from: fully connected layers as Gemm with alpha = beta = 1 and weights [N, K], then
/// the scheme's passes. Value names are kept where values are.
[[nodiscard]] Graph prepare_for_quantization(const Graph& graph, const Scheme& scheme);

/// The values whose statistics `quantize` may ask for, under any scheme: inputs, and the outputs of all groups and of
/// the convolutions in them. `graph` is prepared.
[[nodiscard]] std::vector<ValueId> values_to_calibrate(const Graph& graph);

/// Chooses encodings and quantizes weights. `graph` is the result of `prepare_for_quantization`; a scheme that leaves
/// activations float needs no statistics. Throws `Error` (bad_input) for an impossible scheme or missing statistics.
/// Cost: a few passes over the weights.
[[nodiscard]] QuantizedGraph quantize(const Graph& graph, const Calibration& calibration, const Scheme& scheme);

/// The quantized network of the groups [first, last): see `extract`. Value ids stay what they are.
[[nodiscard]] QuantizedGraph extract(const QuantizedGraph& quantized, std::size_t first, std::size_t last);

/// The float weights the codes stand for, in the shape of the layer's weights.
[[nodiscard]] Tensor dequantized(const Op& op, const QuantizedWeights& weights);

/// Bytes of the weights as stored: bits of the codes, 4 per scale, 1 per zero point, 4 per bias; float where float.
[[nodiscard]] std::int64_t model_bytes(const QuantizedGraph& quantized);

}  // namespace qs
