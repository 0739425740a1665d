// Operators that move, add or rename elements: Transpose, Pad, Identity, Dropout, Cast.
#include <algorithm>
#include <numeric>

#include "core/base/checked.h"
#include "core/graph/ops/reading.h"
#include "core/graph/ops/rows.h"
#include "core/graph/ops/shape_rules.h"

namespace qs::ops {

namespace {

ParsedNode parse_transpose(const NodeSpec& spec) {
  check_inputs(spec, transpose);
  const auto rank = static_cast<std::size_t>(spec.inputs[0].shape.rank());
  std::vector<std::int64_t> reversed(rank);
  std::iota(reversed.rbegin(), reversed.rend(), 0);
  return moves(spec, Transpose{distinct_axes(spec.attributes.integers("perm", reversed), static_cast<int>(rank))});
}

std::vector<Shape> transpose_shapes(const Transpose& op, Shapes inputs) {
  expect_count(inputs, 1, 1);
  const Shape& x = inputs[0];
  expect_distinct_axes(op.permutation, x.rank());
  if (static_cast<int>(op.permutation.size()) != x.rank()) {
    bad_input("perm has {} entries for the input {}", op.permutation.size(), to_string(x));
  }
  Shape result = x;
  for (int i = 0; i < x.rank(); ++i) result[i] = x[op.permutation[static_cast<std::size_t>(i)]];
  return {std::move(result)};
}

Pad::Mode read_pad_mode(const Attributes& attributes) {
  const std::string text = attributes.text("mode", "constant");
  if (text == "constant") return Pad::Mode::constant;
  if (text == "reflect") return Pad::Mode::reflect;
  if (text == "edge") return Pad::Mode::edge;
  bad_input("mode \"{}\" is not supported; constant, reflect and edge are", text);
}

/// Pads and value are attributes before opset 11 and inputs since; opset 18 adds the axes they are for.
ParsedNode parse_pad(const NodeSpec& spec) {
  check_inputs(spec, pad);
  const int rank = spec.inputs[0].shape.rank();
  const auto pads = integer_list(spec, "pads", 1);
  if (!pads) bad_input("pads is missing");
  std::vector<std::int64_t> all(static_cast<std::size_t>(rank));
  std::iota(all.begin(), all.end(), 0);
  const auto axes = distinct_axes(integer_list(spec, "axes", 3).value_or(all), rank);
  if (pads->size() != 2 * axes.size()) bad_input("pads has {} entries for {} axes", pads->size(), axes.size());
  Pad op;
  op.mode = read_pad_mode(spec.attributes);
  op.value = real_number(spec, "value", 2).value_or(0.0F);
  op.begin.resize(all.size(), 0);
  op.end.resize(all.size(), 0);
  for (std::size_t i = 0; i < axes.size(); ++i) {
    op.begin[static_cast<std::size_t>(axes[i])] = (*pads)[i];
    op.end[static_cast<std::size_t>(axes[i])] = (*pads)[i + axes.size()];
  }
  return moves(spec, std::move(op));
}

/// Throws where the mode has no element to repeat.
void check_pads(Pad::Mode mode, std::int64_t begin, std::int64_t end, std::int64_t extent) {
  const std::int64_t least = std::min(begin, end);
  const std::int64_t most = std::max(begin, end);
  if (least < -kMaxElements || most > kMaxElements) bad_input("pads of {} and {} are out of range", begin, end);
  if (mode == Pad::Mode::constant) return;
  if (least < 0) bad_input("negative pads crop, which only the mode constant can");
  if (most > 0 && extent < 1) bad_input("an empty tensor has no elements to repeat");
  if (mode == Pad::Mode::reflect && most > 0 && most >= extent) {
    bad_input("{} elements cannot be mirrored in an extent of {}", most, extent);
  }
}

std::vector<Shape> pad_shapes(const Pad& op, Shapes inputs) {
  expect_count(inputs, 1, 1);
  Shape result = inputs[0];
  const auto rank = static_cast<std::size_t>(result.rank());
  if (op.begin.size() != rank || op.end.size() != rank) bad_input("pads do not fit the input {}", to_string(result));
  for (std::size_t i = 0; i < rank; ++i) {
    std::int64_t& extent = result[static_cast<int>(i)];
    check_pads(op.mode, op.begin[i], op.end[i], extent);
    extent += op.begin[i] + op.end[i];
    if (extent < 0) bad_input("pads crop more than axis {} of {} has", i, to_string(inputs[0]));
  }
  return {std::move(result)};
}

ParsedNode parse_identity(const NodeSpec& spec) {
  check_inputs(spec, identity);
  return moves(spec, Identity{});
}

/// `ratio` and `seed` matter in training only.
ParsedNode parse_dropout(const NodeSpec& spec) {
  check_inputs(spec, dropout);
  only_first_output(spec, "mask");
  static_cast<void>(spec.attributes.real("ratio", 0.5F));
  static_cast<void>(spec.attributes.integer("seed", 0));
  if (has_input(spec, 2)) {
    const Tensor& training = *spec.inputs[2].constant;
    if (training.dtype() != DType::boolean || training.elements() != 1) bad_input("training_mode must be one bool");
    if (training.values<bool>()[0]) bad_input("training_mode = true is not supported, only inference");
  }
  return moves(spec, Identity{});
}

/// ONNX's numbers of element types. Wider and narrower floats are computed in f32, which holds the narrower ones.
DType read_cast_type(std::int64_t number) {
  switch (number) {
    case 1:   // FLOAT
    case 10:  // FLOAT16
    case 11:  // DOUBLE
      return DType::f32;
    case 2: return DType::u8;
    case 3: return DType::s8;
    case 6: return DType::s32;
    case 7: return DType::s64;
    case 9: return DType::boolean;
    case 16: return DType::bf16;
    default: bad_input("casting to element type {} of ONNX is not supported", number);
  }
}

ParsedNode parse_cast(const NodeSpec& spec) {
  check_inputs(spec, cast);
  if (!spec.attributes.has("to")) bad_input("the attribute to is missing");
  static_cast<void>(spec.attributes.integer("saturate", 1));  // only for 8-bit floats
  return moves(spec, Cast{read_cast_type(spec.attributes.integer("to", 0))});
}

}  // namespace

const Operator transpose{.name = "Transpose",
                         .kind = kind_of<Transpose>(),
                         .parse = parse_transpose,
                         .infer = shape_rule<transpose_shapes>,
                         .quantizable = Quantizable::moves};

const Operator pad{.name = "Pad",
                   .kind = kind_of<Pad>(),
                   .parse = parse_pad,
                   .infer = shape_rule<pad_shapes>,
                   .quantizable = Quantizable::moves,
                   .max_inputs = 4,
                   .constant_inputs = {1, 2, 3}};

const Operator identity{.name = "Identity",
                        .kind = kind_of<Identity>(),
                        .parse = parse_identity,
                        .infer = same_shape,
                        .quantizable = Quantizable::moves};

const Operator dropout{.name = "Dropout",
                       .kind = kind_of<Identity>(),
                       .parse = parse_dropout,
                       .infer = same_shape,
                       .quantizable = Quantizable::moves,
                       .max_inputs = 3,
                       .constant_inputs = {1, 2}};

const Operator cast{.name = "Cast",
                    .kind = kind_of<Cast>(),
                    .parse = parse_cast,
                    .infer = same_shape,
                    .quantizable = Quantizable::no,
                    .why_not = "changes the element type"};

}  // namespace qs::ops
