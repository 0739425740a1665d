// Pooling of u8 and s8: result and input share an encoding, so nothing has to be rescaled.
#include <algorithm>

#include "core/engine/integer/integer_lowering.h"
#include "core/engine/onednn_window.h"

namespace qs {

namespace {

using dnnl::algorithm;
using dnnl::memory;

/// Whether the result has its input's encoding, and both are encoded.
bool shares_encoding(const IntegerLowering& lowering) {
  const Encoding* input = lowering.encoding(lowering.node().inputs[0]);
  const Encoding* output = lowering.encoding(lowering.node().outputs[0]);
  return input != nullptr && output != nullptr && *input == *output;
}

bool lower_pooling(IntegerLowering& lowering, algorithm kind, const Window& window, const memory::dims& output_dims) {
  if (!shares_encoding(lowering) || !is_dense(window) || !lowering.group().post_ops.empty()) return false;
  const Located source = lowering.encoded(lowering.node().inputs[0]);
  const memory::desc destination = channels_last(output_dims, source.desc.data_type());
  dnnl::primitive_attr attr;
  attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  const dnnl::pooling_forward::primitive_desc desc(
      {dnnl::prop_kind::forward_inference, kind, source.desc, destination, window.strides, window.kernel,
       window.pads_begin, pads_end_for(window, lowering.input_shape(0), Shape(output_dims))},
      attr, onednn::engine());
  // The result may have dropped the extents of 1 that a mean over all pixels leaves.
  const Located place = lowering.fresh(destination);
  lowering.alias_result(place, lowering.encoded_desc(lowering.node().outputs[0]));
  lowering.add<dnnl::pooling_forward>(
      desc, {{DNNL_ARG_SRC, source.desc, source.buffer}, {DNNL_ARG_DST, place.desc, place.buffer}});
  return true;
}

bool lower_over_image(IntegerLowering& lowering, algorithm kind) {
  memory::dims pooled = onednn::dims(lowering.input_shape(0));
  if (pooled.size() < 3 || pooled.size() > 5) return false;
  std::fill(pooled.begin() + 2, pooled.end(), 1);
  return lower_pooling(lowering, kind, whole_image(lowering.input_shape(0)), pooled);
}

}  // namespace

bool lower_integer(IntegerLowering& lowering, const MaxPool& op) {
  return lower_pooling(lowering, algorithm::pooling_max, op.window, onednn::dims(lowering.output_shape()));
}

bool lower_integer(IntegerLowering& lowering, const AveragePool& op) {
  const memory::dims output_dims = onednn::dims(lowering.output_shape());
  if (op.count_include_pad && (is_padded(op.window) || op.ceil_mode)) {
    lowering.explain("its padding counts as real 0, which int8 pooling cannot");
    return false;
  }
  return lower_pooling(lowering, algorithm::pooling_avg_exclude_padding, op.window, output_dims);
}

bool lower_integer(IntegerLowering& lowering, const GlobalAveragePool&) {
  return lower_over_image(lowering, algorithm::pooling_avg_exclude_padding);
}

bool lower_integer(IntegerLowering& lowering, const GlobalMaxPool&) {
  return lower_over_image(lowering, algorithm::pooling_max);
}

bool lower_integer(IntegerLowering& lowering, const ReduceMean& op) {
  std::vector<int> spatial;
  for (int axis = 2; axis < lowering.input_shape(0).rank(); ++axis) spatial.push_back(axis);
  if (op.axes != spatial) {
    lowering.explain("only means over whole images are computed in integers");
    return false;
  }
  return lower_over_image(lowering, algorithm::pooling_avg_exclude_padding);
}

}  // namespace qs
