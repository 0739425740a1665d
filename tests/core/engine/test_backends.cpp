// What every backend promises (executable.h), whatever it is made of.
#include <QtTest/QtTest>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/engine/executable.h"
#include "tests/support/agreement.h"
#include "tests/support/graph_builder.h"

using namespace qs;

namespace {

// Two ways to compute one value in f32 may order their sums otherwise: rounding of some tens of terms of size 1.
constexpr Tolerance kRounding{.relative = 1e-5, .absolute = 1e-5};

/// A small residual network. Its values of interest are named.
struct Network {
  Graph graph;
  ValueId input;
  ValueId normalized;  ///< between a convolution and its ReLU
  ValueId residual;    ///< read twice
  ValueId logits;
};

Network residual_network(std::int64_t batch = 1) {
  GraphBuilder builder;
  const ValueId x = builder.input({batch, 3, 9, 9}, "image");
  const ValueId normalized = builder.batch_norm(builder.conv(x, 8, 3));
  const ValueId trunk = builder.add(Relu{}, {normalized});
  const ValueId branch = builder.add(Clip{0, 6}, {builder.conv(trunk, 8, 1, 1, true)});
  const ValueId residual = builder.add(Relu{}, {builder.add(Add{}, {trunk, branch})});
  const ValueId both = builder.add(Concat{1}, {residual, branch});
  const ValueId pooled = builder.add(Flatten{1}, {builder.add(GlobalAveragePool{}, {both})});
  const ValueId logits = builder.add(Gemm{}, {pooled, builder.random({16, 5}), builder.random({5})});
  return {builder.finish({logits}), x, normalized, residual, logits};
}

Tensor image(std::int64_t batch, unsigned seed = 3) {
  std::mt19937 random(seed);
  return random_tensor({batch, 3, 9, 9}, random, -1, 1);
}

std::unique_ptr<Executable> compile(const Graph& graph, std::int64_t batch = 1, std::vector<ValueId> taps = {}) {
  QFETCH(const QString, id);
  return backend(id.toStdString()).compile(graph, {.batch = batch, .threads = 0, .taps = std::move(taps)});
}

void backend_rows() {
  QTest::addColumn<QString>("id");
  for (const Backend* each : backends()) QTest::newRow(each->id.data()) << each->id.data();
}

/// Image `i` of a batch.
Tensor image_of(const Tensor& batch, std::int64_t i) {
  Shape shape = batch.shape();
  shape[0] = 1;
  const auto size = static_cast<std::size_t>(shape.elements());
  return Tensor::from<float>(shape, batch.values<float>().subspan(static_cast<std::size_t>(i) * size, size));
}

#define QS_COMPARE_TENSORS(candidate, reference)                                 \
  do {                                                                           \
    const std::string fault = qs::disagreement(candidate, reference, kRounding); \
    QVERIFY2(fault.empty(), fault.c_str());                                      \
  } while (false)

}  // namespace

class TestBackends : public QObject {
  Q_OBJECT

 private slots:
  void inputs_are_checked_data() {
    QTest::addColumn<QString>("id");
    QTest::addColumn<QList<Tensor>>("inputs");
    QTest::addColumn<QString>("words");
    const auto spoilt = [](float value) {
      Tensor tensor = image(1);
      tensor.mutable_values<float>()[100] = value;
      return tensor;
    };
    for (const Backend* each : backends()) {
      const auto row = [&](const char* name, const QList<Tensor>& inputs, const char* words) {
        QTest::addRow("%s: %s", each->id.data(), name) << each->id.data() << inputs << words;
      };
      row("none", {}, "1 inputs");
      row("another shape", {image(2)}, "\"image\" is f32 1x3x9x9");
      row("another type", {Tensor(DType::s64, {1, 3, 9, 9})}, "s64");
      row("not a number", {spoilt(std::numeric_limits<float>::quiet_NaN())}, "\"image\" holds nan at element 100");
      row("infinity", {spoilt(-std::numeric_limits<float>::infinity())}, "\"image\" holds -inf at element 100");
    }
  }
  void inputs_are_checked() {
    QFETCH(const QList<Tensor>, inputs);
    QFETCH(const QString, words);
    const auto executable = compile(residual_network().graph);
    try {
      (void)executable->run({inputs.data(), static_cast<std::size_t>(inputs.size())});
    } catch (const Error& error) {
      QCOMPARE(error.code(), ErrorCode::bad_input);
      QVERIFY2(QString(error.what()).contains(words), error.what());
      return;
    }
    QFAIL("accepted");
  }

  /// A value is the same whether it is tapped or the network's output, and taps leave the outputs as they are.
  void taps_are_the_values_themselves_data() { backend_rows(); }
  void taps_are_the_values_themselves() {
    const Network network = residual_network();
    const Tensor x = image(1);
    const std::vector<ValueId> taps = {network.residual, network.input, network.normalized, network.logits};
    const RunResult tapped = compile(network.graph, 1, taps)->run({&x, 1});
    QCOMPARE(tapped.taps.size(), taps.size());
    QS_COMPARE_TENSORS(tapped.outputs[0], compile(network.graph)->run({&x, 1}).outputs[0]);
    QS_COMPARE_TENSORS(tapped.taps[1], x);
    for (std::size_t i = 0; i < taps.size(); ++i) {
      Graph until_here = network.graph;
      until_here.outputs = {taps[i]};
      QS_COMPARE_TENSORS(tapped.taps[i], compile(until_here)->run({&x, 1}).outputs[0]);
    }
  }

