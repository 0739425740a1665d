// The classic classifiers: do they import, for any batch size, with the layers their papers list, and do all backends
// compute the same from them?
#include <QtTest/QtTest>
#include <cmath>
#include <random>

#include "core/engine/executable.h"
#include "core/graph/operator.h"
#include "core/model/onnx_import.h"
#include "tests/support/agreement.h"
#include "tests/support/classic_graphs.h"
#include "tests/support/table.h"

using namespace qs;

namespace {

constexpr std::int64_t kBatch = 3;

// f32 against double over up to 120 layers: rounding of 2^-24 grows with the root of the terms and with depth; a wrong
// kernel, pad or layout is off by the size of the logits themselves. Relative to the largest logit.
constexpr double kBackendTolerance = 2e-4;

// The same backend on other batch sizes may block its sums otherwise: rounding alone.
constexpr double kBatchTolerance = 2e-4;

std::vector<ClassicGraph> all_graphs() {
  return {classic_graphs().begin(), classic_graphs().end()};
}

std::vector<ClassicGraph> published_graphs() {
  std::vector<ClassicGraph> graphs = all_graphs();
  std::erase_if(graphs, [](const ClassicGraph& classic) { return classic.parameters == 0; });
  return graphs;
}

Graph import_classic(const ClassicGraph& classic, const ClassicOptions& options) {
  return import_onnx(classic.build(options), {});
}

ClassicOptions thin(const ClassicGraph& classic) {
  return {.width = classic.thin_width, .resolution = classic.small_resolution};
}

template <class T>
int count(const Graph& graph) {
  return static_cast<int>(std::count_if(graph.nodes.begin(), graph.nodes.end(),
                                        [](const Node& n) { return std::holds_alternative<T>(n.op); }));
}

/// What training would change: weights, biases, and scale and shift of a normalisation.
std::int64_t trainable_parameters(const Graph& graph) {
  std::int64_t sum = 0;
  for (const Node& node : graph.nodes) {
    const std::size_t last = std::holds_alternative<BatchNorm>(node.op) ? 3 : node.inputs.size();
    const bool has_weights = std::holds_alternative<Conv>(node.op) || std::holds_alternative<Gemm>(node.op) ||
                             std::holds_alternative<BatchNorm>(node.op);
    for (std::size_t i = 1; has_weights && i < last; ++i) sum += graph.value(node.inputs[i]).shape.elements();
  }
  return sum;
}

Tensor random_images(Shape shape) {
  std::mt19937 generator(7);
  Tensor images(DType::f32, std::move(shape));
  for (float& value : images.mutable_values<float>()) {
    value = static_cast<float>(generator() >> 8U) * 0x1p-23F - 1.0F;
  }
  return images;
}

Tensor run(const Backend& backend, const Graph& graph, const Tensor& images) {
  CompileOptions options;
  options.batch = images.shape()[0];
  const auto executable = backend.compile(graph, options);
  return executable->run(std::span(&images, 1)).outputs.front();
}

/// Row `i` of a batch.
Tensor sample(const Tensor& batch, std::int64_t i) {
  Shape shape = batch.shape();
  shape[0] = 1;
  const auto count = static_cast<std::size_t>(shape.elements());
  return Tensor::from<float>(shape, batch.values<float>().subspan(static_cast<std::size_t>(i) * count, count));
}

double largest(const Tensor& tensor) {
  double result = 0;
  for (float value : tensor.values<float>()) result = std::max(result, std::abs(static_cast<double>(value)));
  return result;
}

}  // namespace

class TestClassicGraphs : public QObject {
  Q_OBJECT

 private slots:
  void structure_data() { table_rows(all_graphs()); }
  void structure() {
    const ClassicGraph classic = current_row(all_graphs());
    const Graph graph = import_classic(classic, thin(classic));
    QCOMPARE(graph.fixed_batch_reason, std::string());
    QCOMPARE(count<Conv>(graph), classic.convolutions);
    QCOMPARE(count<Gemm>(graph), classic.matrix_products);
    QCOMPARE(count<Identity>(graph), 0);
    for (std::int64_t batch : {std::int64_t{1}, kBatch, std::int64_t{16}}) {
      const Graph other = with_batch(graph, batch);
      QCOMPARE(to_string(other.value(other.outputs[0]).shape), to_string(Shape{batch, 1000}));
    }
  }

  /// However an exporter spells them: 19 hard-swishes in MobileNet v3 (stem, two in each of 8 blocks, head, classifier)
  /// and 49 swishes in EfficientNet-B0 (stem, 15 expansions, 16 depthwise, 16 squeezes, head).
  void spelled_activations() {
    const Graph mobilenet = import_onnx(build_mobilenet_v3({.weights = Weights::filled}), {});
    QCOMPARE(count<HardSwish>(mobilenet), 19);
    QCOMPARE(count<Div>(mobilenet) + count<Add>(mobilenet), 6);  // the residual additions
    const Graph efficientnet = import_onnx(build_efficientnet_b0({.weights = Weights::filled}), {});
    QCOMPARE(count<Swish>(efficientnet), 49);
  }

  void fixed_batch_data() { table_rows(all_graphs()); }
  /// A file saved at one batch size gives the same network as one saved with the batch left open.
  void fixed_batch() {
    const ClassicGraph classic = current_row(all_graphs());
    ClassicOptions options = thin(classic);
    const Graph open = import_classic(classic, options);
    for (std::int64_t batch : {1, 4}) {
      options.batch = batch;
      const Graph graph = import_classic(classic, options);
      QCOMPARE(graph.fixed_batch_reason, std::string());
      QCOMPARE(graph.nodes.size(), open.nodes.size());
      const Graph other = with_batch(graph, kBatch);
      QCOMPARE(to_string(other.value(other.outputs[0]).shape), to_string(Shape{kBatch, 1000}));
    }
  }

  void published_size_data() { table_rows(published_graphs()); }
  void published_size() {
    const ClassicGraph classic = current_row(published_graphs());
    const Graph graph = import_classic(classic, {.batch = 1, .weights = Weights::filled});
    QCOMPARE(trainable_parameters(graph), classic.parameters);
  }

  void backends_agree_data() { table_rows(all_graphs()); }
  void backends_agree() {
    const ClassicGraph classic = current_row(all_graphs());
    const Graph graph = import_classic(classic, thin(classic));
    Shape shape = graph.value(graph.inputs[0]).shape;
    shape[0] = kBatch;
    const Tensor images = random_images(shape);
    const Tensor reference = run(*backends().front(), graph, images);
    const double size = largest(reference);
    QVERIFY(std::isfinite(size) && size > 0);
    for (const Backend* backend : backends()) {
      const Tensor outputs = run(*backend, graph, images);
      const std::string fault = disagreement(outputs, reference, {.absolute = kBackendTolerance * size});
      QVERIFY2(fault.empty(), qPrintable(QString("%1: %2").arg(backend->id.data(), fault.c_str())));
      const Tensor alone = run(*backend, graph, sample(images, kBatch - 1));
      const std::string batch_fault =
          disagreement(alone, sample(outputs, kBatch - 1), {.absolute = kBatchTolerance * size});
      QVERIFY2(batch_fault.empty(), qPrintable(QString("%1: %2").arg(backend->id.data(), batch_fault.c_str())));
    }
  }
};

QTEST_GUILESS_MAIN(TestClassicGraphs)
#include "test_classic_graphs.moc"
