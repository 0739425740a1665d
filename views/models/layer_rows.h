// The layers of a network as the table and the graph of the window show them: groups of nodes that are computed
// together, and what is known of each under the current scheme.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "views/snapshot.h"

namespace qs {

/// How a layer runs under the scheme.
enum class Execution : std::uint8_t {
  unknown,
  integer,   ///< in int8
  floating,  ///< `why_float` says why
  fused,     ///< as part of the group's first node
};

/// What is known of a layer under a scheme. SQNR in dB; +infinity: exact.
struct LayerNumbers {
  std::optional<double> sqnr_min;     ///< of the weights, over output channels that are not dead
  std::optional<double> sqnr_median;  ///< the same
  std::optional<double> local;        ///< of the result, this layer alone quantized
  std::optional<double> accumulated;  ///< of the result, the network quantized up to here
  std::optional<double> float_seconds;
  std::optional<double> int8_seconds;
  Execution execution = Execution::unknown;
  std::string why_float;
  std::string kernel;  ///< that computes it in the quantized network, where that was run
  std::int64_t dead_channels = 0;
  friend bool operator==(const LayerNumbers&, const LayerNumbers&) = default;
};

/// A group of nodes that are computed together, or one of them.
struct LayerRow {
  std::string name;                       ///< of the group: that of its first node, as everywhere
  std::string type;                       ///< operators of its nodes, joined by " + "
  Shape output;                           ///< of its result, at the graph's batch
  std::int64_t parameters = 0;            ///< f32 constants that its nodes read
  std::int64_t multiply_accumulates = 0;  ///< per image
  bool quantizable = false;               ///< has an int8 form
  bool has_weights = false;               ///< ... with int8 weights
  LayerNumbers numbers;
  std::vector<LayerRow> parts;  ///< what is fused into the first node, in order; empty for a node alone
  friend bool operator==(const LayerRow&, const LayerRow&) = default;
};

/// All that rows are made from. Equal sources make equal rows.
struct LayerSources {
  std::shared_ptr<const OpenModel> model;
  std::shared_ptr<const PreparedNetwork> network;  ///< null: the model as opened
  std::optional<Scheme> scheme;                    ///< the current one; empty where it cannot be used
  std::shared_ptr<const std::vector<WeightSqnr>> weights;
  std::shared_ptr<const CalibratedScheme> calibrated;
  std::shared_ptr<const std::vector<LayerError>> errors;
  std::shared_ptr<const BenchResult> float_latency;
  std::shared_ptr<const BenchResult> latency;
  friend bool operator==(const LayerSources&, const LayerSources&) = default;

  /// Null while no model is open.
  [[nodiscard]] const Graph* graph() const;
  [[nodiscard]] Residual residual() const { return scheme ? scheme->activations.residual : Residual::fused; }
};

/// What to make rows of. While the weights of a changed scheme are being quantized, which takes an instant, those of
/// `before` stand for them, so that a table does not flicker under a slider.
[[nodiscard]] LayerSources layer_sources(const Snapshot& snapshot, const LayerSources& before = {});

/// The rows of a graph, in order of execution, without numbers.
[[nodiscard]] std::vector<LayerRow> layer_rows(const Graph& graph, Residual residual);

/// The same with all numbers there are; empty while no model is open.
[[nodiscard]] std::vector<LayerRow> layer_rows(const LayerSources& sources);

/// Whether both are about the same layers, whatever their numbers.
[[nodiscard]] bool same_layers(const std::vector<LayerRow>& left, const std::vector<LayerRow>& right);

/// The group that holds the node of this name, or null.
[[nodiscard]] const LayerRow* find_group(const std::vector<LayerRow>& rows, const std::string& node);

}  // namespace qs
