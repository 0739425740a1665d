// https://onnx.ai/onnx/operators/onnx__Resize.html, one axis at a time: nearest and linear are separable.
#include <algorithm>
#include <cmath>
#include <vector>

#include "core/engine/reference/gather.h"
#include "core/engine/reference/kernels.h"

namespace qs::reference {

namespace {

/// One axis being resized.
struct ResizeAxis {
  std::int64_t input = 1;
  std::int64_t output = 1;
  double scale = 1;   ///< as given by the file, or output / input
  double length = 1;  ///< of the output before it was rounded down to whole elements
};

ResizeAxis resize_axis(const Resize& op, int axis, std::int64_t input, std::int64_t output) {
  if (op.scales.empty()) {
    return {input, output, static_cast<double>(output) / static_cast<double>(input), static_cast<double>(output)};
  }
  const double scale = op.scales[axis];
  return {input, output, scale, scale * static_cast<double>(input)};
}

/// Where output index i lies among the inputs. Rounded to f32, the precision in which files give scales: a scale
/// of 1/3 must find element 3 and not 2.9999999.
double source_coordinate(const Resize& op, const ResizeAxis& axis, std::int64_t i) {
  const double x = static_cast<double>(i);
  double coordinate = 0;
  switch (op.coordinates) {
    case Resize::Coordinates::half_pixel: coordinate = (x + 0.5) / axis.scale - 0.5; break;
    case Resize::Coordinates::pytorch_half_pixel:
      coordinate = axis.output > 1 ? (x + 0.5) / axis.scale - 0.5 : 0;
      break;
    case Resize::Coordinates::align_corners:
      coordinate = axis.output > 1 ? x * static_cast<double>(axis.input - 1) / (axis.length - 1) : 0;
      break;
    case Resize::Coordinates::asymmetric: coordinate = x / axis.scale; break;
  }
  return static_cast<float>(coordinate);
}

std::int64_t nearest_index(Resize::Nearest rule, double coordinate, std::int64_t extent) {
  double rounded = 0;
  switch (rule) {
    case Resize::Nearest::round_prefer_floor: rounded = std::ceil(coordinate - 0.5); break;
    case Resize::Nearest::round_prefer_ceil: rounded = std::floor(coordinate + 0.5); break;
    case Resize::Nearest::floor: rounded = std::floor(coordinate); break;
    case Resize::Nearest::ceil: rounded = std::ceil(coordinate); break;
  }
  return std::clamp<std::int64_t>(static_cast<std::int64_t>(rounded), 0, extent - 1);
}

Tensor nearest(const Resize& op, const Tensor& x, const Shape& out) {
  AxisOffsets offsets;
  for (int a = 0; a < out.rank(); ++a) {
    const ResizeAxis axis = resize_axis(op, a, x.shape()[a], out[a]);
    std::vector<std::int64_t>& along = offsets.emplace_back();
    for (std::int64_t i = 0; i < axis.output; ++i) {
      const std::int64_t from = nearest_index(op.nearest, source_coordinate(op, axis, i), axis.input);
      along.push_back(from * x.shape().stride(a));
    }
  }
  return gather(x, offsets);
}

/// Resizes one axis of `values`, seen as [outer, axis.input, inner]. Beyond the first and last element the end is
/// repeated.
std::vector<double> interpolated(const std::vector<double>& values, const Resize& op, const ResizeAxis& axis,
                                 std::int64_t outer, std::int64_t inner) {
  std::vector<double> result(static_cast<std::size_t>(outer * axis.output * inner));
  for (std::int64_t i = 0; i < axis.output; ++i) {
    const double last = static_cast<double>(axis.input - 1);
    const double coordinate = std::clamp(source_coordinate(op, axis, i), 0.0, last);
    const std::int64_t left = static_cast<std::int64_t>(coordinate);
    const std::int64_t right = std::min(left + 1, axis.input - 1);
    const double weight = coordinate - static_cast<double>(left);
    for (std::int64_t o = 0; o < outer; ++o) {
      const double* from = values.data() + o * axis.input * inner;
      double* to = result.data() + (o * axis.output + i) * inner;
      for (std::int64_t j = 0; j < inner; ++j) {
        to[j] = (1 - weight) * from[left * inner + j] + weight * from[right * inner + j];
      }
    }
  }
  return result;
}

Tensor linear(const Resize& op, const Tensor& x, const Shape& out) {
  std::vector<double> values(x.values<float>().begin(), x.values<float>().end());
  Shape shape = x.shape();
  for (int a = 0; a < out.rank(); ++a) {
    const ResizeAxis axis = resize_axis(op, a, shape[a], out[a]);
    const std::int64_t inner = shape.stride(a);
    const std::int64_t outer = static_cast<std::int64_t>(values.size()) / (axis.input * inner);
    values = interpolated(values, op, axis, outer, inner);
    shape[a] = axis.output;
  }
  Tensor result(DType::f32, out);
  std::transform(values.begin(), values.end(), result.mutable_values<float>().begin(),
                 [](double value) { return static_cast<float>(value); });
  return result;
}

}  // namespace

Tensor compute(const Resize& op, Inputs x, const Shape& out) {
  if (x[0].elements() == 0) bad_input("Resize of an empty tensor");
  return op.mode == Resize::Mode::nearest ? nearest(op, x[0], out) : linear(op, x[0], out);
}

}  // namespace qs::reference
