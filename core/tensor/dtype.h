// Element types of tensors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace qs {

/// f32, s8, u8, s32 and bf16 are computed with; s64 and boolean exist only for constants of a model file
/// (shapes, indices), which are folded away at import.
enum class DType : std::uint8_t { f32, s8, u8, s32, bf16, s64, boolean };

/// Bytes of one element.
[[nodiscard]] constexpr std::size_t size_of(DType dtype) {
  switch (dtype) {
    case DType::s8:
    case DType::u8:
    case DType::boolean: return 1;
    case DType::bf16: return 2;
    case DType::f32:
    case DType::s32: return 4;
    case DType::s64: return 8;
  }
  return 0;
}

[[nodiscard]] constexpr std::string_view name_of(DType dtype) {
  switch (dtype) {
    case DType::f32: return "f32";
    case DType::s8: return "s8";
    case DType::u8: return "u8";
    case DType::s32: return "s32";
    case DType::bf16: return "bf16";
    case DType::s64: return "s64";
    case DType::boolean: return "bool";
  }
  return "?";
}

/// The DType that holds a C++ element type (bf16 has none: it is stored as raw 16-bit words).
template <class T>
struct dtype_of;
template <>
struct dtype_of<float> {
  static constexpr DType value = DType::f32;
};
template <>
struct dtype_of<std::int8_t> {
  static constexpr DType value = DType::s8;
};
template <>
struct dtype_of<std::uint8_t> {
  static constexpr DType value = DType::u8;
};
template <>
struct dtype_of<std::int32_t> {
  static constexpr DType value = DType::s32;
};
template <>
struct dtype_of<std::int64_t> {
  static constexpr DType value = DType::s64;
};
template <>
struct dtype_of<bool> {
  static constexpr DType value = DType::boolean;
};

}  // namespace qs
