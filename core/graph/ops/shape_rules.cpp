#include "core/graph/ops/shape_rules.h"

#include <algorithm>
#include <limits>

namespace qs::ops {

void expect_count(Shapes inputs, std::size_t least, std::size_t most) {
  if (inputs.size() < least || inputs.size() > most) {
    bad_input("{} inputs, but {} to {} are needed", inputs.size(), least, most);
  }
}

void expect_size(const Shape& shape, std::string_view what) {
  if (shape.rank() > kMaxRank) bad_input("{} has rank {}; at most {} is supported", what, shape.rank(), kMaxRank);
  std::int64_t elements = 1;
  for (std::int64_t extent : shape) {
    if (extent < 0) bad_input("{} has a negative extent: {}", what, to_string(shape));
    if (extent > kMaxElements / elements) {
      bad_input("{} of shape {} has more than the {} elements supported", what, to_string(shape), kMaxElements);
    }
    elements *= std::max<std::int64_t>(extent, 1);
  }
}

void expect_rank(const Shape& shape, int least, int most, std::string_view what) {
  if (shape.rank() >= least && shape.rank() <= most) return;
  if (least == most) bad_input("{} has shape {}; rank {} is needed", what, to_string(shape), least);
  bad_input("{} has shape {}; a rank from {} to {} is needed", what, to_string(shape), least, most);
}

void expect_shape(const Shape& shape, const Shape& wanted, std::string_view what) {
  if (shape != wanted) bad_input("{} has shape {}; {} is needed", what, to_string(shape), to_string(wanted));
}

void expect_broadcasts_to(const Shape& shape, const Shape& target, std::string_view what) {
  const int offset = target.rank() - shape.rank();
  bool fits = offset >= 0;
  for (int i = 0; fits && i < shape.rank(); ++i) fits = shape[i] == 1 || shape[i] == target[i + offset];
  if (!fits) bad_input("{} of shape {} does not broadcast to {}", what, to_string(shape), to_string(target));
}

void expect_axis(int axis, int rank) {
  if (axis < 0 || axis >= rank) bad_input("axis {} does not exist in a tensor of rank {}", axis, rank);
}

void expect_distinct_axes(const std::vector<int>& axes, int rank) {
  std::vector<bool> seen(static_cast<std::size_t>(rank), false);
  for (int axis : axes) {
    expect_axis(axis, rank);
    if (seen[static_cast<std::size_t>(axis)]) bad_input("axis {} is given twice", axis);
    seen[static_cast<std::size_t>(axis)] = true;
  }
}

std::vector<Shape> same_shape(const Op&, Shapes inputs) {
  expect_count(inputs, 1, 1);
  return {inputs[0]};
}

std::vector<Shape> broadcast_all(const Op&, Shapes inputs) {
  expect_count(inputs, 1, std::numeric_limits<std::size_t>::max());
  Shape result = inputs[0];
  for (const Shape& shape : inputs.subspan(1)) result = broadcast(result, shape);
  return {result};
}

}  // namespace qs::ops
