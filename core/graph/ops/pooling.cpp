// Poolings and ReduceMean.
#include <algorithm>
#include <numeric>

#include "core/graph/ops/reading.h"
#include "core/graph/ops/rows.h"
#include "core/graph/ops/shape_rules.h"
#include "core/graph/ops/window.h"

namespace qs::ops {

namespace {

Window read_pooling_window(const NodeSpec& spec) {
  const auto spatial = spatial_extents(spec.inputs[0].shape);
  const auto kernel = spec.attributes.integers("kernel_shape");
  if (kernel.empty()) bad_input("the attribute kernel_shape is missing");
  return read_padded_window(spec.attributes, kernel, spatial);
}

/// Throws where a window could lie in the padding altogether: it would have no maximum and no mean.
std::vector<Shape> pooled(const Window& window, Shapes inputs, bool ceil_mode) {
  expect_count(inputs, 1, 1);
  expect_rank(inputs[0], 3, 5, "the input");
  Shape output = slide(window, inputs[0], inputs[0][1], ceil_mode);
  for (std::size_t i = 0; i < window.kernel.size(); ++i) {
    if (std::max(window.pads_begin[i], window.pads_end[i]) >= reach(window, i)) {
      bad_input("pads of {} and {} elements are not smaller than the kernel, which reaches over {}",
                window.pads_begin[i], window.pads_end[i], reach(window, i));
    }
  }
  return {std::move(output)};
}

/// `storage_order` only says how Indices are counted.
ParsedNode parse_max_pool(const NodeSpec& spec) {
  check_inputs(spec, max_pool);
  only_first_output(spec, "Indices");
  static_cast<void>(spec.attributes.integer("storage_order", 0));
  MaxPool op;
  op.window = read_pooling_window(spec);
  op.ceil_mode = flag(spec.attributes, "ceil_mode", false);
  return computes(spec, std::move(op));
}

std::vector<Shape> max_pool_shapes(const MaxPool& op, Shapes inputs) {
  return pooled(op.window, inputs, op.ceil_mode);
}

ParsedNode parse_average_pool(const NodeSpec& spec) {
  check_inputs(spec, average_pool);
  AveragePool op;
  op.window = read_pooling_window(spec);
  op.ceil_mode = flag(spec.attributes, "ceil_mode", false);
  op.count_include_pad = flag(spec.attributes, "count_include_pad", false);
  return computes(spec, std::move(op));
}

std::vector<Shape> average_pool_shapes(const AveragePool& op, Shapes inputs) {
  return pooled(op.window, inputs, op.ceil_mode);
}

std::vector<Shape> globally_pooled(const Op&, Shapes inputs) {
  expect_count(inputs, 1, 1);
  expect_rank(inputs[0], 3, 5, "the input");
  Shape output = inputs[0];
  for (int i = 2; i < output.rank(); ++i) {
    if (output[i] < 1) bad_input("the input {} has no elements to pool", to_string(inputs[0]));
    output[i] = 1;
  }
  return {std::move(output)};
}

/// No axes mean all of them, or with `noop_with_empty_axes` (opset 18) none.
ParsedNode parse_reduce_mean(const NodeSpec& spec) {
  check_inputs(spec, reduce_mean);
  const int rank = spec.inputs[0].shape.rank();
  ReduceMean op;
  op.axes = distinct_axes(integer_list(spec, "axes", 1).value_or(std::vector<std::int64_t>{}), rank);
  std::sort(op.axes.begin(), op.axes.end());
  op.keep_dims = flag(spec.attributes, "keepdims", true);
  const bool nothing = flag(spec.attributes, "noop_with_empty_axes", false);
  if (op.axes.empty()) {
    if (nothing || rank == 0) return computes(spec, Identity{});
    op.axes.resize(static_cast<std::size_t>(rank));
    std::iota(op.axes.begin(), op.axes.end(), 0);
  }
  return computes(spec, std::move(op));
}

std::vector<Shape> reduce_mean_shapes(const ReduceMean& op, Shapes inputs) {
  expect_count(inputs, 1, 1);
  const Shape& x = inputs[0];
  expect_distinct_axes(op.axes, x.rank());
  std::vector<std::int64_t> dims;
  for (int i = 0; i < x.rank(); ++i) {
    const bool reduced = std::find(op.axes.begin(), op.axes.end(), i) != op.axes.end();
    if (reduced && x[i] < 1) bad_input("the input {} has no elements to average", to_string(x));
    if (!reduced) dims.push_back(x[i]);
    if (reduced && op.keep_dims) dims.push_back(1);
  }
  return {Shape(std::move(dims))};
}

}  // namespace

const Operator max_pool{.name = "MaxPool",
                        .kind = kind_of<MaxPool>(),
                        .parse = parse_max_pool,
                        .infer = shape_rule<max_pool_shapes>,
                        .quantizable = Quantizable::integer};

const Operator average_pool{.name = "AveragePool",
                            .kind = kind_of<AveragePool>(),
                            .parse = parse_average_pool,
                            .infer = shape_rule<average_pool_shapes>,
                            .quantizable = Quantizable::integer};

const Operator global_average_pool{.name = "GlobalAveragePool",
                                   .kind = kind_of<GlobalAveragePool>(),
                                   .parse = parse_plain<GlobalAveragePool, global_average_pool>,
                                   .infer = globally_pooled,
                                   .quantizable = Quantizable::integer};

const Operator global_max_pool{.name = "GlobalMaxPool",
                               .kind = kind_of<GlobalMaxPool>(),
                               .parse = parse_plain<GlobalMaxPool, global_max_pool>,
                               .infer = globally_pooled,
                               .quantizable = Quantizable::integer};

const Operator reduce_mean{.name = "ReduceMean",
                           .kind = kind_of<ReduceMean>(),
                           .parse = parse_reduce_mean,
                           .infer = shape_rule<reduce_mean_shapes>,
                           .quantizable = Quantizable::integer,
                           .max_inputs = 2,
                           .constant_inputs = {1}};

}  // namespace qs::ops
