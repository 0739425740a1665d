// What a file is, regardless of its name.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

namespace qs {

/// 128 bits of XXH3. Different files that share one do not occur unless made on purpose.
struct ContentHash {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  friend auto operator<=>(const ContentHash&, const ContentHash&) = default;
};

[[nodiscard]] ContentHash content_hash(std::span<const std::byte> bytes);

/// 64 bits of XXH3, against damage.
[[nodiscard]] std::uint64_t checksum(std::span<const std::byte> bytes);

}  // namespace qs

template <>
struct std::hash<qs::ContentHash> {
  std::size_t operator()(const qs::ContentHash& key) const noexcept { return key.low; }
};
