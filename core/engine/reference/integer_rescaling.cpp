#include <algorithm>
#include <cmath>

#include "core/base/parallel.h"
#include "core/engine/reference/integer_kernels.h"
#include "core/engine/reference/spatial.h"

namespace qs::reference {

namespace {

std::int32_t cut(std::int64_t value, Steps steps) {
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(value, steps.min, steps.max));
}

/// round(bound / S) in single precision as TFLite; far outside all grids where the quotient is.
std::int32_t step_of(float bound, float scale) {
  constexpr float kFar = 0x1p30F;
  return static_cast<std::int32_t>(std::round(std::fmax(-kFar, std::fmin(bound / scale, kFar))));
}

}  // namespace

Steps expressible(const CodeFormat& format) {
  return {format.grid.quant_min() - format.encoding.zero_point, format.grid.quant_max() - format.encoding.zero_point};
}

bool cuts_off(const Op& op) {
  return std::holds_alternative<Relu>(op) || std::holds_alternative<Clip>(op) || std::holds_alternative<Identity>(op);
}

Steps left_by(const Op& op, const ScaleZeroPoint& encoding) {
  Steps steps;
  if (std::holds_alternative<Relu>(op)) steps.min = 0;
  if (const auto* clip = std::get_if<Clip>(&op)) {
    steps.max = step_of(clip->max, encoding.scale);
    steps.min =
        std::min(step_of(clip->min, encoding.scale), steps.max);  // crossed bounds give the upper one, as in ONNX
  }
  return steps;
}

Steps then(Steps first, Steps second) {
  return {cut(first.min, second), cut(first.max, second)};
}

Tensor rescale(const Tensor& codes, const CodeFormat& from, const CodeFormat& to, Steps steps) {
  const FixedPointMultiplier multiplier =
      fixed_point(static_cast<double>(from.encoding.scale) / static_cast<double>(to.encoding.scale));
  Tensor result(DType::s32, codes.shape());
  std::transform(codes.values<std::int32_t>().begin(), codes.values<std::int32_t>().end(),
                 result.mutable_values<std::int32_t>().begin(), [&](std::int32_t q) {
                   const std::int32_t step = q - from.encoding.zero_point;
                   return to.encoding.zero_point + cut(multiply(step, multiplier), steps);
                 });
  return result;
}

Tensor finish(const Tensor& accumulators, const OutputStage& stage, const Tensor* residual) {
  const std::int64_t channels = static_cast<std::int64_t>(stage.multipliers.size());
  const std::int64_t size = plane_size(accumulators.shape());
  const FixedPointMultiplier residual_multiplier =
      fixed_point(static_cast<double>(stage.residual.encoding.scale) / static_cast<double>(stage.out.encoding.scale));
  const std::int32_t* sums = accumulators.values<std::int32_t>().data();
  const std::int32_t* added = residual == nullptr ? nullptr : residual->values<std::int32_t>().data();
  Tensor result(DType::s32, accumulators.shape());
  std::int32_t* codes = result.mutable_values<std::int32_t>().data();
  parallel_for(accumulators.shape()[0] * channels, [&](std::int64_t plane) {
    const FixedPointMultiplier multiplier = stage.multipliers[static_cast<std::size_t>(plane % channels)];
    for (std::int64_t i = plane * size; i < (plane + 1) * size; ++i) {
      std::int64_t steps = multiply(sums[i], multiplier);
      if (added != nullptr) {
        const std::int32_t operand = added[i] - stage.residual.encoding.zero_point;
        steps = std::int64_t{cut(steps, stage.before_residual)} + multiply(operand, residual_multiplier);
      }
      codes[i] = stage.out.encoding.zero_point + cut(steps, stage.steps);
    }
  });
  return result;
}

}  // namespace qs::reference
