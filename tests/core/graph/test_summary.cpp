// What `inspect` says about a network: counted by hand on a small graph, and against published figures on real ones.
#include <QtTest/QtTest>

#include <cmath>

#include "core/graph/summary.h"
#include "core/model/importers.h"
#include "tests/support/graph_builder.h"
#include "tests/support/shared_data.h"

using namespace qs;

namespace {

/// A network as its authors describe it.
struct PublishedNetwork {
  const char* file;
  double million_parameters;
  double million_macs;
  int batch_norms;
  int residual_adds;
  int depthwise;
};

// MobileNet: table 6 of arXiv:1704.04861 (mult-adds and parameters; the paper's own rounding to two or three digits;
// 13 depthwise layers, 27 layers with BatchNorm). SqueezeNet 1.1: 1.24 million parameters and 0.35 GMACs
// (torchvision's documentation). ResNet-18: 11.69 million parameters, 1.81 GMACs (the same), 8 blocks, 20 BatchNorm.
constexpr PublishedNetwork kPublished[] = {
    {"mobilenet_v1_0.25_224.onnx", 0.5, 41, 27, 0, 13},
    {"mobilenet_v1_0.75_224.onnx", 2.6, 325, 27, 0, 13},
    {"squeezenet1.1_onnxzoo.onnx", 1.24, 350, 0, 0, 0},
    {"resnet18_pqf.onnx", 11.69, 1810, 20, 8, 0},
};
/// Published figures have two digits, and some leave biases or BatchNorm out.
constexpr double kPublishedRounding = 0.06;

bool near(double found, double published) {
  return std::abs(found - published) <= kPublishedRounding * published;
}

const LayerSummary& layer(const GraphSummary& summary, std::string_view type) {
  for (const LayerSummary& each : summary.layers) {
    if (each.type == type) return each;
  }
  throw std::out_of_range(std::string(type));
}

}  // namespace

class Summary : public QObject {
  Q_OBJECT

 private slots:
  void counts_by_hand();
  void reasons_against_integers();
  void output_kinds();
  void published_networks();
};

void Summary::counts_by_hand() {
  GraphBuilder g;
  const ValueId x = g.input({2, 3, 6, 6});
  const ValueId a = g.add(Relu{}, {g.batch_norm(g.conv(x, 4, 3))});  // 4x3x3x3 = 108, 4x4 = 16; to 4x4x4
  const ValueId b = g.conv(a, 4, 1, 4, true);                        // depthwise: 4 + 4
  const ValueId c = g.add(Add{}, {a, b});
  std::mt19937 random(3);
  Tensor dead = random_tensor({4, 5}, random, 1, 2);
  for (std::size_t i : {1U, 6U, 11U, 16U}) dead.mutable_values<float>()[i] = 0;  // column 1 of 5
  const ValueId d = g.add(Flatten{1}, {g.add(GlobalAveragePool{}, {c})});
  const ValueId e = g.add(Gemm{}, {d, g.constant(dead), g.random({5})});  // 20 + 5
  const GraphSummary summary = summarize(g.finish({e}));

  QCOMPARE(summary.parameters, 108 + 16 + 8 + 25);
  // 2 images: 4x4x4 outputs of 27 products, 4x4x4 of one, 5 of 4
  QCOMPARE(summary.multiply_accumulates, 2 * (64 * 27 + 64 + 5 * 4));
  QCOMPARE(summary.batch_norms, 1);
  QCOMPARE(summary.foldable_batch_norms, 1);
  QCOMPARE(summary.residual_adds, 1);
  QCOMPARE(summary.depthwise_convolutions, 1);
  QCOMPARE(summary.dead_channels, 1);
  QVERIFY(summary.output == OutputKind::logits);
  QCOMPARE(summary.layers.size(), std::size_t{8});
  const LayerSummary& conv = summary.layers[0];
  QCOMPARE(conv.name, std::string("Conv_0"));
  QCOMPARE(conv.inputs, std::vector<Shape>({{2, 3, 6, 6}}));
  QCOMPARE(conv.outputs, std::vector<Shape>({{2, 4, 4, 4}}));
  QCOMPARE(conv.parameters, 108);
  QVERIFY(conv.quantizable == Quantizable::weighted && conv.reason.empty());
}

void Summary::reasons_against_integers() {
  GraphBuilder g;
  const ValueId x = g.input({2, 4, 4});
  const ValueId normalized = g.batch_norm(g.add(Relu{}, {x}));
  const ValueId product = g.add(MatMul{}, {normalized, g.add(Transpose{{0, 2, 1}}, {normalized})});
  const GraphSummary summary = summarize(g.finish({g.add(Softmax{2}, {product})}));
  QVERIFY(layer(summary, "BatchNormalization").quantizable == Quantizable::no);
  QCOMPARE(layer(summary, "BatchNormalization").reason,
           std::string("it follows Relu_0 (Relu), which has no weights to take it in"));
  QVERIFY(layer(summary, "MatMul").reason.find("no weights") != std::string::npos);
  QVERIFY(!layer(summary, "Softmax").reason.empty());
  QVERIFY(layer(summary, "Relu").reason.empty());
  QCOMPARE(summary.foldable_batch_norms, 0);
  for (const LayerSummary& each : summary.layers) {
    QCOMPARE(each.reason.empty(), each.quantizable != Quantizable::no);
  }
}

void Summary::output_kinds() {
  const auto kind = [](auto&& last) {
    GraphBuilder g;
    const ValueId x = g.input({2, 5});
    return summarize(g.finish({last(g, x)})).output;
  };
  QVERIFY(kind([](GraphBuilder& g, ValueId x) { return g.add(Softmax{1}, {x}); }) == OutputKind::softmax);
  QVERIFY(kind([](GraphBuilder& g, ValueId x) {
            return g.add(Reshape{{0, -1}}, {g.add(Identity{}, {g.add(Softmax{1}, {x})})});
          }) == OutputKind::softmax);
  QVERIFY(kind([](GraphBuilder& g, ValueId x) { return g.add(Relu{}, {g.add(Softmax{1}, {x})}); }) ==
          OutputKind::logits);
  QVERIFY(kind([](GraphBuilder&, ValueId x) { return x; }) == OutputKind::logits);
}

void Summary::published_networks() {
  QS_NEEDS_SHARED_DATA();
  for (const PublishedNetwork& network : kPublished) {
    const Graph graph = import_model(shared_data() / "models" / network.file);
    const GraphSummary summary = summarize(graph);
    const double parameters = static_cast<double>(summary.parameters) / 1e6;
    const double macs = static_cast<double>(summary.multiply_accumulates) / static_cast<double>(graph.batch) / 1e6;
    qInfo("%s: %.3f million parameters, %.1f million MACs, %d BatchNorm, %d foldable, %d dead channels", network.file,
          parameters, macs, summary.batch_norms, summary.foldable_batch_norms, summary.dead_channels);
    QVERIFY2(near(parameters, network.million_parameters), network.file);
    QVERIFY2(near(macs, network.million_macs), network.file);
    QCOMPARE(summary.batch_norms, network.batch_norms);
    QCOMPARE(summary.foldable_batch_norms, network.batch_norms);
    QCOMPARE(summary.residual_adds, network.residual_adds);
    QCOMPARE(summary.depthwise_convolutions, network.depthwise);
  }
}

QTEST_GUILESS_MAIN(Summary)
#include "test_summary.moc"
