// Normalizations that could not be folded into weights, and softmax.
#include "core/engine/float/lower.h"

namespace qs {

namespace {

using dnnl::memory;

Argument argument(int role, const Located& located) {
  return {role, located.desc, located.buffer};
}

}  // namespace

bool lower(Lowering& lowering, const BatchNorm& op) {
  using dnnl::normalization_flags;
  auto flags = normalization_flags::use_global_stats | normalization_flags::use_scale | normalization_flags::use_shift;
  if (!lowering.group().post_ops.empty()) flags = flags | normalization_flags::fuse_norm_relu;
  const Located source = lowering.input(0);
  dnnl::primitive_attr attr;
  attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  const dnnl::batch_normalization_forward::primitive_desc desc(
      {dnnl::prop_kind::forward_inference, source.desc, op.epsilon, flags}, attr, onednn::engine());
  std::vector<Argument> arguments = {argument(DNNL_ARG_SRC, source), argument(DNNL_ARG_SCALE, lowering.dense_input(1)),
                                     argument(DNNL_ARG_SHIFT, lowering.dense_input(2)),
                                     argument(DNNL_ARG_MEAN, lowering.dense_input(3)),
                                     argument(DNNL_ARG_VARIANCE, lowering.dense_input(4))};
  arguments.push_back(argument(DNNL_ARG_DST, lowering.result(desc.dst_desc())));
  lowering.add<dnnl::batch_normalization_forward>(desc, std::move(arguments));
  return true;
}

bool lower(Lowering& lowering, const LayerNorm& op) {
  using dnnl::normalization_flags;
  // The normalized axes are the last ones, so that a dense tensor is a matrix of rows to normalize.
  const std::int64_t width = lowering.input_shape(0).stride(op.axis - 1);
  const memory::dims rows = {lowering.input_shape(0).elements() / width, width};
  const bool has_shift = lowering.node().inputs.size() > 2;
  auto flags = normalization_flags::use_scale;
  if (has_shift) flags = flags | normalization_flags::use_shift;
  dnnl::primitive_attr attr;
  attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  const dnnl::layer_normalization_forward::primitive_desc desc(
      {dnnl::prop_kind::forward_inference, onednn::dense(rows), op.epsilon, flags}, attr, onednn::engine());

  const auto as = [](int role, const Located& located, const memory::dims& dims) {
    return Argument{role, onednn::dense(dims), located.buffer};
  };
  std::vector<Argument> arguments = {as(DNNL_ARG_SRC, lowering.dense_input(0), rows),
                                     as(DNNL_ARG_SCALE, lowering.dense_input(1), {width})};
  if (has_shift) arguments.push_back(as(DNNL_ARG_SHIFT, lowering.dense_input(2), {width}));
  const Located destination = lowering.result(onednn::dense(onednn::dims(lowering.output_shape())));
  arguments.push_back(as(DNNL_ARG_DST, destination, rows));
  lowering.add<dnnl::layer_normalization_forward>(desc, std::move(arguments));
  return true;
}

bool lower(Lowering& lowering, const Lrn& op) {
  if (op.size % 2 == 0) return false;  // oneDNN's window is centred, ONNX's even window is not
  const Located source = lowering.input(0);
  const dnnl::lrn_forward::primitive_desc desc(
      {dnnl::prop_kind::forward_inference, dnnl::algorithm::lrn_across_channels, source.desc, op.size, op.alpha,
       op.beta, op.bias},
      attributes(lowering.graph(), lowering.group()), onednn::engine());
  const Located destination = lowering.result(desc.dst_desc());
  lowering.add<dnnl::lrn_forward>(desc, {argument(DNNL_ARG_SRC, source), argument(DNNL_ARG_DST, destination)});
  return true;
}

bool lower(Lowering& lowering, const Softmax& op) {
  const Shape& shape = lowering.input_shape(0);
  memory::dims dims = onednn::dims(shape);
  int axis = op.axis;
  if (op.flattened) {
    const std::int64_t width = axis == 0 ? shape.elements() : shape.stride(axis - 1);
    dims = {shape.elements() / width, width};
    axis = 1;
  }
  const dnnl::softmax_forward::primitive_desc desc({dnnl::prop_kind::forward_inference, onednn::dense(dims), axis},
                                                   attributes(lowering.graph(), lowering.group()), onednn::engine());
  const Located source = lowering.dense_input(0);
  const Located destination = lowering.result(onednn::dense(onednn::dims(shape)));
  lowering.add<dnnl::softmax_forward>(desc, {{DNNL_ARG_SRC, onednn::dense(dims), source.buffer},
                                             {DNNL_ARG_DST, onednn::dense(dims), destination.buffer}});
  return true;
}

}  // namespace qs
