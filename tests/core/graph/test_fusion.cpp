#include <QtTest/QtTest>
#include <string>

#include "core/graph/fusion.h"

using namespace qs;

namespace {

const Shape kImage{1, 4, 8, 8};

/// A graph under construction whose activations all have one shape.
struct Builder {
  Graph graph;

  ValueId input() {
    const ValueId id = graph.add_value("input", kImage);
    graph.inputs.push_back(id);
    return id;
  }
  ValueId node(Op op, std::vector<ValueId> inputs) {
    const ValueId output = graph.add_value("v" + std::to_string(graph.values.size()), kImage);
    graph.nodes.push_back({"n" + std::to_string(graph.nodes.size()), std::move(op), std::move(inputs), {output}});
    return output;
  }
  ValueId conv(ValueId x) { return node(Conv{}, {x, graph.add_constant("w", Tensor(DType::f32, {4, 4, 1, 1}))}); }
};

/// "0+1+2 3": node indices, groups separated by blanks, post-ops by '+'; a post-op with an operand has '*'.
QString grouping(const Graph& graph) {
  QString text;
  for (const FusedNode& group : fuse(graph)) {
    if (!text.isEmpty()) text += ' ';
    text += QString::number(group.node.index);
    for (const PostOp& op : group.post_ops) text += '+' + QString::number(op.node.index) + (op.operand ? "*" : "");
  }
  return text;
}

}  // namespace

class TestFusion : public QObject {
  Q_OBJECT

 private slots:
  void activation_joins_its_convolution() {
    Builder b;
    b.graph.outputs = {b.node(Relu{}, {b.conv(b.input())})};
    QCOMPARE(grouping(b.graph), "0+1");
  }

  void a_value_read_twice_stays() {
    Builder b;
    const ValueId conv = b.conv(b.input());
    const ValueId relu = b.node(Relu{}, {conv});
    b.graph.outputs = {b.node(Mul{}, {conv, relu})};
    QCOMPARE(grouping(b.graph), "0 1 2");
  }

  void a_graph_output_stays() {
    Builder b;
    const ValueId conv = b.conv(b.input());
    b.graph.outputs = {conv, b.node(Relu{}, {conv})};
    QCOMPARE(grouping(b.graph), "0 1");
  }

  void residual_add_and_relu_join_the_second_convolution() {
    Builder b;
    const ValueId start = b.node(Relu{}, {b.conv(b.input())});
    const ValueId first = b.node(Relu{}, {b.conv(start)});
    const ValueId second = b.conv(first);
    b.graph.outputs = {b.node(Relu{}, {b.node(Add{}, {second, start})})};
    QCOMPARE(grouping(b.graph), "0+1 2+3 4+5*+6");
  }

  void the_later_of_two_branches_takes_the_add() {
    Builder b;
    const ValueId start = b.input();
    const ValueId main = b.conv(start);
    const ValueId shortcut = b.conv(start);
    b.graph.outputs = {b.node(Add{}, {main, shortcut})};
    QCOMPARE(grouping(b.graph), "0 1+2*");
  }

  void only_one_operand_can_be_summed() {
    Builder b;
    const ValueId start = b.input();
    const ValueId once = b.node(Add{}, {b.conv(start), start});
    b.graph.outputs = {b.node(Add{}, {once, start})};
    QCOMPARE(grouping(b.graph), "0+1* 2");
  }

  void adding_a_value_to_itself_is_no_residual() {
    Builder b;
    const ValueId conv = b.conv(b.input());
    b.graph.outputs = {b.node(Add{}, {conv, conv})};
    QCOMPARE(grouping(b.graph), "0 1");
  }

  void batch_norm_takes_relu_alone() {
    Builder b;
    const auto c = [&] { return b.graph.add_constant("c", Tensor(DType::f32, {4})); };
    const ValueId normal = b.node(BatchNorm{}, {b.input(), c(), c(), c(), c()});
    const ValueId relu = b.node(Relu{}, {normal});
    const ValueId again = b.node(BatchNorm{}, {relu, c(), c(), c(), c()});
    b.graph.outputs = {b.node(Tanh{}, {again})};
    QCOMPARE(grouping(b.graph), "0+1 2 3");
  }

  void group_result_is_the_last_value() {
    Builder b;
    const ValueId relu = b.node(Clip{0, 6}, {b.conv(b.input())});
    b.graph.outputs = {relu};
    QCOMPARE(fuse(b.graph).front().output, relu);
  }
};

QTEST_GUILESS_MAIN(TestFusion)
#include "test_fusion.moc"
