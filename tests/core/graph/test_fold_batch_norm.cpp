// Folding BatchNorm: into which layers, by which equation, and what keeps it from being folded.
#include <limits>

#include "core/graph/passes/fold_batch_norm.h"
#include "tests/core/graph/pass_case.h"

using namespace qs;

namespace {

/// Replaces the constant behind input `i` of the graph's only BatchNorm.
Graph with_parameter(Graph graph, std::size_t i, const Tensor& tensor) {
  for (const Node& node : graph.nodes) {
    if (std::holds_alternative<BatchNorm>(node.op)) graph.constants[node.inputs[i]] = tensor;
  }
  return graph;
}

}  // namespace

class FoldBatchNorm : public QObject {
  Q_OBJECT

 private slots:
  void folds_into_every_layer();
  void stays_with_a_reason();
  void equation_by_hand();
  void impossible_statistics_stay();
  void shared_weights_are_not_touched();
};

void FoldBatchNorm::folds_into_every_layer() {
  const auto after_gemm = [](Gemm op, Shape b, std::optional<Shape> c) {
    return [=](GraphBuilder& g) -> std::vector<ValueId> {
      std::vector<ValueId> inputs{g.input({2, 4}), g.random(b)};
      if (c) inputs.push_back(g.random(*c));
      return {g.batch_norm(g.add(op, inputs))};
    };
  };
  const auto transposed = [](std::int64_t groups, bool bias) {
    return [=](GraphBuilder& g) -> std::vector<ValueId> {
      std::vector<ValueId> inputs{g.input(kImage), g.random({4, 3, 2, 2})};
      if (bias) inputs.push_back(g.random({3 * groups}));
      return {g.batch_norm(g.add(ConvTranspose{square_window(2, 2), {0, 0}, groups}, inputs))};
    };
  };
  const Window padded{{2, 2}, {1, 1}, {1, 1}, {1, 1}, {0, 0}};
  const auto after_conv = [](std::int64_t channels, std::int64_t groups, bool bias) {
    return [=](GraphBuilder& g) -> std::vector<ValueId> {
      return {g.batch_norm(g.conv(g.input(kImage), channels, 3, groups, bias))};
    };
  };
  check_pass({
      {"conv", "fold_batch_norm", after_conv(6, 1, false), "Conv", 1},
      {"conv with bias", "fold_batch_norm", after_conv(6, 1, true), "Conv", 1},
      {"grouped conv", "fold_batch_norm", after_conv(6, 2, true), "Conv", 1},
      {"depthwise conv", "fold_batch_norm", after_conv(4, 4, false), "Conv", 1},
      {"transposed", "fold_batch_norm", transposed(1, false), "ConvTranspose", 1},
      {"transposed, grouped, with bias", "fold_batch_norm", transposed(2, true), "ConvTranspose", 1},
      {"gemm", "fold_batch_norm", after_gemm({}, {4, 5}, std::nullopt), "Gemm", 1},
      {"gemm, alpha, beta, transposed", "fold_batch_norm", after_gemm({0.5F, 3, false, true}, {5, 4}, Shape{5}), "Gemm",
       1},
      {"gemm, one number", "fold_batch_norm", after_gemm({1, 2, false, false}, {4, 5}, Shape{}), "Gemm", 1},
      {"gemm, one row", "fold_batch_norm", after_gemm({}, {4, 5}, Shape{1, 5}), "Gemm", 1},
      {"matmul", "fold_batch_norm",
       [](GraphBuilder& g) -> std::vector<ValueId> {
         return {g.batch_norm(g.add(MatMul{}, {g.input({2, 4}), g.random({4, 5})}))};
       },
       "Gemm", 1},
      {"two after one another", "fold_batch_norm",
       [](GraphBuilder& g) -> std::vector<ValueId> {
         return {g.add(Relu{}, {g.batch_norm(g.batch_norm(g.conv(g.input(kImage), 6, 3)))})};
       },
       "Conv Relu", 2},
      {"through Dropout", "fold_batch_norm",
       [](GraphBuilder& g) -> std::vector<ValueId> {
         const ValueId x = g.conv(g.input(kImage), 6, 3, 1, true);
         return {g.add(Relu{}, {g.batch_norm(g.add(Identity{}, {g.add(Identity{}, {x})}))})};
       },
       "Conv Identity Identity Relu", 1},
      {"through an average and a Flatten", "fold_batch_norm",
       [](GraphBuilder& g) -> std::vector<ValueId> {
         const ValueId x = g.add(GlobalAveragePool{}, {g.conv(g.input(kImage), 6, 3)});
         return {g.batch_norm(g.add(Flatten{1}, {x}))};
       },
       "Conv GlobalAveragePool Flatten", 1},
      {"through averages of what lies inside", "fold_batch_norm",
       [&](GraphBuilder& g) -> std::vector<ValueId> {
         return {g.batch_norm(g.add(AveragePool{padded}, {g.conv(g.input(kImage), 6, 3)}))};
       },
       "Conv AveragePool", 1},
      {"two, the second through a shape", "fold_batch_norm",
       [](GraphBuilder& g) -> std::vector<ValueId> {
         const ValueId x = g.batch_norm(g.conv(g.input(kImage), 6, 3));
         return {g.batch_norm(g.add(Reshape{{0, 0, -1}}, {x}))};
       },
       "Conv Reshape", 2},
      {"1-D", "fold_batch_norm",
       [](GraphBuilder& g) -> std::vector<ValueId> {
         return {g.batch_norm(g.conv(g.input({2, 4, 9}), 6, 3))};
       },
       "Conv", 1},
  });
}

