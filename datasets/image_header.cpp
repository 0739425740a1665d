#include "datasets/image_header.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>

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

std::optional<HeaderSize> webp_size(Bytes file) {
  if (file.size() < 30) return std::nullopt;
  if (has_at(file, 12, "VP8X")) return HeaderSize{little_endian(file, 24, 3) + 1, little_endian(file, 27, 3) + 1};
  if (has_at(file, 12, "VP8L")) {
    const std::int64_t bits = little_endian(file, 21, 4);
    return HeaderSize{(bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1};
  }
  if (has_at(file, 12, "VP8 "))
    return HeaderSize{little_endian(file, 26, 2) & 0x3FFF, little_endian(file, 28, 2) & 0x3FFF};
  return std::nullopt;
}

std::optional<HeaderSize> bmp_size(Bytes file) {
  if (file.size() < 26) return std::nullopt;
  if (little_endian(file, 14, 4) == 12) return HeaderSize{little_endian(file, 18, 2), little_endian(file, 20, 2)};
  // Negative heights mean rows from the top.
  const auto signed_at = [&](std::size_t at) {
    return std::int64_t{static_cast<std::int32_t>(little_endian(file, at, 4))};
  };
  return HeaderSize{signed_at(18), std::abs(signed_at(22))};
}

/// "P6 # comment \n width height": numbers in text.
std::optional<HeaderSize> pnm_size(Bytes file) {
  std::array<std::int64_t, 2> sizes{};
  std::size_t at = 2;
  const auto c = [&] { return at < file.size() ? std::to_integer<char>(file[at]) : '\0'; };
  for (std::int64_t& size : sizes) {
    while (c() == ' ' || c() == '\t' || c() == '\r' || c() == '\n' || c() == '#') {
      if (c() == '#')
        while (at < file.size() && c() != '\n') ++at;
      ++at;
    }
    if (c() < '0' || c() > '9') return std::nullopt;
    for (; c() >= '0' && c() <= '9'; ++at) size = std::min<std::int64_t>(size * 10 + (c() - '0'), INT32_MAX);
  }
  return HeaderSize{sizes[0], sizes[1]};
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

std::optional<HeaderSize> read_header_size(Bytes file) {
  if (is_png(file)) {
    if (file.size() < 24 || !has_at(file, 12, "IHDR")) return std::nullopt;
    return HeaderSize{big_endian(file, 16, 4), big_endian(file, 20, 4)};
  }
  if (has_at(file, 0, "RIFF") && has_at(file, 8, "WEBP")) return webp_size(file);
  if (has_at(file, 0, "BM")) return bmp_size(file);
  if (file.size() > 2 && file[0] == std::byte{'P'} && file[1] >= std::byte{'1'} && file[1] <= std::byte{'6'})
    return pnm_size(file);
  return std::nullopt;
}

std::vector<std::byte> essential_png(Bytes file) {
  std::vector<std::byte> result(file.begin(), file.begin() + kPngSignature.size());
  for (std::size_t at = kPngSignature.size();;) {
    if (file.size() - at < kChunkFrame) bad_input("damaged PNG: it ends early");
    const auto length = static_cast<std::size_t>(big_endian(file, at, 4));
    if (file.size() - at - kChunkFrame < length) bad_input("damaged PNG: it ends early");
    const Bytes chunk = file.subspan(at, kChunkFrame + length);
    if (has_at(chunk, 4, "IHDR") || has_at(chunk, 4, "PLTE") || has_at(chunk, 4, "IDAT") || has_at(chunk, 4, "IEND")) {
      if (big_endian(chunk, 8 + length, 4) != crc32(chunk.subspan(4, 4 + length)))
        bad_input("damaged PNG: wrong checksum");
      result.insert(result.end(), chunk.begin(), chunk.end());
    }
    if (has_at(chunk, 4, "IEND")) return result;
    at += chunk.size();
  }
}

}  // namespace qs
