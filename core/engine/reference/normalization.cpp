#include <cmath>

#include "core/base/parallel.h"
#include "core/engine/reference/gather.h"
#include "core/engine/reference/kernels.h"
#include "core/engine/reference/spatial.h"

namespace qs::reference {

namespace {

/// Product of the extents before `axis`.
std::int64_t elements_before(const Shape& shape, int axis) {
  std::int64_t count = 1;
  for (int i = 0; i < axis; ++i) count *= shape[i];
  return count;
}

}  // namespace

/// y = scale[c] (x - mean[c]) / sqrt(variance[c] + epsilon) + shift[c]
/// https://onnx.ai/onnx/operators/onnx__BatchNormalization.html (inference)
Tensor compute(const BatchNorm& op, Inputs x, const Shape& out) {
  const auto input = x[0].values<float>();
  const auto scale = x[1].values<float>();
  const auto shift = x[2].values<float>();
  const auto mean = x[3].values<float>();
  const auto variance = x[4].values<float>();
  Tensor result(DType::f32, out);
  auto y = result.mutable_values<float>();
  const std::int64_t plane = plane_size(out);
  for (std::int64_t i = 0; i < out.elements(); ++i) {
    const std::int64_t c = i / plane % out[1];
    const double normalized = (static_cast<double>(input[i]) - mean[c]) /
                              std::sqrt(static_cast<double>(variance[c]) + static_cast<double>(op.epsilon));
    y[i] = static_cast<float>(normalized * scale[c] + shift[c]);
  }
  return result;
}

/// y = scale (x - mean) / sqrt(variance + epsilon) + shift, mean and (biased) variance over the axes from `axis` on
/// https://onnx.ai/onnx/operators/onnx__LayerNormalization.html
Tensor compute(const LayerNorm& op, Inputs x, const Shape& out) {
  const std::int64_t rows = elements_before(out, op.axis);
  const Shape row_shape(std::vector<std::int64_t>(out.begin() + op.axis, out.end()));
  const std::int64_t size = row_shape.elements();
  const Tensor scale = broadcast_to(x[1], row_shape);
  const Tensor shift = x.size() > 2 ? broadcast_to(x[2], row_shape) : Tensor(DType::f32, row_shape);
  Tensor result(DType::f32, out);
  for (std::int64_t row = 0; row < rows; ++row) {
    const auto input = x[0].values<float>().subspan(row * size, size);
    const auto y = result.mutable_values<float>().subspan(row * size, size);
    double mean = 0;
    for (float value : input) mean += value;
    mean /= static_cast<double>(size);
    double variance = 0;
    for (float value : input) variance += (value - mean) * (value - mean);
    variance /= static_cast<double>(size);
    const double deviation = std::sqrt(variance + static_cast<double>(op.epsilon));
    for (std::int64_t i = 0; i < size; ++i) {
      y[i] = static_cast<float>((input[i] - mean) / deviation * scale.values<float>()[i] + shift.values<float>()[i]);
    }
  }
  return result;
}

/// y[c] = x[c] / (bias + alpha / size * sum of x[j]^2)^beta, j from c - floor((size-1)/2) to c + ceil((size-1)/2)
/// https://onnx.ai/onnx/operators/onnx__LRN.html
Tensor compute(const Lrn& op, Inputs x, const Shape& out) {
  const auto input = x[0].values<float>();
  Tensor result(DType::f32, out);
  auto y = result.mutable_values<float>();
  const std::int64_t channels = out[1];
  const std::int64_t plane = plane_size(out);
  parallel_for(out[0] * channels, [&](std::int64_t row) {
    const std::int64_t c = row % channels;
    const std::int64_t first = std::max<std::int64_t>(0, c - (op.size - 1) / 2);
    const std::int64_t last = std::min(channels - 1, c + op.size / 2);
    for (std::int64_t i = 0; i < plane; ++i) {
      double squares = 0;
      for (std::int64_t j = first; j <= last; ++j) {
        const double value = input[(row - c + j) * plane + i];
        squares += value * value;
      }
      const double base = op.bias + static_cast<double>(op.alpha) / static_cast<double>(op.size) * squares;
      y[row * plane + i] = static_cast<float>(input[row * plane + i] / std::pow(base, op.beta));
    }
  });
  return result;
}

/// y = exp(x - max) / sum of exp(x - max) along `axis`, or (as before opset 13) over all axes from `axis` on
/// https://onnx.ai/onnx/operators/onnx__Softmax.html
Tensor compute(const Softmax& op, Inputs x, const Shape& out) {
  const auto input = x[0].values<float>();
  Tensor result(DType::f32, out);
  auto y = result.mutable_values<float>();
  const std::int64_t outer = elements_before(out, op.axis);
  const std::int64_t inner = op.flattened ? 1 : out.stride(op.axis);
  const std::int64_t count = outer * inner == 0 ? 0 : out.elements() / (outer * inner);
  for (std::int64_t line = 0; count > 0 && line < outer * inner; ++line) {
    const std::int64_t first = line / inner * count * inner + line % inner;
    double largest = input[first];
    for (std::int64_t i = 0; i < count; ++i) largest = std::max<double>(largest, input[first + i * inner]);
    double sum = 0;
    for (std::int64_t i = 0; i < count; ++i) sum += std::exp(input[first + i * inner] - largest);
    for (std::int64_t i = 0; i < count; ++i) {
      y[first + i * inner] = static_cast<float>(std::exp(input[first + i * inner] - largest) / sum);
    }
  }
  return result;
}

}  // namespace qs::reference
