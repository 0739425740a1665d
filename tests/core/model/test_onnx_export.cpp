// Networks written as ONNX and read back: the same nodes, names and numbers.
#include "core/model/onnx_export.h"

#include <onnx/onnx_pb.h>

#include <QTemporaryDir>
#include <QtTest/QtTest>
#include <cstring>
#include <functional>

#include "core/engine/executable.h"
#include "core/graph/networks/networks.h"
#include "core/graph/operator.h"
#include "core/model/onnx_import.h"
#include "tests/support/graph_builder.h"
#include "tests/support/shared_data.h"
#include "tests/support/test_files.h"

using namespace qs;

namespace {

Graph reread(const Graph& graph) {
  return import_onnx(bytes_of(to_onnx(graph)), {});
}

onnx::ModelProto parsed(const Graph& graph) {
  onnx::ModelProto model;
  if (!model.ParseFromString(to_onnx(graph))) qFatal("it cannot be parsed");
  return model;
}

std::vector<Tensor> outputs(const Graph& graph, std::int64_t batch) {
  std::mt19937 random(3);
  std::vector<Tensor> inputs;
  const Graph sized = graph.fixed_batch_reason.empty() ? with_batch(graph, batch) : graph;
  for (ValueId id : sized.inputs) inputs.push_back(random_tensor(sized.value(id).shape, random, -2, 2));
  return backend("float").compile(graph, {.batch = sized.batch, .threads = 0, .taps = {}})->run(inputs).outputs;
}

/// What differs between a graph and what was read back; empty when nothing does, to the last bit.
std::string difference(const Graph& graph, const Graph& again) {
  if (operator_names(graph) != operator_names(again)) return operator_names(graph) + " != " + operator_names(again);
  if (graph.fixed_batch_reason.empty() != again.fixed_batch_reason.empty()) return again.fixed_batch_reason;
  for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
    if (graph.nodes[n].name != again.nodes[n].name) return graph.nodes[n].name + " != " + again.nodes[n].name;
    const Value& left = graph.value(graph.nodes[n].outputs[0]);
    const Value& right = again.value(again.nodes[n].outputs[0]);
    if (left.name != right.name || left.shape != right.shape) return left.name + " != " + right.name;
  }
  const auto expected = outputs(graph, 2);
  const auto found = outputs(again, 2);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const bool same = expected[i].shape() == found[i].shape() &&
                      std::memcmp(expected[i].data(), found[i].data(), expected[i].bytes()) == 0;
    if (!same) return "other outputs";
  }
  return {};
}

using Build = std::function<ValueId(GraphBuilder&, ValueId x)>;

std::string round_trip(const Build& build, const Shape& input = {1, 4, 6, 6}) {
  GraphBuilder g;
  const ValueId x = g.input(input);
  const Graph graph = g.finish({build(g, x)});
  return difference(graph, reread(graph));
}

/// One node over the input, without further inputs.
std::string round_trip(const Op& op, const Shape& input = {1, 4, 6, 6}) {
  return round_trip([&](GraphBuilder& g, ValueId x) { return g.add(op, {x}); }, input);
}

#define SAME(difference)                    \
  do {                                      \
    const std::string found = difference;   \
    QVERIFY2(found.empty(), found.c_str()); \
  } while (false)

