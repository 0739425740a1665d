// Attributes of a node of an ONNX file.
#pragma once

#include <onnx/onnx_pb.h>

#include <filesystem>

#include "core/graph/attributes.h"
#include "core/model/onnx_tensor.h"

namespace qs {

/// Throws `Error` (bad_input) on an attribute given twice, a NaN, and kinds that no supported operator has (graphs,
/// sparse tensors, references to a function's attributes).
[[nodiscard]] Attributes read_attributes(const onnx::NodeProto& node, const std::filesystem::path& folder,
                                         ConversionCounts& counts);

/// Whether the node holds a graph of its own (If, Loop, Scan).
[[nodiscard]] bool has_subgraph(const onnx::NodeProto& node);

}  // namespace qs
