// Networks as boxes and arrows: nothing touches, arrows go from box to box and downwards.
#include <QtTest/QtTest>
#include <clocale>
#include <stop_token>

#include "core/graph/passes/passes.h"
#include "core/model/importers.h"
#include "tests/support/graph_builder.h"
#include "tests/support/shared_data.h"
#include "views/models/graph_layout.h"

namespace qs {

namespace {

constexpr double kTouch = 1.5;  // Graphviz rounds coordinates to whole points

void check(const GraphLayout& layout, std::span<const QSizeF> sizes, std::span<const LayoutEdge> edges) {
  QCOMPARE(layout.boxes.size(), sizes.size());
  QCOMPARE(layout.arrows.size(), edges.size());
  const QRectF all = QRectF(QPointF(), layout.size).adjusted(-kTouch, -kTouch, kTouch, kTouch);
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    QCOMPARE(layout.boxes[i].size(), sizes[i]);
    QVERIFY(all.contains(layout.boxes[i]));
    for (std::size_t j = 0; j < i; ++j) QVERIFY(!layout.boxes[i].intersects(layout.boxes[j]));
  }
  for (std::size_t e = 0; e < edges.size(); ++e) {
    const QRectF from = layout.boxes[edges[e].from];
    const QRectF to = layout.boxes[edges[e].to];
    QVERIFY(from.bottom() < to.top());
    const GraphLayout::Arrow& arrow = layout.arrows[e];
    QVERIFY(from.adjusted(-kTouch, -kTouch, kTouch, kTouch).contains(arrow.line.pointAtPercent(0)));
    QVERIFY(to.adjusted(-kTouch, -kTouch, kTouch, kTouch).contains(arrow.head.first()));
  }
}

std::vector<QSizeF> equal_sizes(std::size_t count) {
  return std::vector<QSizeF>(count, QSizeF(120, 40));
}

}  // namespace

class TestGraphLayout : public QObject {
  Q_OBJECT

 private slots:
  void nothing_needs_no_room() { QVERIFY(lay_out({}, {}).boxes.empty()); }

  void a_diamond() {
    const std::vector<QSizeF> sizes = {{100, 30}, {120.5, 40}, {60, 20}, {100, 30}};
    const std::vector<LayoutEdge> edges = {{0, 1}, {0, 2}, {1, 3}, {2, 3}, {0, 3}};
    check(lay_out(sizes, edges), sizes, edges);
  }

  void the_same_again() {
    const std::vector<LayoutEdge> edges = {{0, 1}, {0, 2}};
    const GraphLayout once = lay_out(equal_sizes(3), edges);
    QCOMPARE(lay_out(equal_sizes(3), edges).boxes, once.boxes);
  }

  void does_not_mind_decimal_commas() {
    const std::vector<LayoutEdge> edges = {{0, 1}};
    const std::vector<QSizeF> sizes = {{100.5, 30.5}, {100.5, 30.5}};
    const GraphLayout plain = lay_out(sizes, edges);
    const std::string before = std::setlocale(LC_NUMERIC, nullptr);
    if (std::setlocale(LC_NUMERIC, "de_DE.UTF-8") == nullptr) QSKIP("no German locale here");
    const GraphLayout german = lay_out(sizes, edges);
    std::setlocale(LC_NUMERIC, before.c_str());
    QCOMPARE(german.boxes, plain.boxes);
  }

  void refuses_what_takes_too_long() {
    QVERIFY_EXCEPTION_THROWN((void)lay_out(equal_sizes(kMostBoxes + 1), {}), Error);
    std::vector<LayoutEdge> edges;  // a chain, and from each box an arrow to the last: 400 * 399 / 2 rows
    for (std::size_t i = 1; i < 400; ++i) edges.push_back({i - 1, i});
    for (std::size_t i = 0; i + 2 < 400; ++i) edges.push_back({i, 399});
    QVERIFY_EXCEPTION_THROWN((void)lay_out(equal_sizes(400), edges), Error);
    edges.resize(399);
    QVERIFY(why_not_drawn(400, edges).empty());
    std::stop_source stop;
    stop.request_stop();
    QVERIFY_EXCEPTION_THROWN((void)lay_out(equal_sizes(2), {}, Progress(stop.get_token(), {})), Error);
  }

  void a_network_as_boxes() {
    GraphBuilder builder;
    const ValueId x = builder.input({1, 3, 8, 8});
    const ValueId first = builder.add(Relu{}, {builder.conv(x, 4, 1)});
    const ValueId second = builder.conv(first, 4, 1);
    const Graph graph = builder.finish({builder.add(Add{}, {second, first})});
    const LayerGraph fused = layer_graph(graph, Residual::fused);
    QCOMPARE(fused.boxes.size(), 4U);  // input, two groups, output
    QCOMPARE(fused.edges, (std::vector<LayoutEdge>{{0, 1}, {1, 2}, {2, 3}}));
    QVERIFY(fused.boxes[0].layer.empty() && fused.boxes[3].layer.empty());
    const LayerGraph separate = layer_graph(graph, Residual::separate);
    QCOMPARE(separate.edges, (std::vector<LayoutEdge>{{0, 1}, {1, 2}, {2, 3}, {1, 3}, {3, 4}}));
  }

  void real_networks() {
    QS_NEEDS_SHARED_DATA();
    for (const char* file : {"resnet18_pqf.onnx", "squeezenet1.1_onnxzoo.onnx"}) {
      const Graph graph = run_passes(import_model(shared_data() / "models" / file), passes()).graph;
      const LayerGraph drawn = layer_graph(graph, Residual::separate);
      const std::vector<QSizeF> sizes = equal_sizes(drawn.boxes.size());
      check(lay_out(sizes, drawn.edges), sizes, drawn.edges);
    }
  }
};

}  // namespace qs

QTEST_MAIN(qs::TestGraphLayout)
#include "test_graph_layout.moc"
