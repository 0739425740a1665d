// Values from hostile CBOR (RFC 8949), for files with tensors in them. All throw `Error` (bad_input) saying what is
// wrong, without naming the file.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "core/base/error.h"

namespace qs {

/// A byte string of the values as they lie in memory, which is little-endian.
template <class T>
[[nodiscard]] nlohmann::json cbor_blob(std::span<const T> values) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(values.data());
  return nlohmann::json::binary({bytes, bytes + values.size_bytes()});
}

/// Takes no more memory than the bytes deserve, and no deep nesting, which would overflow the parser's stack.
[[nodiscard]] nlohmann::json cbor_from_bytes(std::span<const std::uint8_t> bytes);

[[nodiscard]] const nlohmann::json& cbor_member(const nlohmann::json& object, const char* key);
[[nodiscard]] std::int64_t cbor_whole(const nlohmann::json& object, const char* key);
[[nodiscard]] double cbor_finite(const nlohmann::json& object, const char* key);
[[nodiscard]] std::string cbor_text(const nlohmann::json& object, const char* key);
[[nodiscard]] const std::vector<std::uint8_t>& cbor_bytes(const nlohmann::json& object, const char* key);

/// What `cbor_blob` made; NaN and infinity are refused.
template <class T>
[[nodiscard]] std::vector<T> cbor_numbers(const nlohmann::json& object, const char* key) {
  const std::vector<std::uint8_t>& bytes = cbor_bytes(object, key);
  if (bytes.size() % sizeof(T) != 0) bad_input("\"{}\" is no byte string of whole numbers' length", key);
  std::vector<T> values(bytes.size() / sizeof(T));
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
  if constexpr (std::is_floating_point_v<T>) {
    for (const T value : values) {
      if (!std::isfinite(value)) bad_input("\"{}\" holds NaN or infinity", key);
    }
  }
  return values;
}

}  // namespace qs
