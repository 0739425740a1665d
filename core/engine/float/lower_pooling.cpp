// Pooling, global pooling and means.
#include <algorithm>

#include "core/engine/float/lower.h"
#include "core/engine/onednn_window.h"

namespace qs {

namespace {

using dnnl::algorithm;
using dnnl::memory;

template <class Primitive>
bool add_pooling(Lowering& lowering, const typename Primitive::primitive_desc& desc, const Located& source) {
  const Located destination = lowering.result(desc.dst_desc());
  lowering.add<Primitive>(
      desc, {{DNNL_ARG_SRC, source.desc, source.buffer}, {DNNL_ARG_DST, destination.desc, destination.buffer}});
  return true;
}

bool lower_pooling(Lowering& lowering, algorithm kind, const Window& window) {
  const Located source = lowering.input(0);
  const memory::desc destination = onednn::any_layout(onednn::dims(lowering.output_shape()));
  const memory::dims pads_end = pads_end_for(window, lowering.input_shape(0), lowering.output_shape());
  const auto mode = dnnl::prop_kind::forward_inference;
  const dnnl::primitive_attr attr = attributes(lowering.graph(), lowering.group());
  if (is_dense(window)) {
    return add_pooling<dnnl::pooling_forward>(
        lowering,
        {{mode, kind, source.desc, destination, window.strides, window.kernel, window.pads_begin, pads_end},
         attr,
         onednn::engine()},
        source);
  }
  return add_pooling<dnnl::pooling_v2_forward>(lowering,
                                               {{mode, kind, source.desc, destination, window.strides, window.kernel,
                                                 gaps(window.dilations), window.pads_begin, pads_end},
                                                attr,
                                                onednn::engine()},
                                               source);
}

/// Makes `pooled`, whose reduced extents are 1, the group's result, which may have dropped those extents.
void finish_mean(Lowering& lowering, const Located& pooled) {
  const memory::desc dense = onednn::dense(pooled.desc.dims());
  const Located result = onednn::same_addresses(pooled.desc, dense) ? pooled : lowering.reordered(pooled, dense);
  lowering.alias_result(result, onednn::dense(onednn::dims(lowering.output_shape())));
}

/// The mean over all spatial axes as a pooling, whose kernels know the layouts of convolutions.
bool lower_spatial_mean(Lowering& lowering) {
  const Shape& input = lowering.input_shape(0);
  const Window window = whole_image(input);
  memory::dims pooled = onednn::dims(input);
  std::fill(pooled.begin() + 2, pooled.end(), 1);
  const Located source = lowering.input(0);
  const dnnl::pooling_forward::primitive_desc desc(
      {dnnl::prop_kind::forward_inference, algorithm::pooling_avg_exclude_padding, source.desc,
       onednn::any_layout(pooled), window.strides, window.kernel, window.pads_begin, window.pads_end},
      attributes(lowering.graph(), lowering.group()), onednn::engine());
  const Located destination = lowering.fresh(desc.dst_desc());
  lowering.add<dnnl::pooling_forward>(
      desc, {{DNNL_ARG_SRC, source.desc, source.buffer}, {DNNL_ARG_DST, destination.desc, destination.buffer}});
  finish_mean(lowering, destination);
  return true;
}

}  // namespace

bool lower(Lowering& lowering, const MaxPool& op) {
  return lower_pooling(lowering, algorithm::pooling_max, op.window);
}

bool lower(Lowering& lowering, const AveragePool& op) {
  // Padding that only ceil_mode added never counts as an element; oneDNN would count it.
  if (op.count_include_pad &&
      pads_end_for(op.window, lowering.input_shape(0), lowering.output_shape()) > op.window.pads_end)
    return false;
  return lower_pooling(
      lowering, op.count_include_pad ? algorithm::pooling_avg_include_padding : algorithm::pooling_avg_exclude_padding,
      op.window);
}

bool lower(Lowering& lowering, const GlobalAveragePool&) {
  return lower_spatial_mean(lowering);
}

bool lower(Lowering& lowering, const GlobalMaxPool&) {
  return lower_pooling(lowering, algorithm::pooling_max, whole_image(lowering.input_shape(0)));
}

bool lower(Lowering& lowering, const ReduceMean& op) {
  const Shape& input = lowering.input_shape(0);
  std::vector<int> spatial;
  for (int axis = 2; axis < input.rank(); ++axis) spatial.push_back(axis);
  if (input.rank() >= 3 && input.rank() <= 5 && op.axes == spatial) return lower_spatial_mean(lowering);

  memory::dims kept = onednn::dims(input);
  for (int axis : op.axes) kept[static_cast<std::size_t>(axis)] = 1;
  const Located source = lowering.dense_input(0);
  dnnl::primitive_attr attr = attributes(lowering.graph(), lowering.group());
  const dnnl::reduction::primitive_desc desc({algorithm::reduction_mean, source.desc, onednn::dense(kept), 0.0F, 0.0F},
                                             attr, onednn::engine());
  const Located destination = lowering.fresh(onednn::dense(kept));
  lowering.add<dnnl::reduction>(
      desc, {{DNNL_ARG_SRC, source.desc, source.buffer}, {DNNL_ARG_DST, destination.desc, destination.buffer}});
  finish_mean(lowering, destination);
  return true;
}

}  // namespace qs
