// Operators that move elements: views where the memory can stay, reorders where it cannot.
#include <algorithm>
#include <cmath>

#include "core/engine/float/lower.h"

namespace qs {

namespace {

using dnnl::memory;

/// Copies `from`, a view of the memory of `source`, into a fresh dense result.
void add_copy(Lowering& lowering, const Located& source, const memory::desc& from, std::size_t output) {
  const Located destination = lowering.result(onednn::dense(from.dims()), output);
  const dnnl::reorder::primitive_desc desc(onednn::engine(), from, onednn::engine(), destination.desc);
  lowering.name_kernel(desc.impl_info_str());
  lowering.add(dnnl::reorder(desc),
               {{DNNL_ARG_FROM, from, source.buffer}, {DNNL_ARG_TO, destination.desc, destination.buffer}});
}

/// A nearest-neighbour rule that picks floor(out / scale) for whole scales, which is what oneDNN computes.
bool picks_like_onednn(const Resize& op, double scale) {
  if (scale != std::floor(scale)) return false;
  switch (op.coordinates) {
    case Resize::Coordinates::asymmetric: return op.nearest == Resize::Nearest::floor;
    case Resize::Coordinates::half_pixel:
    case Resize::Coordinates::pytorch_half_pixel:
      return op.nearest == Resize::Nearest::round_prefer_floor || op.nearest == Resize::Nearest::round_prefer_ceil;
    case Resize::Coordinates::align_corners: return false;
  }
  return false;
}

}  // namespace

bool lower_view(Lowering& lowering) {
  const Located source = lowering.dense_input(0);
  lowering.alias_result(source, onednn::dense(onednn::dims(lowering.output_shape())));
  lowering.name_kernel("view");
  return true;
}

bool lower(Lowering& lowering, const Concat& op) {
  std::vector<Argument> arguments;
  std::vector<memory::desc> sources;
  for (std::size_t i = 0; i < lowering.node().inputs.size(); ++i) {
    const Located source = lowering.input(i);
    sources.push_back(source.desc);
    arguments.push_back({DNNL_ARG_MULTIPLE_SRC + static_cast<int>(i), source.desc, source.buffer});
  }
  dnnl::primitive_attr attr;
  attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  const dnnl::concat::primitive_desc desc(op.axis, sources, onednn::engine(), attr);
  const Located destination = lowering.result(desc.dst_desc());
  arguments.push_back({DNNL_ARG_DST, destination.desc, destination.buffer});
  lowering.add<dnnl::concat>(desc, std::move(arguments));
  return true;
}

bool lower(Lowering& lowering, const Split& op) {
  const Located source = lowering.dense_input(0);
  memory::dims offsets(source.desc.dims().size(), 0);
  for (std::size_t i = 0; i < op.sizes.size(); ++i) {
    const memory::dims part = onednn::dims(lowering.graph().value(lowering.node().outputs[i]).shape);
    add_copy(lowering, source, source.desc.submemory_desc(part, offsets), i);
    offsets[static_cast<std::size_t>(op.axis)] += op.sizes[i];
  }
  return true;
}

bool lower(Lowering& lowering, const Slice& op) {
  memory::dims offsets(static_cast<std::size_t>(lowering.input_shape(0).rank()), 0);
  for (std::size_t i = 0; i < op.axes.size(); ++i) {
    if (op.step[i] != 1) return false;
    const std::int64_t extent = lowering.input_shape(0)[op.axes[i]];
    const std::int64_t begin = op.begin[i] < 0 ? op.begin[i] + extent : op.begin[i];
    offsets[static_cast<std::size_t>(op.axes[i])] = std::clamp<std::int64_t>(begin, 0, extent);
  }
  const Located source = lowering.dense_input(0);
  add_copy(lowering, source, source.desc.submemory_desc(onednn::dims(lowering.output_shape()), offsets), 0);
  return true;
}

bool lower(Lowering& lowering, const Transpose& op) {
  const Located source = lowering.dense_input(0);
  // permute_axes wants to know where each axis goes, ONNX says where it comes from.
  std::vector<int> target(op.permutation.size());
  for (std::size_t i = 0; i < target.size(); ++i)
    target[static_cast<std::size_t>(op.permutation[i])] = static_cast<int>(i);
  add_copy(lowering, source, source.desc.permute_axes(target), 0);
  return true;
}

bool lower(Lowering& lowering, const Resize& op) {
  const Shape& from = lowering.input_shape(0);
  const Shape& to = lowering.output_shape();
  if (from.rank() < 3 || from.rank() > 5 || from[0] != to[0] || from[1] != to[1]) return false;
  for (int axis = 2; axis < from.rank(); ++axis) {
    const double scale = static_cast<double>(to[axis]) / static_cast<double>(from[axis]);
    // A scale given in the file need not be exactly the ratio of the sizes; oneDNN takes the ratio.
    if (!op.scales.empty() && std::abs(op.scales[static_cast<std::size_t>(axis)] - scale) > 1e-6 * scale) return false;
    const bool fits = op.mode == Resize::Mode::nearest ? picks_like_onednn(op, scale)
                                                       : op.coordinates == Resize::Coordinates::half_pixel;
    if (!fits) return false;
  }
  const Located source = lowering.input(0);
  const dnnl::resampling_forward::primitive_desc desc(
      {dnnl::prop_kind::forward_inference,
       op.mode == Resize::Mode::nearest ? dnnl::algorithm::resampling_nearest : dnnl::algorithm::resampling_linear,
       source.desc, onednn::any_layout(onednn::dims(to))},
      attributes(lowering.graph(), lowering.group()), onednn::engine());
  const Located destination = lowering.result(desc.dst_desc());
  lowering.add<dnnl::resampling_forward>(
      desc, {{DNNL_ARG_SRC, source.desc, source.buffer}, {DNNL_ARG_DST, destination.desc, destination.buffer}});
  return true;
}

}  // namespace qs
