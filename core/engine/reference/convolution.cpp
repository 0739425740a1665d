#include <algorithm>
#include <vector>

#include "core/base/parallel.h"
#include "core/engine/reference/kernels.h"
#include "core/engine/reference/spatial.h"

namespace qs::reference {

namespace {

/// Calls `body(weight, o, i, stride, count)` for each kernel element and each stretch of outputs o, o+1, ... (`count`
/// of them) that it multiplies with the inputs i, i+stride, ...; padding is left out.
template <class Body>
void for_each_stretch(const SpatialAxes& axes, const float* weights, Body&& body) {
  const auto& [depth, height, width] = axes;
  for (std::int64_t kd = 0; kd < depth.kernel; ++kd) {
    const Range planes = depth.outputs_inside(kd);
    for (std::int64_t kh = 0; kh < height.kernel; ++kh) {
      const Range rows = height.outputs_inside(kh);
      for (std::int64_t kw = 0; kw < width.kernel; ++kw) {
        const Range columns = width.outputs_inside(kw);
        const double weight = *weights++;
        for (std::int64_t od = planes.begin; od < planes.end; ++od) {
          for (std::int64_t oh = rows.begin; oh < rows.end; ++oh) {
            const std::int64_t output = (od * height.output + oh) * width.output + columns.begin;
            const std::int64_t input = (depth.position(od, kd) * height.input + height.position(oh, kh)) * width.input +
                                       width.position(columns.begin, kw);
            body(weight, output, input, width.stride, columns.end - columns.begin);
          }
        }
      }
    }
  }
}

/// Computes each output plane by `plane(sums, image, channel)`, starting from the bias.
template <class Plane>
Tensor by_planes(Inputs x, const Shape& out, Plane&& plane) {
  const float* bias = x.size() > 2 ? x[2].values<float>().data() : nullptr;
  const std::int64_t channels = out[1];
  const std::int64_t size = plane_size(out);
  Tensor result(DType::f32, out);
  float* y = result.mutable_values<float>().data();
  parallel_for(out[0] * channels, [&](std::int64_t i) {
    const std::int64_t channel = i % channels;
    std::vector<double> sums(static_cast<std::size_t>(size), bias == nullptr ? 0.0 : bias[channel]);
    plane(sums.data(), i / channels, channel);
    std::transform(sums.begin(), sums.end(), y + i * size, [](double sum) { return static_cast<float>(sum); });
  });
  return result;
}

}  // namespace

/// y[n,co,o] = bias[co] + sum over ci in its group, kernel elements k: x[n,ci,o stride + k dilation - pad] w[co,ci,k]
///
/// https://onnx.ai/onnx/operators/onnx__Conv.html
Tensor compute(const Conv& op, Inputs x, const Shape& out) {
  const SpatialAxes axes = spatial_axes(op.window, x[0].shape(), out);
  const float* input = x[0].values<float>().data();
  const float* weights = x[1].values<float>().data();
  const std::int64_t input_plane = plane_size(x[0].shape());
  const std::int64_t kernel = plane_size(x[1].shape());
  const std::int64_t group_inputs = x[1].shape()[1];
  const std::int64_t group_outputs = out[1] / op.groups;
  return by_planes(x, out, [&](double* sums, std::int64_t image, std::int64_t channel) {
    const std::int64_t first = image * x[0].shape()[1] + channel / group_outputs * group_inputs;
    for (std::int64_t ci = 0; ci < group_inputs; ++ci) {
      const float* plane = input + (first + ci) * input_plane;
      for_each_stretch(axes, weights + (channel * group_inputs + ci) * kernel,
                       [&](double weight, std::int64_t o, std::int64_t i, std::int64_t stride, std::int64_t count) {
                         for (std::int64_t c = 0; c < count; ++c) sums[o + c] += weight * plane[i + c * stride];
                       });
    }
  });
}

/// The transpose of Conv as a linear map: each input is spread over the outputs that Conv would have read it from.
/// y[n,co,o] = bias[co] + sum over ci, k, i with i stride + k dilation - pad = o: x[n,ci,i] w[ci,co,k]
///
/// https://onnx.ai/onnx/operators/onnx__ConvTranspose.html
Tensor compute(const ConvTranspose& op, Inputs x, const Shape& out) {
  const SpatialAxes axes = spatial_axes(op.window, out, x[0].shape());  // the window slides over the output
  const float* input = x[0].values<float>().data();
  const float* weights = x[1].values<float>().data();
  const std::int64_t input_plane = plane_size(x[0].shape());
  const std::int64_t kernel = plane_size(x[1].shape());
  const std::int64_t group_inputs = x[0].shape()[1] / op.groups;
  const std::int64_t group_outputs = x[1].shape()[1];
  return by_planes(x, out, [&](double* sums, std::int64_t image, std::int64_t channel) {
    const std::int64_t first = channel / group_outputs * group_inputs;
    for (std::int64_t ci = first; ci < first + group_inputs; ++ci) {
      const float* plane = input + (image * x[0].shape()[1] + ci) * input_plane;
      for_each_stretch(axes, weights + (ci * group_outputs + channel % group_outputs) * kernel,
                       [&](double weight, std::int64_t i, std::int64_t o, std::int64_t stride, std::int64_t count) {
                         for (std::int64_t c = 0; c < count; ++c) sums[o + c * stride] += weight * plane[i + c];
                       });
    }
  });
}

}  // namespace qs::reference
