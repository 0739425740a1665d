#include "core/engine/integer/output_stage.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

#include "core/base/parallel.h"
#include "core/base/wide.h"
#include "core/engine/environment.h"
#include "core/engine/float/lower.h"
#include "core/engine/integer/exact_products.h"
#include "core/quant/layer_parameters.h"
#include "core/quant/rounding.h"

namespace qs {

namespace {

using dnnl::memory;

/// The interval of results in steps of the encoding: what the activations and the grid leave.
GridEnds steps(const OutputStage& stage) {
  const ScaleZeroPoint& e = stage.encoding->channels[0];
  const GridEnds grid = grid_ends(e, stage.encoding->grid);
  return {std::max(stage.low / e.scale, grid.low), std::min(stage.high / e.scale, grid.high)};
}

/// Whether saturation to the type cuts off the same.
bool saturation_suffices(const OutputStage& stage, GridEnds limit) {
  const GridEnds grid = grid_ends(stage.encoding->channels[0], stage.encoding->grid);
  return fills_type(stage.encoding->grid) && limit.low <= grid.low && limit.high >= grid.high;
}

template <class T>
Tensor signed_codes(const Tensor& codes, int shift) {
  Tensor result(DType::s8, codes.shape());
  std::transform(codes.values<T>().begin(), codes.values<T>().end(), result.mutable_values<std::int8_t>().begin(),
                 [shift](T code) { return static_cast<std::int8_t>(code - shift); });
  return result;
}

/// What all results have in common.
struct Limits {
  float low = 0;
  float high = 0;
  std::int32_t zero_point = 0;  ///< of the result
  float operand_scale = 0;      ///< 0: no residual
  float operand_zero = 0;
};

/// From sums to results.
struct RowConstants {
  std::vector<std::int32_t> bias;         ///< per channel, in units of the sums
  std::vector<std::int32_t> zero_points;  ///< of the weights
  std::vector<float> scale;  ///< from sums to steps of the result (or to real numbers): of each channel, for as many
                             ///< rows as are computed at once
  std::int64_t group_channels = 1;
  Limits limits;
};

/// Layers of few channels: so many results at once that they fill vectors of bytes.
constexpr std::int64_t kResultsAtOnce = 256;

/// sum + bias - zero point * window for some rows. Modulo 2^32: only the total has to fit.
void add_up(const RowConstants& k, std::int64_t rows, const std::int32_t* sums, const std::int32_t* window_sums,
            std::uint32_t* totals) {
  const auto channels = static_cast<std::int64_t>(k.bias.size());
  const std::int32_t* bias = k.bias.data();
  const std::int32_t* zero_points = k.zero_points.data();
  const auto total = [](std::int32_t sum, std::int32_t b, std::int32_t zero_point, std::int32_t window) {
    return static_cast<std::uint32_t>(sum) + static_cast<std::uint32_t>(b) -
           static_cast<std::uint32_t>(zero_point) * static_cast<std::uint32_t>(window);
  };
  for (std::int64_t row = 0; row < rows; ++row, sums += channels, totals += channels) {
    if (k.group_channels == 1) {
#pragma omp simd
      for (std::int64_t c = 0; c < channels; ++c) totals[c] = total(sums[c], bias[c], zero_points[c], window_sums[c]);
      window_sums += channels;
      continue;
    }
    for (std::int64_t first = 0; first < channels; first += k.group_channels) {
      const std::int32_t window = *window_sums++;
#pragma omp simd
      for (std::int64_t c = first; c < first + k.group_channels; ++c) {
        totals[c] = total(sums[c], bias[c], zero_points[c], window);
      }
    }
  }
}

/// The totals to the result's type; `result` holds the operand to begin with. `k` comes by value and `scale` is one per
/// result: bytes that are written might be part of anything that is only referred to, and nothing would be vectorized.
template <class Result, bool kAdds>
void scale_down(Limits k, std::int64_t count, const float* scale, const std::uint32_t* totals, Result* result) {
#pragma omp simd
  for (std::int64_t i = 0; i < count; ++i) {
    float y = scale[i] * static_cast<float>(static_cast<std::int32_t>(totals[i]));
    if constexpr (kAdds) y += k.operand_scale * (static_cast<float>(result[i]) - k.operand_zero);
    y = y > k.low ? y : k.low;
    y = y < k.high ? y : k.high;
    if constexpr (std::is_same_v<Result, float>) {
      result[i] = y;
    } else {
      result[i] = static_cast<Result>(std::bit_cast<std::int32_t>(y + kRounder) + k.zero_point);
    }
  }
}

template <class Result>
void requantize(const RowConstants& k, std::int64_t rows, std::span<const memory> memories) {
  const auto channels = static_cast<std::int64_t>(k.bias.size());
  const std::int64_t groups = channels / k.group_channels;
  const std::int64_t at_once = static_cast<std::int64_t>(k.scale.size()) / channels;
  const auto* sums = static_cast<const std::int32_t*>(memories[0].get_data_handle());
  const auto* window_sums = static_cast<const std::int32_t*>(memories[1].get_data_handle());
  auto* result = static_cast<Result*>(memories[2].get_data_handle());
  const std::int64_t in_block = std::max<std::int64_t>(64, 4 * at_once);
  parallel_for((rows + in_block - 1) / in_block, [&](std::int64_t block) {
    std::vector<std::uint32_t> totals(k.scale.size());
    const std::int64_t last = std::min(rows, (block + 1) * in_block);
    on_wide_vectors([&] {
      for (std::int64_t row = block * in_block; row < last; row += at_once) {
        const std::int64_t count = std::min(at_once, last - row);
        Result* const to = result + row * channels;
        add_up(k, count, sums + row * channels, window_sums + row * groups, totals.data());
        if (k.limits.operand_scale != 0) {
          scale_down<Result, true>(k.limits, count * channels, k.scale.data(), totals.data(), to);
        } else {
          scale_down<Result, false>(k.limits, count * channels, k.scale.data(), totals.data(), to);
        }
      }
    });
  });
}

}  // namespace

bool LayerConstants::is_asymmetric() const {
  return std::any_of(zero_points.begin(), zero_points.end(), [](std::int32_t z) { return z != 0; });
}

LayerConstants layer_constants(const IntegerLowering& lowering, const QuantizedWeights& weights,
                               std::int64_t channels) {
  const bool is_unsigned = weights.codes.dtype() == DType::u8;
  const int shift = is_unsigned ? 128 : 0;
  LayerConstants result;
  result.weights = is_unsigned ? signed_codes<std::uint8_t>(weights.codes, shift) : weights.codes;
  const Encoding& encoding = *lowering.encoding(lowering.node().inputs[0]);
  const ScaleZeroPoint& input = encoding.channels[0];
  if (environment().saturating_products) {
    result.in_halves = needs_halves(result.weights);
    result.source_shift = encoding.grid.is_signed ? kToUnsigned : 0;
  }
  for (std::size_t c = 0; c < static_cast<std::size_t>(channels); ++c) {
    result.zero_points.push_back(weights.encoding.at(c).zero_point - shift);
    result.units.push_back(input.scale * weights.encoding.at(c).scale);
  }
  // What the input's zero point takes away from every sum.
  const Tensor centred = centred_by_channel(lowering.node().op, weights);
  const auto codes = centred.values<std::int32_t>();
  const auto products = static_cast<std::ptrdiff_t>(centred.shape()[1]);
  result.bias = bias_in_units(lowering.graph(), lowering.node(), weights, input.scale, channels);
  for (std::size_t c = 0; c < result.bias.size(); ++c) {
    const auto first = codes.begin() + static_cast<std::ptrdiff_t>(c) * products;
    const std::int64_t sum = std::accumulate(first, first + products, std::int64_t{0});
    result.bias[c] -= static_cast<double>(input.zero_point + result.source_shift) * static_cast<double>(sum);
  }
  return result;
}

OutputStage output_stage(const IntegerLowering& lowering) {
  OutputStage stage;
  bool clips = false;
  stage.encoding = lowering.encoding(lowering.group().output);
  for (const PostOp& post_op : lowering.group().post_ops) {
    if (post_op.operand) {
      stage.operand = post_op.operand;
      continue;
    }
    const Op& op = lowering.graph().node(post_op.node).op;
    if (std::holds_alternative<Relu>(op)) {
      stage.low = std::max(stage.low, 0.0F);
    } else if (const auto* clip = std::get_if<Clip>(&op)) {
      stage.low = std::clamp(clip->min, stage.low, stage.high);
      stage.high = std::clamp(clip->max, stage.low, stage.high);
    } else {
      stage.only_clamps = false;
    }
    clips = clips || std::holds_alternative<Clip>(op) || std::holds_alternative<HardSigmoid>(op);
  }
  if (stage.operand) stage.operand_encoding = lowering.encoding(*stage.operand);
  const bool adds_float = stage.operand && stage.operand_encoding == nullptr;
  // An activation before the addition is no clamp of the result.
  const auto& ops = lowering.group().post_ops;
  if (stage.operand && !ops.empty() && !ops.front().operand) stage.only_clamps = false;
  // Of two clips among the post-ops oneDNN 2.6 gets the second wrong: the result is encoded behind the primitive.
  const bool clips_twice = clips && !stage.only_clamps;
  if (adds_float || clips_twice) stage.encoding = nullptr;
  if (stage.encoding == nullptr) stage.operand_encoding = nullptr;
  return stage;
}

std::optional<OutputStage> stage_of_halves(const IntegerLowering& lowering, const OutputStage& stage) {
  if (stage.operand && !lowering.group().post_ops.front().operand) return std::nullopt;
  OutputStage result = stage;
  result.encoding = nullptr;
  result.operand_encoding = nullptr;
  return result;
}

memory::data_type stage_type(const OutputStage& stage) {
  return stage.encoding == nullptr ? memory::data_type::f32 : integer_type(stage.encoding->grid);
}

dnnl::primitive_attr stage_attributes(const IntegerLowering& lowering, const OutputStage& stage,
                                      const std::vector<float>& units, Part part) {
  dnnl::primitive_attr attr;
  attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  // Clamps are done in steps of the result; other functions need real numbers first.
  const bool in_steps = stage.encoding != nullptr && stage.only_clamps;
  const float step = in_steps ? stage.encoding->channels[0].scale : 1.0F;
  std::vector<float> scales = units;
  const bool is_uniform = std::all_of(scales.begin(), scales.end(), [&](float s) { return s == scales.front(); });
  if (is_uniform) scales.resize(1);
  for (float& scale : scales) scale /= step;
  attr.set_output_scales(is_uniform ? 0 : 1 << 1, scales);

  dnnl::post_ops ops;
  if (part == Part::second_half) ops.append_sum(1.0F);
  for (const PostOp& post_op : lowering.group().post_ops) {
    if (post_op.operand) {
      if (part == Part::second_half) continue;
      const ScaleZeroPoint operand =
          stage.operand_encoding == nullptr ? ScaleZeroPoint{} : stage.operand_encoding->channels[0];
      const auto type =
          stage.operand_encoding == nullptr ? memory::data_type::f32 : integer_type(stage.operand_encoding->grid);
      const float factor = stage.operand_encoding == nullptr ? 1.0F : operand.scale / step;
      ops.append_sum(factor, operand.zero_point, type);
    } else if (!in_steps && part != Part::first_half) {
      QS_ASSERT(append_activation(ops, lowering.graph().node(post_op.node).op));
    }
  }
  if (stage.encoding != nullptr) {
    const std::int32_t zero_point = stage.encoding->channels[0].zero_point;
    // Inner products have no destination zero point in oneDNN 2.6: there it is added by a post-op.
    const bool has_zero_point = !std::holds_alternative<Gemm>(lowering.node().op);
    const float shift = has_zero_point ? 0.0F : static_cast<float>(zero_point);
    const bool is_linear = !in_steps || shift != 0;
    if (is_linear)
      ops.append_eltwise(1, dnnl::algorithm::eltwise_linear, in_steps ? 1 : 1 / stage.encoding->channels[0].scale,
                         shift);
    const GridEnds limit = steps(stage);
    if (!saturation_suffices(stage, limit)) {
      ops.append_eltwise(1, dnnl::algorithm::eltwise_clip, limit.low + shift, limit.high + shift);
    }
    if (has_zero_point && zero_point != 0) attr.set_zero_points(DNNL_ARG_DST, 0, {zero_point});
  }
  attr.set_post_ops(ops);
  return attr;
}

dnnl::primitive_attr sum_attributes(Sums sums) {
  dnnl::primitive_attr attr;
  attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  dnnl::post_ops ops;
  if (sums == Sums::added) ops.append_sum(1.0F);
  attr.set_post_ops(ops);
  return attr;
}

Located stage_destination(IntegerLowering& lowering, const OutputStage& stage, const memory::desc& desc) {
  if (!stage.operand) return lowering.result(desc);
  const ValueId operand = *stage.operand;
  // The operand may have the other integer type: the sum post-op is told which.
  const memory::desc as_operand =
      stage.operand_encoding == nullptr ? desc : onednn::with_type(desc, integer_type(stage.operand_encoding->grid));
  const Located at = lowering.in_layout(operand, as_operand);
  const std::vector<ValueId>& inputs = lowering.node().inputs;
  const bool is_input_too = std::find(inputs.begin(), inputs.end(), operand) != inputs.end();
  const bool in_place = !is_input_too && lowering.owns(operand, at);
  const Located place = {desc, in_place ? at.buffer : lowering.reordered(at, as_operand).buffer};
  lowering.alias_result(place, desc);
  return place;
}

void add_requantization(IntegerLowering& lowering, const OutputStage& stage, const LayerConstants& constants,
                        const Located& sums, const Located& window_sums, std::int64_t groups) {
  QS_ASSERT(stage.only_clamps);
  const auto channels = static_cast<std::int64_t>(constants.units.size());
  const float step = stage.encoding == nullptr ? 1.0F : stage.encoding->channels[0].scale;
  RowConstants k;
  for (std::size_t c = 0; c < constants.units.size(); ++c) {
    k.scale.push_back(constants.units[c] / step);
    constexpr double kMost = std::numeric_limits<std::int32_t>::max();
    k.bias.push_back(static_cast<std::int32_t>(std::clamp(std::nearbyint(constants.bias[c]), -kMost, kMost)));
  }
  k.zero_points = constants.zero_points;
  const std::vector<float> one_row = k.scale;
  for (auto at_once = kResultsAtOnce / channels; at_once > 1; --at_once) {
    k.scale.insert(k.scale.end(), one_row.begin(), one_row.end());
  }
  k.group_channels = channels / groups;
  k.limits.low = stage.low;
  k.limits.high = stage.high;
  if (stage.encoding != nullptr) {
    const GridEnds limit = steps(stage);
    k.limits.low = limit.low;
    k.limits.high = limit.high;
    k.limits.zero_point = stage.encoding->channels[0].zero_point;
  }
  const memory::data_type type = stage_type(stage);
  if (stage.operand) {
    const bool is_float = stage.operand_encoding == nullptr;
    k.limits.operand_scale = is_float ? 1.0F : stage.operand_encoding->channels[0].scale / step;
    k.limits.operand_zero = is_float ? 0.0F : static_cast<float>(stage.operand_encoding->channels[0].zero_point);
  }
  const Located place = stage_destination(lowering, stage, channels_last(sums.desc.dims(), type));
  const std::int64_t rows = Shape(sums.desc.dims()).elements() / channels;
  lowering.add(
      [k = std::move(k), rows, type](std::span<const memory> memories) {
        switch (type) {
          case memory::data_type::u8: return requantize<std::uint8_t>(k, rows, memories);
          case memory::data_type::s8: return requantize<std::int8_t>(k, rows, memories);
          default: return requantize<float>(k, rows, memories);
        }
      },
      {{DNNL_ARG_SRC_0, sums.desc, sums.buffer},
       {DNNL_ARG_SRC_1, window_sums.desc, window_sums.buffer},
       {DNNL_ARG_DST, place.desc, place.buffer}});
}

std::optional<Tensor> bias_tensor(const LayerConstants& constants) {
  const auto& bias = constants.bias;
  if (std::all_of(bias.begin(), bias.end(), [](double b) { return b == 0; })) return std::nullopt;
  const bool fits = std::all_of(bias.begin(), bias.end(),
                                [](double b) { return b == std::nearbyint(b) && std::abs(b) < 2147483648.0; });
  const Shape shape{static_cast<std::int64_t>(bias.size())};
  Tensor result(fits ? DType::s32 : DType::f32, shape);
  for (std::size_t c = 0; c < bias.size(); ++c) {
    if (fits) {
      result.mutable_values<std::int32_t>()[c] = static_cast<std::int32_t>(bias[c]);
    } else {
      result.mutable_values<float>()[c] = static_cast<float>(bias[c]);
    }
  }
  return result;
}

}  // namespace qs
