// Convolutions in int8. Symmetric weights: one primitive does it all. Asymmetric weights, which oneDNN has not: the
// exact expansion of spec/methods.md section 1, sum((w - zw) x) = sum(w x) - zw sum(x), with the window sums of x
// computed once per input and window.
#include <algorithm>
#include <span>

#include "core/engine/float/lower.h"
#include "core/engine/integer/exact_products.h"
#include "core/engine/integer/products.h"
#include "core/engine/integer/window_sums.h"
#include "core/engine/onednn_window.h"

namespace qs {

namespace {

using dnnl::memory;

/// What a convolution primitive is made of besides types.
struct Sliding {
  memory::dims strides;
  memory::dims gaps;
  memory::dims begin;  ///< pads left to the primitive
  memory::dims end;
};

/// The layer's input, shifted by `shift`; with its zero point around it where the primitive's padding, which is the
/// integer 0, would not do.
Located source_of(IntegerLowering& lowering, const Conv& op, std::int32_t shift, Sliding& sliding) {
  const ValueId input = lowering.node().inputs[0];
  const bool needs_border = lowering.encoding(input)->channels[0].zero_point + shift != 0 && is_padded(op.window);
  Located source =
      needs_border ? lowering.padded(input, op.window.pads_begin, op.window.pads_end) : lowering.encoded(input);
  if (needs_border) {
    std::fill(sliding.begin.begin(), sliding.begin.end(), 0);
    std::fill(sliding.end.begin(), sliding.end.end(), 0);
  }
  return shift == 0 ? source : as_unsigned(lowering, source);
}

/// Adds a convolution of `source` into `destination`.
void add_convolution(IntegerLowering& lowering, const Located& source, const Tensor& weights, std::int64_t groups,
                     const std::optional<Tensor>& bias, const Sliding& sliding, const dnnl::primitive_attr& attr,
                     const Located& destination) {
  const memory::dims weight_dims = grouped(weights.shape(), groups);
  const dnnl::convolution_forward::primitive_desc desc(
      {dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct, source.desc,
       onednn::any_layout(weight_dims, memory::data_type::s8), bias_layout(bias), destination.desc, sliding.strides,
       sliding.gaps, sliding.begin, sliding.end},
      attr, onednn::engine());
  add_weighted<dnnl::convolution_forward>(lowering, desc, source, {weight_dims, weights, bias}, destination);
}

/// Spatial extents of [N, C, spatial...], outer axes 1 where the network has fewer than three.
WindowSums::Extents three(std::span<const std::int64_t> extents, std::int64_t missing) {
  WindowSums::Extents result{missing, missing, missing};
  std::copy_backward(extents.begin(), extents.end(), result.end());
  return result;
}

/// Sums of the input over each position of the window, one per group.
Located window_sums(IntegerLowering& lowering, const Conv& op, const Located& source, const Sliding& sliding,
                    const memory::dims& output_dims) {
  std::vector<std::int64_t> window = op.window.kernel;
  for (const auto* part : {&op.window.strides, &op.window.dilations, &op.window.pads_begin, &op.window.pads_end}) {
    window.insert(window.end(), part->begin(), part->end());
  }
  window.push_back(source.desc.data_type() == memory::data_type::s8 ? 1 : 0);  // else perhaps shifted
  const IntegerLowering::WindowKey key{lowering.node().inputs[0], std::move(window), op.groups};
  const auto known = lowering.window_sums().find(key);
  if (known != lowering.window_sums().end()) return known->second;
  memory::dims input_dims = source.desc.dims();
  memory::dims dims = output_dims;
  dims[1] = op.groups;
  const std::span<const std::int64_t> spatial_input = std::span(input_dims).subspan(2);
  const WindowSums how{.images = input_dims[0],
                       .groups = op.groups,
                       .channels = input_dims[1] / op.groups,
                       .input = three(spatial_input, 1),
                       .output = three(std::span(output_dims).subspan(2), 1),
                       .kernel = three(op.window.kernel, 1),
                       .strides = three(op.window.strides, 1),
                       .dilations = three(op.window.dilations, 1),
                       .begin = three(sliding.begin, 0)};
  const Located sums = lowering.fresh(channels_last(dims, memory::data_type::s32));
  input_dims[1] = op.groups;
  const Located between = lowering.fresh(channels_last(input_dims, memory::data_type::s32));
  const bool is_signed = source.desc.data_type() == memory::data_type::s8;
  lowering.add(
      [how, is_signed](std::span<const memory> memories) {
        const void* input = memories[0].get_data_handle();
        auto* room = static_cast<std::int32_t*>(memories[1].get_data_handle());
        auto* result = static_cast<std::int32_t*>(memories[2].get_data_handle());
        if (is_signed) {
          sum_windows(how, static_cast<const std::int8_t*>(input), room, result);
        } else {
          sum_windows(how, static_cast<const std::uint8_t*>(input), room, result);
        }
      },
      {{DNNL_ARG_SRC, source.desc, source.buffer},
       {DNNL_ARG_SCRATCHPAD, between.desc, between.buffer},
       {DNNL_ARG_DST, sums.desc, sums.buffer}});
  lowering.window_sums().emplace(key, sums);
  return sums;
}

}  // namespace

bool lower_integer(IntegerLowering& lowering, const Conv& op) {
  const QuantizedWeights* weights = lowering.weights();
  if (weights == nullptr || lowering.encoding(lowering.node().inputs[0]) == nullptr) return false;
  const OutputStage stage = output_stage(lowering);
  const LayerConstants constants = layer_constants(lowering, *weights, lowering.output_shape()[1]);
  if (constants.is_asymmetric() && !stage.only_clamps) {
    lowering.explain("asymmetric weights with another activation than ReLU or Clip");
    return false;
  }
  Sliding sliding{op.window.strides, gaps(op.window.dilations), op.window.pads_begin, op.window.pads_end};
  const Located source = source_of(lowering, op, constants.source_shift, sliding);
  const memory::dims output_dims = onednn::dims(lowering.output_shape());
  const auto convolve = [&](const Tensor& part, const std::optional<Tensor>& bias, const dnnl::primitive_attr& attr,
                            const Located& to) {
    add_convolution(lowering, source, part, op.groups, bias, sliding, attr, to);
  };
  if (!constants.is_asymmetric()) return add_products(lowering, stage, constants, output_dims, convolve);
  const Located windows = window_sums(lowering, op, source, sliding, output_dims);
  const Located sums = add_sums(lowering, constants, output_dims, convolve);
  add_requantization(lowering, stage, constants, sums, windows, op.groups);
  return true;
}

}  // namespace qs
