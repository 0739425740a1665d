// Weights kept in files beside an ONNX file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

namespace qs {

/// Where a tensor's bytes lie, as the file says (TensorProto.external_data).
struct ExternalData {
  std::string location;                ///< path relative to the model's folder
  std::int64_t offset = 0;             ///< bytes
  std::optional<std::int64_t> length;  ///< bytes; without it, what the tensor's shape asks for
};

/// The file that `location` names inside `folder`. Throws `Error` (bad_input) unless it is a regular file inside that
/// folder once all symbolic links are followed: a model must not read the rest of the machine.
[[nodiscard]] std::filesystem::path resolve_inside(const std::filesystem::path& folder, const std::string& location);

/// Fills `bytes` from the file. Throws `Error` (bad_input) when the length differs from what the tensor needs or the
/// file is too short; `check_external_data` tells so before anything is allocated.
void read_external_data(const ExternalData& data, const std::filesystem::path& folder, std::span<std::byte> bytes);

/// The checks alone, for `bytes` to be read.
void check_external_data(const ExternalData& data, const std::filesystem::path& folder, std::int64_t bytes);

}  // namespace qs
