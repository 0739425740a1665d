#include "datasets/exif.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace qs {
namespace {

/// Numbers of a TIFF structure in its own byte order; 0 beyond its end.
struct Tiff {
  std::span<const unsigned char> bytes;
  bool little_endian = false;

  [[nodiscard]] std::uint32_t number(std::size_t at, int size) const {
    if (at > bytes.size() || bytes.size() - at < static_cast<std::size_t>(size)) return 0;
    std::uint32_t value = 0;
    for (int i = 0; i < size; ++i)
      value = value << 8 | bytes[at + static_cast<std::size_t>(little_endian ? size - 1 - i : i)];
    return value;
  }
};

}  // namespace

int exif_orientation(std::span<const unsigned char> app1) {
  using std::string_view_literals::operator""sv;
  constexpr std::string_view kExif = "Exif\0\0"sv;
  constexpr std::uint32_t kOrientationTag = 0x0112;
  if (app1.size() < kExif.size() || !std::equal(kExif.begin(), kExif.end(), app1.begin())) return 1;

  Tiff tiff{app1.subspan(kExif.size())};
  tiff.little_endian = tiff.number(0, 2) == 0x4949;
  if (tiff.number(2, 2) != 42) return 1;
  const std::size_t directory = tiff.number(4, 4);
  const std::uint32_t entries = tiff.number(directory, 2);
  for (std::uint32_t i = 0; i < entries; ++i) {
    const std::size_t entry = directory + 2 + 12 * std::size_t{i};
    if (entry >= tiff.bytes.size()) return 1;
    if (tiff.number(entry, 2) != kOrientationTag) continue;
    const std::uint32_t orientation = tiff.number(entry + 8, 2);
    return orientation >= 1 && orientation <= 8 ? static_cast<int>(orientation) : 1;
  }
  return 1;
}

}  // namespace qs
