// Whole quantized graphs in integers. The truth is nested loops over real numbers, written out here, and what the
// definitions promise: |integer - real| <= 1 step (spec/methods.md section 2 (d)).
#include <cmath>
#include <random>

#include "core/engine/reference/compile_integer_reference.h"
#include "core/engine/reference/reference.h"
#include "tests/support/agreement.h"
#include "tests/support/graph_builder.h"
#include "tests/support/hand_quantized.h"
#include "tests/support/table.h"

using namespace qs;

namespace {

struct Layer {
  const char* name;
  std::int64_t channels, outputs, size, kernel;
  std::int64_t stride = 1, pad = 0, dilation = 1, groups = 1;
  int activation_bits = 8;
  bool activation_signed = false;
  int weight_bits = 8;
  bool weight_signed = false;
  GridKind weight_grid = GridKind::affine;
  bool per_channel = true;
  bool relu = false;
};
constexpr GridKind kRestricted = GridKind::symmetric_restricted;
const std::vector<Layer> kLayers = {
    {"1x1", 8, 5, 6, 1},
    {"3x3 padded", 4, 6, 9, 3, 1, 1},
    {"stride 2, asymmetric padding", 3, 4, 10, 3, 2, 1},
    {"dilated", 3, 4, 11, 3, 1, 2, 2},
    {"stride larger than the kernel", 3, 4, 11, 2, 3, 0},
    {"7x7, larger than the image", 3, 8, 5, 7, 2, 3},
    {"depthwise", 6, 6, 8, 3, 1, 1, 1, 6},
    {"depthwise with two outputs each", 4, 8, 7, 3, 2, 1, 1, 4},
    {"groups", 8, 6, 7, 3, 1, 1, 1, 2},
    {"signed activations", 4, 6, 9, 3, 1, 1, 1, 1, 8, true},
    {"signed restricted weights", 4, 6, 9, 3, 1, 1, 1, 1, 8, false, 8, true, kRestricted},
    {"signed symmetric weights per tensor", 4, 6, 9, 3, 1, 1, 1, 1, 8, true, 8, true, GridKind::symmetric, false},
    {"asymmetric weights per tensor", 4, 6, 9, 3, 1, 1, 1, 1, 8, false, 8, false, GridKind::affine, false},
    {"signed asymmetric weights", 4, 6, 9, 3, 1, 1, 1, 1, 8, true, 8, true},
    {"ReLU", 4, 6, 9, 3, 1, 1, 1, 1, 8, false, 8, true, kRestricted, true, true},
    {"7 bits", 4, 6, 9, 3, 1, 1, 1, 1, 7, false, 7},
    {"6 bits", 4, 6, 9, 3, 1, 1, 1, 1, 6, true, 6, true},
    {"4 bits", 4, 6, 9, 3, 1, 1, 1, 1, 4, false, 4, true, kRestricted},
    {"3 bits", 4, 6, 9, 3, 1, 1, 1, 1, 3, true, 3},
    {"2 bits", 4, 6, 9, 3, 1, 1, 1, 1, 2, false, 2, true, kRestricted},
    {"2 bits by 8", 4, 6, 9, 3, 1, 1, 1, 1, 8, false, 2},
};

/// The sum that one output stands for, in real numbers.
double real_output(const QuantizedGraph& quantized, const Layer& layer, const Tensor& x, std::int64_t co,
                   std::int64_t oh, std::int64_t ow) {
  const NodeId node{0};
  const QuantizedWeights& weights = quantized.weights.at(node);
  const ScaleZeroPoint encoding = weights.encoding.at(static_cast<std::size_t>(co));
  const std::int64_t inputs = layer.channels / layer.groups;
  const auto in = x.values<float>();
  double sum = 0;
  for (std::int64_t c = 0; c < inputs; ++c) {
    for (std::int64_t kh = 0; kh < layer.kernel; ++kh) {
      for (std::int64_t kw = 0; kw < layer.kernel; ++kw) {
        const std::int64_t h = oh * layer.stride + kh * layer.dilation - layer.pad;
        const std::int64_t w = ow * layer.stride + kw * layer.dilation - layer.pad;
        if (h < 0 || w < 0 || h >= layer.size || w >= layer.size) continue;
        const std::int64_t channel = co / (layer.outputs / layer.groups) * inputs + c;
        const auto at = ((co * inputs + c) * layer.kernel + kh) * layer.kernel + kw;
        const int code = layer.weight_signed ? weights.codes.values<std::int8_t>()[at]
                                             : int{weights.codes.values<std::uint8_t>()[at]};
        const double weight = double{encoding.scale} * (code - encoding.zero_point);
        sum += weight * double{in[(channel * layer.size + h) * layer.size + w]};
      }
    }
  }
  const double unit = double{encoding.scale} * quantized.encoding(quantized.graph.inputs[0])->at(0).scale;
  return sum + weights.bias->values<std::int32_t>()[co] * unit;
}

Tensor on_grid(const Tensor& x, const Encoding& encoding) {
  Tensor result(DType::f32, x.shape());
  fake_quantize(x.values<float>(), encoding.at(0), encoding.grid, result.mutable_values<float>());
  return result;
}

RunResult run(const QuantizedGraph& quantized, const std::vector<Tensor>& inputs, std::vector<ValueId> taps = {}) {
  return compile_integer_reference(quantized, {quantized.graph.batch, 0, std::move(taps)})->run(inputs);
}

/// The largest difference in steps of `encoding` between the integers' result and `real` cut to what is expressible.
double steps_off(const Tensor& candidate, const Tensor& real, const Encoding& encoding) {
  const Range limits = covered(encoding.at(0), encoding.grid);
  double worst = 0;
  for (std::int64_t i = 0; i < real.elements(); ++i) {
    const float wanted = std::clamp(real.values<float>()[i], limits.min, limits.max);
    const double off = std::abs(double{candidate.values<float>()[i]} - wanted) / encoding.at(0).scale;
    if (!(off <= worst)) worst = off;
  }
  return worst;
}

constexpr Grid kU8{8, GridKind::affine, false};
constexpr Grid kS8{8, kRestricted, true};

/// Two roundings of a fixed-point product, and the float of the comparison.
constexpr double kOneStep = 1 + 1e-4;

/// A network with every way of joining values, quantized by hand.
struct Network {
  Graph graph;
  Tensor image;
  static Network make() {
    GraphBuilder builder;
    const ValueId x = builder.input({2, 3, 12, 12});
    const ValueId stem = builder.add(Relu{}, {builder.conv(x, 8, 3, 1, true)});
    const ValueId pooled = builder.add(MaxPool{{{2, 2}, {2, 2}, {1, 1}, {0, 0}, {0, 0}}}, {stem});
    const ValueId deep = builder.add(Clip{0, 6}, {builder.conv(pooled, 8, 1, 8)});
    const ValueId narrow = builder.conv(deep, 8, 1, 1, true);
    const ValueId sum = builder.add(Relu{}, {builder.add(Add{}, {narrow, pooled})});
    const ValueId joined = builder.add(Concat{1}, {sum, deep, builder.add(Sigmoid{}, {pooled})});
    const ValueId mean = builder.add(Flatten{1}, {builder.add(GlobalAveragePool{}, {joined})});
    Gemm gemm;
    gemm.transpose_b = true;
    const ValueId logits = builder.add(gemm, {mean, builder.random({10, 24}), builder.random({10})});
    const Graph graph = builder.finish({logits});
    std::mt19937 random(7);
    return {graph, random_tensor({2, 3, 12, 12}, random, -1, 1)};
  }
};

}  // namespace

