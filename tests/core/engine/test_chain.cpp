// The floor: one primitive for each group that one primitive can compute, in the types the network has.
#include <QtTest/QtTest>

#include "core/engine/chain.h"
#include "core/engine/executable.h"
#include "core/model/importers.h"
#include "tests/support/calibrated.h"
#include "tests/support/graph_builder.h"
#include "tests/support/shared_data.h"

namespace qs {
namespace {

/// A residual block with a depthwise layer, a concatenation, both poolings and a fully connected layer.
Graph small_network() {
  GraphBuilder b;
  const auto padded = [&](ValueId x, std::int64_t channels, std::int64_t groups) {
    const std::int64_t inputs = b.shape(x)[1] / groups;
    return b.add(Conv{{{3, 3}, {1, 1}, {1, 1}, {1, 1}, {1, 1}}, groups},
                 {x, b.random({channels, inputs, 3, 3}), b.random({channels})});
  };
  const ValueId stem = b.add(Relu{}, {padded(b.input({1, 3, 16, 16}), 16, 1)});
  const ValueId depthwise = b.add(Relu{}, {padded(stem, 16, 16)});
  const ValueId sum = b.add(Relu{}, {b.add(Add{}, {padded(depthwise, 16, 1), stem})});
  const ValueId both = b.add(Concat{1}, {sum, depthwise});
  const ValueId pooled = b.add(MaxPool{{{2, 2}, {2, 2}, {1, 1}, {0, 0}, {0, 0}}}, {both});
  const ValueId mean = b.add(Flatten{1}, {b.add(GlobalAveragePool{}, {pooled})});
  return b.finish({b.add(Gemm{1, 1, false, true}, {mean, b.random({10, 32}), b.random({10})})});
}

QuantizedGraph quantized(const Graph& graph, const char* preset) {
  const Scheme scheme = find_scheme(preset);
  const Graph prepared = prepare_for_quantization(graph, scheme);
  return quantize(prepared, calibrated(prepared, random_batches(prepared, 2, 1)), scheme);
}

std::vector<std::string> names(const std::vector<ChainStep>& steps) {
  std::vector<std::string> result;
  for (const ChainStep& step : steps) result.push_back(step.name);
  return result;
}

/// The steps of a network that have a kernel of their own.
std::vector<std::string> names_with_kernel(const std::vector<Step>& steps) {
  std::vector<std::string> result;
  for (const Step& step : steps) {
    if (step.kernel != "view" && step.kernel != "none") result.push_back(step.name);
  }
  return result;
}

bool is_int8(const std::string& kernel) {
  return kernel.find("int8") != std::string::npos || kernel.find("vnni") != std::string::npos ||
         kernel.find("jit_int") != std::string::npos || kernel.find("gemm_s8") != std::string::npos;
}

}  // namespace

class TestChain : public QObject {
  Q_OBJECT

 private slots:
  void has_one_primitive_per_group() {
    const auto chain = compile_chain(small_network(), 1);
    // Activations and the residual addition are fused, the view costs nothing.
    const std::vector<std::string> wanted = {
        "Conv_0", "Conv_2", "Conv_4", "Concat_7", "MaxPool_8", "GlobalAveragePool_9", "Gemm_11"};
    QCOMPARE(names(chain->steps()), wanted);
    QVERIFY(chain->left_out().empty());
  }

  void integers_have_the_same_primitives() {
    const Graph graph = small_network();
    const auto chain = compile_chain(quantized(graph, "w8a8-channel-sym"), 2);
    QCOMPARE(names(chain->steps()), names(compile_chain(graph, 2)->steps()));
    QVERIFY(chain->left_out().empty());
  }

  void asymmetric_weights_have_the_floor_of_symmetric_ones() {
    const Graph graph = small_network();
    const auto symmetric = compile_chain(quantized(graph, "w8a8-tensor-sym"), 1);
    const auto asymmetric = compile_chain(quantized(graph, "w8a8-tensor-asym"), 1);
    QCOMPARE(asymmetric->steps().size(), symmetric->steps().size());
    for (std::size_t i = 0; i < symmetric->steps().size(); ++i) {
      QCOMPARE(asymmetric->steps()[i].kernel, symmetric->steps()[i].kernel);
    }
  }

  void measures_each_primitive() {
    const auto chain = compile_chain(quantized(small_network(), "w8a8-channel-sym"), 1);
    chain->run();
    for (const ChainStep& step : chain->steps()) QCOMPARE(step.seconds, 0.0);
    chain->profile();
    for (const ChainStep& step : chain->steps()) QVERIFY2(step.seconds > 0, step.name.c_str());
  }

  void names_what_it_lacks() {
    GraphBuilder b;
    const ValueId x = b.conv(b.input({1, 3, 8, 8}), 8, 3, 1, true);
    const auto chain = compile_chain(b.finish({b.add(Softmax{1, false}, {x})}), 1);
    QCOMPARE(chain->left_out(), std::vector<std::string>{"Softmax_1"});
    QCOMPARE(chain->steps().size(), std::size_t{1});
    chain->run();
  }

  void covers_real_models_data() {
    QTest::addColumn<QString>("model");
    for (const char* model :
         {"resnet18_pqf", "mobilenet_v1_0.25_224", "mobilenet_v1_0.75_224", "squeezenet1.1_onnxzoo"}) {
      QTest::newRow(model) << model;
    }
  }
  void covers_real_models() {
    QFETCH(QString, model);
    QS_NEEDS_SHARED_DATA();
    const Graph graph = import_model(shared_data() / "models" / (model.toStdString() + ".onnx"));
    const QuantizedGraph network = quantized(graph, "w8a8-channel-sym");
    const auto chain = compile_chain(network, 1);
    const auto executable = backend("integer").compile_quantized(network, {.batch = 1, .threads = 0, .taps = {}});
    std::vector<std::string> wanted = names_with_kernel(executable->steps());
    for (const std::string& name : chain->left_out()) std::erase(wanted, name);
    QCOMPARE(names(chain->steps()), wanted);
    QVERIFY2(chain->left_out().size() <= 1, "all but a softmax has a primitive");
    for (const ChainStep& step : chain->steps()) {
      QVERIFY2(is_int8(step.kernel) || step.kernel == "simple:any", (step.name + ": " + step.kernel).c_str());
    }
    chain->run();
  }
};

}  // namespace qs

QTEST_GUILESS_MAIN(qs::TestChain)
#include "test_chain.moc"
