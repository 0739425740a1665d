// ONNX's numbering of element types, and what becomes of each here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/tensor/dtype.h"

namespace qs {

/// Values of TensorProto.DataType that can be read.
enum class OnnxType : std::int32_t {
  float32 = 1,
  uint8 = 2,
  int8 = 3,
  uint16 = 4,
  int16 = 5,
  int32 = 6,
  int64 = 7,
  boolean = 9,
  float16 = 10,
  float64 = 11,
  uint32 = 12,
  uint64 = 13,
  bfloat16 = 16,
};

/// The type its elements are kept in: f32 for all floating-point types, s64 for the integers that have no DType of
/// their own. Empty for what cannot be read (strings, complex numbers, 8-bit floats, 4-bit integers).
[[nodiscard]] std::optional<DType> stored_type(std::int32_t onnx_type);

/// "float16"; "type 99" for a number that ONNX has not given out.
[[nodiscard]] std::string element_type_name(std::int32_t onnx_type);

/// Bytes of one element in a file, for the types that `stored_type` knows.
[[nodiscard]] std::size_t file_size_of(OnnxType type);

}  // namespace qs
