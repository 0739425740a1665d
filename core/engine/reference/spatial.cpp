#include "core/engine/reference/spatial.h"

#include <algorithm>

#include "core/base/error.h"

namespace qs::reference {

Range WindowAxis::outputs_inside(std::int64_t k) const {
  const std::int64_t shift = pad_begin - k * dilation;  // inside: 0 <= o * stride - shift < input
  const std::int64_t begin = shift <= 0 ? 0 : (shift + stride - 1) / stride;
  const std::int64_t end = input + shift <= 0 ? 0 : (input + shift + stride - 1) / stride;
  return {std::min(begin, output), std::min(end, output)};
}

SpatialAxes spatial_axes(const Window& window, const Shape& input, const Shape& output) {
  const int count = input.rank() - 2;
  if (count < 1 || count > 3) bad_input("windows over {} spatial axes are not supported, only 1 to 3", count);
  SpatialAxes axes;
  for (int i = 0; i < count; ++i) {
    axes[3 - count + i] = {.input = input[2 + i],
                           .output = output[2 + i],
                           .kernel = window.kernel[i],
                           .stride = window.strides[i],
                           .dilation = window.dilations[i],
                           .pad_begin = window.pads_begin[i],
                           .pad_end = window.pads_end[i]};
  }
  return axes;
}

std::int64_t plane_size(const Shape& shape) {
  return shape.rank() < 2 ? 1 : shape.stride(1);
}

}  // namespace qs::reference
