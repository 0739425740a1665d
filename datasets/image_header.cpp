#include "datasets/image_header.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>

#include "core/base/checked.h"
#include "core/base/error.h"

namespace qs {
namespace {

using Bytes = std::span<const std::byte>;
using std::string_view_literals::operator""sv;

constexpr std::string_view kPngSignature = "\x89PNG\r\n\x1a\n"sv;
constexpr std::size_t kChunkFrame = 12;  // length, type and checksum around a chunk's data

bool has_at(Bytes file, std::size_t at, std::string_view text) {
  return file.size() >= at + text.size() &&
         std::equal(text.begin(), text.end(), file.begin() + static_cast<std::ptrdiff_t>(at),
                    [](char c, std::byte b) { return static_cast<std::byte>(c) == b; });
}

/// `size` bytes as an unsigned number; the file must be long enough.
std::int64_t big_endian(Bytes file, std::size_t at, std::size_t size) {
  std::int64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) value = value << 8 | std::to_integer<std::int64_t>(file[at + i]);
  return value;
}
std::int64_t little_endian(Bytes file, std::size_t at, std::size_t size) {
  std::int64_t value = 0;
  for (std::size_t i = size; i-- > 0;) value = value << 8 | std::to_integer<std::int64_t>(file[at + i]);
  return value;
}

std::optional<ImageHeader> webp_header(Bytes file) {
  constexpr std::size_t kLeastBytes = 32;
  if (file.size() < kLeastBytes) return std::nullopt;
  ImageHeader header{.least_bytes = 8 + little_endian(file, 4, 4)};
  if (has_at(file, 12, "VP8X")) {
    header.width = little_endian(file, 24, 3) + 1;
    header.height = little_endian(file, 27, 3) + 1;
  } else if (has_at(file, 12, "VP8L")) {
    const std::int64_t bits = little_endian(file, 21, 4);
    header.width = (bits & 0x3FFF) + 1;
    header.height = (bits >> 14 & 0x3FFF) + 1;
  } else if (has_at(file, 12, "VP8 ")) {
    header.width = little_endian(file, 26, 2) & 0x3FFF;
    header.height = little_endian(file, 28, 2) & 0x3FFF;
  } else {
    return std::nullopt;
  }
  return header;
}

std::optional<ImageHeader> bmp_header(Bytes file) {
  constexpr std::size_t kHeaderBytes = 54;
  if (file.size() < kHeaderBytes || little_endian(file, 14, 4) < 40) return std::nullopt;
  const auto signed_at = [&](std::size_t at) {
    return std::int64_t{static_cast<std::int32_t>(little_endian(file, at, 4))};
  };
  ImageHeader header{signed_at(18), std::abs(signed_at(22)), 0};  // negative heights mean rows from the top
  const std::int64_t bits = little_endian(file, 28, 2);
  const std::int64_t compression = little_endian(file, 30, 4);
  constexpr std::int64_t kNone = 0, kBitFields = 3;
  if (compression != kNone && compression != kBitFields) return std::nullopt;
  if (bits != 1 && bits != 4 && bits != 8 && bits != 16 && bits != 24 && bits != 32) return std::nullopt;
  const std::int64_t row_bytes = (header.width * bits + 31) / 32 * 4;
  header.least_bytes = little_endian(file, 10, 4) + checked_multiply(row_bytes, header.height, "BMP size");
  return header;
}

/// "P6 # comment \n width height maximum": numbers in text, then binary rows.
std::optional<ImageHeader> pnm_header(Bytes file) {
  std::array<std::int64_t, 3> numbers{};
  std::size_t at = 2;
  const auto c = [&] { return at < file.size() ? std::to_integer<char>(file[at]) : '\0'; };
  for (std::int64_t& number : numbers) {
    while (c() == ' ' || c() == '\t' || c() == '\r' || c() == '\n' || c() == '#') {
      if (c() == '#')
        while (at < file.size() && c() != '\n') ++at;
      ++at;
    }
    if (c() < '0' || c() > '9') return std::nullopt;
    for (; c() >= '0' && c() <= '9'; ++at) number = std::min<std::int64_t>(number * 10 + (c() - '0'), INT32_MAX);
  }
  const auto [width, height, maximum] = numbers;
  if (maximum < 1 || maximum > 65535) return std::nullopt;
  const std::int64_t pixel_bytes = (file[1] == std::byte{'6'} ? 3 : 1) * (maximum > 255 ? 2 : 1);
  const std::int64_t rows_bytes =
      checked_multiply(checked_multiply(width, height, "PNM size"), pixel_bytes, "PNM size");
  return ImageHeader{width, height, static_cast<std::int64_t>(at) + 1 + rows_bytes};
}

/// The CRC-32 of PNG (and zip).
std::uint32_t crc32(Bytes bytes) {
  static const std::array<std::uint32_t, 256> table = [] {
    std::array<std::uint32_t, 256> made{};
    for (std::uint32_t i = 0; i < 256; ++i) {
      made[i] = i;
      for (int bit = 0; bit < 8; ++bit) made[i] = made[i] >> 1 ^ ((made[i] & 1) != 0 ? 0xEDB88320U : 0U);
    }
    return made;
  }();
  std::uint32_t crc = ~0U;
  for (std::byte b : bytes) crc = crc >> 8 ^ table[(crc ^ std::to_integer<std::uint32_t>(b)) & 0xFF];
  return ~crc;
}

}  // namespace

bool is_png(Bytes file) {
  return has_at(file, 0, kPngSignature);
}

std::optional<ImageHeader> read_image_header(Bytes file) {
  if (is_png(file)) {
    if (file.size() < 24 || !has_at(file, 12, "IHDR")) return std::nullopt;
    return ImageHeader{big_endian(file, 16, 4), big_endian(file, 20, 4), 0};
  }
  if (has_at(file, 0, "RIFF") && has_at(file, 8, "WEBP")) return webp_header(file);
  if (has_at(file, 0, "BM")) return bmp_header(file);
  if (has_at(file, 0, "P5") || has_at(file, 0, "P6")) return pnm_header(file);
  return std::nullopt;
}

std::vector<std::byte> essential_png(Bytes file) {
  std::vector<std::byte> result(file.begin(), file.begin() + kPngSignature.size());
  bool has_pixels = false;
  for (std::size_t at = kPngSignature.size();;) {
    if (file.size() - at < kChunkFrame) bad_input("damaged PNG: it ends early");
    const auto length = static_cast<std::size_t>(big_endian(file, at, 4));
    if (file.size() - at - kChunkFrame < length) bad_input("damaged PNG: it ends early");
    const Bytes chunk = file.subspan(at, kChunkFrame + length);
    const bool pixels = has_at(chunk, 4, "IDAT"), end = has_at(chunk, 4, "IEND");
    if (pixels || end || has_at(chunk, 4, "IHDR") || has_at(chunk, 4, "PLTE")) {
      if (big_endian(chunk, 8 + length, 4) != crc32(chunk.subspan(4, 4 + length)))
        bad_input("damaged PNG: wrong checksum");
      result.insert(result.end(), chunk.begin(), chunk.end());
    }
    has_pixels = has_pixels || pixels;
    if (end && !has_pixels) bad_input("damaged PNG: it has no pixels");
    if (end) return result;
    at += chunk.size();
  }
}

}  // namespace qs
