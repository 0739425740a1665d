// Models by what people call them: the path of a file, or the name of one that is built in ("builtin:mobilenet"). See
// `import_model`, which takes both.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "datasets/model_card.h"

namespace qs {

/// A file, or a model that is built in.
[[nodiscard]] bool is_model_there(const std::filesystem::path& model);

/// The file's name without its extension; of built-in models the title.
[[nodiscard]] std::string name_of_model(const std::filesystem::path& model);

/// Throws `Error` (bad_input) when the file cannot be read.
[[nodiscard]] std::uintmax_t bytes_of_model(const std::filesystem::path& model);

/// SHA-256 in lower-case hexadecimal. Throws `Error` (bad_input) when the file cannot be read.
[[nodiscard]] std::string sha256_of_model(const std::filesystem::path& model);

/// The file beside the model, see `read_model_card`, or what is built in with it.
[[nodiscard]] std::optional<ModelCard> card_of_model(const std::filesystem::path& model);

}  // namespace qs
