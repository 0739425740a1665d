// Images and archives made at test time.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "datasets/image.h"

namespace qs {

using FileBytes = std::vector<std::byte>;

/// Smooth in places, rough in others, and different for each seed.
[[nodiscard]] Image pattern_image(ImageSize size, int seed = 0);

/// The image as a file; `extension` is ".png", ".jpg", ".bmp", ".webp" (lossless) or ".ppm".
[[nodiscard]] FileBytes encode(const Image& image, const char* extension);

/// One channel of 16 bits, `levels` in a row, as PNG.
[[nodiscard]] FileBytes encode_grey16(const std::vector<std::uint16_t>& levels);

void write_file(const std::filesystem::path& path, const FileBytes& bytes);
void write_text(const std::filesystem::path& path, std::string_view text);
[[nodiscard]] FileBytes read_file(const std::filesystem::path& path);
[[nodiscard]] FileBytes bytes_of(std::string_view text);
[[nodiscard]] FileBytes from_base64(std::string_view text);

/// Writes an archive with libarchive; the format follows the extension (.tar, .tar.gz, .tar.xz, .zip).
void write_archive(const std::filesystem::path& path, const std::vector<std::pair<std::string, FileBytes>>& entries,
                   const char* password = nullptr);

/// Writes a .tar.zst of `count` images that hold nothing but zeros.
void write_zeros_archive(const std::filesystem::path& path, int count, std::int64_t bytes_each);

}  // namespace qs
