// Pictures of one colour, for tests whose answers are known by hand.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>

namespace qs {

/// Writes an 8-bit RGB PNG of `side` x `side` pixels, all of one colour.
void write_plain_png(const std::filesystem::path& path, int side, std::array<std::uint8_t, 3> rgb);

}  // namespace qs