class TestIntegerReference : public QObject {
  Q_OBJECT
 private slots:
  void layers_are_within_a_step_of_real_numbers_data() { table_rows(kLayers); }
  void layers_are_within_a_step_of_real_numbers() {
    const Layer layer = current_row(kLayers);
    GraphBuilder builder;
    const ValueId x = builder.input({1, layer.channels, layer.size, layer.size});
    Window window = square_window(2, layer.kernel);
    window.strides.assign(2, layer.stride);
    window.dilations.assign(2, layer.dilation);
    window.pads_begin.assign(2, layer.pad);
    window.pads_end.assign(2, layer.pad);
    const Shape shape{layer.outputs, layer.channels / layer.groups, layer.kernel, layer.kernel};
    ValueId y = builder.add(Conv{window, layer.groups},
                            {x, builder.random(shape, -1, 2), builder.random({layer.outputs}, -1, 1)});
    if (layer.relu) y = builder.add(Relu{}, {y});
    QuantizedGraph quantized = unquantized(builder.finish({y}));
    std::mt19937 random(3);
    const Tensor image = random_tensor({1, layer.channels, layer.size, layer.size}, random, -1, 3);
    quantize_all(quantized, {image}, {layer.activation_bits, GridKind::affine, layer.activation_signed},
                 {layer.weight_bits, layer.weight_grid, layer.weight_signed}, layer.per_channel);

    const auto compiled = compile_integer_reference(quantized, {1, 0, {}});
    QCOMPARE(compiled->steps()[0].kernel, "reference:int8");
    QCOMPARE(compiled->steps()[0].reason, "");
    const Tensor result = compiled->run(std::vector{image}).outputs[0];
    const Tensor seen = on_grid(image, *quantized.encoding(x));
    Tensor real(DType::f32, result.shape());
    const Shape& out = result.shape();
    for (std::int64_t i = 0; i < real.elements(); ++i) {
      const double sum = real_output(quantized, layer, seen, i / out.stride(1), i / out[3] % out[2], i % out[3]);
      real.mutable_values<float>()[i] = static_cast<float>(layer.relu ? std::max(sum, 0.0) : sum);
    }
    const double off = steps_off(result, real, *quantized.encoding(y));
    QVERIFY2(off <= kOneStep, qPrintable(QString("%1 steps").arg(off)));
  }