  void images_of_a_batch_are_apart_data() { backend_rows(); }
  void images_of_a_batch_are_apart() {
    const Network network = residual_network();
    const Tensor three = image(3);
    const Tensor together = compile(network.graph, 3)->run({&three, 1}).outputs[0];
    const auto one_by_one = compile(network.graph);
    for (std::int64_t i = 0; i < 3; ++i) {
      const Tensor one = image_of(three, i);
      QS_COMPARE_TENSORS(image_of(together, i), one_by_one->run({&one, 1}).outputs[0]);
    }
  }

  /// Memory is reused from run to run, but neither the caller's inputs nor the results handed out.
  void results_outlive_the_next_run_data() { backend_rows(); }
  void results_outlive_the_next_run() {
    const Network network = residual_network();
    const auto executable = compile(network.graph, 1, {network.residual});
    const Tensor first = image(1, 3);
    const Tensor second = image(1, 4);
    const RunResult early = executable->run({&first, 1});
    const Tensor logits = Tensor::from<float>(early.outputs[0].shape(), early.outputs[0].values<float>());
    const Tensor tapped = Tensor::from<float>(early.taps[0].shape(), early.taps[0].values<float>());
    const RunResult late = executable->run({&second, 1});
    QVERIFY(!disagreement(late.outputs[0], logits, kRounding).empty());
    QCOMPARE(disagreement(early.outputs[0], logits, {}), std::string());
    QCOMPARE(disagreement(early.taps[0], tapped, {}), std::string());
    QCOMPARE(disagreement(first, image(1, 3), {}), std::string());
    QCOMPARE(disagreement(executable->run({&first, 1}).outputs[0], logits, {}), std::string());
  }

  void every_node_belongs_to_one_step_data() { backend_rows(); }
  void every_node_belongs_to_one_step() {
    const Network network = residual_network();
    const auto executable = compile(network.graph);
    std::vector<std::int32_t> found;
    for (const Step& step : executable->steps()) {
      QVERIFY(!step.kernel.empty());
      for (NodeId node : step.nodes) found.push_back(node.index);
    }
    std::sort(found.begin(), found.end());
    std::vector<std::int32_t> all(network.graph.nodes.size());
    std::iota(all.begin(), all.end(), 0);
    QCOMPARE(found, all);
  }

  void profiling_computes_the_same_data() { backend_rows(); }
  void profiling_computes_the_same() {
    const auto executable = compile(residual_network().graph);
    const Tensor x = image(1);
    const Tensor plain = executable->run({&x, 1}).outputs[0];
    QCOMPARE(disagreement(executable->profile({&x, 1}).outputs[0], plain, {}), std::string());
    double total = 0;
    for (const Step& step : executable->steps()) total += step.seconds;
    QVERIFY(total > 0);
  }

  void stops_when_asked_data() { backend_rows(); }
  void stops_when_asked() {
    std::stop_source source;
    source.request_stop();
    const Tensor x = image(1);
    try {
      (void)compile(residual_network().graph)->run({&x, 1}, Progress(source.get_token(), {}));
    } catch (const Error& error) {
      QCOMPARE(error.code(), ErrorCode::stopped);
      return;
    }
    QFAIL("ran to the end");
  }

  void a_bound_batch_is_respected_data() { backend_rows(); }
  void a_bound_batch_is_respected() {
    Network network = residual_network(2);
    network.graph.fixed_batch_reason = "the file says so";
    const Tensor x = image(2);
    QCOMPARE(compile(network.graph, 2)->run({&x, 1}).outputs[0].shape()[0], 2);
    QVERIFY_THROWS_EXCEPTION(Error, (void)compile(network.graph, 3));
  }

  void memory_is_counted_data() { backend_rows(); }
  void memory_is_counted() {
    const Network network = residual_network();
    std::size_t weights = 0;
    for (const auto& [id, tensor] : network.graph.constants) weights += tensor.bytes();
    const auto executable = compile(network.graph);
    // BatchNorm's four vectors may have been folded away, and packed weights may be padded.
    QVERIFY(executable->weight_bytes() > weights / 2);
    QVERIFY(executable->activation_bytes() >= 2 * 8 * 7 * 7 * sizeof(float));  // a layer's input and output
  }

  void an_unknown_backend_is_refused() {
    try {
      (void)backend("quantum");
    } catch (const Error& error) {
      QCOMPARE(error.code(), ErrorCode::usage);
      QVERIFY(QString(error.what()).contains("reference"));
      return;
    }
    QFAIL("found");
  }
};

QTEST_GUILESS_MAIN(TestBackends)
#include "test_backends.moc"
