// The integer reference on the real networks: layer by layer against oneDNN's int8 kernels fed the same values.
#include <algorithm>
#include <cmath>

#include "core/engine/executable.h"
#include "core/engine/reference/compile_integer_reference.h"
#include "core/model/importers.h"
#include "tests/support/calibrated.h"
#include "tests/support/shared_data.h"
#include "tests/support/table.h"

using namespace qs;

namespace {

// oneDNN rounds a real result once, to even. The definition rounds twice, to a multiple of 2^n and then down to steps,
// so that each 2^-n-th result is a tie that may fall to the other side: n is 6 and more at 8 bits, 3 and less at
// 4 bits. A fused residual is rounded by itself here: an error of up to half a step more.
constexpr double kLargestSteps = 1;
constexpr double kMeanSteps = 0.02;
constexpr double kMeanStepsOfFewBits = 0.15;
constexpr double kMeanStepsWithResidual = 0.25;

struct Case {
  const char* name;
  const char* model;
  const char* scheme;
};
const std::vector<Case> kCases = {
    {"resnet18, per channel symmetric", "resnet18_pqf", "w8a8-channel-sym"},
    {"resnet18, per tensor asymmetric", "resnet18_pqf", "w8a8-tensor-asym"},
    {"mobilenet 0.25, per channel asymmetric", "mobilenet_v1_0.25_224", "w8a8-channel-asym"},
    {"mobilenet 0.25, 4-bit weights", "mobilenet_v1_0.25_224", "w4a8-channel-sym"},
    {"mobilenet 0.25, 4-bit activations", "mobilenet_v1_0.25_224", "w8a4-channel-sym"},
    {"squeezenet, per channel symmetric", "squeezenet1.1_onnxzoo", "w8a8-channel-sym"},
    {"resnet8, per tensor symmetric", "resnet8_cifar10_mlperf_tiny", "w8a8-tensor-sym"},
};

QuantizedGraph quantized(const Case& row) {
  const Graph model = import_model(shared_data() / "models" / (std::string(row.model) + ".onnx"));
  const Scheme scheme = find_scheme(row.scheme);
  const Graph prepared = prepare_for_quantization(model, scheme);
  return quantize(prepared, calibrated(prepared, random_batches(prepared, 2, 2)), scheme);
}

struct Steps {
  double largest = 0;
  double mean = 0;
};

Steps steps_between(const Tensor& candidate, const Tensor& reference, float scale) {
  Steps steps;
  for (std::int64_t i = 0; i < reference.elements(); ++i) {
    const float difference = candidate.values<float>()[i] - reference.values<float>()[i];
    const double off = std::abs(double{difference}) / scale;
    if (!(off <= steps.largest)) steps.largest = off;
    steps.mean += off / static_cast<double>(reference.elements());
  }
  return steps;
}

double mean_allowed(const QuantizedGraph& network, const FusedNode& group) {
  for (const PostOp& post_op : group.post_ops) {
    if (post_op.operand) return kMeanStepsWithResidual;
  }
  const bool few = network.scheme.weights.bits < 8 || network.scheme.activations.bits < 8;
  return few ? kMeanStepsOfFewBits : kMeanSteps;
}

}  // namespace

class TestIntegerReferenceModels : public QObject {
  Q_OBJECT
 private slots:
  void agrees_with_int8_kernels_data() { table_rows(kCases); }
  void agrees_with_int8_kernels() {
    QS_NEEDS_SHARED_DATA();
    const QuantizedGraph network = quantized(current_row(kCases));
    std::vector<ValueId> taps = network.graph.inputs;
    for (const FusedNode& group : network.groups) taps.push_back(group.output);
    const auto reference = compile_integer_reference(network, {1, 0, taps});
    const std::vector<Tensor> image = random_batches(network.graph, 1, 1);
    const std::vector<Tensor> values = reference->run(image).taps;
    int layers = 0;
    for (std::size_t g = 0; g < network.groups.size(); ++g) {
      const Encoding* encoding = network.encoding(network.groups[g].output);
      if (encoding == nullptr || reference->steps()[g].kernel != "reference:int8") continue;
      const QuantizedGraph part = extract(network, g, g + 1);
      std::vector<Tensor> inputs;
      for (ValueId id : part.graph.inputs) {
        inputs.push_back(values[static_cast<std::size_t>(std::find(taps.begin(), taps.end(), id) - taps.begin())]);
      }
      const Tensor result = backend("integer").compile_quantized(part, {1, 0, {}})->run(inputs).outputs[0];
      const Steps steps = steps_between(result, values[network.graph.inputs.size() + g], encoding->at(0).scale);
      const double mean = mean_allowed(network, network.groups[g]);
      QVERIFY2(steps.largest <= kLargestSteps + 1e-3 && steps.mean <= mean,
               qPrintable(QString("%1: up to %2 steps, %3 on average")
                              .arg(reference->steps()[g].name.c_str())
                              .arg(steps.largest)
                              .arg(steps.mean)));
      ++layers;
    }
    QVERIFY(layers > 5);
  }

  /// All of a network whose scheme asks for it runs in integers; the classifier's Softmax, where there is one, says why
  /// not.
  void whole_networks_run_in_integers() {
    QS_NEEDS_SHARED_DATA();
    for (const char* model : {"resnet18_pqf", "mobilenet_v1_0.25_224", "squeezenet1.1_onnxzoo", "resnet20_cifar10"}) {
      const auto compiled = compile_integer_reference(quantized({"", model, "w8a8-channel-sym"}), {1, 0, {}});
      for (const Step& step : compiled->steps()) {
        QVERIFY2((step.kernel == "reference:int8") == step.reason.empty(), step.name.c_str());
        QVERIFY2(step.reason.empty() || step.reason.find("Softmax") != std::string::npos, step.reason.c_str());
      }
    }
  }
};

QTEST_APPLESS_MAIN(TestIntegerReferenceModels)
#include "test_integer_reference_models.moc"
