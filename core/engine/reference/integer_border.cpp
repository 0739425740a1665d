#include <cmath>

#include "core/engine/reference/integer_kernels.h"

namespace qs::reference {

Tensor to_codes(const Tensor& real, const CodeFormat& format) {
  Tensor codes(DType::s32, real.shape());
  const auto from = real.values<float>();
  auto to = codes.mutable_values<std::int32_t>();
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (std::isnan(from[i])) bad_input("element {} is not a number and cannot be quantized", i);
    to[i] = quantize(from[i], format.encoding, format.grid);
  }
  return codes;
}

Tensor to_real(const Tensor& codes, const CodeFormat& format) {
  Tensor real(DType::f32, codes.shape());
  const auto from = codes.values<std::int32_t>();
  auto to = real.mutable_values<float>();
  for (std::size_t i = 0; i < from.size(); ++i) to[i] = dequantize(from[i], format.encoding);
  return real;
}

}  // namespace qs::reference
