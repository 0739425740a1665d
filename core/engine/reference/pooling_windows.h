// The windows of poolings, for loops over real numbers and over codes.
#pragma once

#include <array>
#include <cstdint>

#include "core/base/parallel.h"
#include "core/engine/reference/spatial.h"
#include "core/tensor/tensor.h"

namespace qs::reference {

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
template <class T, class Pool>
Tensor by_windows(const Tensor& x, const Window& window, const Shape& out, Pool&& pool) {
  const SpatialAxes axes = spatial_axes(window, x.shape(), out);
  const T* input = x.values<T>().data();
  Tensor result(dtype_of<T>::value, out);
  T* y = result.mutable_values<T>().data();
  parallel_for(out[0] * out[1], [&](std::int64_t i) {
    const T* plane = input + i * plane_size(x.shape());
    T* pooled = y + i * plane_size(out);
    for (std::int64_t od = 0; od < axes[0].output; ++od) {
      for (std::int64_t oh = 0; oh < axes[1].output; ++oh) {
        for (std::int64_t ow = 0; ow < axes[2].output; ++ow) *pooled++ = pool(axes, plane, std::array{od, oh, ow});
      }
    }
  });
  return result;
}

}  // namespace qs::reference
