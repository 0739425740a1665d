#include <algorithm>

#include "core/engine/reference/gather.h"
#include "core/engine/reference/integer_dot.h"
#include "core/engine/reference/integer_kernels.h"
#include "core/engine/reference/pooling_windows.h"

namespace qs::reference {

namespace {

/// Means of codes `in` as codes `out`.
class Mean {
 public:
  Mean(const CodeFormat& in, const CodeFormat& out) : in_(in), out_(out), steps_(expressible(out)) {}

  /// Of `count` codes that add up to `sum`; the code of 0 for the mean of nothing.
  [[nodiscard]] std::int32_t of(std::int64_t sum, std::int64_t count) const {
    if (count == 0) return out_.encoding.zero_point;
    if (in_ == out_) return static_cast<std::int32_t>((sum >= 0 ? sum + count / 2 : sum - count / 2) / count);
    const double scale = static_cast<double>(in_.encoding.scale) / static_cast<double>(out_.encoding.scale);
    const std::int32_t steps =
        multiply(saturated(sum - count * in_.encoding.zero_point), fixed_point(scale / static_cast<double>(count)));
    return out_.encoding.zero_point + std::clamp(steps, steps_.min, steps_.max);
  }

 private:
  const CodeFormat& in_;
  const CodeFormat& out_;
  Steps steps_;
};

}  // namespace

Tensor pool(const MaxPool& op, const Tensor& codes, const CodeFormat& in, const CodeFormat& out, const Shape& shape) {
  const auto largest_of = [&](const SpatialAxes& axes, const std::int32_t* plane, const auto& output) {
    std::int32_t largest = in.grid.quant_min();
    for_each_in_window(
        axes, output, [&](std::int64_t i) { largest = std::max(largest, plane[i]); }, [] {});
    return largest;
  };
  return rescale(by_windows<std::int32_t>(codes, op.window, shape, largest_of), in, out, expressible(out));
}

Tensor pool(const GlobalMaxPool&, const Tensor& codes, const CodeFormat& in, const CodeFormat& out,
            const Shape& shape) {
  const auto size = static_cast<std::size_t>(plane_size(codes.shape()));
  const auto input = codes.values<std::int32_t>();
  Tensor result(DType::s32, shape);
  auto y = result.mutable_values<std::int32_t>();
  for (std::size_t i = 0; i < y.size(); ++i) {
    const auto plane = input.subspan(i * size, size);
    y[i] = *std::max_element(plane.begin(), plane.end());
  }
  return rescale(result, in, out, expressible(out));
}

Tensor pool(const AveragePool& op, const Tensor& codes, const CodeFormat& in, const CodeFormat& out,
            const Shape& shape) {
  const Mean mean(in, out);
  const auto mean_of = [&](const SpatialAxes& axes, const std::int32_t* plane, const auto& output) {
    std::int64_t sum = 0;
    std::int64_t count = 0;
    const auto add_code = [&](std::int32_t code) {
      sum += code;
      ++count;
    };
    for_each_in_window(
        axes, output, [&](std::int64_t i) { add_code(plane[i]); },
        [&] {
          if (op.count_include_pad) add_code(in.encoding.zero_point);
        });
    return mean.of(sum, count);
  };
  return by_windows<std::int32_t>(codes, op.window, shape, mean_of);
}

Tensor pool(const GlobalAveragePool&, const Tensor& codes, const CodeFormat& in, const CodeFormat& out,
            const Shape& shape) {
  ReduceMean over_plane;
  for (int axis = 2; axis < shape.rank(); ++axis) over_plane.axes.push_back(axis);
  return pool(over_plane, codes, in, out, shape);
}

Tensor pool(const ReduceMean& op, const Tensor& codes, const CodeFormat& in, const CodeFormat& out,
            const Shape& shape) {
  std::vector<std::int64_t> sums(shape.elements());
  const std::int32_t* code = codes.values<std::int32_t>().data();
  for_each_position(reduced_offsets(codes.shape(), op.axes), [&](std::int64_t position) { sums[position] += *code++; });
  const std::int64_t count = shape.elements() == 0 ? 0 : codes.elements() / shape.elements();
  Tensor result(DType::s32, shape);
  std::transform(sums.begin(), sums.end(), result.mutable_values<std::int32_t>().begin(),
                 [&, mean = Mean(in, out)](std::int64_t sum) { return mean.of(sum, count); });
  return result;
}

}  // namespace qs::reference
