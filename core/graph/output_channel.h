// Which output channel each element of a layer's weights belongs to, and where the weights of a channel lie.
#pragma once

#include <cstdint>
#include <variant>

#include "core/base/error.h"
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

/// The same for whole runs of consecutive elements, so that loops over weights have a plain inner loop: the weights are
/// `runs` times `length` elements, and all of a run belong to one channel.
struct ChannelRuns {
  std::int64_t channels = 0;
  std::int64_t runs = 0;
  std::int64_t length = 0;
  std::int64_t block = 0;   ///< consecutive runs belong to as many consecutive channels ...
  std::int64_t blocks = 1;  ///< ... and so often again to the same

  [[nodiscard]] std::int64_t channel(std::int64_t run) const { return run / block / blocks * block + run % block; }
  /// Each channel is one run, and run i is channel i.
  [[nodiscard]] bool in_order() const { return runs == channels; }
};

[[nodiscard]] inline ChannelRuns channel_runs(const Conv&, const Shape& weights) {
  return {weights[0], weights[0], weights.stride(0), weights[0], 1};
}

[[nodiscard]] inline ChannelRuns channel_runs(const ConvTranspose& op, const Shape& weights) {
  return {weights[1] * op.groups, weights[0] * weights[1], weights.stride(1), weights[1], weights[0] / op.groups};
}

[[nodiscard]] inline ChannelRuns channel_runs(const Gemm& op, const Shape& weights) {
  if (op.transpose_b) return {weights[0], weights[0], weights[1], weights[0], 1};
  return {weights[1], weights[0] * weights[1], 1, weights[1], weights[0]};
}

[[nodiscard]] inline ChannelRuns channel_runs(const MatMul&, const Shape& weights) {
  const std::int64_t columns = weights[weights.rank() - 1];
  return {columns, weights.elements(), 1, columns, columns == 0 ? 1 : weights.elements() / columns};
}

/// Whether an op of this kind has weights with output channels.
[[nodiscard]] inline bool has_output_channels(const Op& op) {
  return std::holds_alternative<Conv>(op) || std::holds_alternative<ConvTranspose>(op) ||
         std::holds_alternative<Gemm>(op) || std::holds_alternative<MatMul>(op);
}

/// For an op that has them.
[[nodiscard]] inline ChannelRuns channel_runs(const Op& op, const Shape& weights) {
  if (const auto* conv = std::get_if<Conv>(&op)) return channel_runs(*conv, weights);
  if (const auto* conv = std::get_if<ConvTranspose>(&op)) return channel_runs(*conv, weights);
  if (const auto* gemm = std::get_if<Gemm>(&op)) return channel_runs(*gemm, weights);
  QS_ASSERT(std::holds_alternative<MatMul>(op));
  return channel_runs(std::get<MatMul>(op), weights);
}

}  // namespace qs
