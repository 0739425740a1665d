// Tables of operators with inputs and outputs worked out by hand, as rows of a Qt Test data function.
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "core/graph/op.h"
#include "core/tensor/tensor.h"

namespace qs {

[[nodiscard]] inline Tensor f32(Shape shape, std::initializer_list<float> values) {
  return Tensor::from<float>(std::move(shape), values);
}
[[nodiscard]] inline Tensor s64(Shape shape, std::initializer_list<std::int64_t> values) {
  return Tensor::from<std::int64_t>(std::move(shape), values);
}

/// Starts a table, in a function NAME_data().
void op_table();
/// A row: this op gives these outputs.
void expect(const char* name, Op op, std::vector<Tensor> inputs, std::vector<Tensor> outputs);
/// A row: this op refuses these inputs as bad, in words that hold `words`.
void refuse(const char* name, Op op, std::vector<Tensor> inputs, std::string words);

/// In NAME(): what `reference_op` gets wrong in the current row, or an empty string.
[[nodiscard]] std::string fault_of_row();

}  // namespace qs

/// The body of NAME().
#define QS_CHECK_ROW()                            \
  do {                                            \
    const std::string fault = qs::fault_of_row(); \
    QVERIFY2(fault.empty(), fault.c_str());       \
  } while (false)
