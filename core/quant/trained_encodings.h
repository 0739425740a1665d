// What training with quantization learned about ranges, as the model file keeps it.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "core/graph/graph.h"
#include "core/quant/encoding.h"
#include "core/quant/scheme.h"

namespace qs {

/// Key of `Graph::metadata`; persistent.
inline constexpr std::string_view kTrainedEncodingsKey = "quantoscope.encodings";

/// Encodings by the names that `quantize` knows them by: values and layers of the prepared graph.
struct TrainedEncodings {
  std::map<std::string, Encoding> activations;  ///< by value: what a group of fused nodes puts out, or an input
  std::map<std::string, Encoding> weights;      ///< by layer; one scale, or one per output channel

  /// Null where there is none.
  [[nodiscard]] const Encoding* activation(const std::string& value) const;
  [[nodiscard]] const Encoding* layer_weights(const std::string& layer) const;

  friend bool operator==(const TrainedEncodings&, const TrainedEncodings&) = default;
};

/// JSON with "format": "quantoscope.encodings" and "version": 1. Scales come back to the bit.
[[nodiscard]] nlohmann::ordered_json to_json(const TrainedEncodings& encodings);

/// Reads what `to_json` writes. Throws `Error` (bad_input) naming the key by its path ("weights.conv_1.bits") for
/// missing and unknown keys, wrong types, bits out of bounds, scales that are not positive and finite, and zero points
/// off the grid (or other than 0 where it is symmetric).
[[nodiscard]] TrainedEncodings trained_encodings_from_json(const nlohmann::ordered_json& json);

/// Puts the encodings into the graph's metadata, in place of any that are there.
void attach(const TrainedEncodings& encodings, Graph& graph);

/// Those in the graph's metadata; none where there is no such entry. Throws `Error` (bad_input) naming the entry when
/// it cannot be read.
[[nodiscard]] TrainedEncodings trained_encodings(const Graph& graph);

/// The same for a scheme: an entry that cannot be read is an error only where the scheme asks for trained ranges.
[[nodiscard]] TrainedEncodings trained_encodings(const Graph& graph, const Scheme& scheme);

}  // namespace qs
