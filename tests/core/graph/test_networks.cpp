// Networks built from nothing: sizes as published, shapes, initial weights.
#include "core/graph/networks/networks.h"

#include <QtTest/QtTest>
#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/base/rng.h"
#include "core/graph/operator.h"
#include "core/graph/summary.h"

using namespace qs;

namespace {

constexpr NetworkInput kCifar{3, 32, 32};
constexpr NetworkInput kImageNet{3, 224, 224};

using Settings = std::map<std::string, double>;

Graph built(std::string_view id, const Settings& settings = {}, NetworkInput input = kCifar, std::int64_t classes = 10,
            std::uint64_t seed = 1) {
  return build_network(network(id), settings, input, classes, seed);
}

/// What training changes: everything but the running statistics of BatchNorm.
std::int64_t trainable(const Graph& graph) {
  std::int64_t statistics = 0;
  for (const Node& node : graph.nodes) {
    if (std::holds_alternative<BatchNorm>(node.op)) statistics += 2 * graph.value(node.inputs[1]).shape.elements();
  }
  return summarize(graph).parameters - statistics;
}

/// What the global average reads.
Shape last_map(const Graph& graph) {
  for (const Node& node : graph.nodes) {
    if (std::holds_alternative<GlobalAveragePool>(node.op)) return graph.value(node.inputs[0]).shape;
  }
  return {};
}

const Tensor& constant(const Graph& graph, std::string_view name) {
  return *graph.constant(find_value(graph, name));
}

double deviation(const Tensor& tensor) {
  double squares = 0;
  for (float value : tensor.values<float>()) squares += static_cast<double>(value) * static_cast<double>(value);
  return std::sqrt(squares / static_cast<double>(tensor.elements()));
}

bool same_bytes(const Tensor& a, const Tensor& b) {
  return a.bytes() == b.bytes() && std::memcmp(a.data(), b.data(), a.bytes()) == 0;
}

std::string reason(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

class TestNetworks : public QObject {
  Q_OBJECT

 private slots:
  // Keras' applications: 4,253,864 parameters of MobileNet 1.0 with 1000 classes, 4,231,976 of them trainable, 470,072
  // of MobileNet 0.25; Howard et al. table 8: 569 million multiply-adds. ResNet: He et al. table 6 says 0.27 M for 20
  // layers and 0.46 M for 32; 269,722 is what counting by hand gives for shortcuts without weights.
  void sizes_as_published() {
    const Graph mobilenet = built("mobilenet_v1", {}, kImageNet, 1000);
    QCOMPARE(summarize(mobilenet).parameters, std::int64_t{4253864});
    QCOMPARE(trainable(mobilenet), std::int64_t{4231976});
    QCOMPARE(summarize(mobilenet).multiply_accumulates / 1000000, std::int64_t{568});
    QCOMPARE(summarize(built("mobilenet_v1", {{"width", 0.25}}, kImageNet, 1000)).parameters, std::int64_t{475544});
    QCOMPARE(trainable(built("resnet_cifar", {{"projection", 0}})), std::int64_t{269722});
    QCOMPARE(trainable(built("resnet_cifar")), std::int64_t{272474});
    QCOMPARE(std::lround(static_cast<double>(trainable(built("resnet_cifar", {{"depth", 32}}))) / 1e4), 47L);
  }

  void last_maps() {
    QCOMPARE(last_map(built("mobilenet_v1", {{"width", 0.25}}, kImageNet)), (Shape{1, 256, 7, 7}));
    QCOMPARE(last_map(built("mobilenet_v1", {{"width", 0.25}})), (Shape{1, 256, 4, 4}));
    QCOMPARE(last_map(built("mobilenet_v1", {{"width", 0.25}, {"halvings", 4}})), (Shape{1, 256, 2, 2}));
    QCOMPARE(last_map(built("mobilenet_v1", {{"width", 0.1}}, {1, 7, 9})), (Shape{1, 102, 4, 5}));
    QCOMPARE(last_map(built("resnet_cifar", {{"depth", 8}})), (Shape{1, 64, 8, 8}));
    QCOMPARE(last_map(built("plain_cnn")), (Shape{1, 64, 8, 8}));
  }

  void every_network_runs_at_any_batch() {
    for (const Network* each : networks()) {
      const Graph graph = build_network(*each, {}, kCifar, 7, 1);
      QCOMPARE(graph.value(graph.inputs[0]).name, std::string("input"));
      QCOMPARE(graph.value(graph.outputs[0]).name, std::string("logits"));
      QCOMPARE(graph.value(graph.outputs[0]).shape, (Shape{1, 7}));
      QCOMPARE(with_batch(graph, 5).value(graph.outputs[0]).shape, (Shape{5, 7}));
      std::set<std::string> names;
      for (const Value& value : graph.values) QVERIFY2(names.insert(value.name).second, value.name.c_str());
    }
  }

  void names_and_activations() {
    const Graph relu6 = built("mobilenet_v1", {{"repeats", 0}});
    QCOMPARE(std::ranges::count_if(relu6.nodes, [](const Node& n) { return std::holds_alternative<Clip>(n.op); }), 17);
    QVERIFY(find_value(relu6, "conv_dw_3_relu").valid());
    QVERIFY(find_value(relu6, "conv_pw_8_bn.variance").valid());
    QVERIFY(!find_value(relu6, "conv_dw_9").valid());
    const Graph relu = built("mobilenet_v1", {{"relu6", 0}});
    QVERIFY(std::ranges::none_of(relu.nodes, [](const Node& n) { return std::holds_alternative<Clip>(n.op); }));
  }

  // Normal numbers: mean 0, deviation 1, 68.27 % within one deviation. Of 300 000, the mean is off by 0.002 at one
  // sigma.
  void normal_numbers() {
    double sum = 0;
    double squares = 0;
    int inside = 0;
    constexpr int kCount = 300000;
    for (int i = 0; i < kCount; ++i) {
      const double x = random_normal(7, static_cast<std::uint64_t>(i));
      sum += x;
      squares += x * x;
      inside += std::abs(x) < 1 ? 1 : 0;
    }
    QVERIFY(std::abs(sum / kCount) < 0.01);
    QVERIFY(std::abs(squares / kCount - 1) < 0.02);
    QVERIFY(std::abs(static_cast<double>(inside) / kCount - 0.6827) < 0.005);
  }

  void initial_weights() {
    const Graph graph = built("mobilenet_v1");
    QVERIFY(std::abs(deviation(constant(graph, "conv_pw_13.weight")) / std::sqrt(2.0 / 1024) - 1) < 0.02);
    QVERIFY(std::abs(deviation(constant(graph, "conv_dw_13.weight")) / std::sqrt(2.0 / 9) - 1) < 0.05);
    QVERIFY(std::abs(deviation(constant(graph, "classifier.weight")) / 0.01 - 1) < 0.05);
    QCOMPARE(deviation(constant(graph, "classifier.bias")), 0.0);
    QCOMPARE(deviation(constant(graph, "conv_1_bn.mean")), 0.0);
    QCOMPARE(constant(graph, "conv_1_bn.scale").values<float>()[3], 1.0F);
    QCOMPARE(constant(graph, "conv_1_bn.variance").values<float>()[3], 1.0F);
  }

  void same_seed_same_bytes() {
    for (const Network* each : networks()) {
      const Graph first = build_network(*each, {}, kCifar, 10, 3);
      const Graph second = build_network(*each, {}, kCifar, 10, 3);
      const Graph other = build_network(*each, {}, kCifar, 10, 4);
      for (const auto& [id, tensor] : first.constants) QVERIFY(same_bytes(tensor, *second.constant(id)));
      QVERIFY(!same_bytes(constant(first, "conv_1.weight"), constant(other, "conv_1.weight")));
      QVERIFY(!same_bytes(constant(first, "classifier.weight"), constant(other, "classifier.weight")));
    }
  }

  void refusals() {
    const auto asked = [](std::string_view id, const Settings& settings, NetworkInput input, std::int64_t classes) {
      return reason([&] { static_cast<void>(build_network(network(id), settings, input, classes, 1)); });
    };
    QVERIFY(asked("resnet_cifar", {{"depth", 21}}, kCifar, 10).find("6 n + 2") != std::string::npos);
    QVERIFY(asked("mobilenet_v1", {{"widht", 1}}, kCifar, 10).find("no parameter \"widht\"") != std::string::npos);
    QVERIFY(asked("mobilenet_v1", {{"width", 3}}, kCifar, 10).find("from 0.1 to 2") != std::string::npos);
    QVERIFY(asked("plain_cnn", {}, kCifar, 1).find("classes is 1") != std::string::npos);
    QVERIFY(asked("plain_cnn", {}, {3, 0, 32}, 10).find("height is 0") != std::string::npos);
    QVERIFY(asked("vgg", {}, kCifar, 10).find("mobilenet_v1, resnet_cifar, plain_cnn") != std::string::npos);
  }
};

QTEST_GUILESS_MAIN(TestNetworks)
#include "test_networks.moc"
