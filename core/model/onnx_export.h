// Networks as ONNX files.
#pragma once

#include <filesystem>
#include <string>

#include "core/graph/graph.h"

namespace qs {

/// The bytes of an ONNX file that `import_onnx` reads back as the same network: same nodes, names and numbers, bit for
/// bit. The opset is 13, or the first that has all operators of the network; the batch is left open ("N") where the
/// graph runs at any. `Graph::metadata` goes into metadata_props, but for what the file says of itself (opset,
/// ir_version, producer). What a file cannot hold is left out: `Graph::notes`, `Graph::folded`.
/// Throws `Error` (bad_input) naming the node and its operator where ONNX has no form for it (FakeQuantize, a Softmax
/// over several axes), for inputs that are not f32, and beyond 2 GiB.
[[nodiscard]] std::string to_onnx(const Graph& graph);

/// Writes `to_onnx(graph)` whole or not at all (`write_atomically`). Throws like both.
void export_onnx(const Graph& graph, const std::filesystem::path& path);

}  // namespace qs
