// Gemm and MatMul.
#include "core/base/checked.h"
#include "core/graph/ops/reading.h"
#include "core/graph/ops/rows.h"
#include "core/graph/ops/shape_rules.h"

namespace qs::ops {

namespace {

ParsedNode parse_gemm(const NodeSpec& spec) {
  check_inputs(spec, gemm);
  Gemm op;
  op.alpha = finite(spec.attributes, "alpha", 1);
  op.beta = finite(spec.attributes, "beta", 1);
  op.transpose_a = flag(spec.attributes, "transA", false);
  op.transpose_b = flag(spec.attributes, "transB", false);
  return computes(spec, op, 3);
}

std::vector<Shape> gemm_shapes(const Gemm& op, Shapes inputs) {
  expect_count(inputs, 2, 3);
  expect_rank(inputs[0], 2, 2, "A");
  expect_rank(inputs[1], 2, 2, "B");
  const std::int64_t rows = inputs[0][op.transpose_a ? 1 : 0];
  const std::int64_t depth = inputs[0][op.transpose_a ? 0 : 1];
  const std::int64_t columns = inputs[1][op.transpose_b ? 0 : 1];
  if (inputs[1][op.transpose_b ? 1 : 0] != depth) {
    bad_input("A {}{} and B {}{} do not multiply", to_string(inputs[0]), op.transpose_a ? " transposed" : "",
              to_string(inputs[1]), op.transpose_b ? " transposed" : "");
  }
  const Shape output{rows, columns};
  if (inputs.size() > 2) expect_broadcasts_to(inputs[2], output, "C");
  return {output};
}

std::int64_t gemm_macs(const Gemm& op, Shapes inputs, const Shape& output) {
  return checked_multiply(output.elements(), inputs[0][op.transpose_a ? 0 : 1], "multiply-accumulates");
}

/// The leading axes broadcast like those of elementwise operators; vectors (rank 1) are not supported.
std::vector<Shape> matmul_shapes(const MatMul&, Shapes inputs) {
  expect_count(inputs, 2, 2);
  expect_rank(inputs[0], 2, kMaxRank, "A");
  expect_rank(inputs[1], 2, kMaxRank, "B");
  const Shape& a = inputs[0];
  const Shape& b = inputs[1];
  if (a[a.rank() - 1] != b[b.rank() - 2]) bad_input("A {} and B {} do not multiply", to_string(a), to_string(b));
  const Shape leading_a(std::vector<std::int64_t>(a.begin(), a.end() - 2));
  const Shape leading_b(std::vector<std::int64_t>(b.begin(), b.end() - 2));
  std::vector<std::int64_t> dims = broadcast(leading_a, leading_b).dims();
  dims.push_back(a[a.rank() - 2]);
  dims.push_back(b[b.rank() - 1]);
  return {Shape(std::move(dims))};
}

std::int64_t matmul_macs(const MatMul&, Shapes inputs, const Shape& output) {
  const Shape& a = inputs[0];
  return checked_multiply(output.elements(), a[a.rank() - 1], "multiply-accumulates");
}

}  // namespace

const Operator gemm{.name = "Gemm",
                    .kind = kind_of<Gemm>(),
                    .parse = parse_gemm,
                    .infer = shape_rule<gemm_shapes>,
                    .quantizable = Quantizable::weighted,
                    .min_inputs = 2,
                    .max_inputs = 3,
                    .multiply_accumulates = mac_rule<gemm_macs>};

const Operator matmul{.name = "MatMul",
                      .kind = kind_of<MatMul>(),
                      .parse = parse_plain<MatMul, matmul>,
                      .infer = shape_rule<matmul_shapes>,
                      .quantizable = Quantizable::weighted,
                      .min_inputs = 2,
                      .max_inputs = 2,
                      .multiply_accumulates = mac_rule<matmul_macs>};

}  // namespace qs::ops
