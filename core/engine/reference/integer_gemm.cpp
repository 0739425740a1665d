#include "core/base/parallel.h"
#include "core/engine/reference/integer_dot.h"
#include "core/engine/reference/integer_kernels.h"

namespace qs::reference {

Tensor accumulate(const Gemm&, const Tensor& codes, std::int32_t zero_point, const LayerWeights& layer,
                  const Shape& out) {
  QS_ASSERT(codes.shape()[1] == layer.inputs);
  const std::vector<std::int16_t> input = centered(codes, zero_point);
  Tensor result(DType::s32, out);
  std::int32_t* sums = result.mutable_values<std::int32_t>().data();
  parallel_for(out[1], [&](std::int64_t n) {
    const std::int16_t* weights = layer.centered.data() + n * layer.inputs;
    for (std::int64_t m = 0; m < out[0]; ++m) {
      sums[m * out[1] + n] = saturated(dot(weights, input.data() + m * layer.inputs, layer.inputs) +
                                       layer.bias[static_cast<std::size_t>(n)]);
    }
  });
  return result;
}

}  // namespace qs::reference
