// Functions of one element, and Softmax.
#include <cmath>

#include "core/graph/ops/reading.h"
#include "core/graph/ops/rows.h"
#include "core/graph/ops/shape_rules.h"

namespace qs::ops {

namespace {

ParsedNode parse_leaky_relu(const NodeSpec& spec) {
  check_inputs(spec, leaky_relu);
  return computes(spec, LeakyRelu{finite(spec.attributes, "alpha", 0.01F)});
}

std::vector<Shape> prelu_shapes(const PRelu&, Shapes inputs) {
  expect_count(inputs, 2, 2);
  expect_broadcasts_to(inputs[1], inputs[0], "the slope");
  return {inputs[0]};
}

/// Before opset 7 a slope of rank 1 belongs to the channels, since then to the last axis: it must not be mistaken.
ParsedNode parse_prelu(const NodeSpec& spec) {
  const ParsedNode node = parse_plain<PRelu, prelu>(spec);
  const Shape& slope = spec.inputs[1].shape;
  const bool is_per_channel = spec.opset < 7 && slope.rank() == 1 && slope[0] != 1 && spec.inputs[0].shape.rank() > 1;
  if (is_per_channel) bad_input("a slope per channel as before opset 7 is not supported; export with a newer opset");
  return node;
}

/// Bounds are attributes before opset 11 and inputs since; either may be absent. min > max is allowed and gives max.
ParsedNode parse_clip(const NodeSpec& spec) {
  check_inputs(spec, clip);
  Clip op;
  op.min = real_number(spec, "min", 1).value_or(op.min);
  op.max = real_number(spec, "max", 2).value_or(op.max);
  if (std::isnan(op.min) || std::isnan(op.max)) bad_input("a bound of Clip is not a number");
  return computes(spec, op);
}

ParsedNode parse_hard_sigmoid(const NodeSpec& spec) {
  check_inputs(spec, hard_sigmoid);
  return computes(spec, HardSigmoid{finite(spec.attributes, "alpha", 0.2F), finite(spec.attributes, "beta", 0.5F)});
}

ParsedNode parse_elu(const NodeSpec& spec) {
  check_inputs(spec, elu);
  return computes(spec, Elu{finite(spec.attributes, "alpha", 1)});
}

ParsedNode parse_gelu(const NodeSpec& spec) {
  check_inputs(spec, gelu);
  const std::string approximate = spec.attributes.text("approximate", "none");
  if (approximate != "none" && approximate != "tanh") {
    bad_input("approximate is \"{}\"; none and tanh are known", approximate);
  }
  return computes(spec, Gelu{approximate == "tanh"});
}

/// Before opset 13 the axes from `axis` on (default 1) are taken as one; since then `axis` (default -1) alone counts.
ParsedNode parse_softmax(const NodeSpec& spec) {
  check_inputs(spec, softmax);
  const bool together = spec.opset < 13;
  const int rank = spec.inputs[0].shape.rank();
  Softmax op;
  op.axis = normalized_axis(spec.attributes.integer("axis", together ? 1 : -1), rank);
  op.flattened = together && op.axis != rank - 1;  // one axis flattened is itself
  return computes(spec, op);
}

std::vector<Shape> softmax_shapes(const Softmax& op, Shapes inputs) {
  expect_count(inputs, 1, 1);
  expect_axis(op.axis, inputs[0].rank());
  return {inputs[0]};
}

}  // namespace

const Operator relu{.name = "Relu",
                    .kind = kind_of<Relu>(),
                    .parse = parse_plain<Relu, relu>,
                    .infer = same_shape,
                    .quantizable = Quantizable::fused};

const Operator leaky_relu{.name = "LeakyRelu",
                          .kind = kind_of<LeakyRelu>(),
                          .parse = parse_leaky_relu,
                          .infer = same_shape,
                          .quantizable = Quantizable::fused};

const Operator prelu{.name = "PRelu",
                     .kind = kind_of<PRelu>(),
                     .parse = parse_prelu,
                     .infer = shape_rule<prelu_shapes>,
                     .quantizable = Quantizable::no,
                     .why_not = "its slopes would need encodings of their own",
                     .min_inputs = 2,
                     .max_inputs = 2};

const Operator clip{.name = "Clip",
                    .kind = kind_of<Clip>(),
                    .parse = parse_clip,
                    .infer = same_shape,
                    .quantizable = Quantizable::fused,
                    .max_inputs = 3,
                    .constant_inputs = {1, 2}};

const Operator sigmoid{.name = "Sigmoid",
                       .kind = kind_of<Sigmoid>(),
                       .parse = parse_plain<Sigmoid, sigmoid>,
                       .infer = same_shape,
                       .quantizable = Quantizable::fused};

const Operator hard_sigmoid{.name = "HardSigmoid",
                            .kind = kind_of<HardSigmoid>(),
                            .parse = parse_hard_sigmoid,
                            .infer = same_shape,
                            .quantizable = Quantizable::fused};

const Operator hard_swish{.name = "HardSwish",
                          .kind = kind_of<HardSwish>(),
                          .parse = parse_plain<HardSwish, hard_swish>,
                          .infer = same_shape,
                          .quantizable = Quantizable::fused,
                          .since_opset = 14};

const Operator swish{.name = "Swish",
                     .kind = kind_of<Swish>(),
                     .parse = nullptr,
                     .infer = same_shape,
                     .quantizable = Quantizable::fused};

const Operator tanh{.name = "Tanh",
                    .kind = kind_of<Tanh>(),
                    .parse = parse_plain<Tanh, tanh>,
                    .infer = same_shape,
                    .quantizable = Quantizable::fused};

const Operator elu{
    .name = "Elu", .kind = kind_of<Elu>(), .parse = parse_elu, .infer = same_shape, .quantizable = Quantizable::fused};

const Operator erf{.name = "Erf",
                   .kind = kind_of<Erf>(),
                   .parse = parse_plain<Erf, erf>,
                   .infer = same_shape,
                   .quantizable = Quantizable::no,
                   .why_not = "runs in float on its own; as part of a Gelu pattern it is fused",
                   .since_opset = 9};

const Operator gelu{.name = "Gelu",
                    .kind = kind_of<Gelu>(),
                    .parse = parse_gelu,
                    .infer = same_shape,
                    .quantizable = Quantizable::fused,
                    .since_opset = 20};

const Operator softmax{.name = "Softmax",
                       .kind = kind_of<Softmax>(),
                       .parse = parse_softmax,
                       .infer = shape_rule<softmax_shapes>,
                       .quantizable = Quantizable::no,
                       .why_not = "turns logits into probabilities, which 8 bits are too coarse for"};

const Operator fake_quantize{.name = "FakeQuantize",
                             .kind = kind_of<FakeQuantize>(),
                             .parse = nullptr,
                             .infer = same_shape,
                             .quantizable = Quantizable::fused};

}  // namespace qs::ops
