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
  // What makes products exact without VNNI (exact_products.h):
  bool in_halves = false;         ///< weights are multiplied in two halves
  std::int32_t source_shift = 0;  ///< added to the input's codes before; `bias` knows
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

/// The part of a layer's products that a primitive computes. The first half leaves real numbers, with the residual;
/// the second adds its own to them, then come the activations.
enum class Part : std::uint8_t { whole, first_half, second_half };

/// The stage of a layer that is computed in halves: its result is f32, and encoded afterwards. Nothing where that
/// cannot be done, with an activation before the residual.
[[nodiscard]] std::optional<OutputStage> stage_of_halves(const IntegerLowering& lowering, const OutputStage& stage);

/// As primitive attributes (output scales, post-ops, destination zero point).
[[nodiscard]] dnnl::primitive_attr stage_attributes(const IntegerLowering& lowering, const OutputStage& stage,
                                                    const std::vector<float>& units, Part part = Part::whole);

/// Attributes of a primitive that leaves its sums as they are, or adds them to those that are there.
enum class Sums : std::uint8_t { written, added };
[[nodiscard]] dnnl::primitive_attr sum_attributes(Sums sums = Sums::written);

/// The type the result is written in.
[[nodiscard]] dnnl::memory::data_type stage_type(const OutputStage& stage);

/// Where the result goes: a fresh place, or over the residual operand.
[[nodiscard]] Located stage_destination(IntegerLowering& lowering, const OutputStage& stage,
                                        const dnnl::memory::desc& desc);

/// Adds the loops that turn `sums` (s32, channels last, [rows, channels]) into the group's result, where
/// `window_sums` (s32, [rows, groups]) is multiplied with the weights' zero points. Only for stages that only clamp.
void add_requantization(IntegerLowering& lowering, const OutputStage& stage, const LayerConstants& constants,
                        const Located& sums, const Located& window_sums, std::int64_t groups);

/// What a layer multiplies with and adds.
struct LayerWeights {
  dnnl::memory::dims dims;  ///< of the weights as oneDNN sees them
  const Tensor& weights;    ///< s8, dense
  const std::optional<Tensor>& bias;
};

/// The layout of a bias; none where there is none.
[[nodiscard]] inline dnnl::memory::desc bias_layout(const std::optional<Tensor>& bias) {
  if (!bias) return {};
  return onednn::dense(onednn::dims(bias->shape()), onednn::data_type(bias->dtype()));
}

/// Adds a primitive that has been chosen, with its weights packed as it wants them.
template <class Primitive>
void add_weighted(IntegerLowering& lowering, const typename Primitive::primitive_desc& desc, const Located& source,
                  const LayerWeights& layer, const Located& destination) {
  const dnnl::memory stored(onednn::dense(layer.dims, dnnl::memory::data_type::s8), onednn::engine(),
                            const_cast<void*>(layer.weights.data()));
  std::vector<Argument> arguments = {
      {DNNL_ARG_SRC, source.desc, source.buffer},
      {DNNL_ARG_WEIGHTS, desc.weights_desc(), lowering.packed(stored, desc.weights_desc())},
      {DNNL_ARG_DST, destination.desc, destination.buffer}};
  if (layer.bias) {
    const dnnl::memory::desc layout = bias_layout(layer.bias);
    arguments.push_back({DNNL_ARG_BIAS, layout, lowering.packed(onednn::view(*layer.bias), layout)});
  }
  lowering.add<Primitive>(desc, std::move(arguments));
}

/// The bias as a tensor the kernels take: s32 where it is whole and fits, else f32; empty where it is all zero.
[[nodiscard]] std::optional<Tensor> bias_tensor(const LayerConstants& constants);

}  // namespace qs
