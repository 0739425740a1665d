// Fully connected layers in int8; see lower_integer_convolution.cpp for asymmetric weights.
#include <algorithm>

#include "core/engine/integer/exact_products.h"
#include "core/engine/integer/products.h"

namespace qs {

namespace {

using dnnl::memory;

void add_product(IntegerLowering& lowering, const Located& source, const Tensor& weights,
                 const std::optional<Tensor>& bias, const dnnl::primitive_attr& attr, const Located& destination) {
  const memory::dims weight_dims = onednn::dims(weights.shape());
  const dnnl::inner_product_forward::primitive_desc desc(
      {dnnl::prop_kind::forward_inference, source.desc, onednn::any_layout(weight_dims, memory::data_type::s8),
       bias_layout(bias), destination.desc},
      attr, onednn::engine());
  add_weighted<dnnl::inner_product_forward>(lowering, desc, source, {weight_dims, weights, bias}, destination);
}

}  // namespace

bool lower_integer(IntegerLowering& lowering, const Gemm& op) {
  const QuantizedWeights* weights = lowering.weights();
  const ValueId input = lowering.node().inputs[0];
  if (weights == nullptr || lowering.encoding(input) == nullptr || !op.transpose_b) return false;
  const OutputStage stage = output_stage(lowering);
  const std::int64_t channels = lowering.output_shape()[1];
  const LayerConstants constants = layer_constants(lowering, *weights, channels);
  if (constants.is_asymmetric() && !stage.only_clamps) {
    lowering.explain("asymmetric weights with another activation than ReLU or Clip");
    return false;
  }
  const Located codes = lowering.encoded(input);
  const Located source = constants.source_shift == 0 ? codes : as_unsigned(lowering, codes);
  const memory::dims output_dims = onednn::dims(lowering.output_shape());
  const auto multiply = [&](const Tensor& part, const std::optional<Tensor>& bias, const dnnl::primitive_attr& attr,
                            const Located& to) { add_product(lowering, source, part, bias, attr, to); };
  if (!constants.is_asymmetric()) return add_products(lowering, stage, constants, output_dims, multiply);
  Tensor ones(DType::s8, {1, constants.weights.shape()[1]});
  std::fill_n(ones.mutable_values<std::int8_t>().begin(), ones.elements(), std::int8_t{1});
  const Located row_sums = lowering.fresh(channels_last({output_dims[0], 1}, memory::data_type::s32));
  add_product(lowering, source, ones, std::nullopt, sum_attributes(), row_sums);
  const Located sums = add_sums(lowering, constants, output_dims, multiply);
  add_requantization(lowering, stage, constants, sums, row_sums, 1);
  return true;
}

}  // namespace qs
