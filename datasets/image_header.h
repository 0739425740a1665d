// Sizes and soundness of image files, looked at before OpenCV sees them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace qs {

struct ImageHeader {
  std::int64_t width = 0;
  std::int64_t height = 0;
  std::int64_t least_bytes = 0;  ///< a shorter file has been cut off
};

/// What the header of a PNG, WebP, uncompressed BMP or binary PNM file says; nothing when it is none of these or too
/// short to tell.
[[nodiscard]] std::optional<ImageHeader> read_image_header(std::span<const std::byte> file);

[[nodiscard]] bool is_png(std::span<const std::byte> file);

/// The PNG file with only the chunks that make its pixels. libpng writes to standard error about the others (colour
/// profiles it dislikes) and about broken ones. Throws `Error` (bad_input) when a chunk is cut off or its checksum
/// wrong.
[[nodiscard]] std::vector<std::byte> essential_png(std::span<const std::byte> file);

}  // namespace qs
