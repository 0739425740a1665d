// Where quantizers sit and what `quantize` makes of small networks, by hand.
#include <QtTest/QtTest>
#include <cmath>

#include "core/graph/extract.h"
#include "core/quant/placement.h"
#include "core/quant/quantized_graph.h"
#include "tests/support/calibrated.h"
#include "tests/support/graph_builder.h"

namespace qs {

namespace {

/// conv, residual add, ReLU, pooling, mean, fully connected.
Graph residual_network() {
  GraphBuilder b;
  const ValueId x = b.add(Relu{}, {b.conv(b.input({1, 3, 6, 6}), 4, 1, 1, true)});
  const ValueId sum = b.add(Relu{}, {b.add(Add{}, {b.conv(x, 4, 1, 1, true), x})});
  const ValueId pooled = b.add(MaxPool{square_window(2, 2)}, {sum});
  const ValueId flat = b.add(Flatten{1}, {b.add(GlobalAveragePool{}, {pooled})});
  return b.finish({b.add(Gemm{1, 1, false, true}, {flat, b.random({5, 4}), b.random({5})})});
}

std::string source_text(EncodingSource source) {
  switch (source) {
    case EncodingSource::none: return "-";
    case EncodingSource::own: return "own";
    case EncodingSource::input: return "input";
    case EncodingSource::reader: return "reader";
  }
  return "?";
}

/// "Conv_0:- Relu_1:own ...", of the nodes' results in order.
std::string placed(const Graph& graph, const Scheme& scheme) {
  const Placement placement = place_quantizers(graph, scheme);
  std::string text = "input:" + source_text(placement.sources[graph.inputs[0].at()]);
  for (const Node& node : graph.nodes) {
    text += " " + node.name + ":" + source_text(placement.sources[node.outputs[0].at()]);
  }
  return text;
}

Calibration calibrated_with_noise(const Graph& graph) {
  return calibrated(graph, random_batches(graph, 2, 2));
}

/// One fully connected layer y = w x + b with one output and one input, fed with [-1, 1].
Graph one_weight(float weight, float bias) {
  GraphBuilder b;
  const ValueId x = b.input({1, 1});
  return b.finish({b.add(Gemm{1, 1, false, true}, {x, b.constant(Tensor::from<float>({1, 1}, {weight})),
                                                   b.constant(Tensor::from<float>({1}, {bias}))})});
}

Calibration between_minus_one_and_one(const Graph& graph) {
  Calibration calibration;
  for (ValueId id : values_to_calibrate(graph)) {
    const std::string& name = graph.value(id).name;
    observe(calibration.values[name], Tensor::from<float>({2, 1}, {-1.0F, 1.0F}), 2, name);
  }
  return calibration;
}

}  // namespace

class TestQuantize : public QObject {
  Q_OBJECT

 private slots:
  void no_quantizer_between_an_addition_and_its_relu() {
    Scheme scheme = find_scheme("w8a8-channel-sym");
    const Graph graph = residual_network();
    QCOMPARE(QString::fromStdString(placed(graph, scheme)),
             QString("input:own Conv_0:- Relu_1:own Conv_2:- Add_3:- Relu_4:own MaxPool_5:input "
                     "GlobalAveragePool_6:input Flatten_7:input Gemm_8:own"));
    scheme.activations.residual = Residual::separate;
    QCOMPARE(QString::fromStdString(placed(graph, scheme)),
             QString("input:own Conv_0:- Relu_1:own Conv_2:own Add_3:- Relu_4:own MaxPool_5:input "
                     "GlobalAveragePool_6:input Flatten_7:input Gemm_8:own"));
  }

  void layers_kept_float_leave_their_neighbours_encoded() {
    Scheme scheme = find_scheme("w8a8-channel-sym");
    scheme.first_layer = EndLayers::keep_float;
    scheme.last_layer = EndLayers::keep_float;
    QCOMPARE(QString::fromStdString(placed(residual_network(), scheme)),
             QString("input:- Conv_0:- Relu_1:own Conv_2:- Add_3:- Relu_4:own MaxPool_5:input "
                     "GlobalAveragePool_6:input Flatten_7:input Gemm_8:-"));
  }

  void a_concatenation_shares_its_encoding_with_those_it_alone_reads() {
    GraphBuilder b;
    const ValueId x = b.add(Relu{}, {b.conv(b.input({1, 3, 4, 4}), 4, 1)});
    const ValueId y = b.add(Relu{}, {b.conv(x, 4, 1)});
    const Graph graph = b.finish({b.conv(b.add(Concat{1}, {x, y}), 2, 1)});
    QCOMPARE(QString::fromStdString(placed(graph, find_scheme("w8a8-channel-sym"))),
             QString("input:own Conv_0:- Relu_1:own Conv_2:- Relu_3:reader Concat_4:own Conv_5:own"));
  }

  void weights_only_and_activations_only() {
    const Graph graph = residual_network();
    const QuantizedGraph weights = quantize(graph, {}, find_scheme("w8-channel-sym"));
    QCOMPARE(weights.weights.size(), std::size_t{3});
    for (const auto& encoding : weights.encodings) QVERIFY(!encoding.has_value());
    for (const auto& [id, layer] : weights.weights) QVERIFY(!layer.bias.has_value());
    const QuantizedGraph activations = quantize(graph, calibrated_with_noise(graph), find_scheme("a8"));
    QVERIFY(activations.weights.empty());
    QVERIFY(activations.encoding(graph.inputs[0]) != nullptr);
  }

