// The one thing of interest in a photograph's EXIF data.
#pragma once

#include <cstddef>
#include <span>

namespace qs {

/// Orientation (1..8) from the contents of a JPEG's APP1 marker; 1, which is upright, when it holds none or is
/// malformed.
[[nodiscard]] int exif_orientation(std::span<const unsigned char> app1);

}  // namespace qs
