// A small graph and what a pass makes of it. Whatever a pass does, the outputs keep their names and, computed by the
// plain loops of the reference, their values.
#pragma once

#include <QtTest/QtTest>

#include <functional>
#include <string>
#include <vector>

#include "core/engine/reference/reference.h"
#include "core/graph/passes/passes.h"
#include "tests/support/agreement.h"
#include "tests/support/graph_builder.h"

namespace qs {

/// A pass replaces some f32 roundings by others: a few units in the last place of numbers up to some tens.
constexpr Tolerance kRoundings{.relative = 1e-5, .absolute = 1e-5};

using Build = std::function<std::vector<ValueId>(GraphBuilder&)>;

struct PassCase {
  const char* name;
  std::string_view pass;
  Build build;                ///< the outputs
  std::string_view expected;  ///< operators afterwards
  std::size_t changed = 0;
  std::string_view kept = {};  ///< part of the reason given by what stays
};

inline std::vector<Tensor> outputs_of(const Graph& graph) {
  std::mt19937 random(5);
  std::vector<Tensor> inputs;
  for (ValueId id : graph.inputs) inputs.push_back(random_tensor(graph.value(id).shape, random, -5, 5));
  return compile_reference(graph, {graph.batch, 0, {}})->run(inputs).outputs;
}

inline std::vector<std::string> output_names(const Graph& graph) {
  std::vector<std::string> names;
  for (ValueId id : graph.outputs) names.push_back(graph.value(id).name);
  return names;
}

/// Empty when the rewritten graph gives the same outputs under the same names, also at another batch.
inline std::string difference(const Graph& before, const Graph& after) {
  check_invariants(after);
  if (output_names(before) != output_names(after)) return "the outputs have other names";
  for (std::int64_t batch : {before.batch, before.batch + 2}) {
    const auto expected = outputs_of(with_batch(before, batch));
    const auto found = outputs_of(with_batch(after, batch));
    for (std::size_t i = 0; i < expected.size(); ++i) {
      if (auto text = disagreement(found[i], expected[i], kRoundings); !text.empty()) return text;
    }
  }
  return {};
}

/// Fails the running test at the first case in which the pass does something else or changes a value.
inline void check_pass(const std::vector<PassCase>& cases) {
  for (const PassCase& row : cases) {
    GraphBuilder builder;
    const std::vector<ValueId> outputs = row.build(builder);
    const Graph before = builder.finish(outputs);
    const PassResult result = pass(row.pass).rewrite(before);
    const auto fail = [&](std::string_view what) { return fmt::format("{}: {}", row.name, what); };
    QVERIFY2(operator_names(result.graph) == row.expected, fail(operator_names(result.graph)).c_str());
    QVERIFY2(result.changed.size() == row.changed, fail(fmt::format("{} changed", result.changed.size())).c_str());
    std::string kept;
    for (const PassNote& note : result.kept) kept += note.text;
    QVERIFY2(kept.empty() == row.kept.empty() && kept.find(row.kept) != std::string::npos, fail(kept).c_str());
    const std::string different = difference(before, result.graph);
    QVERIFY2(different.empty(), fail(different).c_str());
  }
}

/// The input of most cases.
inline const Shape kImage{2, 4, 6, 5};

}  // namespace qs
