// Comparing the outputs of two networks: differences worked out by hand.
#include <cmath>
#include <limits>

#include "core/analysis/output_comparison.h"
#include "core/graph/passes/passes.h"
#include "tests/support/graph_builder.h"
#include "tests/support/table.h"

using namespace qs;

namespace {

/// [1, 4] -> Clip(0, 6) and its half.
Graph clipped(float most) {
  GraphBuilder g;
  const ValueId x = g.add(Clip{0, most}, {g.input({1, 4})});
  return g.finish({x, g.add(Mul{}, {x, g.number(0.5F)})});
}

std::vector<std::vector<Tensor>> rows(std::initializer_list<std::initializer_list<float>> values) {
  std::vector<std::vector<Tensor>> inputs;
  for (const auto& row : values) inputs.push_back({Tensor::from<float>({1, 4}, row)});
  return inputs;
}

}  // namespace

class TestOutputComparison : public QObject {
  Q_OBJECT
 private slots:
  /// Above 6 are 8 and 16: before 6 and 6, after 8 and 16. Signal: 1 + 4 + 36 + 36 + 9 = 86, noise 4 + 100.
  void measures_every_output() {
    const auto inputs = rows({{1, 2, 8, -3}, {16, 0, 3, -1}});
    const PassComparison found = compare_outputs(clipped(6), clipped(100), inputs);
    QCOMPARE(found.outputs.size(), std::size_t{2});
    QVERIFY(!found.identical());
    const OutputDifference& first = found.outputs[0];
    QCOMPARE(first.name, "Clip_0");
    QCOMPARE(first.elements, 8);
    QCOMPARE(first.max_absolute, 10.0);
    QCOMPARE(first.mean_absolute, 12.0 / 8);
    QCOMPARE(first.error, (SquaredError{86, 104}));
    QCOMPARE(found.outputs[1].max_absolute, 5.0);
    QCOMPARE(found.outputs[1].error, (SquaredError{86 / 4.0, 26}));
    QCOMPARE(sqnr_db(first.error), sqnr_db(found.outputs[1].error));
  }

  void finds_no_difference_where_there_is_none() {
    const PassComparison found = compare_outputs(clipped(6), clipped(9), rows({{1, 2, 6, -3}}));
    QVERIFY(found.identical());
    QCOMPARE(sqnr_db(found.outputs[0].error), std::numeric_limits<double>::infinity());
  }

  /// 0 / 0 is left out of all sums and counted: NaN never makes outputs equal.
  void counts_what_is_not_finite() {
    GraphBuilder g;
    const ValueId x = g.input({1, 2});
    const Graph graph = g.finish({g.add(Div{}, {x, x})});
    const std::vector<std::vector<Tensor>> inputs(1, {Tensor::from<float>({1, 2}, {0, 3})});
    const PassComparison found = compare_outputs(graph, graph, inputs);
    QCOMPARE(found.outputs[0].not_finite, 1);
    QCOMPARE(found.outputs[0].elements, 1);
    QVERIFY(!found.identical());
    QCOMPARE(found.outputs[0].mean_absolute, 0.0);
  }

  /// Folding rounds, but no more than that.
  void a_pass_before_and_after() {
    GraphBuilder g;
    const Graph before = g.finish({g.batch_norm(g.conv(g.input({2, 3, 8, 8}), 4, 3))});
    const Graph after = pass("fold_batch_norm").rewrite(before).graph;
    const std::vector<std::vector<Tensor>> inputs{random_inputs(before, 1), random_inputs(before, 2)};
    const PassComparison found = compare_outputs(before, after, inputs);
    QVERIFY(found.outputs[0].max_absolute > 0 && sqnr_db(found.outputs[0].error) > 120);
    QCOMPARE(found.outputs[0].elements, 2 * 2 * 4 * 6 * 6);
    const PassComparison fast = compare_outputs(before, after, inputs, backend("float"));
    QVERIFY(sqnr_db(fast.outputs[0].error) > 120);
  }

  void refuses_networks_of_another_shape() {
    GraphBuilder g;
    const Graph other = g.finish({g.add(Relu{}, {g.input({1, 5})})});
    QS_CONTAINS(refusal_of([&] { static_cast<void>(compare_outputs(clipped(6), other, {})); }),
                "input 1 is \"input\" 1x4 before and \"input\" 1x5 after");
  }

  void random_inputs_fill_their_range() {
    GraphBuilder g;
    const Graph graph = g.finish({g.add(Relu{}, {g.input({1, 1000})})});
    const Tensor x = random_inputs(graph, 1).at(0);
    const auto values = x.values<float>();
    const auto [least, most] = std::minmax_element(values.begin(), values.end());
    QVERIFY(*least >= -2 && *least < -1.9F && *most < 2 && *most > 1.9F);
    QVERIFY(random_inputs(graph, 2).at(0).values<float>()[0] != values[0]);
    QCOMPARE(random_inputs(graph, 1).at(0).values<float>()[0], values[0]);
  }
};

QTEST_APPLESS_MAIN(TestOutputComparison)
#include "test_output_comparison.moc"
