// Angles between weights.
#include <QtTest/QtTest>
#include <cmath>

#include "core/base/rng.h"
#include "core/graph/networks/networks.h"
#include "core/quant/encoding.h"
#include "core/train/weight_cosine.h"
#include "tests/support/table.h"

namespace qs {

namespace {

std::vector<float> quantized(std::span<const float> values, int bits) {
  const Grid grid{.bits = bits, .kind = GridKind::symmetric_restricted, .is_signed = true};
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  std::vector<float> result(values.size());
  fake_quantize(values, cover({*low, *high}, grid), grid, result);
  return result;
}

Graph small_network(std::uint64_t seed, double width = 4) {
  return build_network(network("plain_cnn"), {{"width", width}, {"stages", 1}}, {3, 8, 8}, 2, seed);
}

}  // namespace

class TestWeightCosine : public QObject {
  Q_OBJECT

 private slots:
  /// spec/methods.md section 25 (f): w = (.7, -.35, .1, .05) in 4 bits, s = .1.
  void worked_example() {
    const std::vector<float> w = {0.7F, -0.35F, 0.1F, 0.05F};
    const std::vector<float> q = {0.7F, -0.4F, 0.1F, 0.1F};
    QVERIFY(std::abs(*cosine_similarity(w, q) - 0.99674096) < 1e-7);
  }

  /// The same section: N(0, 1) values with a scale of their largest magnitude keep .99994 in 8 bits and .981 in 4.
  void normal_values() {
    std::vector<float> values(100'000);
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(random_normal(5, i));
    QVERIFY(std::abs(*cosine_similarity(values, quantized(values, 8)) - 0.99994) < 2e-5);
    QVERIFY(std::abs(*cosine_similarity(values, quantized(values, 4)) - 0.981) < 5e-3);
  }

  void angles_do_not_depend_on_lengths() {
    const std::vector<float> a = {1, 2, 3};
    const std::vector<float> b = {-2, -4, -6};
    const std::vector<float> c = {3, 0, -1};
    const std::vector<float> zero = {0, 0, 0};
    const std::vector<float> large = {1e30F, 2e30F, 3e30F};  // whose squares no float holds
    QCOMPARE(*cosine_similarity(a, a), 1.0);
    QCOMPARE(*cosine_similarity(a, b), -1.0);
    QCOMPARE(*cosine_similarity(a, c), 0.0);
    QVERIFY(std::abs(*cosine_similarity(a, large) - 1) < 1e-7);
    QVERIFY(!cosine_similarity(a, zero) && !cosine_similarity(zero, a) && !cosine_similarity({}, {}));
  }

  void layers_are_found_by_name() {
    const Graph graph = small_network(1);
    const std::vector<WeightCosine> same = weight_cosines(graph, graph);
    QCOMPARE(same.size(), std::size_t{3});  // two convolutions and the classifier
    for (const WeightCosine& each : same) QVERIFY(std::abs(*each.cosine - 1) < 1e-12);
    QCOMPARE(same.front().layer, std::string("conv_1"));
    for (const WeightCosine& each : weight_cosines(graph, small_network(2))) QVERIFY(std::abs(*each.cosine) < 0.5);
    QS_CONTAINS(refusal_of([&] { (void)weight_cosines(graph, small_network(1, 8)); }),
                "layer \"conv_1\" has weights 4x3x3x3 in one network and 8x3x3x3 in the other");
    Graph other = graph;
    other.nodes.front().name = "first";
    QS_CONTAINS(refusal_of([&] { (void)weight_cosines(graph, other); }), "layer \"conv_1\" is in one network only");
  }
};

}  // namespace qs

QTEST_GUILESS_MAIN(qs::TestWeightCosine)
#include "test_weight_cosine.moc"