  /// Each group against the float loops fed the same values: what comes in are the codes that the group itself saw.
  void a_network_follows_its_groups_data() {
    QTest::addColumn<bool>("fused");
    QTest::newRow("residual fused") << true;
    QTest::newRow("residual separate") << false;
  }
  void a_network_follows_its_groups() {
    QFETCH(bool, fused);
    const Network network = Network::make();
    QuantizedGraph quantized = unquantized(network.graph, fused ? Residual::fused : Residual::separate);
    quantize_all(quantized, {network.image}, kU8, kS8, true);
    std::vector<ValueId> taps = network.graph.inputs;
    for (const FusedNode& group : quantized.groups) taps.push_back(group.output);
    const RunResult result = run(quantized, {network.image}, taps);
    std::map<ValueId, Tensor> values;
    for (std::size_t i = 0; i < taps.size(); ++i) values.emplace(taps[i], result.taps[i]);
    for (const auto& [id, tensor] : network.graph.constants) values.emplace(id, tensor);
    for (const auto& [id, weights] : quantized.weights) {
      values.insert_or_assign(network.graph.node(id).inputs[1], dequantized(network.graph.node(id).op, weights));
    }
    for (const FusedNode& group : quantized.groups) {
      const Tensor real = group_output(network.graph, group, values);
      const double off = steps_off(values.at(group.output), real, *quantized.encoding(group.output));
      const QString name = QString::fromStdString(network.graph.node(group.node).name);
      QVERIFY2(off <= kOneStep, qPrintable(QString("%1: %2 steps").arg(name).arg(off)));
    }
    QCOMPARE(disagreement(result.outputs[0], result.taps.back(), {}), "");
  }

  void says_which_groups_run_in_float_and_why() {
    const Network network = Network::make();
    QuantizedGraph quantized = unquantized(network.graph);
    quantize_all(quantized, {network.image}, kU8, kS8, true);
    const NodeId stem = quantized.groups[0].node;
    quantized.kept_float[stem] = "the scheme keeps the first layer float";
    quantized.weights.erase(stem);
    const auto compiled = compile_integer_reference(quantized, {2, 0, {}});
    std::string report;
    for (const Step& step : compiled->steps()) report += fmt::format("{} {} {}\n", step.name, step.kernel, step.reason);
    QCOMPARE(report,
             "Conv_0 reference the scheme keeps the first layer float\n"
             "MaxPool_2 reference:int8 \n"
             "Conv_3 reference:int8 \n"
             "Conv_5 reference:int8 \n"
             "Sigmoid_8 reference Sigmoid has no integer form here\n"
             "Concat_9 reference:int8 \n"
             "GlobalAveragePool_10 reference:int8 \n"
             "Flatten_11 reference:int8 \n"
             "Gemm_12 reference:int8 \n");
  }

  /// Weights alone: every group computes in float, with the weights the codes stand for.
  void weights_alone_run_in_float() {
    const Network network = Network::make();
    QuantizedGraph quantized = unquantized(network.graph);
    quantize_all(quantized, {network.image}, kU8, kS8, false);
    quantized.scheme.activations.quantized = false;
    for (auto& encoding : quantized.encodings) encoding.reset();
    Graph replaced = network.graph;
    for (auto& [id, weights] : quantized.weights) {
      weights.bias.reset();
      replaced.constants.at(network.graph.node(id).inputs[1]) = dequantized(network.graph.node(id).op, weights);
    }
    const auto compiled = compile_integer_reference(quantized, {2, 0, {}});
    for (const Step& step : compiled->steps())
      QCOMPARE(step.kernel + ", " + step.reason, "reference, the scheme leaves activations float");
    const Tensor expected = compile_reference(replaced, {2, 0, {}})->run(std::vector{network.image}).outputs[0];
    QCOMPARE(disagreement(compiled->run(std::vector{network.image}).outputs[0], expected, {}), "");
  }

