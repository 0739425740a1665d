// What is measured of layers, against hand arithmetic and against running the whole network.
#include <QtTest/QtTest>
#include <cmath>

#include "core/analysis/layer_error.h"
#include "core/analysis/sensitivity.h"
#include "core/engine/float/float_backend.h"
#include "core/engine/integer/integer_backend.h"
#include "core/engine/simulated/simulated_backend.h"
#include "tests/support/calibrated.h"
#include "tests/support/graph_builder.h"

namespace qs {

namespace {

Graph three_layers() {
  GraphBuilder b;
  ValueId x = b.add(Relu{}, {b.conv(b.input({1, 3, 6, 6}), 8, 3, 1, true)});
  x = b.add(Relu{}, {b.conv(x, 8, 1, 1, true)});
  const ValueId flat = b.add(Flatten{1}, {b.add(GlobalAveragePool{}, {x})});
  return b.finish({b.add(Gemm{1, 1, false, true}, {flat, b.random({5, 8}), b.random({5})})});
}

struct Prepared {
  QuantizedGraph quantized;
  std::vector<Tensor> images;
};

Prepared prepared(const Scheme& scheme) {
  const Graph graph = three_layers();
  const std::vector<Tensor> images = random_batches(graph, 4, 2);
  return {quantize(graph, calibrated(graph, images), scheme), images};
}

/// SQNR of the outputs of a quantized network over all images.
double output_sqnr(const QuantizedGraph& quantized, const std::vector<Tensor>& images) {
  const auto floats = compile_float(quantized.graph, {.batch = 4, .threads = 0, .taps = {}});
  const auto simulated = compile_simulated(quantized, {.batch = 4, .threads = 0, .taps = {}});
  SquaredError error;
  for (const Tensor& image : images) {
    error += squared_error(floats->run({&image, 1}).outputs[0].values<float>(),
                           simulated->run({&image, 1}).outputs[0].values<float>());
  }
  return sqnr_db(error);
}

bool close(double left, double right) {
  return std::abs(left - right) < 0.05;
}

}  // namespace

class TestLayerError : public QObject {
  Q_OBJECT

 private slots:
  void what_has_added_up_at_the_last_layer_is_the_networks_noise() {
    const Prepared p = prepared(find_scheme("w8a8-channel-sym"));
    const auto layers = layer_errors(p.quantized, integer_backend, p.images, 0);
    QCOMPARE(layers.size(), p.quantized.groups.size());
    QVERIFY(close(sqnr_db(layers.back().accumulated), output_sqnr(p.quantized, p.images)));
    for (const LayerError& layer : layers) {
      QVERIFY2(layer.reason.empty(), layer.reason.c_str());
      QVERIFY(layer.values > 0 && layer.saturated < layer.values);
    }
  }

  /// Fewer bits of weights: about 6 dB each. Of activations nothing changes.
  void a_bit_of_weights_is_six_decibels() {
    Scheme scheme = find_scheme("w8-channel-sym");
    const Prepared eight = prepared(scheme);
    const auto more = layer_errors(eight.quantized, simulated_backend, eight.images, 0);
    scheme.weights.bits = 6;
    const Prepared six = prepared(scheme);
    const auto less = layer_errors(six.quantized, simulated_backend, six.images, 0);
    for (std::size_t i = 0; i < more.size(); ++i) {
      if (!more[i].weights) continue;
      const double lost = more[i].weights->median - less[i].weights->median;
      QVERIFY2(lost > 9 && lost < 15, qPrintable(QString::number(lost)));
    }
  }

  /// Where the range covers everything, nothing is clipped; where it covers a hundredth, clipping is nearly all there
  /// is.
  void clipping_and_rounding() {
    Prepared p = prepared(find_scheme("w8a8-channel-sym"));
    const ValueId value = p.quantized.groups[0].output;
    const Range seen = covered(p.quantized.encoding(value)->channels[0], p.quantized.encoding(value)->grid);
    p.quantized.encodings[value.at()]->channels[0] = cover({0, 2 * seen.max}, {8, GridKind::affine, false});
    const auto wide = layer_errors(p.quantized, simulated_backend, p.images, 0);
    QCOMPARE(wide[0].clipping.noise, 0.0);
    QVERIFY(wide[0].rounding.noise > 0);
    QCOMPARE(wide[0].saturated, std::int64_t{0});
    p.quantized.encodings[value.at()]->channels[0] = cover({0, seen.max / 100}, {8, GridKind::affine, false});
    const auto narrow = layer_errors(p.quantized, simulated_backend, p.images, 0);
    QVERIFY(narrow[0].clipping.noise > 1000 * narrow[0].rounding.noise);
    QVERIFY(narrow[0].saturated > narrow[0].values / 4);
  }

  /// |127| * 255 for one weight with an unsigned input from 0 on, and a bias of 0: log2(2^31 / 32385) = 16.02 bits.
  void headroom_by_hand() {
    GraphBuilder b;
    const ValueId x = b.input({1, 1});
    const Graph graph = b.finish({b.add(Gemm{1, 1, false, true}, {x, b.constant(Tensor::from<float>({1, 1}, {2.0F})),
                                                                  b.constant(Tensor::from<float>({1}, {0.0F}))})});
    Calibration calibration;
    for (ValueId id : values_to_calibrate(graph)) {
      observe(calibration.values[graph.value(id).name], Tensor::from<float>({2, 1}, {0.0F, 1.0F}), 2, "x");
    }
    const QuantizedGraph q = quantize(graph, calibration, find_scheme("w8a8-tensor-sym"));
    QCOMPARE(largest_accumulator(q, {0}).value(), 127.0 * 255.0);
  }

  void each_layer_alone_and_each_left_out() {
    const Prepared p = prepared(find_scheme("w4a8-channel-sym"));
    const Sensitivity sensitivity = layer_sensitivity(p.quantized, p.images, 0);
    QCOMPARE(sensitivity.images, std::int64_t{8});
    QVERIFY(close(sensitivity.sqnr, output_sqnr(p.quantized, p.images)));
    QVERIFY(!sensitivity.layers.empty());
    for (const LayerSensitivity& layer : sensitivity.layers) {
      // The same by running whole networks.
      QuantizedGraph alone = p.quantized;
      QuantizedGraph without = p.quantized;
      for (std::size_t g = 0; g < p.quantized.groups.size(); ++g) {
        const FusedNode& group = p.quantized.groups[g];
        const bool is_it = p.quantized.graph.node(group.node).name == layer.name;
        QuantizedGraph& other = is_it ? without : alone;
        other.weights.erase(group.node);
        other.encodings[group.output.at()].reset();
      }
      for (ValueId input : p.quantized.graph.inputs) alone.encodings[input.at()].reset();
      for (QuantizedGraph* network : {&alone, &without}) {
        for (auto& [id, weights] : network->weights) {
          if (network->encoding(network->graph.node(id).inputs[0]) == nullptr) weights.bias.reset();
        }
      }
      QVERIFY2(close(layer.sqnr_alone, output_sqnr(alone, p.images)), layer.name.c_str());
      QVERIFY2(close(layer.sqnr_without, output_sqnr(without, p.images)), layer.name.c_str());
    }
    QVERIFY(sensitivity.layer_executions_saved > 0);
  }
};

}  // namespace qs

QTEST_GUILESS_MAIN(qs::TestLayerError)
#include "test_layer_error.moc"
