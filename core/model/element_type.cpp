#include "core/model/element_type.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace qs {

namespace {

struct ElementType {
  std::int32_t number;
  std::string_view name;
  std::size_t bytes;  ///< 0: cannot be read
  DType stored;
};

constexpr std::array kElementTypes = {
    ElementType{1, "float", 4, DType::f32},        ElementType{2, "uint8", 1, DType::u8},
    ElementType{3, "int8", 1, DType::s8},          ElementType{4, "uint16", 2, DType::s64},
    ElementType{5, "int16", 2, DType::s64},        ElementType{6, "int32", 4, DType::s32},
    ElementType{7, "int64", 8, DType::s64},        ElementType{8, "string", 0, DType::u8},
    ElementType{9, "bool", 1, DType::boolean},     ElementType{10, "float16", 2, DType::f32},
    ElementType{11, "double", 8, DType::f32},      ElementType{12, "uint32", 4, DType::s64},
    ElementType{13, "uint64", 8, DType::s64},      ElementType{14, "complex64", 0, DType::u8},
    ElementType{15, "complex128", 0, DType::u8},   ElementType{16, "bfloat16", 2, DType::f32},
    ElementType{17, "float8e4m3fn", 0, DType::u8}, ElementType{18, "float8e4m3fnuz", 0, DType::u8},
    ElementType{19, "float8e5m2", 0, DType::u8},   ElementType{20, "float8e5m2fnuz", 0, DType::u8},
    ElementType{21, "uint4", 0, DType::u8},        ElementType{22, "int4", 0, DType::u8},
    ElementType{23, "float4e2m1", 0, DType::u8},
};

const ElementType* find(std::int32_t number) {
  const auto found = std::find_if(kElementTypes.begin(), kElementTypes.end(),
                                  [&](const ElementType& type) { return type.number == number; });
  return found == kElementTypes.end() ? nullptr : &*found;
}

}  // namespace

std::optional<DType> stored_type(std::int32_t onnx_type) {
  const ElementType* type = find(onnx_type);
  if (type == nullptr || type->bytes == 0) return std::nullopt;
  return type->stored;
}

std::string element_type_name(std::int32_t onnx_type) {
  const ElementType* type = find(onnx_type);
  return type == nullptr ? fmt::format("type {}", onnx_type) : std::string(type->name);
}

std::size_t file_size_of(OnnxType type) {
  return find(static_cast<std::int32_t>(type))->bytes;
}

}  // namespace qs
