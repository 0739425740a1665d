#include <vector>

#include "core/base/parallel.h"
#include "core/engine/reference/gather.h"
#include "core/engine/reference/kernels.h"

namespace qs::reference {

namespace {

struct Sizes {
  std::int64_t rows = 0;     ///< M
  std::int64_t columns = 0;  ///< N
  std::int64_t inner = 0;    ///< K
};

/// y[m, n] = alpha * sum over k: a[m, k] b[k, n], plus what y held.
void multiply(const float* a, const float* b, float* y, const Sizes& sizes, double alpha = 1) {
  parallel_for(sizes.rows, [&](std::int64_t m) {
    std::vector<double> sums(static_cast<std::size_t>(sizes.columns));
    for (std::int64_t k = 0; k < sizes.inner; ++k) {
      const double left = a[m * sizes.inner + k];
      const float* right = b + k * sizes.columns;
      for (std::int64_t n = 0; n < sizes.columns; ++n) sums[n] += left * right[n];
    }
    float* row = y + m * sizes.columns;
    for (std::int64_t n = 0; n < sizes.columns; ++n) row[n] = static_cast<float>(alpha * sums[n] + row[n]);
  });
}

Tensor transposed(const Tensor& matrix) {
  return compute(Transpose{{1, 0}}, {&matrix, 1}, {matrix.shape()[1], matrix.shape()[0]});
}

}  // namespace

/// y = alpha A' B' + beta C
/// https://onnx.ai/onnx/operators/onnx__Gemm.html
Tensor compute(const Gemm& op, Inputs x, const Shape& out) {
  const Tensor a = op.transpose_a ? transposed(x[0]) : x[0];
  const Tensor b = op.transpose_b ? transposed(x[1]) : x[1];
  Tensor result(DType::f32, out);
  auto y = result.mutable_values<float>();
  if (x.size() > 2) {
    const Tensor c = broadcast_to(x[2], out);
    std::transform(c.values<float>().begin(), c.values<float>().end(), y.begin(),
                   [&](float value) { return op.beta * value; });
  }
  multiply(a.values<float>().data(), b.values<float>().data(), y.data(), {out[0], out[1], a.shape()[1]}, op.alpha);
  return result;
}

/// One product for each index of the axes before the last two, which broadcast.
/// https://onnx.ai/onnx/operators/onnx__MatMul.html
Tensor compute(const MatMul&, Inputs x, const Shape& out) {
  const auto sides = [](const Tensor& t) { return std::vector(t.shape().end() - 2, t.shape().end()); };
  const std::vector<std::int64_t> batch(out.begin(), out.end() - 2);
  const auto stacked = [&](const Tensor& matrices) {
    std::vector<std::int64_t> dims = batch;
    for (std::int64_t side : sides(matrices)) dims.push_back(side);
    return broadcast_to(matrices, Shape(std::move(dims)));
  };
  const Tensor a = stacked(x[0]);
  const Tensor b = stacked(x[1]);
  const Sizes sizes{.rows = sides(a)[0], .columns = sides(b)[1], .inner = sides(a)[1]};

  Tensor result(DType::f32, out);
  float* y = result.mutable_values<float>().data();
  for (std::int64_t i = 0; i < Shape(batch).elements(); ++i) {
    multiply(a.values<float>().data() + i * sizes.rows * sizes.inner,
             b.values<float>().data() + i * sizes.inner * sizes.columns, y + i * sizes.rows * sizes.columns, sizes);
  }
  return result;
}

}  // namespace qs::reference
