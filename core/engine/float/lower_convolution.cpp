// Convolutions: layouts chosen by oneDNN, weights packed once, residual add and activation fused.
#include <algorithm>

#include "core/engine/float/lower.h"
#include "core/engine/onednn_window.h"

namespace qs {

namespace {

using dnnl::memory;

/// The transposed convolution's weights are [Ci, Co/groups, ...] in ONNX; oneDNN's logical order is output first.
memory::desc transposed_weights(const Shape& weights, std::int64_t groups) {
  memory::dims dims = grouped(weights, groups);
  memory::desc desc = onednn::dense(dims);
  const int first = groups == 1 ? 0 : 1;
  std::vector<int> swap(dims.size());
  for (std::size_t i = 0; i < swap.size(); ++i) swap[i] = static_cast<int>(i);
  std::swap(swap[static_cast<std::size_t>(first)], swap[static_cast<std::size_t>(first) + 1]);
  return desc.permute_axes(swap);
}

/// The pads at the end that make oneDNN's output size agree with the graph's.
memory::dims transposed_pads_end(const ConvTranspose& op) {
  memory::dims pads = op.window.pads_end;
  for (std::size_t i = 0; i < pads.size() && i < op.output_padding.size(); ++i) pads[i] -= op.output_padding[i];
  return pads;
}

memory::desc bias_desc(const Lowering& lowering) {
  return lowering.node().inputs.size() > 2 ? onednn::dense(onednn::dims(lowering.input_shape(2))) : memory::desc();
}

/// Where the group's residual operand is added: the memory it is in already, when nothing else needs it and oneDNN
/// wants its layout; else a copy.
Located residual_destination(Lowering& lowering, ValueId operand, const memory::desc& wanted) {
  const Located at = lowering.in_layout(operand, wanted);
  const std::vector<ValueId>& inputs = lowering.node().inputs;
  const bool is_input_too = std::find(inputs.begin(), inputs.end(), operand) != inputs.end();
  if (!is_input_too && lowering.owns(operand, at)) {
    lowering.alias_result(at, wanted);
    return at;
  }
  const Located copy = lowering.reordered(at, wanted);
  lowering.alias_result(copy, wanted);
  return copy;
}

/// Adds a (transposed) convolution whose primitive has been chosen.
template <class Primitive>
void add_convolution(Lowering& lowering, const typename Primitive::primitive_desc& desc, const memory& weights) {
  const Located source = lowering.in_layout(lowering.node().inputs[0], desc.src_desc());
  std::optional<ValueId> operand;
  for (const PostOp& post_op : lowering.group().post_ops) {
    if (post_op.operand) operand = post_op.operand;
  }
  const Located destination =
      operand ? residual_destination(lowering, *operand, desc.dst_desc()) : lowering.result(desc.dst_desc());
  std::vector<Argument> arguments = {
      {DNNL_ARG_SRC, source.desc, source.buffer},
      {DNNL_ARG_WEIGHTS, desc.weights_desc(), lowering.packed(weights, desc.weights_desc())},
      {DNNL_ARG_DST, destination.desc, destination.buffer}};
  if (lowering.node().inputs.size() > 2) {
    const Located bias = lowering.dense_input(2);
    arguments.push_back({DNNL_ARG_BIAS, bias.desc, bias.buffer});
  }
  lowering.add<Primitive>(desc, std::move(arguments));
}

}  // namespace

bool lower(Lowering& lowering, const Conv& op) {
  const Tensor* weights = lowering.graph().constant(lowering.node().inputs[1]);
  if (weights == nullptr) return false;
  const memory::dims weight_dims = grouped(weights->shape(), op.groups);
  const dnnl::convolution_forward::primitive_desc desc(
      {dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct,
       onednn::any_layout(onednn::dims(lowering.input_shape(0))), onednn::any_layout(weight_dims), bias_desc(lowering),
       onednn::any_layout(onednn::dims(lowering.output_shape())), op.window.strides, gaps(op.window.dilations),
       op.window.pads_begin, op.window.pads_end},
      attributes(lowering.graph(), lowering.group()), onednn::engine());
  const memory source(onednn::dense(weight_dims), onednn::engine(), const_cast<void*>(weights->data()));
  add_convolution<dnnl::convolution_forward>(lowering, desc, source);
  return true;
}

bool lower(Lowering& lowering, const ConvTranspose& op) {
  const Tensor* weights = lowering.graph().constant(lowering.node().inputs[1]);
  if (weights == nullptr) return false;
  const memory::desc stored = transposed_weights(weights->shape(), op.groups);
  const dnnl::deconvolution_forward::primitive_desc desc(
      {dnnl::prop_kind::forward_inference, dnnl::algorithm::deconvolution_direct,
       onednn::any_layout(onednn::dims(lowering.input_shape(0))), onednn::any_layout(stored.dims()),
       bias_desc(lowering), onednn::any_layout(onednn::dims(lowering.output_shape())), op.window.strides,
       gaps(op.window.dilations), op.window.pads_begin, transposed_pads_end(op)},
      attributes(lowering.graph(), lowering.group()), onednn::engine());
  const memory source(stored, onednn::engine(), const_cast<void*>(weights->data()));
  add_convolution<dnnl::deconvolution_forward>(lowering, desc, source);
  return true;
}

}  // namespace qs