void FoldBatchNorm::stays_with_a_reason() {
  const Window padded{{2, 2}, {1, 1}, {1, 1}, {1, 1}, {0, 0}};
  check_pass({
      {"before a convolution", "fold_batch_norm",
       [](GraphBuilder& g) -> std::vector<ValueId> { return {g.conv(g.batch_norm(g.input(kImage)), 6, 3)}; },
       "BatchNormalization Conv", 0, "it reads an input of the network, and is not folded into Conv_1 behind it"},
      {"averages that count padding", "fold_batch_norm",
       [&](GraphBuilder& g) -> std::vector<ValueId> {
         return {g.batch_norm(g.add(AveragePool{padded, false, true}, {g.conv(g.input(kImage), 6, 3)}))};
       },
       "Conv AveragePool BatchNormalization", 0, "it follows AveragePool_1 (AveragePool)"},
      {"a maximum, which a negative scale turns over", "fold_batch_norm",
       [&](GraphBuilder& g) -> std::vector<ValueId> {
         return {g.batch_norm(g.add(MaxPool{padded}, {g.conv(g.input(kImage), 6, 3)}))};
       },
       "Conv MaxPool BatchNormalization", 0, "it follows MaxPool_1 (MaxPool)"},
      {"a shape that mixes channels", "fold_batch_norm",
       [](GraphBuilder& g) -> std::vector<ValueId> {
         return {g.batch_norm(g.add(Flatten{1}, {g.conv(g.input(kImage), 6, 3)}))};
       },
       "Conv Flatten BatchNormalization", 0, "it follows Flatten_1 (Flatten)"},
      {"a chain that is read elsewhere", "fold_batch_norm",
       [](GraphBuilder& g) -> std::vector<ValueId> {
         const ValueId y = g.add(Identity{}, {g.conv(g.input(kImage), 6, 3)});
         return {g.add(Add{}, {g.batch_norm(y), g.add(Relu{}, {y})})};
       },
       "Conv Identity BatchNormalization Relu Add", 0, "other nodes read the result of Identity_1"},
      {"first of all", "fold_batch_norm",
       [](GraphBuilder& g) -> std::vector<ValueId> { return {g.batch_norm(g.input(kImage))}; }, "BatchNormalization", 0,
       "it reads an input of the network"},
      {"pre-activation", "fold_batch_norm",
       [](GraphBuilder& g) -> std::vector<ValueId> {
         return {g.batch_norm(g.add(Relu{}, {g.conv(g.input(kImage), 6, 3)}))};
       },
       "Conv Relu BatchNormalization", 0, "it follows Relu_1 (Relu)"},
      {"the convolution is read elsewhere", "fold_batch_norm",
       [](GraphBuilder& g) -> std::vector<ValueId> {
         const ValueId y = g.conv(g.input(kImage), 6, 3);
         return {g.add(Add{}, {g.batch_norm(y), g.add(Relu{}, {y})})};
       },
       "Conv BatchNormalization Relu Add", 0, "other nodes read the result of Conv_0"},
      {"the convolution is an output", "fold_batch_norm",
       [](GraphBuilder& g) -> std::vector<ValueId> {
         const ValueId y = g.conv(g.input(kImage), 6, 3);
         return {g.batch_norm(y), y};
       },
       "Conv BatchNormalization", 0, "is an output of the network"},
      {"stack of matrices", "fold_batch_norm",
       [](GraphBuilder& g) -> std::vector<ValueId> {
         return {g.batch_norm(g.add(MatMul{}, {g.input({2, 3, 4}), g.random({4, 5})}))};
       },
       "MatMul BatchNormalization", 0, "no weights to take it in"},
  });
}

