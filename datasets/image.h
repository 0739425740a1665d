// 8-bit RGB images.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "datasets/preprocessing.h"

namespace qs {

/// Rows of interleaved R, G, B, without gaps between rows.
struct Image {
  ImageSize size;
  /// `bytes()` pixels and at least `kSpareBytes` more, so that a pixel may be read and written as four bytes.
  std::vector<std::uint8_t> pixels;

  static constexpr std::size_t kSpareBytes = 1;

  Image() = default;
  /// All zero.
  explicit Image(ImageSize extent) : size(extent), pixels(bytes() + kSpareBytes) {}

  [[nodiscard]] std::size_t row_bytes() const { return static_cast<std::size_t>(size.width) * 3; }
  [[nodiscard]] std::size_t bytes() const { return row_bytes() * static_cast<std::size_t>(size.height); }
  [[nodiscard]] const std::uint8_t* row(int y) const {
    return pixels.data() + row_bytes() * static_cast<std::size_t>(y);
  }
  [[nodiscard]] std::uint8_t* row(int y) { return pixels.data() + row_bytes() * static_cast<std::size_t>(y); }
};

/// A rectangle of an image: `size` pixels from column `x`, row `y`.
struct ImageRegion {
  int x = 0;
  int y = 0;
  ImageSize size;
};

}  // namespace qs
