// From the bytes of an image file to pixels.
#pragma once

#include <cstddef>
#include <span>

#include "datasets/image.h"

namespace qs {

/// Larger images are refused before they are decoded.
constexpr std::int64_t kMaxImagePixels = 1 << 27;

/// Part of the key under which crops are cached: raised whenever `decode_image` or `frame` yields other pixels than
/// before.
constexpr int kPixelVersion = 2;

/// Decodes a JPEG, PNG, WebP, uncompressed BMP or binary PNM image, told by its first bytes and not by its name, to
/// 8-bit RGB.
///
/// What is not plain 8-bit RGB becomes what Pillow's `convert("RGB")` makes of it: grey is repeated, a palette is
/// looked up, alpha is dropped (not composited), CMYK is taken as Adobe writes it (inverted) and converted without a
/// colour profile. 16-bit channels keep their high byte. Colour profiles and gamma are ignored. A JPEG's EXIF
/// orientation is applied, so that the picture is upright (torchvision leaves such pictures lying).
///
/// Throws `Error` (bad_input) with the reason, for the list of skipped images: empty, not an image of a known kind,
/// larger than `kMaxImagePixels`, or damaged. A JPEG that ends early or has a broken scan is damaged too, although
/// libjpeg would fill up with grey. Nothing is written to standard error, but for files made to break OpenCV.
[[nodiscard]] Image decode_image(std::span<const std::byte> file);

namespace detail {

/// A JPEG, told by its first bytes.
[[nodiscard]] bool is_jpeg(std::span<const std::byte> file);
[[nodiscard]] Image decode_jpeg(std::span<const std::byte> file);

/// The image turned upright, for an EXIF orientation in 1..8; others change nothing.
[[nodiscard]] Image upright(Image image, int orientation);

/// Throws `Error` (bad_input) unless an image of this size may be decoded.
void check_image_size(std::int64_t width, std::int64_t height);

}  // namespace detail
}  // namespace qs