// One channel: w = 2, b = 1, scale 3, shift 4, mean 5, variance 16 - epsilon: sigma = 4, w' = 3/4 * 2 = 1.5,
// b' = 4 + (1 - 5) * 3/4 = 1.
void FoldBatchNorm::equation_by_hand() {
  const float epsilon = 0.25F;
  GraphBuilder g;
  const auto one = [&](float value) { return g.constant(Tensor::from<float>({1}, {value})); };
  const ValueId weights = g.constant(Tensor::from<float>({1, 1, 1, 1}, {2}));
  const ValueId y = g.add(Conv{square_window(2, 1)}, {g.input({1, 1, 1, 1}), weights, one(1)});
  const Graph before = g.finish({g.add(BatchNorm{epsilon}, {y, one(3), one(4), one(5), one(16 - epsilon)})});
  const Graph after = fold_batch_norm(before).graph;
  const Node& conv = after.nodes.at(0);
  QCOMPARE(after.constant(conv.inputs[1])->values<float>()[0], 1.5F);
  QCOMPARE(after.constant(conv.inputs[2])->values<float>()[0], 1.0F);
  QCOMPARE(conv.name, std::string("Conv_0"));
  QCOMPARE(after.value(conv.inputs[1]).name, before.value(weights).name);
}

void FoldBatchNorm::impossible_statistics_stay() {
  GraphBuilder g;
  const Graph graph = g.finish({g.batch_norm(g.conv(g.input(kImage), 1, 3))});
  const std::pair<std::size_t, float> parameters[] = {{4, -1.0F},
                                                      {4, std::numeric_limits<float>::quiet_NaN()},
                                                      {1, std::numeric_limits<float>::infinity()},
                                                      {1, 3e38F}};
  for (const auto& [i, value] : parameters) {
    const Graph odd = with_parameter(with_parameter(graph, 4, Tensor::from<float>({1}, {0.001F})), i,
                                     Tensor::from<float>({1}, {value}));
    const PassResult result = fold_batch_norm(odd);
    QCOMPARE(operator_names(result.graph), std::string("Conv BatchNormalization"));
    QVERIFY(result.kept.at(0).text.find("infinite") != std::string::npos);
  }
}

void FoldBatchNorm::shared_weights_are_not_touched() {
  GraphBuilder g;
  const ValueId x = g.input(kImage);
  const ValueId weights = g.random({4, 4, 1, 1});
  const Conv conv{square_window(2, 1)};
  const ValueId first = g.batch_norm(g.add(conv, {x, weights}));
  const Graph before = g.finish({g.add(conv, {first, weights})});
  const PassResult result = fold_batch_norm(before);
  QCOMPARE(operator_names(result.graph), std::string("Conv Conv"));
  QVERIFY(difference(before, result.graph).empty());
  std::vector<std::string> names;
  for (const auto& [id, tensor] : result.graph.constants) names.push_back(result.graph.value(id).name);
  std::sort(names.begin(), names.end());
  QVERIFY(std::adjacent_find(names.begin(), names.end()) == names.end());
}

QTEST_GUILESS_MAIN(FoldBatchNorm)
#include "test_fold_batch_norm.moc"
