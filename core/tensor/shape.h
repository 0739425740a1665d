// The extents of a tensor.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace qs {

/// Extents, outermost first (logical NCHW for images). Rank 0 is a scalar with one element.
class Shape {
 public:
  Shape() = default;
  Shape(std::initializer_list<std::int64_t> dims) : dims_(dims) {}
  explicit Shape(std::vector<std::int64_t> dims) : dims_(std::move(dims)) {}

  [[nodiscard]] int rank() const { return static_cast<int>(dims_.size()); }
  [[nodiscard]] std::int64_t operator[](int axis) const { return dims_[static_cast<std::size_t>(axis)]; }
  [[nodiscard]] std::int64_t& operator[](int axis) { return dims_[static_cast<std::size_t>(axis)]; }
  [[nodiscard]] const std::vector<std::int64_t>& dims() const { return dims_; }
  [[nodiscard]] auto begin() const { return dims_.begin(); }
  [[nodiscard]] auto end() const { return dims_.end(); }

  /// Product of all extents (1 for a scalar). Throws `Error` (bad_input) on a negative extent or on 64-bit overflow.
  [[nodiscard]] std::int64_t elements() const;

  /// Elements from one index of `axis` to the next in a dense array: the product of the extents behind it.
  [[nodiscard]] std::int64_t stride(int axis) const;

  /// Row-major strides of a dense array of this shape.
  [[nodiscard]] std::vector<std::int64_t> strides() const;

  friend bool operator==(const Shape&, const Shape&) = default;

 private:
  std::vector<std::int64_t> dims_;
};

/// "1x3x224x224"; "scalar" for rank 0.
[[nodiscard]] std::string to_string(const Shape& shape);

/// The shape both broadcast to under NumPy's rules; throws `Error` (bad_input) when they do not fit.
[[nodiscard]] Shape broadcast(const Shape& left, const Shape& right);

/// Maps a possibly negative axis into [0, rank); throws `Error` (bad_input) when it lies outside [-rank, rank).
[[nodiscard]] int normalized_axis(std::int64_t axis, int rank);

}  // namespace qs
