// https://onnx.ai/onnx/operators/onnx__Cast.html
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

#include "core/engine/reference/kernels.h"

namespace qs::reference {

namespace {

/// bf16 is the upper half of an f32.
struct BFloat16 {
  std::uint16_t bits;

  [[nodiscard]] float value() const { return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16); }

  /// Rounded to nearest, ties to even.
  static BFloat16 nearest(float value) {
    const auto word = std::bit_cast<std::uint32_t>(value);
    if (std::isnan(value)) return {static_cast<std::uint16_t>(word >> 16 | 0x40)};  // stays a NaN without its low bits
    const std::uint32_t tie = word >> 16 & 1;
    return {static_cast<std::uint16_t>((word + 0x7FFF + tie) >> 16)};
  }
};

/// A real number as an integer: truncated toward zero; beyond the range (where ONNX leaves it open) the nearest end,
/// and NaN is 0.
template <class Integer>
Integer truncated(double value) {
  if (std::isnan(value)) return 0;
  // Both ends are compared as powers of two, which double holds exactly even for s64.
  const double end = std::ldexp(1.0, std::numeric_limits<Integer>::digits);
  if (value >= end) return std::numeric_limits<Integer>::max();
  if (value <= static_cast<double>(std::numeric_limits<Integer>::min())) return std::numeric_limits<Integer>::min();
  return static_cast<Integer>(value);
}

/// Integers that do not fit lose their high bits, as ONNX asks.
template <class To, class From>
To converted(From value) {
  if constexpr (std::is_same_v<From, To>) {
    return value;
  } else if constexpr (std::is_same_v<From, BFloat16>) {
    return converted<To>(value.value());
  } else if constexpr (std::is_same_v<To, BFloat16>) {
    return BFloat16::nearest(static_cast<float>(value));
  } else if constexpr (std::is_same_v<To, bool>) {
    return value != From{};
  } else if constexpr (std::is_floating_point_v<From>) {
    return truncated<To>(static_cast<double>(value));
  } else {
    return static_cast<To>(value);
  }
}

/// Calls `body` with a value of the C++ type that stores `dtype`.
template <class Body>
void with_type(DType dtype, Body&& body) {
  switch (dtype) {
    case DType::f32: return body(float{});
    case DType::s8: return body(std::int8_t{});
    case DType::u8: return body(std::uint8_t{});
    case DType::s32: return body(std::int32_t{});
    case DType::bf16: return body(BFloat16{});
    case DType::s64: return body(std::int64_t{});
    case DType::boolean: return body(bool{});
  }
}

}  // namespace

Tensor compute(const Cast& op, Inputs x, const Shape& out) {
  Tensor result(op.to, out);
  with_type(x[0].dtype(), [&]<class From>(From) {
    with_type(op.to, [&]<class To>(To) {
      const auto* from = static_cast<const From*>(x[0].data());
      std::transform(from, from + out.elements(), static_cast<To*>(result.mutable_data()), converted<To, From>);
    });
  });
  return result;
}

}  // namespace qs::reference
