// Arithmetic with NumPy broadcasting.
#include <limits>

#include "core/graph/ops/reading.h"
#include "core/graph/ops/rows.h"
#include "core/graph/ops/shape_rules.h"

namespace qs::ops {

namespace {

constexpr int kAnyNumber = std::numeric_limits<int>::max();

std::vector<Shape> broadcast_two(const Op& op, Shapes inputs) {
  expect_count(inputs, 2, 2);
  return broadcast_all(op, inputs);
}

}  // namespace

const Operator add{.name = "Add",
                   .kind = kind_of<Add>(),
                   .parse = parse_plain<Add, add>,
                   .infer = broadcast_two,
                   .quantizable = Quantizable::integer,
                   .min_inputs = 2,
                   .max_inputs = 2};

const Operator sub{.name = "Sub",
                   .kind = kind_of<Sub>(),
                   .parse = parse_plain<Sub, sub>,
                   .infer = broadcast_two,
                   .quantizable = Quantizable::integer,
                   .min_inputs = 2,
                   .max_inputs = 2};

const Operator mul{.name = "Mul",
                   .kind = kind_of<Mul>(),
                   .parse = parse_plain<Mul, mul>,
                   .infer = broadcast_two,
                   .quantizable = Quantizable::integer,
                   .min_inputs = 2,
                   .max_inputs = 2};

const Operator div{.name = "Div",
                   .kind = kind_of<Div>(),
                   .parse = parse_plain<Div, div>,
                   .infer = broadcast_two,
                   .quantizable = Quantizable::no,
                   .why_not = "quotients of quantized numbers have no common step",
                   .min_inputs = 2,
                   .max_inputs = 2};

const Operator sum{.name = "Sum",
                   .kind = kind_of<Sum>(),
                   .parse = parse_plain<Sum, sum>,
                   .infer = broadcast_all,
                   .quantizable = Quantizable::integer,
                   .max_inputs = kAnyNumber};

}  // namespace qs::ops
