// Concat, Split and Slice.
#include <algorithm>
#include <limits>
#include <numeric>

#include "core/base/checked.h"
#include "core/graph/ops/reading.h"
#include "core/graph/ops/rows.h"
#include "core/graph/ops/shape_rules.h"
#include "core/graph/ops/slicing.h"

namespace qs::ops {

namespace {

constexpr int kAnyNumber = std::numeric_limits<int>::max();
constexpr std::int64_t kMaxParts = 65536;  // far above any network, far below exhausting memory

ParsedNode parse_concat(const NodeSpec& spec) {
  check_inputs(spec, concat);
  if (!spec.attributes.has("axis")) bad_input("the attribute axis is missing");
  const int axis = normalized_axis(spec.attributes.integer("axis", 1), spec.inputs[0].shape.rank());
  return computes(spec, Concat{axis}, kAnyNumber);
}

std::vector<Shape> concat_shapes(const Concat& op, Shapes inputs) {
  expect_count(inputs, 1, std::numeric_limits<std::size_t>::max());
  Shape result = inputs[0];
  expect_axis(op.axis, result.rank());
  for (const Shape& shape : inputs.subspan(1)) {
    bool fits = shape.rank() == result.rank();
    for (int i = 0; fits && i < shape.rank(); ++i) fits = i == op.axis || shape[i] == result[i];
    if (!fits) bad_input("{} and {} cannot be joined along axis {}", to_string(inputs[0]), to_string(shape), op.axis);
    result[op.axis] = checked_add(result[op.axis], shape[op.axis], "extent");
  }
  return {std::move(result)};
}

/// `parts` pieces of equal size; since opset 18 the last may be smaller.
std::vector<std::int64_t> equal_parts(std::int64_t extent, std::int64_t parts, int opset) {
  if (extent % parts != 0 && opset < 18) bad_input("{} elements do not split into {} equal parts", extent, parts);
  const std::int64_t part = (extent + parts - 1) / parts;
  std::vector<std::int64_t> sizes;
  for (std::int64_t i = 0; i < parts; ++i) {
    sizes.push_back(std::clamp<std::int64_t>(extent - i * part, 0, part));
  }
  return sizes;
}

/// Sizes are an attribute before opset 13 and an input since; without them `num_outputs` (opset 18) or the node's
/// outputs say how many equal parts to make.
ParsedNode parse_split(const NodeSpec& spec) {
  check_inputs(spec, split);
  const Shape& x = spec.inputs[0].shape;
  Split op;
  op.axis = normalized_axis(spec.attributes.integer("axis", 0), x.rank());
  const int outputs = std::max(spec.listed_outputs, spec.output_count);
  const std::int64_t parts = spec.attributes.integer("num_outputs", outputs);
  if (parts < 1 || parts > kMaxParts) {
    bad_input("num_outputs is {}; 1 to {} are possible", parts, kMaxParts);
  }
  op.sizes = integer_list(spec, "split", 1).value_or(std::vector<std::int64_t>{});
  if (op.sizes.empty()) op.sizes = equal_parts(x[op.axis], parts, spec.opset);
  if (static_cast<std::int64_t>(op.sizes.size()) < spec.output_count) {
    bad_input("{} parts for {} outputs", op.sizes.size(), spec.output_count);
  }
  return moves(spec, std::move(op));
}

std::vector<Shape> split_shapes(const Split& op, Shapes inputs) {
  expect_count(inputs, 1, 1);
  expect_axis(op.axis, inputs[0].rank());
  std::int64_t total = 0;
  std::vector<Shape> outputs;
  for (std::int64_t size : op.sizes) {
    if (size < 0) bad_input("a part of {} elements", size);
    total = checked_add(total, size, "extent");
    outputs.push_back(inputs[0]);
    outputs.back()[op.axis] = size;
  }
  if (total != inputs[0][op.axis]) {
    bad_input("the parts sum to {} elements, the input {} has {} along axis {}", total, to_string(inputs[0]),
              inputs[0][op.axis], op.axis);
  }
  return outputs;
}

/// A slice that takes the whole batch is to take the whole of any batch.
void free_the_batch(Slice& op, const NodeSpec& spec) {
  for (std::size_t i = 0; i < op.axes.size(); ++i) {
    const bool whole = op.begin[i] == 0 && op.step[i] == 1 && op.end[i] == spec.batch;
    if (op.axes[i] == 0 && whole && spec.inputs[0].shape[0] == spec.batch) op.end[i] = kSliceToTheEnd;
  }
}

/// Bounds are attributes before opset 10 and inputs since.
ParsedNode parse_slice(const NodeSpec& spec) {
  check_inputs(spec, slice);
  const auto begin = integer_list(spec, "starts", 1);
  const auto end = integer_list(spec, "ends", 2);
  if (!begin || !end) bad_input("starts or ends is missing");
  Slice op{{}, *begin, *end, {}};
  std::vector<std::int64_t> axes(begin->size());
  std::iota(axes.begin(), axes.end(), 0);
  axes = integer_list(spec, "axes", 3).value_or(axes);
  op.axes = distinct_axes(axes, spec.inputs[0].shape.rank());
  op.step = integer_list(spec, "steps", 4).value_or(std::vector<std::int64_t>(axes.size(), 1));
  const std::size_t count = axes.size();
  if (op.begin.size() != count || op.end.size() != count || op.step.size() != count) {
    bad_input("{} starts, {} ends and {} steps for {} axes", op.begin.size(), op.end.size(), op.step.size(), count);
  }
  free_the_batch(op, spec);
  return moves(spec, std::move(op));
}

std::vector<Shape> slice_shapes(const Slice& op, Shapes inputs) {
  expect_count(inputs, 1, 1);
  expect_distinct_axes(op.axes, inputs[0].rank());
  Shape result = inputs[0];
  for (std::size_t i = 0; i < op.axes.size(); ++i) {
    result[op.axes[i]] = slice_range(op, i, inputs[0][op.axes[i]]).count;
  }
  return {std::move(result)};
}

}  // namespace

const Operator concat{.name = "Concat",
                      .kind = kind_of<Concat>(),
                      .parse = parse_concat,
                      .infer = shape_rule<concat_shapes>,
                      .quantizable = Quantizable::integer,
                      .max_inputs = kAnyNumber};

const Operator split{.name = "Split",
                     .kind = kind_of<Split>(),
                     .parse = parse_split,
                     .infer = shape_rule<split_shapes>,
                     .quantizable = Quantizable::moves,
                     .max_inputs = 2,
                     .constant_inputs = {1}};

const Operator slice{.name = "Slice",
                     .kind = kind_of<Slice>(),
                     .parse = parse_slice,
                     .infer = shape_rule<slice_shapes>,
                     .quantizable = Quantizable::moves,
                     .max_inputs = 5,
                     .constant_inputs = {1, 2, 3, 4}};

}  // namespace qs::ops
