// From protobuf to OnnxModel: the only step that sees the file's own structures.
#pragma once

#include <onnx/onnx_pb.h>

#include <filesystem>

#include "core/model/onnx_model.h"

namespace qs {

/// Decodes and checks a whole file; external data is looked up in `folder`. Consumes `proto` piece by piece, so that
/// the weights are never held twice. Throws `Error` (bad_input).
[[nodiscard]] OnnxModel decode_onnx(onnx::ModelProto& proto, const std::filesystem::path& folder);

}  // namespace qs
