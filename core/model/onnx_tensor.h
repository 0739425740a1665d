// Tensors of an ONNX file.
#pragma once

#include <onnx/onnx_pb.h>

#include <filesystem>
#include <string>
#include <vector>

#include "core/tensor/tensor.h"

namespace qs {

/// What was done to tensors while reading them.
struct ConversionCounts {
  int from_float16 = 0;
  int from_bfloat16 = 0;
  int from_double = 0;
  int external = 0;
  std::int64_t external_bytes = 0;
};

/// What all tensors outside of the file may hold together. A few bytes of a file can point at any number of gigabytes.
inline constexpr std::int64_t kMaxExternalBytes = std::int64_t{8} << 30;

/// One sentence for each kind of conversion that took place.
[[nodiscard]] std::vector<std::string> notes_of(const ConversionCounts& counts);

/// Reads a tensor wherever the file keeps its elements: raw bytes, typed fields, or (in `folder`) a file beside it.
/// All floating-point types become f32, integers without a DType of their own s64. Throws `Error` (bad_input) when the
/// extents are negative or overflow, the number of elements is not the shape's, the type cannot be read, or a double or
/// uint64 does not fit. Memory never exceeds a small multiple of the bytes given.
[[nodiscard]] Tensor read_tensor(const onnx::TensorProto& proto, const std::filesystem::path& folder,
                                 ConversionCounts& counts);

}  // namespace qs
