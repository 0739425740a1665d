// Bit operations of small networks, counted by hand.
#include <QtTest/QtTest>

#include "core/analysis/bit_operations.h"
#include "tests/support/graph_builder.h"
#include "tests/support/hand_quantized.h"

namespace qs {

namespace {

/// Two images of 3 x 4 x 4; a 3 x 3 convolution to 5 channels: 5 * 2 * 2 * 27 = 540 products per image; a 1 x 1
/// convolution to 2 channels: 2 * 2 * 2 * 5 = 40.
struct TwoLayers {
  GraphBuilder builder;
  ValueId input = builder.input({2, 3, 4, 4});
  ValueId middle = builder.conv(input, 5, 3);
  ValueId output = builder.conv(middle, 2, 1);
  Graph graph = builder.finish({output});
};

}  // namespace

class TestBitOperations : public QObject {
  Q_OBJECT

 private slots:
  void a_float_network_counts_32_bits() {
    const TwoLayers net;
    QCOMPARE(bit_operations(unquantized(net.graph)), std::int64_t{580} * 32 * 32);
    QCOMPARE(float_bit_operations(580), std::int64_t{580} * 32 * 32);
  }

  void bits_of_weights_times_bits_of_the_input() {
    const TwoLayers net;
    QuantizedGraph quantized = unquantized(net.graph);
    encode(quantized, net.input, per_tensor(0.1F, 0, 8));
    encode(quantized, net.middle, per_tensor(0.1F, 0, 4));
    quantize_weights(quantized, node_of(net.graph, net.middle), {4, GridKind::affine, true}, false);
    quantize_weights(quantized, node_of(net.graph, net.output), {8, GridKind::affine, true}, true);
    QCOMPARE(bit_operations(quantized), std::int64_t{540 * 8 * 4 + 40 * 4 * 8});
  }

  void what_stays_float_counts_32_bits() {
    const TwoLayers net;
    QuantizedGraph quantized = unquantized(net.graph);
    encode(quantized, net.middle, per_tensor(0.1F, 0, 8));
    quantize_weights(quantized, node_of(net.graph, net.middle), {8, GridKind::affine, true}, false);
    QCOMPARE(bit_operations(quantized), std::int64_t{540 * 32 * 8 + 40 * 8 * 32});
  }

  void a_product_of_two_computed_matrices_has_no_weights() {
    GraphBuilder builder;
    const ValueId left = builder.input({1, 2, 3, 4});
    const ValueId right = builder.add(Transpose{{0, 1, 3, 2}}, {left});
    const ValueId product = builder.add(MatMul{}, {left, right});
    const Graph graph = builder.finish({product});
    QuantizedGraph quantized = unquantized(graph);
    encode(quantized, left, per_tensor(0.1F, 0, 8));
    encode(quantized, right, per_tensor(0.1F, 0, 6));
    QCOMPARE(bit_operations(quantized), std::int64_t{2 * 3 * 3 * 4 * 8 * 6});
  }
};

}  // namespace qs

QTEST_GUILESS_MAIN(qs::TestBitOperations)
#include "test_bit_operations.moc"
