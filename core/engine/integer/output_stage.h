// What happens to s32 sums of products on their way out of a layer: scaled, a residual added, an activation, clamped,
// rounded to the result's grid. Either as attributes of the primitive, or as loops over its s32 output.
#pragma once

#include <limits>
#include <optional>
#include <vector>

#include "core/engine/integer/integer_lowering.h"

namespace qs {

/// A layer's constants in the form the kernels want.
struct LayerConstants {
  Tensor weights;                         ///< s8, in the graph's layout
  std::vector<std::int32_t> zero_points;  ///< of `weights`, one per output channel; all 0 when symmetric
  std::vector<double> bias;  ///< per output channel in units of input scale x weight scale, with what the input's zero
                             ///< point takes away from every sum
  std::vector<float> units;  ///< per output channel: input scale x weight scale
  [[nodiscard]] bool is_asymmetric() const;
};

/// Spec/methods.md section 1: y = units * (sum(w x) - zero_points * sum(x) + bias). `channels` output channels.
[[nodiscard]] LayerConstants layer_constants(const IntegerLowering& lowering, const QuantizedWeights& weights,
                                             std::int64_t channels);

/// Where the result goes and how.
struct OutputStage {
  const Encoding* encoding = nullptr;  ///< of the result; null: f32
  std::optional<ValueId> operand;      ///< the residual to add
  const Encoding* operand_encoding = nullptr;
  bool only_clamps = true;                         ///< every activation is a ReLU or a Clip
  float low = -std::numeric_limits<float>::max();  ///< of those, in real numbers
  float high = std::numeric_limits<float>::max();
};

/// Of the current group. A result is f32 where it has no encoding, or where a residual without one is added.
[[nodiscard]] OutputStage output_stage(const IntegerLowering& lowering);

/// As primitive attributes (output scales, post-ops, destination zero point).
[[nodiscard]] dnnl::primitive_attr stage_attributes(const IntegerLowering& lowering, const OutputStage& stage,
                                                    const std::vector<float>& units);

/// The type the result is written in.
[[nodiscard]] dnnl::memory::data_type stage_type(const OutputStage& stage);

/// Where the result goes: a fresh place, or over the residual operand.
[[nodiscard]] Located stage_destination(IntegerLowering& lowering, const OutputStage& stage,
                                        const dnnl::memory::desc& desc);

/// Adds the loops that turn `sums` (s32, channels last, [rows, channels]) into the group's result, where
/// `window_sums` (s32, [rows, groups]) is multiplied with the weights' zero points. Only for stages that only clamp.
void add_requantization(IntegerLowering& lowering, const OutputStage& stage, const LayerConstants& constants,
                        const Located& sums, const Located& window_sums, std::int64_t groups);

/// The bias as a tensor the kernels take: s32 where it is whole and fits, else f32; empty where it is all zero.
[[nodiscard]] std::optional<Tensor> bias_tensor(const LayerConstants& constants);

}  // namespace qs