std::string refusal(const Op& op, const Shape& input = {1, 4, 6, 6}) {
  try {
    GraphBuilder g;
    const ValueId x = g.input(input);
    static_cast<void>(to_onnx(g.finish({g.add(op, {x})})));
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

const Window kOdd{{3, 2}, {2, 1}, {1, 2}, {1, 0}, {0, 1}};

}  // namespace

class TestOnnxExport : public QObject {
  Q_OBJECT

 private slots:
  void real_models_data() {
    QTest::addColumn<QString>("name");
    for (const char* name : {"mobilenet_v1_0.25_224", "mobilenet_v1_0.75_224", "resnet18_pqf", "resnet20_cifar10",
                             "resnet8_cifar10_mlperf_tiny", "squeezenet1.1_onnxzoo"}) {
      QTest::newRow(name) << QString(name);
    }
  }
  void real_models() {
    QS_NEEDS_SHARED_DATA();
    QFETCH(QString, name);
    const Graph graph = import_onnx(shared_data() / "models" / (name.toStdString() + ".onnx"));
    const Graph again = reread(graph);
    SAME(difference(graph, again));
    for (const auto& [key, value] : graph.metadata) {
      if (key != "opset" && key != "ir_version" && !key.starts_with("producer"))
        QCOMPARE(again.metadata.at(key), value);
    }
  }

  void built_networks() {
    for (const Network* each : networks()) {
      const Graph graph = build_network(*each, {}, {3, 32, 32}, 10, 1);
      SAME(difference(graph, reread(graph)));
      QVERIFY(to_onnx(graph) == to_onnx(reread(graph)));  // nothing gets lost or grows on the way
    }
    const Graph padded = build_network(network("resnet_cifar"), {{"depth", 8}, {"projection", 0}}, {3, 32, 32}, 10, 1);
    SAME(difference(padded, reread(padded)));
  }

  void operators_with_weights() {
    const Window dilated{{3, 3}, {2, 1}, {1, 2}, {1, 2}, {0, 1}};
    SAME(round_trip([&](GraphBuilder& g, ValueId x) {
      return g.add(Conv{dilated, 2}, {x, g.random({6, 2, 3, 3}), g.random({6})});
    }));
    SAME(round_trip([&](GraphBuilder& g, ValueId x) {
      return g.add(ConvTranspose{dilated, {1, 0}, 2}, {x, g.random({4, 3, 3, 3})});
    }));
    SAME(round_trip(
        [](GraphBuilder& g, ValueId x) {
          return g.add(Gemm{0.5F, 2, false, true}, {x, g.random({5, 4}), g.random({5})});
        },
        {1, 4}));
    SAME(round_trip([](GraphBuilder& g, ValueId x) { return g.add(MatMul{}, {x, g.random({6, 5})}); }));
    SAME(round_trip([](GraphBuilder& g, ValueId x) { return g.batch_norm(x); }));
    SAME(round_trip([](GraphBuilder& g, ValueId x) {
      return g.add(LayerNorm{3, 0.25F}, {x, g.random({6}), g.random({6})});
    }));
    SAME(round_trip([](GraphBuilder& g, ValueId x) { return g.add(PRelu{}, {x, g.random({4, 1, 1})}); }));
    SAME(round_trip(Lrn{3, 0.5F, 0.5F, 2}));
  }

  void activations() {
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    SAME(round_trip(Relu{}));
    SAME(round_trip(LeakyRelu{0.25F}));
    SAME(round_trip(Clip{0, 6}));
    SAME(round_trip(Clip{-kInfinity, 0.5F}));
    SAME(round_trip(Clip{-1, kInfinity}));
    SAME(round_trip(Clip{}));
    SAME(round_trip(Sigmoid{}));
    SAME(round_trip(HardSigmoid{0.3F, 0.4F}));
    SAME(round_trip(HardSwish{}));
    SAME(round_trip(Swish{}));
    SAME(round_trip(Tanh{}));
    SAME(round_trip(Elu{0.5F}));
    SAME(round_trip(Erf{}));
    SAME(round_trip(Gelu{false}));
    SAME(round_trip(Gelu{true}));
    SAME(round_trip(Softmax{1, false}));
  }

  void poolings_and_arithmetic() {
    SAME(round_trip(MaxPool{kOdd, true}));
    SAME(round_trip(AveragePool{{{3, 2}, {2, 1}, {1, 1}, {1, 0}, {0, 1}}, true, true}));
    SAME(round_trip(AveragePool{kOdd, false, false}));  // dilated: opset 19
    SAME(round_trip(GlobalAveragePool{}));
    SAME(round_trip(GlobalMaxPool{}));
    SAME(round_trip(ReduceMean{{2, 3}, false}));
    SAME(round_trip(ReduceMean{{1}, true}));
    SAME(round_trip([](GraphBuilder& g, ValueId x) { return g.add(Add{}, {x, g.random({4, 1, 1})}); }));
    SAME(round_trip([](GraphBuilder& g, ValueId x) { return g.add(Sub{}, {g.random({6}), x}); }));
    SAME(round_trip([](GraphBuilder& g, ValueId x) { return g.add(Mul{}, {x, x}); }));
    SAME(round_trip([](GraphBuilder& g, ValueId x) { return g.add(Div{}, {x, g.random({6}, 1, 2)}); }));
    SAME(round_trip([](GraphBuilder& g, ValueId x) { return g.add(Sum{}, {x, g.add(Relu{}, {x}), x}); }));
  }

  void shapes_and_moves() {
    SAME(round_trip([](GraphBuilder& g, ValueId x) { return g.add(Concat{1}, {x, g.add(Relu{}, {x})}); }));
    SAME(round_trip([](GraphBuilder& g, ValueId x) {
      const ValueId first = g.add(Split{1, {1, 3}}, {x}, 2);
      return g.add(Relu{}, {{first.index + 1}});
    }));
    SAME(round_trip(Slice{{1, 3}, {3, -1}, {0, -100}, {-1, -2}}));
    SAME(round_trip(Transpose{{0, 2, 3, 1}}));
    SAME(round_trip(Reshape{{0, -1}}));
    SAME(round_trip(Flatten{1}));
    SAME(round_trip(Squeeze{{2}}, {1, 4, 1, 6}));
    SAME(round_trip(Unsqueeze{{1, 3}}));
    SAME(round_trip(Pad{{0, 1, 0, 2}, {0, 0, 3, 0}, Pad::Mode::constant, 0.5F}));
    SAME(round_trip(Pad{{0, 0, 1, 2}, {0, 0, 3, 1}, Pad::Mode::reflect}));
    SAME(round_trip(Resize{{1, 1, 2, 1.5F}, {}, Resize::Mode::linear, Resize::Coordinates::align_corners}));
    SAME(round_trip(
        Resize{{}, {1, 4, 9, 5}, Resize::Mode::nearest, Resize::Coordinates::asymmetric, Resize::Nearest::floor}));
  }

  // ONNX's Identity is taken out at import, so the nodes differ; the numbers must not.
  void identity() {
    GraphBuilder g;
    const ValueId x = g.input({1, 4, 6, 6});
    const Graph graph = g.finish({g.add(Relu{}, {g.add(Identity{}, {x})})});
    QCOMPARE(outputs(graph, 2)[0].values<float>()[5], outputs(reread(graph), 2)[0].values<float>()[5]);
  }

  void the_file_itself() {
    const auto opset = [](const Op& op) {
      GraphBuilder g;
      const ValueId x = g.input({1, 4, 6, 6});
      return parsed(g.finish({g.add(op, {x})})).opset_import(0).version();
    };
    QCOMPARE(opset(Relu{}), 13);
    QCOMPARE(opset(HardSwish{}), 14);
    QCOMPARE(opset(Gelu{}), 20);
    Graph graph = build_network(network("plain_cnn"), {}, {3, 32, 32}, 10, 1);
    graph.metadata = {{"quantoscope.encodings", std::string(200000, 'x')}, {"opset", "9"}, {"producer_name", "other"}};
    const onnx::ModelProto model = parsed(graph);
    QCOMPARE(model.producer_name(), std::string("quantoscope"));
    QCOMPARE(model.ir_version(), 7);
    QCOMPARE(model.metadata_props_size(), 1);
    QCOMPARE(model.graph().input(0).type().tensor_type().shape().dim(0).dim_param(), std::string("N"));
    QCOMPARE(model.graph().output(0).type().tensor_type().shape().dim(1).dim_value(), 10);
    const Graph again = reread(graph);
    QCOMPARE(again.metadata.at("quantoscope.encodings").size(), std::size_t{200000});
    QCOMPARE(again.metadata.at("opset"), std::string("13"));
    graph.fixed_batch_reason = "some reason";
    QCOMPARE(parsed(graph).graph().input(0).type().tensor_type().shape().dim(0).dim_value(), 1);
  }

  void what_onnx_has_not() {
    QVERIFY2(refusal(FakeQuantize{}).starts_with("node \"FakeQuantize_0\" (FakeQuantize): ONNX has no operator"),
             refusal(FakeQuantize{}).c_str());
    QVERIFY(refusal(Softmax{1, true}).find("several axes") != std::string::npos);
    QCOMPARE(refusal(Softmax{1, true}, {1, 4, 1, 1}), std::string("no error"));
  }

  void values_of_one_name() {
    GraphBuilder g;
    const ValueId x = g.input({1, 4, 6, 6});
    Graph graph = g.finish({g.add(Relu{}, {g.conv(x, 4, 3)})});
    for (Value& value : graph.values) value.name = "same";
    QCOMPARE(outputs(graph, 2)[0].values<float>()[5], outputs(reread(graph), 2)[0].values<float>()[5]);
  }

  void files() {
    const QTemporaryDir folder;
    const std::filesystem::path path = std::filesystem::path(folder.path().toStdString()) / "model.onnx";
    const Graph graph = build_network(network("plain_cnn"), {}, {3, 32, 32}, 10, 1);
    export_onnx(graph, path);
    SAME(difference(graph, import_onnx(path)));
    QVERIFY_EXCEPTION_THROWN(export_onnx(graph, path / "model.onnx"), Error);
    SAME(difference(graph, import_onnx(path)));
  }
};

QTEST_GUILESS_MAIN(TestOnnxExport)
#include "test_onnx_export.moc"
