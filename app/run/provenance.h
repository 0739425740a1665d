// What a result was made from and with, so that it can be made again.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace qs {

/// SHA-256 of the file's bytes, in lower-case hexadecimal. Throws `Error` (bad_input) when it cannot be read.
[[nodiscard]] std::string sha256_of_file(const std::filesystem::path& path);

/// Highest resident size of this process so far, in bytes; 0 where the system does not tell.
[[nodiscard]] std::int64_t peak_memory_bytes();

}  // namespace qs
