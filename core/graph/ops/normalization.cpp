// BatchNormalization, LayerNormalization and LRN.
#include "core/graph/ops/reading.h"
#include "core/graph/ops/rows.h"
#include "core/graph/ops/shape_rules.h"

namespace qs::ops {

namespace {

float positive_epsilon(const NodeSpec& spec) {
  const float epsilon = finite(spec.attributes, "epsilon", 1e-5F);
  if (epsilon < 0) bad_input("epsilon is {}; it must not be negative", epsilon);
  return epsilon;
}

/// `momentum` matters in training only. Before opset 14 it was further outputs that asked for training.
ParsedNode parse_batch_norm(const NodeSpec& spec) {
  check_inputs(spec, batch_norm);
  static_cast<void>(spec.attributes.real("momentum", 0.9F));
  if (flag(spec.attributes, "training_mode", false)) bad_input("training_mode = 1 is not supported, only inference");
  only_first_output(spec, "running mean or variance (training)");
  if (!flag(spec.attributes, "spatial", true)) {
    bad_input("spatial = 0 (statistics for each pixel) is not supported, only statistics for each channel");
  }
  return computes(spec, BatchNorm{positive_epsilon(spec)}, 5);
}

std::vector<Shape> batch_norm_shapes(const BatchNorm&, Shapes inputs) {
  expect_count(inputs, 5, 5);
  expect_rank(inputs[0], 2, kMaxRank, "the input");
  const Shape per_channel{inputs[0][1]};
  const std::string_view names[] = {"scale", "shift", "mean", "variance"};
  for (std::size_t i = 0; i < 4; ++i) expect_shape(inputs[i + 1], per_channel, names[i]);
  return {inputs[0]};
}

/// `stash_type` names the type of intermediate results; f32 is the narrowest used here.
ParsedNode parse_layer_norm(const NodeSpec& spec) {
  check_inputs(spec, layer_norm);
  only_first_output(spec, "Mean or InvStdDev");
  static_cast<void>(spec.attributes.integer("stash_type", 1));
  LayerNorm op;
  op.axis = normalized_axis(spec.attributes.integer("axis", -1), spec.inputs[0].shape.rank());
  op.epsilon = positive_epsilon(spec);
  return computes(spec, op, 3);
}

std::vector<Shape> layer_norm_shapes(const LayerNorm& op, Shapes inputs) {
  expect_count(inputs, 2, 3);
  const Shape& x = inputs[0];
  expect_axis(op.axis, x.rank());
  const Shape normalized(std::vector<std::int64_t>(x.begin() + op.axis, x.end()));
  expect_shape(inputs[1], normalized, "scale");
  if (inputs.size() > 2) expect_shape(inputs[2], normalized, "shift");
  return {x};
}

ParsedNode parse_lrn(const NodeSpec& spec) {
  check_inputs(spec, lrn);
  Lrn op;
  op.size = spec.attributes.integer("size", 0);
  op.alpha = finite(spec.attributes, "alpha", 1e-4F);
  op.beta = finite(spec.attributes, "beta", 0.75F);
  op.bias = finite(spec.attributes, "bias", 1);
  return computes(spec, op);
}

std::vector<Shape> lrn_shapes(const Lrn& op, Shapes inputs) {
  expect_count(inputs, 1, 1);
  expect_rank(inputs[0], 3, kMaxRank, "the input");
  if (op.size < 1) bad_input("size is {}; it must be given and at least 1", op.size);
  return {inputs[0]};
}

}  // namespace

const Operator batch_norm{.name = "BatchNormalization",
                          .kind = kind_of<BatchNorm>(),
                          .parse = parse_batch_norm,
                          .infer = shape_rule<batch_norm_shapes>,
                          .quantizable = Quantizable::fused,
                          .min_inputs = 5,
                          .max_inputs = 5,
                          .constant_inputs = {1, 2, 3, 4}};

const Operator layer_norm{.name = "LayerNormalization",
                          .kind = kind_of<LayerNorm>(),
                          .parse = parse_layer_norm,
                          .infer = shape_rule<layer_norm_shapes>,
                          .quantizable = Quantizable::no,
                          .why_not = "divides by the deviation of each sample, which is known only while it runs",
                          .min_inputs = 2,
                          .max_inputs = 3,
                          .constant_inputs = {1, 2},
                          .since_opset = 17};

const Operator lrn{.name = "LRN",
                   .kind = kind_of<Lrn>(),
                   .parse = parse_lrn,
                   .infer = shape_rule<lrn_shapes>,
                   .quantizable = Quantizable::no,
                   .why_not = "takes a power of sums of squares, which 8 bits cannot hold"};

}  // namespace qs::ops
