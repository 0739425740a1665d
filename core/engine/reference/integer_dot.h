// Sums of products of centered codes.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

#include "core/tensor/tensor.h"

namespace qs::reference {

/// q - Z of every code: at most 9 bits and a sign.
[[nodiscard]] inline std::vector<std::int16_t> centered(const Tensor& codes, std::int32_t zero_point) {
  const auto values = codes.values<std::int32_t>();
  std::vector<std::int16_t> result(values.size());
  std::transform(values.begin(), values.end(), result.begin(),
                 [&](std::int32_t q) { return static_cast<std::int16_t>(q - zero_point); });
  return result;
}

/// sum of a[i] b[i] for |a|, |b| <= 255. In blocks whose sums fit 32 bits, since the compiler has an instruction for
/// those.
[[nodiscard]] inline std::int64_t dot(const std::int16_t* a, const std::int16_t* b, std::int64_t count) {
  constexpr std::int64_t kBlock = 1 << 14;
  std::int64_t total = 0;
  for (std::int64_t begin = 0; begin < count; begin += kBlock) {
    const std::int64_t end = std::min(begin + kBlock, count);
    std::int32_t sum = 0;
    for (std::int64_t i = begin; i < end; ++i) sum += std::int32_t{a[i]} * std::int32_t{b[i]};
    total += sum;
  }
  return total;
}

[[nodiscard]] inline std::int32_t saturated(std::int64_t sum) {
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(sum, std::numeric_limits<std::int32_t>::min(),
                                                            std::numeric_limits<std::int32_t>::max()));
}

}  // namespace qs::reference
