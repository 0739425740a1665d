// Real networks on a tape: in evaluation they compute what the float backend computes, and a step makes the loss
// smaller.
#include <QtTest/QtTest>
#include <cmath>

#include "core/engine/executable.h"
#include "core/engine/training/loss.h"
#include "core/engine/training/network.h"
#include "core/graph/operator.h"
#include "core/graph/passes/passes.h"
#include "core/model/importers.h"
#include "tests/support/graph_builder.h"
#include "tests/support/shared_data.h"

namespace qs {

namespace {

constexpr std::int64_t kBatch = 2;
/// The float backend folds BatchNorm and fuses activations: other sums, in f32, through up to 30 layers.
constexpr float kRounding = 2e-4F;

Graph prepared(const std::string& name) {
  const Graph graph = run_passes(import_model(shared_data() / "models" / (name + ".onnx"), {}), passes()).graph;
  return with_batch(run_passes(graph, std::vector<const Pass*>{&pass("plain_gemm")}).graph, kBatch);
}

}  // namespace

class TestTrainingNetwork : public QObject {
  Q_OBJECT

 private slots:
  void computes_what_inference_computes_data() {
    QTest::addColumn<QString>("model");
    QTest::addColumn<float>("low");
    QTest::addColumn<float>("high");
    for (const char* name : {"mobilenet_v1_0.25_224", "squeezenet1.1_onnxzoo", "resnet18_pqf", "resnet20_cifar10"}) {
      QTest::newRow(name) << name << -1.0F << 1.0F;
    }
    QTest::newRow("resnet8_cifar10_mlperf_tiny") << "resnet8_cifar10_mlperf_tiny" << 0.0F << 255.0F;
  }
  void computes_what_inference_computes() {
    QS_NEEDS_SHARED_DATA();
    QFETCH(QString, model);
    QFETCH(float, low);
    QFETCH(float, high);
    const Graph graph = prepared(model.toStdString());
    QCOMPARE(QString::fromStdString(training_obstacle(graph)), QString());
    Tape tape;
    const TrainedNetwork network = add_network(tape, graph, 0.1F);
    auto targets = std::make_shared<Targets>();
    targets->labels = {1, 3};
    tape.compile(add_loss(tape, network.output, targets));
    std::mt19937 random(1);
    const Tensor images = random_tensor(graph.value(graph.inputs[0]).shape, random, low, high);
    tape.set_input(network.images, images);
    tape.forward({.mode = Mode::evaluation});
    const Tensor seen = tape.value(network.output);
    const Tensor wanted = backend("float")
                              .compile(graph, {.batch = kBatch, .threads = 0, .taps = {}})
                              ->run(std::vector<Tensor>{images})
                              .outputs[0];
    float scale = 0;
    for (float value : wanted.values<float>()) scale = std::max(scale, std::abs(value));
    for (std::size_t i = 0; i < wanted.values<float>().size(); ++i) {
      QVERIFY(std::abs(wanted.values<float>()[i] - seen.values<float>()[i]) <= kRounding * scale);
    }
  }

  // Against the gradient, a short way: the loss on the same batch falls by about rate * |gradient|^2.
  void a_step_down_the_gradient_lowers_the_loss() {
    QS_NEEDS_SHARED_DATA();
    const Graph graph = prepared("resnet20_cifar10");
    Tape tape;
    const TrainedNetwork network = add_network(tape, graph, 0);
    auto targets = std::make_shared<Targets>();
    targets->labels = {2, 7};
    tape.compile(add_loss(tape, network.output, targets));
    std::mt19937 random(1);
    tape.set_input(network.images, random_tensor(graph.value(graph.inputs[0]).shape, random, -1, 1));
    tape.forward({});
    tape.backward({});
    const double before = tape.loss();
    double square = 0;
    for (const Parameter& parameter : tape.parameters()) {
      for (float g : parameter.gradient.values<float>()) square += static_cast<double>(g) * static_cast<double>(g);
    }
    const double rate = 1e-3 * before / square;  // a thousandth of the loss, were it linear
    for (Parameter& parameter : tape.parameters()) {
      const auto values = parameter.value.mutable_values<float>();
      const auto gradient = parameter.gradient.values<float>();
      for (std::size_t i = 0; i < values.size(); ++i) values[i] -= static_cast<float>(rate) * gradient[i];
    }
    tape.forward({});
    const double fall = (before - tape.loss()) / (rate * square);
    QVERIFY2(fall > 0.8 && fall < 1.2, qPrintable(QString("%1 of what the gradient promises").arg(fall)));
  }

  void what_has_no_derivative_is_named() {
    GraphBuilder builder;
    const ValueId x = builder.input({1, 3, 8, 8});
    const ValueId pooled = builder.add(GlobalMaxPool{}, {builder.conv(x, 4, 3)});
    const std::string reason = training_obstacle(builder.finish({builder.add(Flatten{1}, {pooled})}));
    QVERIFY2(QString::fromStdString(reason).contains("GlobalMaxPool"), reason.c_str());
  }
};

}  // namespace qs

QTEST_APPLESS_MAIN(qs::TestTrainingNetwork)
#include "test_training_network.moc"
