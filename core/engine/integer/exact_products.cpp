#include "core/engine/integer/exact_products.h"

#include <algorithm>
#include <cstdlib>

#include "core/base/parallel.h"
#include "core/base/wide.h"

namespace qs {

namespace {

constexpr int kLargestExact = 64;

}  // namespace

bool needs_halves(const Tensor& weights) {
  return weights.shape()[1] > 1 &&
         std::ranges::any_of(weights.values<std::int8_t>(), [](int w) { return std::abs(w) > kLargestExact; });
}

Halves halves(const Tensor& weights) {
  Halves result{Tensor(DType::s8, weights.shape()), Tensor(DType::s8, weights.shape())};
  const auto whole = weights.values<std::int8_t>();
  const auto first = result.first.mutable_values<std::int8_t>();
  const auto second = result.second.mutable_values<std::int8_t>();
  for (std::size_t i = 0; i < whole.size(); ++i) {
    first[i] = static_cast<std::int8_t>(whole[i] / 2);
    second[i] = static_cast<std::int8_t>(whole[i] - first[i]);
  }
  return result;
}

Located as_unsigned(IntegerLowering& lowering, const Located& source) {
  const dnnl::memory::desc desc = onednn::with_type(source.desc, dnnl::memory::data_type::u8);
  const Located copy = lowering.fresh(desc);
  const auto bytes = static_cast<std::int64_t>(desc.get_size());
  lowering.add(
      [bytes](std::span<const dnnl::memory> memories) {
        const auto* from = static_cast<const std::uint8_t*>(memories[0].get_data_handle());
        auto* to = static_cast<std::uint8_t*>(memories[1].get_data_handle());
        constexpr std::int64_t kBlock = 1 << 16;
        parallel_for((bytes + kBlock - 1) / kBlock, [&](std::int64_t block) {
          const std::int64_t first = block * kBlock;
          const std::int64_t last = std::min(first + kBlock, bytes);
          on_wide_vectors([=] {
#pragma omp simd
            for (std::int64_t i = first; i < last; ++i) to[i] = static_cast<std::uint8_t>(from[i] ^ 0x80U);
          });
        });
      },
      {{DNNL_ARG_FROM, source.desc, source.buffer}, {DNNL_ARG_TO, copy.desc, copy.buffer}});
  return copy;
}

}  // namespace qs
