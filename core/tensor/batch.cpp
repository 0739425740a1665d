#include "core/tensor/batch.h"

#include <cstring>

namespace qs {

Tensor filled_to(const Tensor& tensor, std::int64_t rows) {
  QS_ASSERT(tensor.shape().rank() > 0);
  const std::int64_t have = tensor.shape()[0];
  if (have == rows) return tensor;
  QS_ASSERT(have > 0 && have < rows);
  std::vector<std::int64_t> dims = tensor.shape().dims();
  dims[0] = rows;
  Tensor filled(tensor.dtype(), Shape(dims));
  const std::size_t row_bytes = tensor.bytes() / static_cast<std::size_t>(have);
  auto* out = static_cast<std::byte*>(filled.mutable_data());
  const auto* in = static_cast<const std::byte*>(tensor.data());
  std::memcpy(out, in, tensor.bytes());
  for (std::int64_t row = have; row < rows; ++row) {
    std::memcpy(out + static_cast<std::size_t>(row) * row_bytes, in + static_cast<std::size_t>(have - 1) * row_bytes,
                row_bytes);
  }
  return filled;
}

}  // namespace qs
