// A row per operator: what ONNX keeps of it besides its tensors. The counterpart of the `parse` functions in
// core/graph/ops.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/error.h"
#include "core/graph/operator.h"
#include "core/graph/ops/shape_rules.h"
#include "core/model/onnx_node_writer.h"

namespace qs {

namespace {

using Integers = std::vector<std::int64_t>;

Integers integers(const std::vector<int>& values) {
  return {values.begin(), values.end()};
}

void write_window(const Window& window, OnnxNodeWriter& to) {
  Integers pads = window.pads_begin;
  pads.insert(pads.end(), window.pads_end.begin(), window.pads_end.end());
  to.attribute("kernel_shape", window.kernel);
  to.attribute("strides", window.strides);
  to.attribute("pads", pads);
}

bool is_dense(const Window& window) {
  return std::ranges::all_of(window.dilations, [](std::int64_t dilation) { return dilation == 1; });
}

void write_conv(const Conv& op, OnnxNodeWriter& to) {
  write_window(op.window, to);
  to.attribute("dilations", op.window.dilations);
  to.attribute("group", op.groups);
}

void write_conv_transpose(const ConvTranspose& op, OnnxNodeWriter& to) {
  write_window(op.window, to);
  to.attribute("dilations", op.window.dilations);
  to.attribute("output_padding", op.output_padding);
  to.attribute("group", op.groups);
}

void write_gemm(const Gemm& op, OnnxNodeWriter& to) {
  to.attribute("alpha", op.alpha);
  to.attribute("beta", op.beta);
  to.attribute("transA", std::int64_t{op.transpose_a});
  to.attribute("transB", std::int64_t{op.transpose_b});
}

void write_batch_norm(const BatchNorm& op, OnnxNodeWriter& to) {
  to.attribute("epsilon", op.epsilon);
}

void write_layer_norm(const LayerNorm& op, OnnxNodeWriter& to) {
  to.attribute("axis", std::int64_t{op.axis});
  to.attribute("epsilon", op.epsilon);
}

void write_lrn(const Lrn& op, OnnxNodeWriter& to) {
  to.attribute("size", op.size);
  to.attribute("alpha", op.alpha);
  to.attribute("beta", op.beta);
  to.attribute("bias", op.bias);
}

void write_leaky_relu(const LeakyRelu& op, OnnxNodeWriter& to) {
  to.attribute("alpha", op.alpha);
}

void write_clip(const Clip& op, OnnxNodeWriter& to) {
  const bool ends_below = op.min != -std::numeric_limits<float>::infinity();
  const bool ends_above = op.max != std::numeric_limits<float>::infinity();
  if (ends_below) to.operand("min", op.min);
  if (!ends_below && ends_above) to.no_operand();
  if (ends_above) to.operand("max", op.max);
}

void write_hard_sigmoid(const HardSigmoid& op, OnnxNodeWriter& to) {
  to.attribute("alpha", op.alpha);
  to.attribute("beta", op.beta);
}

void write_swish(const Swish&, OnnxNodeWriter& to) {
  to.gate_with("Sigmoid");
}

void write_elu(const Elu& op, OnnxNodeWriter& to) {
  to.attribute("alpha", op.alpha);
}

void write_gelu(const Gelu& op, OnnxNodeWriter& to) {
  to.attribute("approximate", std::string_view(op.tanh_approximation ? "tanh" : "none"));
}

/// Since opset 13 a Softmax has one axis; several together are one as long as all but that have an extent of 1.
void write_softmax(const Softmax& op, OnnxNodeWriter& to) {
  const Shape& x = to.input_shape();
  for (int axis = op.axis + 1; op.flattened && axis < x.rank(); ++axis) {
    if (x[axis] != 1) bad_input("over several axes together, which ONNX has no longer since opset 13");
  }
  to.attribute("axis", std::int64_t{op.axis});
}

void write_max_pool(const MaxPool& op, OnnxNodeWriter& to) {
  write_window(op.window, to);
  to.attribute("dilations", op.window.dilations);
  to.attribute("ceil_mode", std::int64_t{op.ceil_mode});
}

void write_average_pool(const AveragePool& op, OnnxNodeWriter& to) {
  write_window(op.window, to);
  to.attribute("ceil_mode", std::int64_t{op.ceil_mode});
  to.attribute("count_include_pad", std::int64_t{op.count_include_pad});
  if (is_dense(op.window)) return;
  to.need_opset(19);
  to.attribute("dilations", op.window.dilations);
}

void write_reduce_mean(const ReduceMean& op, OnnxNodeWriter& to) {
  to.attribute("keepdims", std::int64_t{op.keep_dims});
  if (to.opset() < 18) {
    to.attribute("axes", integers(op.axes));
  } else {
    to.operand("axes", integers(op.axes));
  }
}

void write_concat(const Concat& op, OnnxNodeWriter& to) {
  to.attribute("axis", std::int64_t{op.axis});
}

void write_split(const Split& op, OnnxNodeWriter& to) {
  to.attribute("axis", std::int64_t{op.axis});
  to.operand("split", op.sizes);
}

void write_slice(const Slice& op, OnnxNodeWriter& to) {
  to.operand("starts", op.begin);
  to.operand("ends", op.end);
  to.operand("axes", integers(op.axes));
  to.operand("steps", op.step);
}

void write_transpose(const Transpose& op, OnnxNodeWriter& to) {
  to.attribute("perm", integers(op.permutation));
}

void write_reshape(const Reshape& op, OnnxNodeWriter& to) {
  to.operand("shape", op.dims);
  if (!op.allow_zero) return;
  to.need_opset(14);
  to.attribute("allowzero", std::int64_t{1});
}

void write_flatten(const Flatten& op, OnnxNodeWriter& to) {
  to.attribute("axis", std::int64_t{op.axis});
}

void write_squeeze(const Squeeze& op, OnnxNodeWriter& to) {
  if (op.axes.empty()) bad_input("without axes, which in a file means all extents of 1");
  to.operand("axes", integers(op.axes));
}

void write_unsqueeze(const Unsqueeze& op, OnnxNodeWriter& to) {
  to.operand("axes", integers(op.axes));
}

void write_pad(const Pad& op, OnnxNodeWriter& to) {
  constexpr std::string_view kModes[] = {"constant", "reflect", "edge"};
  Integers pads = op.begin;
  pads.insert(pads.end(), op.end.begin(), op.end.end());
  to.attribute("mode", kModes[static_cast<std::size_t>(op.mode)]);
  to.operand("pads", pads);
  to.operand("value", op.value);
}

void write_cast(const Cast& op, OnnxNodeWriter& to) {
  to.attribute("to", std::int64_t{onnx_type(op.to)});
}

/// Sizes are written for the axes behind the batch, so that it stays open; files can say so since opset 18.
void write_resize(const Resize& op, OnnxNodeWriter& to) {
  constexpr std::string_view kModes[] = {"nearest", "linear"};
  constexpr std::string_view kCoordinates[] = {"half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric"};
  constexpr std::string_view kNearest[] = {"round_prefer_floor", "round_prefer_ceil", "floor", "ceil"};
  to.attribute("mode", kModes[static_cast<std::size_t>(op.mode)]);
  to.attribute("coordinate_transformation_mode", kCoordinates[static_cast<std::size_t>(op.coordinates)]);
  to.attribute("nearest_mode", kNearest[static_cast<std::size_t>(op.nearest)]);
  to.no_operand();  // roi
  if (op.sizes.empty()) return to.operand("scales", op.scales);
  Integers axes(op.sizes.size() - 1);
  std::iota(axes.begin(), axes.end(), 1);
  to.need_opset(18);
  to.attribute("axes", axes);
  to.no_operand();  // scales
  to.operand("sizes", Integers(op.sizes.begin() + 1, op.sizes.end()));
}

struct Row {
  std::size_t kind;  ///< index of its alternative in `Op`
  void (*write)(const Op&, OnnxNodeWriter&);
};

template <class T, void (*kWrite)(const T&, OnnxNodeWriter&)>
Row row() {
  return {ops::kind_of<T>(), [](const Op& op, OnnxNodeWriter& to) { kWrite(std::get<T>(op), to); }};
}

/// For operators that hold nothing besides their tensors.
template <class T>
Row plain() {
  return {ops::kind_of<T>(), [](const Op&, OnnxNodeWriter&) {}};
}

const Row kRows[] = {
    row<Conv, write_conv>(),
    row<ConvTranspose, write_conv_transpose>(),
    row<Gemm, write_gemm>(),
    plain<MatMul>(),
    row<BatchNorm, write_batch_norm>(),
    row<LayerNorm, write_layer_norm>(),
    row<Lrn, write_lrn>(),
    plain<Relu>(),
    row<LeakyRelu, write_leaky_relu>(),
    plain<PRelu>(),
    row<Clip, write_clip>(),
    plain<Sigmoid>(),
    row<HardSigmoid, write_hard_sigmoid>(),
    plain<HardSwish>(),
    row<Swish, write_swish>(),
    plain<Tanh>(),
    row<Elu, write_elu>(),
    plain<Erf>(),
    row<Gelu, write_gelu>(),
    row<Softmax, write_softmax>(),
    row<MaxPool, write_max_pool>(),
    row<AveragePool, write_average_pool>(),
    plain<GlobalAveragePool>(),
    plain<GlobalMaxPool>(),
    row<ReduceMean, write_reduce_mean>(),
    plain<Add>(),
    plain<Sub>(),
    plain<Mul>(),
    plain<Div>(),
    plain<Sum>(),
    row<Concat, write_concat>(),
    row<Split, write_split>(),
    row<Slice, write_slice>(),
    row<Transpose, write_transpose>(),
    row<Reshape, write_reshape>(),
    row<Flatten, write_flatten>(),
    row<Squeeze, write_squeeze>(),
    row<Unsqueeze, write_unsqueeze>(),
    row<Pad, write_pad>(),
    plain<Identity>(),
    row<Cast, write_cast>(),
    row<Resize, write_resize>(),
};

}  // namespace

int write_node(OnnxFile& file, const Node& node) {
  return with_context(fmt::format("node \"{}\" ({})", node.name, name_of(node.op)), [&] {
    const auto* found = std::ranges::find(kRows, node.op.index(), &Row::kind);
    if (found == std::end(kRows)) bad_input("ONNX has no operator for it");
    OnnxNodeWriter writer(file, node);
    found->write(node.op, writer);
    return std::move(writer).finish();
  });
}

}  // namespace qs
