#include "tests/support/op_cases.h"

#include <fmt/format.h>

#include <QtTest/QtTest>
#include <optional>

#include "core/engine/reference/reference.h"
#include "tests/support/agreement.h"

namespace qs {

namespace {

/// The expectations are written with up to nine digits, and the results are rounded to f32 once.
constexpr Tolerance kRounding{.relative = 1e-6, .absolute = 1e-7};

struct OpCase {
  Op op;
  std::vector<Tensor> inputs;
  std::vector<Tensor> outputs;
  std::optional<std::string> refusal;
};

std::string difference(const std::vector<Tensor>& outputs, const std::vector<Tensor>& wanted) {
  if (outputs.size() != wanted.size()) return fmt::format("{} outputs", outputs.size());
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const std::string here = disagreement(outputs[i], wanted[i], kRounding);
    if (!here.empty()) return fmt::format("output {} {}", i, here);
  }
  return "";
}

}  // namespace

void op_table() {
  QTest::addColumn<OpCase>("row");
}

void expect(const char* name, Op op, std::vector<Tensor> inputs, std::vector<Tensor> outputs) {
  QTest::newRow(name) << OpCase{std::move(op), std::move(inputs), std::move(outputs), {}};
}

void refuse(const char* name, Op op, std::vector<Tensor> inputs, std::string words) {
  QTest::newRow(name) << OpCase{std::move(op), std::move(inputs), {}, std::move(words)};
}

std::string fault_of_row() {
  QFETCH(const OpCase, row);
  try {
    const std::vector<Tensor> outputs = reference_op(row.op, row.inputs);
    return row.refusal ? "was not refused" : difference(outputs, row.outputs);
  } catch (const Error& error) {
    const std::string message = error.what();
    const bool wanted = row.refusal && error.code() == ErrorCode::bad_input;
    return wanted && message.find(*row.refusal) != std::string::npos ? "" : message;
  }
}

}  // namespace qs
