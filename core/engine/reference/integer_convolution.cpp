#include "core/base/parallel.h"
#include "core/engine/reference/integer_dot.h"
#include "core/engine/reference/integer_kernels.h"
#include "core/engine/reference/spatial.h"

namespace qs::reference {

namespace {

/// The windows of one row of outputs, one after another, in the order of the weights: [row][channel, kernel element].
class RowOfWindows {
 public:
  RowOfWindows(const SpatialAxes& axes, std::int64_t channels)
      : axes_(axes), inputs_(channels * axes[0].kernel * axes[1].kernel * axes[2].kernel) {}

  /// Of the outputs at depth `od`, height `oh`. `planes` holds the channels' centered codes; padding becomes 0, which
  /// is Z_x - Z_x.
  void gather(const std::int16_t* planes, std::int64_t od, std::int64_t oh) {
    const auto& [depth, height, width] = axes_;
    windows_.assign(static_cast<std::size_t>(width.output * inputs_), 0);
    const std::int64_t plane = depth.input * height.input * width.input;
    const std::int64_t channels = inputs_ / (depth.kernel * height.kernel * width.kernel);
    std::int64_t k = 0;
    for (std::int64_t c = 0; c < channels; ++c) {
      for (std::int64_t kd = 0; kd < depth.kernel; ++kd) {
        for (std::int64_t kh = 0; kh < height.kernel; ++kh, k += width.kernel) {
          const std::int64_t d = depth.position(od, kd);
          const std::int64_t h = height.position(oh, kh);
          if (!depth.inside(d) || !height.inside(h)) continue;
          gather_row(planes + c * plane + (d * height.input + h) * width.input, k);
        }
      }
    }
  }

  [[nodiscard]] const std::int16_t* at(std::int64_t ow) const { return windows_.data() + ow * inputs_; }
  [[nodiscard]] std::int64_t inputs() const { return inputs_; }

 private:
  void gather_row(const std::int16_t* row, std::int64_t k) {
    const WindowAxis& width = axes_[2];
    for (std::int64_t kw = 0; kw < width.kernel; ++kw) {
      const Range inside = width.outputs_inside(kw);
      for (std::int64_t ow = inside.begin; ow < inside.end; ++ow) {
        windows_[static_cast<std::size_t>(ow * inputs_ + k + kw)] = row[width.position(ow, kw)];
      }
    }
  }

  const SpatialAxes& axes_;
  std::int64_t inputs_;
  std::vector<std::int16_t> windows_;
};

}  // namespace

Tensor accumulate(const Conv& op, const Tensor& codes, std::int32_t zero_point, const LayerWeights& layer,
                  const Shape& out) {
  const SpatialAxes axes = spatial_axes(op.window, codes.shape(), out);
  const std::vector<std::int16_t> input = centered(codes, zero_point);
  const std::int64_t group_inputs = codes.shape()[1] / op.groups;
  const std::int64_t group_outputs = out[1] / op.groups;
  const std::int64_t rows = axes[0].output * axes[1].output;
  Tensor result(DType::s32, out);
  std::int32_t* sums = result.mutable_values<std::int32_t>().data();
  parallel_for(out[0] * rows, [&](std::int64_t i) {
    const std::int64_t image = i / rows;
    const std::int64_t row = i % rows;
    RowOfWindows windows(axes, group_inputs);
    QS_ASSERT(windows.inputs() == layer.inputs);
    for (std::int64_t co = 0; co < out[1]; ++co) {
      if (co % group_outputs == 0) {
        const std::int64_t first = image * codes.shape()[1] + co / group_outputs * group_inputs;
        windows.gather(input.data() + first * plane_size(codes.shape()), row / axes[1].output, row % axes[1].output);
      }
      const std::int16_t* weights = layer.centered.data() + co * layer.inputs;
      std::int32_t* to = sums + ((image * out[1] + co) * rows + row) * axes[2].output;
      for (std::int64_t ow = 0; ow < axes[2].output; ++ow) {
        to[ow] = saturated(dot(weights, windows.at(ow), layer.inputs) + layer.bias[static_cast<std::size_t>(co)]);
      }
    }
  });
  return result;
}

}  // namespace qs::reference
