// What an ONNX file says, decoded and checked, free of protobuf: the step between the file and the Graph.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/graph/attributes.h"

namespace qs {

inline constexpr int kOldestOpset = 6;  ///< 6 differs from 7 in broadcasting (arithmetic, PRelu) only
inline constexpr int kNewestOpset = 21;

/// Names of values are kept as the file spells them; the Graph made of them gets printable ones.
struct OnnxNode {
  std::string name;    ///< printable and unique; "Conv_12" (operator and place in the file) where the file has none
  std::string type;    ///< op_type
  std::string domain;  ///< empty for ONNX's own operators
  std::vector<std::string> inputs;   ///< "" where an optional input is left out
  std::vector<std::string> outputs;  ///< "" where an output is not wanted
  Attributes attributes;
  std::size_t index = 0;      ///< place in the file
  bool has_subgraph = false;  ///< If, Loop, Scan
};

/// An input or output of the network, as declared.
struct OnnxPort {
  std::string name;
  bool has_shape = false;
  std::vector<std::optional<std::int64_t>> dims;  ///< empty where the extent is not fixed
};

struct OnnxModel {
  std::string name;
  int opset = 0;
  std::map<std::string, std::string> metadata;
  std::vector<OnnxPort> inputs;  ///< without those that have an initialiser
  std::vector<OnnxPort> outputs;
  std::vector<OnnxNode> nodes;
  std::unordered_map<std::string, Tensor> constants;  ///< initialisers that some node reads
  std::vector<std::string> notes;
};

using NameSet = std::unordered_set<std::string>;

// The checks below know initialisers by name only, so that a faulty file is refused before its weights are converted.

/// Throws `Error` (bad_input) when a value is defined twice or read but defined nowhere.
void check_names(const OnnxModel& model, const NameSet& initializers);

/// Puts the nodes into topological order, keeping the file's order where that is one. Throws `Error` (bad_input) naming
/// the nodes of a cycle.
void sort_nodes(OnnxModel& model);

/// Drops the nodes that no output of the network depends on; they are counted in the notes.
void drop_unneeded_nodes(OnnxModel& model);

/// Throws one `Error` (bad_input) listing every node that cannot be imported, with operator, domain and opset.
/// Nodes must be in topological order.
void check_supported(const OnnxModel& model, const NameSet& initializers);

/// `node "conv_pw_3"`, the way messages speak of nodes.
[[nodiscard]] std::string named(const OnnxNode& node);

}  // namespace qs
