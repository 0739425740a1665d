// Model files of every known format.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/progress.h"
#include "core/graph/graph.h"

namespace qs {

struct ImportOptions {
  /// Extent for each dynamic height and width of the input; without it a dynamic extent is an error naming the remedy.
  std::optional<std::int64_t> input_size;
};

/// A file format.
struct Importer {
  std::string_view id;  ///< persistent
  std::string_view title;
  std::vector<std::string_view> extensions;  ///< with dot, lower case
  Graph (*import)(const std::filesystem::path&, const ImportOptions&);
};

[[nodiscard]] std::span<const Importer* const> importers();

/// Reads a model file by its extension, or a built-in model by its name (`builtin_models`). Throws `Error` (bad_input), prefixed with the file's name, when the file is
/// missing, unreadable, hostile or uses something unsupported (all unsupported nodes are listed at once).
[[nodiscard]] Graph import_model(const std::filesystem::path& path, const ImportOptions& options = {});

}  // namespace qs
