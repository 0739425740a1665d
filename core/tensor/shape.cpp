#include "core/tensor/shape.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/base/checked.h"

namespace qs {

std::int64_t Shape::elements() const {
  std::int64_t count = 1;
  for (std::int64_t dim : dims_) {
    if (dim < 0) bad_input("shape {} has a negative extent", to_string(*this));
    count = checked_multiply(count, dim, "number of elements");
  }
  return count;
}

std::int64_t Shape::stride(int axis) const {
  std::int64_t count = 1;
  for (int i = axis + 1; i < rank(); ++i) count *= (*this)[i];
  return count;
}

std::vector<std::int64_t> Shape::strides() const {
  std::vector<std::int64_t> result(dims_.size());
  std::int64_t step = 1;
  for (int i = rank() - 1; i >= 0; --i) {
    result[static_cast<std::size_t>(i)] = step;
    step *= (*this)[i];
  }
  return result;
}

std::string to_string(const Shape& shape) {
  return shape.rank() == 0 ? "scalar" : fmt::format("{}", fmt::join(shape.dims(), "x"));
}

Shape broadcast(const Shape& left, const Shape& right) {
  const int rank = std::max(left.rank(), right.rank());
  std::vector<std::int64_t> dims(static_cast<std::size_t>(rank));
  for (int i = 0; i < rank; ++i) {
    const int l = left.rank() - rank + i;
    const int r = right.rank() - rank + i;
    const std::int64_t a = l < 0 ? 1 : left[l];
    const std::int64_t b = r < 0 ? 1 : right[r];
    if (a != b && a != 1 && b != 1) {
      bad_input("shapes {} and {} do not broadcast to one another", to_string(left), to_string(right));
    }
    dims[static_cast<std::size_t>(i)] = a == 1 ? b : a;
  }
  return Shape(std::move(dims));
}

int normalized_axis(std::int64_t axis, int rank) {
  if (axis < -rank || axis >= rank) bad_input("axis {} does not exist in a tensor of rank {}", axis, rank);
  return static_cast<int>(axis < 0 ? axis + rank : axis);
}

}  // namespace qs
