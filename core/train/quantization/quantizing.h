// Loops of the quantizers, in blocks whose number does not depend on threads.
#pragma once

#include <algorithm>
#include <cmath>
#include <span>
#include <string_view>

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/base/wide.h"
#include "core/engine/training/operation.h"
#include "core/train/quantization/quantizers.h"

namespace qs {

constexpr std::int64_t kBlock = 1 << 14;

/// body(block, first, last) over [0, count) in parallel.
template <class Body>
void each_block(std::int64_t count, const Body& body) {
  parallel_for((count + kBlock - 1) / kBlock,
               [&](std::int64_t block) { body(block, block * kBlock, std::min((block + 1) * kBlock, count)); });
}

[[nodiscard]] inline bool is_quantized(const QuantizerOptions& options, const TrainingStep& step) {
  return step.mode == Mode::evaluation || step.epoch >= options.delay_epochs;
}

[[nodiscard]] inline bool is_stochastic(const QuantizerOptions& options, const TrainingStep& step) {
  return step.mode == Mode::training && options.rounding == Rounding::stochastic;
}

/// Fake quantization of `count` values, the first of which is the tensor's `offset`-th.
inline void quantize_values(const float* from, float* to, std::int64_t count, std::int64_t offset,
                            ScaleZeroPoint encoding, const Grid& grid, const QuantizerOptions& options,
                            const TrainingStep& step) {
  const std::span<const float> source(from, static_cast<std::size_t>(count));
  const std::span<float> target(to, static_cast<std::size_t>(count));
  if (!is_stochastic(options, step)) return fake_quantize(source, encoding, grid, target);
  const std::uint64_t seed = step.seed + options.salt * 0x9e3779b97f4a7c15ULL + static_cast<std::uint64_t>(step.number);
  fake_quantize_stochastic(source, encoding, grid, seed, static_cast<std::uint64_t>(offset), target);
}

/// The straight-through estimator's mask. `to` may be `gradient`.
inline void pass_within(const float* x, const float* gradient, float* to, std::int64_t count, Range range) {
  on_wide_vectors([=] {
#pragma omp simd
    for (std::int64_t i = 0; i < count; ++i) to[i] = x[i] >= range.min && x[i] <= range.max ? gradient[i] : 0.0F;
  });
}

/// Covers nothing out: the range of a quantizer that is not on yet.
inline constexpr Range kEverything{-std::numeric_limits<float>::infinity(), std::numeric_limits<float>::infinity()};

[[noreturn]] inline void diverged(std::string_view what) {
  throw Error(ErrorCode::bad_input,
              fmt::format("{} hold NaN or infinity: the training has diverged; a smaller learning rate, a warm-up or "
                          "\"gradient_clip\" helps",
                          what));
}

}  // namespace qs
