// The ONNX project's backend tests, on every backend: whatever else disagrees, these numbers are the operators'
// meaning.
#include <fmt/format.h>

#include <QtTest/QtTest>
#include <algorithm>
#include <map>

#include "core/engine/executable.h"
#include "core/model/onnx_import.h"
#include "tests/support/agreement.h"
#include "tests/support/onnx_cases.h"

using namespace qs;

namespace {

// ONNX's own runner compares with rtol = 1e-3 and atol = 1e-7, on expectations computed by NumPy in f32. f32 sums of
// other order leave 1e-5 where terms of size 1 cancel, which is all the absolute part allows.
constexpr Tolerance kOnnxTolerance{.relative = 1e-3, .absolute = 1e-5};

// Should the reader of the cases lose some, it must not look like success. Of Debian 12's, 369 run.
constexpr int kLeastRun = 360;

struct Tally {
  int passed = 0;
  int cut = 0;       ///< of the passed: without outputs that only training or unpooling reads
  int on_loops = 0;  ///< of the passed: with a step on the reference loops
  int failed = 0;
  std::map<std::string, int> not_applicable;  ///< by reason
};

using Report = std::map<std::string, Tally>;  ///< by operator

bool falls_back(const Executable& executable) {
  return std::any_of(executable.steps().begin(), executable.steps().end(),
                     [](const Step& step) { return step.kernel == "reference"; });
}

/// What goes wrong, or an empty string.
std::string fault_of(const RunResult& result, const OnnxCase& onnx_case) {
  if (result.outputs.size() != onnx_case.expected.size()) return "another number of outputs";
  for (std::size_t i = 0; i < result.outputs.size(); ++i) {
    const std::string difference = disagreement(result.outputs[i], onnx_case.expected[i], kOnnxTolerance);
    if (!difference.empty()) return fmt::format("output {} {}", i, difference);
  }
  return "";
}

void run_case(const OnnxCase& onnx_case, const Backend& backend, Tally& tally) {
  std::string fault;
  try {
    const Graph graph = import_onnx(onnx_case.model, {});
    const std::int64_t batch = graph.fixed_batch_reason.empty() ? onnx_case.inputs[0].shape()[0] : graph.batch;
    const auto executable = backend.compile(graph, {.batch = batch, .threads = 0, .taps = {}});
    fault = fault_of(executable->run(onnx_case.inputs), onnx_case);
    if (fault.empty() && falls_back(*executable)) ++tally.on_loops;
  } catch (const std::exception& error) {
    fault = error.what();
  }
  ++(fault.empty() ? tally.passed : tally.failed);
  if (fault.empty() && onnx_case.has_cut_outputs) ++tally.cut;
  if (!fault.empty()) fmt::print("FAILED {} on {}: {}\n", onnx_case.name, backend.id, fault);
}

std::string reasons(const Tally& tally) {
  std::string text;
  for (const auto& [reason, count] : tally.not_applicable) text += fmt::format("{} {}; ", count, reason);
  return text.substr(0, text.size() - std::min<std::size_t>(2, text.size()));
}

Tally print(const Report& report) {
  Tally total;
  fmt::print("{:20} {:>7} {:>7} {:>7} {:>7}  not applicable\n", "operator", "passed", "failed", "cut", "loops");
  const auto line = [](const std::string& name, const Tally& row) {
    fmt::print("{:20} {:7} {:7} {:7} {:7}  {}\n", name, row.passed, row.failed, row.cut, row.on_loops, reasons(row));
  };
  for (const auto& [name, row] : report) {
    line(name, row);
    total.passed += row.passed;
    total.failed += row.failed;
    total.cut += row.cut;
    total.on_loops += row.on_loops;
    for (const auto& [reason, count] : row.not_applicable) total.not_applicable[reason] += count;
  }
  line("all", total);
  return total;
}

}  // namespace

class TestOnnxNodeCases : public QObject {
  Q_OBJECT

 private slots:
  void every_case_agrees_data() {
    QTest::addColumn<QString>("id");
    for (const Backend* backend : backends()) QTest::newRow(std::string(backend->id).c_str()) << backend->id.data();
  }
  void every_case_agrees() {
    QS_NEEDS_ONNX_TESTDATA();
    QFETCH(const QString, id);
    const Backend& tested = backend(id.toStdString());
    Report report;
    for (const OnnxCase& onnx_case : read_onnx_cases(onnx_testdata())) {
      Tally& tally = report[onnx_case.op_type];
      if (onnx_case.why_not_applicable.empty()) {
        run_case(onnx_case, tested, tally);
      } else {
        ++tally.not_applicable[onnx_case.why_not_applicable];
      }
    }
    fmt::print("\nONNX backend tests on \"{}\"\n", tested.id);
    const Tally total = print(report);
    QCOMPARE(total.failed, 0);
    QVERIFY2(total.passed >= kLeastRun, "cases are missing");
  }
};

QTEST_GUILESS_MAIN(TestOnnxNodeCases)
#include "test_onnx_node_cases.moc"
