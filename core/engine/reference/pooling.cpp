#include <limits>
#include <vector>

#include "core/engine/reference/gather.h"
#include "core/engine/reference/kernels.h"
#include "core/engine/reference/pooling_windows.h"
#include "core/engine/reference/spatial.h"

namespace qs::reference {

/// The largest element under the window; padding counts as -inf.
/// https://onnx.ai/onnx/operators/onnx__MaxPool.html
Tensor compute(const MaxPool& op, Inputs x, const Shape& out) {
  return by_windows<float>(x[0], op.window, out, [](const SpatialAxes& axes, const float* plane, const auto& output) {
    float largest = -std::numeric_limits<float>::infinity();
    for_each_in_window(
        axes, output, [&](std::int64_t i) { largest = std::max(largest, plane[i]); }, [] {});
    return largest;
  });
}

/// The mean of the elements under the window, with the padding's zeros counted if `count_include_pad` says so. The
/// elements that `ceil_mode` lets the last window read beyond the padding are never counted.
/// https://onnx.ai/onnx/operators/onnx__AveragePool.html
Tensor compute(const AveragePool& op, Inputs x, const Shape& out) {
  return by_windows<float>(x[0], op.window, out, [&](const SpatialAxes& axes, const float* plane, const auto& output) {
    double sum = 0;
    std::int64_t count = 0;
    const auto add = [&](std::int64_t i) {
      sum += plane[i];
      ++count;
    };
    const auto add_zero = [&] { count += op.count_include_pad ? 1 : 0; };
    for_each_in_window(axes, output, add, add_zero);
    return count == 0 ? 0.0F : static_cast<float>(sum / static_cast<double>(count));
  });
}

/// https://onnx.ai/onnx/operators/onnx__GlobalAveragePool.html
Tensor compute(const GlobalAveragePool&, Inputs x, const Shape& out) {
  ReduceMean mean;
  for (int axis = 2; axis < out.rank(); ++axis) mean.axes.push_back(axis);
  return compute(mean, x, out);
}

/// https://onnx.ai/onnx/operators/onnx__GlobalMaxPool.html
Tensor compute(const GlobalMaxPool&, Inputs x, const Shape& out) {
  const std::int64_t size = plane_size(x[0].shape());
  const auto input = x[0].values<float>();
  Tensor result(DType::f32, out);
  auto y = result.mutable_values<float>();
  for (std::int64_t i = 0; i < out.elements(); ++i) {
    const auto plane = input.subspan(i * size, size);
    y[i] = *std::max_element(plane.begin(), plane.end());
  }
  return result;
}

/// https://onnx.ai/onnx/operators/onnx__ReduceMean.html
Tensor compute(const ReduceMean& op, Inputs x, const Shape& out) {
  const Shape& shape = x[0].shape();
  std::vector<double> sums(out.elements());
  const float* value = x[0].values<float>().data();
  for_each_position(reduced_offsets(shape, op.axes), [&](std::int64_t position) { sums[position] += *value++; });

  Tensor result(DType::f32, out);
  const double count =
      static_cast<double>(x[0].elements()) / static_cast<double>(std::max<std::int64_t>(1, out.elements()));
  std::transform(sums.begin(), sums.end(), result.mutable_values<float>().begin(),
                 [&](double sum) { return static_cast<float>(sum / count); });
  return result;
}

}  // namespace qs::reference