  /// Activations alone: float weights, but every group's result lies on its grid.
  void activations_alone_lie_on_their_grids() {
    const Network network = Network::make();
    QuantizedGraph quantized = unquantized(network.graph);
    quantize_all(quantized, {network.image}, kU8, kS8, false);
    quantized.scheme.weights.quantized = false;
    quantized.weights.clear();
    std::vector<ValueId> taps;
    for (const FusedNode& group : quantized.groups) taps.push_back(group.output);
    const RunResult result = run(quantized, {network.image}, taps);
    for (std::size_t i = 0; i < taps.size(); ++i) {
      QCOMPARE(disagreement(on_grid(result.taps[i], *quantized.encoding(taps[i])), result.taps[i], {}), "");
    }
  }

  /// 12 bits exist in simulation only: values keep them, layers compute in float.
  void more_than_8_bits_run_in_float() {
    const Network network = Network::make();
    QuantizedGraph quantized = unquantized(network.graph);
    quantize_all(quantized, {network.image}, {12, GridKind::affine, false}, kS8, true);
    const auto compiled = compile_integer_reference(quantized, {2, 0, {}});
    QS_CONTAINS(compiled->steps()[0].reason, "\"input\" has 12 bits; integer kernels take at most 8");
    const Tensor real = compile_reference(network.graph, {2, 0, {}})->run(std::vector{network.image}).outputs[0];
    QCOMPARE(disagreement(compiled->run(std::vector{network.image}).outputs[0], real, {0.02, 0.02}), "");
  }

  /// What only accumulators hold can be read all the same.
  void values_inside_groups_can_be_tapped() {
    const Network network = Network::make();
    QuantizedGraph quantized = unquantized(network.graph);
    quantize_all(quantized, {network.image}, kU8, kS8, true);
    const FusedNode& stem = quantized.groups[0];
    const ValueId inside = network.graph.node(stem.node).outputs[0];
    const RunResult result = run(quantized, {network.image}, {inside, stem.output});
    const double off = steps_off(result.taps[1], result.taps[0], *quantized.encoding(stem.output));
    QVERIFY2(off <= kOneStep, qPrintable(QString::number(off)));
    QCOMPARE(disagreement(run(quantized, {network.image}).outputs[0], result.outputs[0], {}), "");
  }

  void runs_at_any_batch_size() {
    const Network network = Network::make();
    QuantizedGraph quantized = unquantized(network.graph);
    quantize_all(quantized, {network.image}, kU8, kS8, true);
    const Tensor both = run(quantized, {network.image}).outputs[0];
    const std::size_t half = static_cast<std::size_t>(network.image.elements()) / 2;
    const auto single = compile_integer_reference(quantized, {1, 0, {}});
    for (std::size_t i = 0; i < 2; ++i) {
      const Tensor image = Tensor::from<float>({1, 3, 12, 12}, network.image.values<float>().subspan(i * half, half));
      const Tensor expected = Tensor::from<float>({1, 10}, both.values<float>().subspan(i * 10, 10));
      QCOMPARE(disagreement(single->run(std::vector{image}).outputs[0], expected, {}), "");
    }
  }

  void dead_values_stay_zero() {
    GraphBuilder builder;
    const ValueId x = builder.input({1, 2, 4, 4});
    const ValueId weights = builder.constant(Tensor(DType::f32, {3, 2, 3, 3}));
    const ValueId y = builder.add(Conv{square_window(2, 3)}, {x, weights});
    QuantizedGraph quantized = unquantized(builder.finish({y}));
    quantize_all(quantized, {Tensor(DType::f32, {1, 2, 4, 4})}, kU8, kS8, true);
    const Tensor out = run(quantized, {Tensor::from<float>({1, 2, 4, 4}, std::vector<float>(32, 1.0F))}).outputs[0];
    for (float value : out.values<float>()) QCOMPARE(value, 0.0F);
  }

 private:
  static Tensor group_output(const Graph& graph, const FusedNode& group, std::map<ValueId, Tensor> values) {
    std::vector<NodeId> nodes{group.node};
    for (const PostOp& post_op : group.post_ops) nodes.push_back(post_op.node);
    for (NodeId n : nodes) {
      const Node& node = graph.node(n);
      std::vector<Tensor> inputs;
      for (ValueId id : node.inputs) inputs.push_back(values.at(id));
      values.insert_or_assign(node.outputs[0], reference_op(node.op, inputs)[0]);
    }
    return values.at(group.output);
  }
};

QTEST_APPLESS_MAIN(TestIntegerReference)
#include "test_integer_reference.moc"
