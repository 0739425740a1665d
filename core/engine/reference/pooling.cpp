#include <limits>
#include <vector>

#include "core/base/parallel.h"
#include "core/engine/reference/gather.h"
#include "core/engine/reference/kernels.h"
#include "core/engine/reference/spatial.h"

namespace qs::reference {

namespace {

/// Calls `body(i)` with the position in the plane of each kernel element of output (od, oh, ow), and `pad()` for each
/// that lies in the padding the file asks for. What `ceil_mode` adds at the end is neither.
template <class Body, class Padding>
void for_each_in_window(const SpatialAxes& axes, std::array<std::int64_t, 3> output, Body&& body, Padding&& pad) {
  const auto& [depth, height, width] = axes;
  const auto within_pads = [](const WindowAxis& axis, std::int64_t at) { return at < axis.input + axis.pad_end; };
  for (std::int64_t kd = 0; kd < depth.kernel; ++kd) {
    const std::int64_t d = depth.position(output[0], kd);
    for (std::int64_t kh = 0; kh < height.kernel; ++kh) {
      const std::int64_t h = height.position(output[1], kh);
      for (std::int64_t kw = 0; kw < width.kernel; ++kw) {
        const std::int64_t w = width.position(output[2], kw);
        if (depth.inside(d) && height.inside(h) && width.inside(w)) {
          body((d * height.input + h) * width.input + w);
        } else if (within_pads(depth, d) && within_pads(height, h) && within_pads(width, w)) {
          pad();
        }
      }
    }
  }
}

/// y[n, c, o] = pool(plane [n, c] of x, o) for every output position o.
template <class Pool>
Tensor by_windows(const Tensor& x, const Window& window, const Shape& out, Pool&& pool) {
  const SpatialAxes axes = spatial_axes(window, x.shape(), out);
  const float* input = x.values<float>().data();
  Tensor result(DType::f32, out);
  float* y = result.mutable_values<float>().data();
  parallel_for(out[0] * out[1], [&](std::int64_t i) {
    const float* plane = input + i * plane_size(x.shape());
    float* pooled = y + i * plane_size(out);
    for (std::int64_t od = 0; od < axes[0].output; ++od) {
      for (std::int64_t oh = 0; oh < axes[1].output; ++oh) {
        for (std::int64_t ow = 0; ow < axes[2].output; ++ow) *pooled++ = pool(axes, plane, std::array{od, oh, ow});
      }
    }
  });
  return result;
}

}  // namespace

/// The largest element under the window; padding counts as -inf.
/// https://onnx.ai/onnx/operators/onnx__MaxPool.html
Tensor compute(const MaxPool& op, Inputs x, const Shape& out) {
  return by_windows(x[0], op.window, out, [](const SpatialAxes& axes, const float* plane, const auto& output) {
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
  return by_windows(x[0], op.window, out, [&](const SpatialAxes& axes, const float* plane, const auto& output) {
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
  const auto reduced = [&](int axis) { return std::find(op.axes.begin(), op.axes.end(), axis) != op.axes.end(); };
  AxisOffsets to_result(shape.rank());  // which output each input element is added to
  std::int64_t stride = 1;
  for (int axis = shape.rank() - 1; axis >= 0; --axis) {
    to_result[axis] = even_offsets(shape[axis], reduced(axis) ? 0 : stride);
    if (!reduced(axis)) stride *= shape[axis];
  }
  std::vector<double> sums(out.elements());
  const float* value = x[0].values<float>().data();
  for_each_position(to_result, [&](std::int64_t position) { sums[position] += *value++; });

  Tensor result(DType::f32, out);
  const double count =
      static_cast<double>(x[0].elements()) / static_cast<double>(std::max<std::int64_t>(1, out.elements()));
  std::transform(sums.begin(), sums.end(), result.mutable_values<float>().begin(),
                 [&](double sum) { return static_cast<float>(sum / count); });
  return result;
}

}  // namespace qs::reference