  /// Weight 1 at 8 bits restricted: scale 1/127, code 127. Input [-1, 1] affine: scale 2/255. Bias code
  /// round(0.37 / (2/255 / 127)) = round(5991.225) = 5991.
  void codes_by_hand() {
    const Graph graph = one_weight(1.0F, 0.37F);
    const QuantizedGraph q = quantize(graph, between_minus_one_and_one(graph), find_scheme("w8a8-tensor-sym"));
    const QuantizedWeights& layer = q.weights.begin()->second;
    QCOMPARE(layer.codes.values<std::int8_t>()[0], std::int8_t{127});
    QVERIFY(std::abs(layer.encoding.channels[0].scale - 1.0F / 127) < 1e-9F);
    QVERIFY(std::abs(q.encoding(graph.inputs[0])->channels[0].scale - 2.0F / 255) < 1e-9F);
    QCOMPARE(layer.bias->values<std::int32_t>()[0], 5991);
    QVERIFY(layer.raised_channels.empty());
    // 8 bits of one weight, one scale, a bias of four bytes.
    QCOMPARE(model_bytes(q), std::int64_t{1 + 4 + 4});
  }

  /// Spec/methods.md section 2 (d): a bias whose code would not fit raises the weight's scale until it does.
  void a_tiny_weight_gets_room_for_its_bias() {
    const Graph graph = one_weight(1e-12F, 3.0F);
    const QuantizedGraph q = quantize(graph, between_minus_one_and_one(graph), find_scheme("w8a8-tensor-sym"));
    const QuantizedWeights& layer = q.weights.begin()->second;
    QCOMPARE(layer.raised_channels.size(), std::size_t{1});
    QCOMPARE(q.remarks.size(), std::size_t{1});
    const double unit = static_cast<double>(q.encoding(graph.inputs[0])->channels[0].scale) *
                        static_cast<double>(layer.encoding.channels[0].scale);
    const double bias = unit * layer.bias->values<std::int32_t>()[0];
    QVERIFY2(std::abs(bias - 3) < 1e-6, qPrintable(QString::number(bias)));
    // The sum of products fits beside it: 255 steps of the input times 254 of the weight.
    QVERIFY(std::abs(layer.bias->values<std::int32_t>()[0]) + 255.0 * 254 <= 2147483647.0);
  }

  void overrides_by_name() {
    Scheme scheme = find_scheme("w8a8-channel-sym");
    scheme.layers = {{.pattern = "Conv_2",
                      .keep_float = std::nullopt,
                      .weight_bits = 4,
                      .activation_bits = 6,
                      .weight_range = std::nullopt,
                      .activation_range = std::nullopt}};
    const Graph graph = residual_network();
    const QuantizedGraph q = quantize(graph, calibrated_with_noise(graph), scheme);
    for (const auto& [id, layer] : q.weights) {
      QCOMPARE(layer.encoding.grid.bits, q.graph.node(id).name == "Conv_2" ? 4 : 8);
    }
    QCOMPARE(q.encoding(find_value(q.graph, q.graph.value(q.groups[1].output).name))->grid.bits, 6);
  }

  void a_value_without_statistics_is_named() {
    const Graph graph = residual_network();
    try {
      (void)quantize(graph, {}, find_scheme("w8a8-channel-sym"));
      QFAIL("quantized without statistics");
    } catch (const Error& error) {
      QVERIFY(error.code() == ErrorCode::bad_input);
      QVERIFY2(std::string(error.what()).find("input") != std::string::npos, error.what());
    }
  }

  void a_part_of_a_graph_has_what_it_reads_and_what_others_need() {
    const Graph graph = residual_network();
    const std::vector<NodeId> nodes = {{2}, {3}};  // the second convolution and the addition
    const Graph part = extract(graph, nodes);
    QCOMPARE(part.nodes.size(), std::size_t{2});
    QCOMPARE(part.inputs, std::vector<ValueId>{graph.nodes[1].outputs[0]});
    QCOMPARE(part.outputs, std::vector<ValueId>{graph.nodes[3].outputs[0]});
    QCOMPARE(part.constants.size(), std::size_t{2});
    check_invariants(part);
  }

  void fully_connected_layers_take_one_form() {
    GraphBuilder b;
    const ValueId x = b.input({2, 3});
    const ValueId y = b.add(Gemm{0.5F, 2, false, false}, {x, b.constant(Tensor::from<float>({3, 1}, {2, 4, 6})),
                                                          b.constant(Tensor::from<float>({1}, {1}))});
    const Graph graph = prepare_for_quantization(b.finish({y}), find_scheme("w8a8-channel-sym"));
    const Node& node = graph.nodes.at(0);
    const auto& gemm = std::get<Gemm>(node.op);
    QVERIFY(gemm.alpha == 1 && gemm.beta == 1 && gemm.transpose_b && !gemm.transpose_a);
    const Tensor& weights = *graph.constant(node.inputs[1]);
    QVERIFY(weights.shape() == Shape({1, 3}));
    QVERIFY(weights.values<float>()[0] == 1 && weights.values<float>()[2] == 3);
    QCOMPARE(graph.constant(node.inputs[2])->values<float>()[0], 2.0F);
  }
};

}  // namespace qs

QTEST_GUILESS_MAIN(qs::TestQuantize)
#include "test_quantize.moc"
