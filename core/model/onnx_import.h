// ONNX, opset 6 to 21.
#pragma once

#include <filesystem>
#include <span>

#include "core/model/importers.h"

namespace qs {

/// Reads an ONNX file; external data only from inside the file's folder. See `import_model` for the errors.
[[nodiscard]] Graph import_onnx(const std::filesystem::path& path, const ImportOptions& options = {});

/// The same from memory; external data is looked up in `folder`.
[[nodiscard]] Graph import_onnx(std::span<const std::byte> file, const std::filesystem::path& folder,
                                const ImportOptions& options = {});

extern const Importer onnx_importer;

}  // namespace qs
