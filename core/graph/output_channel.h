// Which output channel each element of a layer's weights belongs to.
#pragma once

#include <cstdint>

#include "core/graph/op.h"
#include "core/tensor/shape.h"

namespace qs {

/// The output channel that element `i` (row-major) of weights of this shape contributes to.
[[nodiscard]] inline std::int64_t output_channel(const Conv&, const Shape& weights, std::int64_t i) {
  return i / weights.stride(0);
}

/// Weights are [Ci, Co/groups, ...]: the input channel tells the group.
[[nodiscard]] inline std::int64_t output_channel(const ConvTranspose& op, const Shape& weights, std::int64_t i) {
  const std::int64_t inputs_per_group = weights[0] / op.groups;
  const std::int64_t group = i / weights.stride(0) / inputs_per_group;
  return group * weights[1] + i / weights.stride(1) % weights[1];
}

[[nodiscard]] inline std::int64_t output_channel(const Gemm& op, const Shape& weights, std::int64_t i) {
  return op.transpose_b ? i / weights[1] : i % weights[1];
}

[[nodiscard]] inline std::int64_t output_channel(const MatMul&, const Shape& weights, std::int64_t i) {
  return i % weights[weights.rank() - 1];
}

}  // namespace qs
