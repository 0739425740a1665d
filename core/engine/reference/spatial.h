// Sliding windows over one to three spatial axes, written as exactly three so that each loop is written once.
#pragma once

#include <array>
#include <cstdint>

#include "core/graph/op.h"
#include "core/tensor/shape.h"

namespace qs::reference {

/// First index and one past the last.
struct Range {
  std::int64_t begin = 0;
  std::int64_t end = 0;
};

/// A window sliding along one axis.
struct WindowAxis {
  std::int64_t input = 1;   ///< extent slid over
  std::int64_t output = 1;  ///< positions of the window
  std::int64_t kernel = 1;
  std::int64_t stride = 1;
  std::int64_t dilation = 1;
  std::int64_t pad_begin = 0;
  std::int64_t pad_end = 0;

  /// Where kernel element k of output o lies in the input; below 0 or from `input` on it is padding.
  [[nodiscard]] std::int64_t position(std::int64_t o, std::int64_t k) const {
    return o * stride + k * dilation - pad_begin;
  }
  [[nodiscard]] bool inside(std::int64_t position) const { return position >= 0 && position < input; }

  /// The outputs whose kernel element k lies inside the input.
  [[nodiscard]] Range outputs_inside(std::int64_t k) const;
};

/// Depth, height, width.
using SpatialAxes = std::array<WindowAxis, 3>;

/// The axes of a window that slides over the spatial axes (from 2 on) of `input` and gives those of `output`; axes that
/// are not there have extent 1. Throws `Error` (bad_input) for more than three spatial axes.
[[nodiscard]] SpatialAxes spatial_axes(const Window& window, const Shape& input, const Shape& output);

/// Elements of one channel of one image of [N, C, spatial...].
[[nodiscard]] std::int64_t plane_size(const Shape& shape);

}  // namespace qs::reference
