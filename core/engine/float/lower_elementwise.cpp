// Arithmetic on two tensors, PReLU.
#include <algorithm>
#include <utility>

#include "core/engine/float/lower.h"

namespace qs {

namespace {

using dnnl::memory;

/// Extents with leading ones up to `rank`, as broadcasting reads them.
memory::dims widened(const Shape& shape, int rank) {
  memory::dims dims = shape.dims();
  dims.insert(dims.begin(), static_cast<std::size_t>(std::max(rank, 1) - shape.rank()), 1);
  return dims;
}

/// The layout for one number, or one per channel, beside images in the layout `whole`: where channels lie in blocks,
/// oneDNN 2.6 has fast kernels for AVX2 only if both do.
memory::desc broadcast_layout(const memory::dims& dims, const memory::desc& whole) {
  const auto& blocking = whole.data.format_desc.blocking;
  const bool is_blocked = blocking.inner_nblks == 1 && blocking.inner_idxs[0] == 1;
  const bool fills_blocks = is_blocked && whole.dims()[1] % blocking.inner_blks[0] == 0;
  if (fills_blocks && dims.size() == 4 && Shape(dims).elements() == dims[1]) {
    if (blocking.inner_blks[0] == 8) return {dims, memory::data_type::f32, memory::format_tag::aBcd8b};
    if (blocking.inner_blks[0] == 16) return {dims, memory::data_type::f32, memory::format_tag::aBcd16b};
  }
  return onednn::dense(dims);
}

/// The i-th input for a broadcasting primitive: in `layout` when it has the whole shape, else widened, and a constant
/// in the layout that suits.
Located operand(Lowering& lowering, std::size_t i, const memory::desc& layout) {
  const Shape& whole = lowering.graph().value(lowering.node().outputs[0]).shape;
  const ValueId value = lowering.node().inputs[i];
  if (lowering.input_shape(i) == whole) return lowering.in_layout(value, layout);
  const memory::desc dense = onednn::dense(widened(lowering.input_shape(i), whole.rank()));
  const Tensor* constant = lowering.graph().constant(value);
  if (constant == nullptr) return {dense, lowering.dense_input(i).buffer};
  const memory::desc wanted = broadcast_layout(dense.dims(), layout);
  return {wanted, lowering.packed({dense, onednn::engine(), const_cast<void*>(constant->data())}, wanted)};
}

}  // namespace

bool lower_binary(Lowering& lowering, dnnl::algorithm kind) {
  const Shape& whole = lowering.output_shape();
  std::size_t first = 0;
  std::size_t second = 1;
  const bool commutes = kind == dnnl::algorithm::binary_add || kind == dnnl::algorithm::binary_mul;
  const auto is_whole = [&](std::size_t i) { return lowering.input_shape(i) == whole; };
  const auto is_constant = [&](std::size_t i) {
    return lowering.graph().constant(lowering.node().inputs[i]) != nullptr;
  };
  // oneDNN broadcasts the second operand only; and a constant should follow the other's layout.
  if (commutes && (!is_whole(0) || (is_constant(0) && is_whole(1)))) std::swap(first, second);
  if (!is_whole(first)) return false;

  const Located left = lowering.input(first);
  const Located right = operand(lowering, second, left.desc);
  const dnnl::binary::primitive_desc desc({kind, left.desc, right.desc, left.desc},
                                          attributes(lowering.graph(), lowering.group()), onednn::engine());
  Located destination = left;
  const bool in_place = right.buffer != left.buffer && lowering.dies_here(lowering.node().inputs[first]);
  if (in_place) {
    lowering.alias_result(left, left.desc);
  } else {
    destination = lowering.result(left.desc);
  }
  lowering.add<dnnl::binary>(desc, {{DNNL_ARG_SRC_0, left.desc, left.buffer},
                                    {DNNL_ARG_SRC_1, right.desc, right.buffer},
                                    {DNNL_ARG_DST, destination.desc, destination.buffer}});
  return true;
}

bool lower(Lowering& lowering, const Sum&) {
  std::vector<Argument> arguments;
  std::vector<memory::desc> sources;
  const Located first = lowering.input(0);
  for (std::size_t i = 0; i < lowering.node().inputs.size(); ++i) {
    if (lowering.input_shape(i) != lowering.output_shape()) return false;
    const Located source = lowering.in_layout(lowering.node().inputs[i], first.desc);
    sources.push_back(source.desc);
    arguments.push_back({DNNL_ARG_MULTIPLE_SRC + static_cast<int>(i), source.desc, source.buffer});
  }
  const dnnl::sum::primitive_desc desc(first.desc, std::vector<float>(sources.size(), 1.0F), sources, onednn::engine());
  const Located destination = lowering.result(first.desc);
  arguments.push_back({DNNL_ARG_DST, destination.desc, destination.buffer});
  lowering.name_kernel(desc.impl_info_str());
  lowering.add(dnnl::sum(desc), std::move(arguments));
  return true;
}

bool lower(Lowering& lowering, const PRelu&) {
  const Located source = lowering.input(0);
  const Shape& slope = lowering.input_shape(1);
  const memory::dims slope_dims = widened(slope, lowering.output_shape().rank());
  const dnnl::prelu_forward::primitive_desc desc(
      {dnnl::prop_kind::forward_inference, source.desc, onednn::dense(slope_dims)},
      attributes(lowering.graph(), lowering.group()), onednn::engine());
  const Located weights = lowering.dense_input(1);
  const Located destination = lowering.result(source.desc);
  lowering.add<dnnl::prelu_forward>(desc, {{DNNL_ARG_SRC, source.desc, source.buffer},
                                           {DNNL_ARG_WEIGHTS, onednn::dense(slope_dims), weights.buffer},
                                           {DNNL_ARG_DST, destination.desc, destination.buffer}});
  return true;
}

}  // namespace qs
