// Channels scaled at random between layers: the same outputs, and weights that one scale no longer fits.
#include <QtTest/QtTest>
#include <algorithm>

#include "core/analysis/output_comparison.h"
#include "core/analysis/weight_sqnr.h"
#include "core/graph/networks/networks.h"
#include "core/quant/quantized_graph.h"
#include "tests/core/graph/pass_case.h"

using namespace qs;

namespace {

const Pass& unbalance() {
  return pass("unbalance");
}

Graph mobilenet(bool relu6) {
  return build_network(network("mobilenet_v1"), {{"width", 0.25}, {"relu6", relu6 ? 1 : 0}}, {3, 32, 32}, 10, 1);
}

bool outputs_stay(const Graph& before, const Graph& after) {
  const std::vector<std::vector<Tensor>> inputs{random_inputs(before, 1)};
  return compare_outputs(before, after, inputs).identical();
}

/// Mean SQNR of 8-bit weights of all layers that match, in dB.
double weights_sqnr(const Graph& graph, Granularity granularity, std::string_view pattern) {
  Scheme scheme;
  scheme.weights.granularity = granularity;
  const Graph prepared = prepare_for_quantization(graph, scheme);
  double sum = 0;
  int layers = 0;
  for (const WeightSqnr& layer : weight_sqnr(prepared, scheme)) {
    if (!matches(pattern, layer.layer)) continue;
    sum += sqnr_db(layer.total);
    ++layers;
  }
  return sum / layers;
}

std::string kept_reason(const PassResult& result, const std::string& node) {
  const auto found = std::ranges::find(result.kept, node, &PassNote::node);
  return found == result.kept.end() ? "" : found->text;
}

}  // namespace

class TestUnbalance : public QObject {
  Q_OBJECT

 private slots:
  void outputs_stay_to_the_last_bit() {
    const Graph network = mobilenet(false);
    const PassResult result = unbalance().rewrite(network);
    QCOMPARE(result.changed.size(), std::size_t{13});  // each pointwise convolution (and the first) with the depthwise
    QVERIFY(outputs_stay(network, result.graph));
    const Graph folded = pass("fold_batch_norm").rewrite(network).graph;
    const PassResult later = unbalance().rewrite(folded);
    QCOMPARE(later.changed.size(), std::size_t{13});
    QVERIFY(outputs_stay(folded, later.graph));
    const Graph resnet = build_network(qs::network("resnet_cifar"), {{"depth", 8}}, {3, 16, 16}, 10, 1);
    const PassResult blocks = unbalance().rewrite(resnet);
    QCOMPARE(blocks.changed.size(), std::size_t{3});
    QVERIFY(outputs_stay(resnet, blocks.graph));
  }

  void small_chains_data() {
    QTest::addColumn<bool>("norm");
    QTest::addColumn<int>("groups");
    for (const bool norm : {false, true}) {
      for (const int groups : {1, 2, 4}) QTest::addRow("norm %d groups %d", norm, groups) << norm << groups;
    }
  }
  // Through BatchNorm with statistics of all kinds, LeakyReLU, a pooling and groups; the first layer has a bias.
  void small_chains() {
    QFETCH(bool, norm);
    QFETCH(int, groups);
    GraphBuilder g;
    ValueId x = g.conv(g.input({1, 3, 9, 9}), 4, 3, 1, true);
    if (norm) x = g.batch_norm(x);
    x = g.add(MaxPool{square_window(2, 2)}, {g.add(LeakyRelu{0.25F}, {x})});
    const Graph before = g.finish({g.batch_norm(g.conv(x, 8, 3, groups, true))});
    const PassResult result = unbalance().rewrite(before);
    QCOMPARE(result.changed.size(), std::size_t{1});
    QVERIFY(difference(before, result.graph).empty());
    QVERIFY(outputs_stay(before, result.graph));
    // What folding remembers follows: both ways round, the same.
    const Graph after_folding = unbalance().rewrite(pass("fold_batch_norm").rewrite(before).graph).graph;
    const Graph before_folding = pass("fold_batch_norm").rewrite(result.graph).graph;
    for (const auto& [layer, record] : after_folding.folded) {
      const FoldedBatchNorm& other = before_folding.folded.at(layer);
      QVERIFY(std::ranges::equal(record.scale.values<float>(), other.scale.values<float>()));
      QVERIFY(std::ranges::equal(record.shift.values<float>(), other.shift.values<float>()));
      QVERIFY(std::ranges::equal(record.weights.values<float>(), other.weights.values<float>()));
    }
  }

  // Factors from 1/8 to 8, uniform in their logarithm, squared: the mean is 7.3, the largest 64, so that of 8 bits some
  // 9 dB go.
  void one_scale_for_all_channels_no_longer_fits() {
    const Graph before = mobilenet(false);
    const Graph after = unbalance().rewrite(before).graph;
    for (const char* layers : {"conv_dw_*", "conv_pw_*"}) {
      const double fallen =
          weights_sqnr(before, Granularity::tensor, layers) - weights_sqnr(after, Granularity::tensor, layers);
      QVERIFY2(fallen > 5, std::to_string(fallen).c_str());
      const double per_channel =
          weights_sqnr(before, Granularity::channel, layers) - weights_sqnr(after, Granularity::channel, layers);
      QVERIFY2(std::abs(per_channel) < 1.5, std::to_string(per_channel).c_str());
    }
  }

  void what_cannot_be_scaled_stays_with_a_reason() {
    const Graph bounded = mobilenet(true);
    const PassResult result = unbalance().rewrite(bounded);
    QVERIFY(result.changed.empty());
    QVERIFY(kept_reason(result, "conv_pw_3").find("conv_pw_3_relu cuts all channels off at one bound") == 0);
    const PassResult unbound = unbalance().rewrite(mobilenet(false));
    QVERIFY(kept_reason(unbound, "conv_pw_13").find("does not pass through pool (GlobalAveragePool)") !=
            std::string::npos);
    QVERIFY(kept_reason(unbound, "conv_dw_3").find("would multiply up") != std::string::npos);
    const Graph resnet = build_network(network("resnet_cifar"), {{"depth", 8}}, {3, 16, 16}, 10, 1);
    const PassResult blocks = unbalance().rewrite(resnet);
    QVERIFY(kept_reason(blocks, "conv_1").find("read in several places") != std::string::npos);
    QVERIFY(kept_reason(blocks, "stage_2_block_1_shortcut").find("(Add)") != std::string::npos);
  }

  void same_every_time() {
    const Graph network = mobilenet(false);
    const Graph first = unbalance().rewrite(network).graph;
    const Graph second = unbalance().rewrite(network).graph;
    for (const auto& [id, tensor] : first.constants) {
      QVERIFY(std::ranges::equal(tensor.values<float>(), second.constant(id)->values<float>()));
    }
  }
};

QTEST_GUILESS_MAIN(TestUnbalance)
#include "test_unbalance.moc"
