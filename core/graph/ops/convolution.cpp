// Conv and ConvTranspose.
#include "core/base/checked.h"
#include "core/graph/ops/reading.h"
#include "core/graph/ops/rows.h"
#include "core/graph/ops/shape_rules.h"
#include "core/graph/ops/window.h"

namespace qs::ops {

namespace {

/// The kernel: extents of the weights behind the channels, which `kernel_shape`, where given, must repeat.
std::vector<std::int64_t> kernel_of(const NodeSpec& spec) {
  const Shape& x = spec.inputs[0].shape;
  const Shape& weights = spec.inputs[1].shape;
  expect_rank(weights, x.rank(), x.rank(), "the weights");
  std::vector<std::int64_t> kernel(weights.begin() + 2, weights.end());
  const auto declared = spec.attributes.integers("kernel_shape", kernel);
  if (declared != kernel) {
    bad_input("kernel_shape {} differs from the weights' {}", to_string(Shape(declared)), to_string(weights));
  }
  return kernel;
}

std::int64_t groups_of(const NodeSpec& spec) {
  const std::int64_t groups = spec.attributes.integer("group", 1);
  if (groups < 1) bad_input("group is {}; it must be at least 1", groups);
  return groups;
}

/// Throws unless input, weights and bias agree on the layer's channels and the groups divide them.
void check_channels(Shapes inputs, std::int64_t groups, std::int64_t channels_in, std::int64_t channels_out) {
  if (groups < 1 || channels_in % groups != 0 || channels_out % groups != 0) {
    bad_input("{} groups do not divide {} input and {} output channels", groups, channels_in, channels_out);
  }
  if (inputs[0][1] != channels_in) {
    bad_input("the input {} has {} channels, the weights {} are for {}", to_string(inputs[0]), inputs[0][1],
              to_string(inputs[1]), channels_in);
  }
  if (inputs.size() > 2) expect_shape(inputs[2], {channels_out}, "the bias");
}

/// Throws unless the window has the kernel of the weights.
void check_kernel(const Window& window, Shapes inputs) {
  expect_count(inputs, 2, 3);
  expect_rank(inputs[1], inputs[0].rank(), inputs[0].rank(), "the weights");
  check_window(window, spatial_extents(inputs[0]).size());
  if (!std::equal(window.kernel.begin(), window.kernel.end(), inputs[1].begin() + 2, inputs[1].end())) {
    bad_input("the kernel {} differs from the weights' {}", to_string(Shape(window.kernel)), to_string(inputs[1]));
  }
}

ParsedNode parse_conv(const NodeSpec& spec) {
  check_inputs(spec, conv);
  const auto spatial = spatial_extents(spec.inputs[0].shape);
  Conv op;
  op.window = read_padded_window(spec.attributes, kernel_of(spec), spatial);
  op.groups = groups_of(spec);
  return computes(spec, std::move(op), 3);
}

std::vector<Shape> conv_shapes(const Conv& op, Shapes inputs) {
  check_kernel(op.window, inputs);
  const Shape& weights = inputs[1];
  const auto channels_in = checked_multiply(weights[1], op.groups, "number of channels");
  check_channels(inputs, op.groups, channels_in, weights[0]);
  return {slide(op.window, inputs[0], weights[0])};
}

/// Each output element reads one group's part of the kernel.
std::int64_t conv_macs(const Conv&, Shapes inputs, const Shape& output) {
  const Shape& weights = inputs[1];
  return checked_multiply(output.elements(), weights.stride(0), "multiply-accumulates");
}

/// Chooses pads such that the output has the wanted extents: ONNX's equations for `output_shape` and auto_pad.
/// What no padding can reach, because the output is to be larger than the input makes it, becomes output padding.
void pad_to_output(ConvTranspose& op, std::span<const std::int64_t> spatial, const std::vector<std::int64_t>& wanted,
                   AutoPad kind) {
  Window& window = op.window;
  for (std::size_t i = 0; i < spatial.size(); ++i) {
    const std::int64_t natural = checked_add(checked_multiply(window.strides[i], spatial[i] - 1, "output extent"),
                                             reach(window, i) + op.output_padding[i], "output extent");
    if (wanted[i] < 1) bad_input("output_shape holds {}; it must be at least 1", wanted[i]);
    const std::int64_t total = natural - wanted[i];
    if (total < 0) op.output_padding[i] -= total;
    const std::int64_t padding = std::max<std::int64_t>(total, 0);
    const std::int64_t smaller = padding / 2;
    window.pads_begin[i] = kind == AutoPad::same_upper ? smaller : padding - smaller;
    window.pads_end[i] = padding - window.pads_begin[i];
  }
}

/// The spatial extents the file asks for, by `output_shape` (with or without batch and channels) or SAME padding.
std::vector<std::int64_t> wanted_output(const NodeSpec& spec, const ConvTranspose& op,
                                        std::span<const std::int64_t> spatial, AutoPad kind) {
  auto wanted = spec.attributes.integers("output_shape");
  if (wanted.size() == spatial.size() + 2) wanted.erase(wanted.begin(), wanted.begin() + 2);
  if (!wanted.empty() && wanted.size() != spatial.size()) {
    bad_input("output_shape has {} entries for {} spatial axes", wanted.size(), spatial.size());
  }
  if (wanted.empty() && (kind == AutoPad::same_upper || kind == AutoPad::same_lower)) {
    for (std::size_t i = 0; i < spatial.size(); ++i) {
      wanted.push_back(checked_multiply(spatial[i], op.window.strides[i], "output extent"));
    }
  }
  return wanted;
}

ParsedNode parse_conv_transpose(const NodeSpec& spec) {
  check_inputs(spec, conv_transpose);
  const auto spatial = spatial_extents(spec.inputs[0].shape);
  const AutoPad kind = read_auto_pad(spec.attributes);
  ConvTranspose op;
  op.window = read_window(spec.attributes, kernel_of(spec));
  op.groups = groups_of(spec);
  const std::size_t axes = spatial.size();
  op.output_padding = spec.attributes.integers("output_padding", std::vector<std::int64_t>(axes, 0));
  if (op.output_padding.size() != axes) {
    bad_input("output_padding has {} entries for {} spatial axes", op.output_padding.size(), axes);
  }
  if (kind == AutoPad::valid) op.window.pads_begin = op.window.pads_end = std::vector<std::int64_t>(axes, 0);
  const auto wanted = wanted_output(spec, op, spatial, kind);
  if (!wanted.empty()) pad_to_output(op, spatial, wanted, kind);
  return computes(spec, std::move(op), 3);
}

std::vector<Shape> conv_transpose_shapes(const ConvTranspose& op, Shapes inputs) {
  check_kernel(op.window, inputs);
  const Shape& weights = inputs[1];
  const auto channels_out = checked_multiply(weights[1], op.groups, "number of channels");
  check_channels(inputs, op.groups, weights[0], channels_out);
  const auto spatial = spatial_extents(inputs[0]);
  if (op.output_padding.size() != spatial.size()) bad_input("output_padding does not fit the input");
  std::vector<std::int64_t> dims{inputs[0][0], channels_out};
  for (std::size_t i = 0; i < spatial.size(); ++i) {
    const std::int64_t padding = op.output_padding[i];
    if (padding < 0 || padding > kMaxElements) bad_input("output_padding holds {}", padding);
    const std::int64_t grown = checked_multiply(op.window.strides[i], spatial[i] - 1, "output extent");
    const std::int64_t extent = checked_add(grown, reach(op.window, i) + padding, "output extent") -
                                op.window.pads_begin[i] - op.window.pads_end[i];
    if (extent < 1) bad_input("the pads leave {} elements along spatial axis {}", extent, i);
    dims.push_back(extent);
  }
  return {Shape(std::move(dims))};
}

/// Each input element meets one group's part of the kernel; taps that fall into the padding count as well.
std::int64_t conv_transpose_macs(const ConvTranspose&, Shapes inputs, const Shape&) {
  return checked_multiply(inputs[0].elements(), inputs[1].stride(0), "multiply-accumulates");
}

}  // namespace

const Operator conv{.name = "Conv",
                    .kind = kind_of<Conv>(),
                    .parse = parse_conv,
                    .infer = shape_rule<conv_shapes>,
                    .quantizable = Quantizable::weighted,
                    .min_inputs = 2,
                    .max_inputs = 3,
                    .constant_inputs = {1, 2},
                    .multiply_accumulates = mac_rule<conv_macs>};

const Operator conv_transpose{.name = "ConvTranspose",
                              .kind = kind_of<ConvTranspose>(),
                              .parse = parse_conv_transpose,
                              .infer = shape_rule<conv_transpose_shapes>,
                              .quantizable = Quantizable::weighted,
                              .min_inputs = 2,
                              .max_inputs = 3,
                              .constant_inputs = {1, 2},
                              .multiply_accumulates = mac_rule<conv_transpose_macs>};

}  // namespace qs::ops
