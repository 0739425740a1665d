// Reshape, Flatten, Squeeze and Unsqueeze.
#include <algorithm>

#include "core/base/checked.h"
#include "core/graph/ops/reading.h"
#include "core/graph/ops/rows.h"
#include "core/graph/ops/shape_rules.h"

namespace qs::ops {

namespace {

std::vector<Shape> reshape_shapes(const Reshape& op, Shapes inputs) {
  expect_count(inputs, 1, 1);
  const Shape& x = inputs[0];
  std::vector<std::int64_t> dims = op.dims;
  std::int64_t known = 1;
  std::ptrdiff_t open = -1;
  for (std::size_t i = 0; i < dims.size(); ++i) {
    const auto place = static_cast<int>(i);
    if (dims[i] == 0 && !op.allow_zero) {
      if (place >= x.rank()) bad_input("the target copies extent {} of {}, which has none", i, to_string(x));
      dims[i] = x[place];
    }
    if (dims[i] < -1) bad_input("the target holds {}", dims[i]);
    if (dims[i] == -1 && open >= 0) bad_input("the target leaves two extents open");
    if (dims[i] == -1) {
      open = place;
    } else {
      known = checked_multiply(known, dims[i], "number of elements");
    }
  }
  const std::int64_t elements = x.elements();
  if (open >= 0) {
    if (known == 0) bad_input("the open extent of an empty tensor is not determined");
    dims[static_cast<std::size_t>(open)] = elements / known;
    known *= elements / known;
  }
  if (known != elements) {
    bad_input("{} with {} elements does not become {}", to_string(x), elements, to_string(Shape(op.dims)));
  }
  return {Shape(std::move(dims))};
}

/// Rewrites extent 0 of a target written for one batch so that it follows any: as a copy of the input's where both are
/// the batch, or as "what is left" where it holds the batch among others and nothing else is left open. The outermost
/// extent is the only one that grows with the batch, and at the file's own batch the result is the same.
void free_the_batch(Reshape& op, const NodeSpec& spec) {
  const Shape& x = spec.inputs[0].shape;
  if (op.dims.empty() || x.rank() == 0 || op.dims[0] < 1 || spec.batch < 1) return;
  const bool open = std::find(op.dims.begin(), op.dims.end(), -1) != op.dims.end();
  if (op.dims[0] == spec.batch && x[0] == spec.batch) {
    op.dims[0] = 0;
  } else if (!open && op.dims.size() > 1 && op.dims[0] % spec.batch == 0 && x[0] % spec.batch == 0) {
    Reshape freed = op;
    freed.dims[0] = -1;
    if (reshape_shapes(freed, {&x, 1})[0][0] == op.dims[0]) op = std::move(freed);
  }
}

ParsedNode parse_reshape(const NodeSpec& spec) {
  check_inputs(spec, reshape);
  Reshape op;
  op.allow_zero = flag(spec.attributes, "allowzero", false);
  op.dims = integer_list(spec, "shape", 1).value();
  const bool zero = std::find(op.dims.begin(), op.dims.end(), 0) != op.dims.end();
  op.allow_zero = op.allow_zero && zero;  // without zeros it says nothing, and 0 is needed below
  if (!op.allow_zero) free_the_batch(op, spec);
  return moves(spec, std::move(op));
}

ParsedNode parse_flatten(const NodeSpec& spec) {
  check_inputs(spec, flatten);
  const int rank = spec.inputs[0].shape.rank();
  const std::int64_t axis = spec.attributes.integer("axis", 1);
  if (axis < -rank || axis > rank) bad_input("axis {} does not exist in a tensor of rank {}", axis, rank);
  return moves(spec, Flatten{static_cast<int>(axis < 0 ? axis + rank : axis)});
}

std::vector<Shape> flatten_shapes(const Flatten& op, Shapes inputs) {
  expect_count(inputs, 1, 1);
  const Shape& x = inputs[0];
  if (op.axis < 0 || op.axis > x.rank()) bad_input("axis {} does not exist in {}", op.axis, to_string(x));
  const Shape outer(std::vector<std::int64_t>(x.begin(), x.begin() + op.axis));
  const Shape inner(std::vector<std::int64_t>(x.begin() + op.axis, x.end()));
  return {Shape{outer.elements(), inner.elements()}};
}

/// Without axes all extents of 1 go, the batch as well if it is 1: such a file is bound to its batch.
ParsedNode parse_squeeze(const NodeSpec& spec) {
  check_inputs(spec, squeeze);
  const Shape& x = spec.inputs[0].shape;
  Squeeze op;
  if (const auto axes = integer_list(spec, "axes", 1); axes && !axes->empty()) {
    op.axes = distinct_axes(*axes, x.rank());
  } else {
    for (int i = 0; i < x.rank(); ++i) {
      if (x[i] == 1) op.axes.push_back(i);
    }
  }
  std::sort(op.axes.begin(), op.axes.end());
  return moves(spec, std::move(op));
}

std::vector<Shape> squeeze_shapes(const Squeeze& op, Shapes inputs) {
  expect_count(inputs, 1, 1);
  const Shape& x = inputs[0];
  expect_distinct_axes(op.axes, x.rank());
  std::vector<std::int64_t> dims;
  for (int i = 0; i < x.rank(); ++i) {
    const bool dropped = std::find(op.axes.begin(), op.axes.end(), i) != op.axes.end();
    if (dropped && x[i] != 1) bad_input("axis {} of {} has extent {}, not 1", i, to_string(x), x[i]);
    if (!dropped) dims.push_back(x[i]);
  }
  return {Shape(std::move(dims))};
}

ParsedNode parse_unsqueeze(const NodeSpec& spec) {
  check_inputs(spec, unsqueeze);
  const auto axes = integer_list(spec, "axes", 1);
  if (!axes || axes->size() > kMaxRank) bad_input("axes is missing or too long");
  Unsqueeze op{distinct_axes(*axes, spec.inputs[0].shape.rank() + static_cast<int>(axes->size()))};
  std::sort(op.axes.begin(), op.axes.end());
  return moves(spec, std::move(op));
}

std::vector<Shape> unsqueeze_shapes(const Unsqueeze& op, Shapes inputs) {
  expect_count(inputs, 1, 1);
  const int rank = inputs[0].rank() + static_cast<int>(op.axes.size());
  expect_distinct_axes(op.axes, rank);
  std::vector<std::int64_t> dims;
  auto next = inputs[0].begin();
  for (int i = 0; i < rank; ++i) {
    const bool added = std::find(op.axes.begin(), op.axes.end(), i) != op.axes.end();
    dims.push_back(added ? 1 : *next++);
  }
  return {Shape(std::move(dims))};
}

}  // namespace

const Operator reshape{.name = "Reshape",
                       .kind = kind_of<Reshape>(),
                       .parse = parse_reshape,
                       .infer = shape_rule<reshape_shapes>,
                       .quantizable = Quantizable::moves,
                       .min_inputs = 2,
                       .max_inputs = 2,
                       .constant_inputs = {1}};

const Operator flatten{.name = "Flatten",
                       .kind = kind_of<Flatten>(),
                       .parse = parse_flatten,
                       .infer = shape_rule<flatten_shapes>,
                       .quantizable = Quantizable::moves};

const Operator squeeze{.name = "Squeeze",
                       .kind = kind_of<Squeeze>(),
                       .parse = parse_squeeze,
                       .infer = shape_rule<squeeze_shapes>,
                       .quantizable = Quantizable::moves,
                       .max_inputs = 2,
                       .constant_inputs = {1}};

const Operator unsqueeze{.name = "Unsqueeze",
                         .kind = kind_of<Unsqueeze>(),
                         .parse = parse_unsqueeze,
                         .infer = shape_rule<unsqueeze_shapes>,
                         .quantizable = Quantizable::moves,
                         .max_inputs = 2,
                         .constant_inputs = {1}};

}  // namespace qs::ops
