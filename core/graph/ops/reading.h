// What the `parse` functions of the operator rows share: reading a node's inputs and attributes with checks.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/graph/operator.h"

namespace qs::ops {

/// Throws unless the file's opset has the operator, the number of inputs is what the row allows, the required ones
/// are there, and those the row wants constant are.
void check_inputs(const NodeSpec& spec, const Operator& row);

/// Whether input `index` was given.
[[nodiscard]] bool has_input(const NodeSpec& spec, int index);

/// Throws when anything reads an output behind the first; `what` names it ("Indices").
void only_first_output(const NodeSpec& spec, std::string_view what);

/// `op` reading the file's first `count` inputs, as far as they are given; each must be f32.
[[nodiscard]] ParsedNode computes(const NodeSpec& spec, Op op, int count = 1);

/// `op` reading the file's first input, of any element type.
[[nodiscard]] ParsedNode moves(const NodeSpec& spec, Op op);

/// The parse function of operators that hold nothing but their kind and compute on all the row's inputs.
template <class T, const Operator& kRow>
ParsedNode parse_plain(const NodeSpec& spec) {
  check_inputs(spec, kRow);
  return computes(spec, T{}, kRow.max_inputs);
}

/// A list of integers that some opsets hold in the attribute `name` and others in the constant input `index`;
/// empty optional when neither is given.
[[nodiscard]] std::optional<std::vector<std::int64_t>> integer_list(const NodeSpec& spec, std::string_view name,
                                                                    int index);

/// The same for real numbers.
[[nodiscard]] std::optional<std::vector<float>> real_list(const NodeSpec& spec, std::string_view name, int index);

/// The same for one real number; a constant of one element.
[[nodiscard]] std::optional<float> real_number(const NodeSpec& spec, std::string_view name, int index);

/// A real attribute that must be finite.
[[nodiscard]] float finite(const Attributes& attributes, std::string_view name, float fallback);

/// An integer attribute that must be 0 or 1.
[[nodiscard]] bool flag(const Attributes& attributes, std::string_view name, bool fallback);

/// Each axis mapped into [0, rank), in the order given; throws on an axis out of range or given twice.
[[nodiscard]] std::vector<int> distinct_axes(const std::vector<std::int64_t>& axes, int rank);

}  // namespace qs::ops
