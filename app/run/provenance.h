// What a result was made from and with, so that it can be made again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace qs {

/// SHA-256 of the file's bytes, in lower-case hexadecimal. Throws `Error` (bad_input) when it cannot be read.
[[nodiscard]] std::string sha256_of_file(const std::filesystem::path& path);

/// The same of bytes at hand.
[[nodiscard]] std::string sha256_of_bytes(std::span<const std::byte> bytes);

/// Highest resident size of this process so far, in bytes; 0 where the system does not tell.
[[nodiscard]] std::int64_t peak_memory_bytes();

}  // namespace qs
