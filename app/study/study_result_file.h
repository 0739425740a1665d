// Results of single runs as files, kept so that a study goes on where it stopped.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "app/study/study.h"

namespace qs {

/// What stays the same as long as images do, wherever they lie: the SHA-256 of an archive, of a folder's file names
/// and sizes, or the name of a built-in data set. The path itself for what is not there.
[[nodiscard]] std::string identity_of_images(const std::string& path);

/// What a recipe's result depends on: all of it but names and seeds of others, and its scheme in full.
[[nodiscard]] nlohmann::ordered_json inputs_of(const Recipe& recipe);

/// Ten digits that differ where the inputs do; for names of files.
[[nodiscard]] std::string short_hash(const nlohmann::ordered_json& inputs);

/// The run of exactly these inputs, if the file is there and holds it. Throws `Error` (bad_input) naming the file when
/// it is damaged.
[[nodiscard]] std::optional<ArmRun> read_result(const std::filesystem::path& path,
                                                const nlohmann::ordered_json& inputs);

/// Written at once or not at all; see `write_atomically`.
void write_result(const std::filesystem::path& path, const nlohmann::ordered_json& inputs, const ArmRun& run);

[[nodiscard]] nlohmann::ordered_json to_json(const ArmRun& run);

}  // namespace qs
