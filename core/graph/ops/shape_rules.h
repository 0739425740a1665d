// What the shape rules of the operator rows share. A rule trusts neither the op nor the shapes: both may come from a
// file.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "core/graph/operator.h"

namespace qs::ops {

using Shapes = std::span<const Shape>;

/// The alternative of `Op` that a function takes as its first parameter, by const reference.
template <auto Function>
struct OpOf;
template <class Result, class T, class... Rest, Result (*Function)(const T&, Rest...)>
struct OpOf<Function> {
  using type = T;
};

/// A rule written for one alternative of `Op`, as the row wants it.
template <auto Rule>
std::vector<Shape> shape_rule(const Op& op, Shapes inputs) {
  return Rule(std::get<typename OpOf<Rule>::type>(op), inputs);
}
template <auto Rule>
std::int64_t mac_rule(const Op& op, Shapes inputs, const Shape& output) {
  return Rule(std::get<typename OpOf<Rule>::type>(op), inputs, output);
}

/// Index of an alternative in `Op`, for `Operator::kind`.
template <class T>
[[nodiscard]] std::size_t kind_of() {
  return Op(T{}).index();
}

/// Throws unless there are `least` to `most` inputs.
void expect_count(Shapes inputs, std::size_t least, std::size_t most);

/// Throws when the rank exceeds `kMaxRank`, an extent is negative, or there are more than `kMaxElements` elements. An
/// extent of 0 counts as 1, so that no product of some of the extents overflows either.
void expect_size(const Shape& shape, std::string_view what);

/// Throws unless the rank lies in [least, most]; `what` names the tensor.
void expect_rank(const Shape& shape, int least, int most, std::string_view what);

/// Throws unless `shape` is `wanted`.
void expect_shape(const Shape& shape, const Shape& wanted, std::string_view what);

/// Throws unless `shape` broadcasts to `target` without widening it.
void expect_broadcasts_to(const Shape& shape, const Shape& target, std::string_view what);

/// Throws unless `axis` lies in [0, rank).
void expect_axis(int axis, int rank);

/// Throws unless each axis lies in [0, rank) and none occurs twice.
void expect_distinct_axes(const std::vector<int>& axes, int rank);

/// The rule of operators with one input that leave its shape alone.
[[nodiscard]] std::vector<Shape> same_shape(const Op& op, Shapes inputs);

/// The rule of operators that broadcast all their inputs together.
[[nodiscard]] std::vector<Shape> broadcast_all(const Op& op, Shapes inputs);

}  // namespace qs::ops
