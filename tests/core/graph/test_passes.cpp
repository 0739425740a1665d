// What each pass does to small graphs and why it leaves others alone (fold_batch_norm: test_fold_batch_norm.cpp).
#include <QtTest/QtTest>

#include <numbers>

#include "tests/core/graph/pass_case.h"

using namespace qs;

class Passes : public QObject {
  Q_OBJECT

 private slots:
  void the_list();
  void identities();
  void swish();
  void hard_sigmoid();
  void hard_swish();
  void gelu();
  void matmul_and_add();
  void unused();
  void relu6();
  void dead_channels();
  void all_passes_together();
  void long_chains_are_no_burden();
};

void Passes::the_list() {
  for (const auto list : {passes(), optional_passes()}) {
    for (const Pass* each : list) {
      QVERIFY(&pass(each->id) == each);
      QVERIFY(!each->title.empty() && each->summary.ends_with("."));
    }
  }
  for (const Pass* each : passes()) QVERIFY(each->equivalence == Equivalence::exact);
  QCOMPARE(name_of(pass("relu6_to_relu").equivalence), std::string_view("approximate"));
  QVERIFY_THROWS_EXCEPTION(Error, static_cast<void>(pass("fold_everything")));
}

void Passes::identities() {
  const Pad no_pads{{0, 0, 0, 0}, {0, 0, 0, 0}, Pad::Mode::reflect, 0};
  check_pass({
      {"in the middle", "remove_identity",
       [](GraphBuilder& g) -> std::vector<ValueId> {
         const ValueId x = g.add(Relu{}, {g.input(kImage)});
         return {g.add(Tanh{}, {g.add(Identity{}, {g.add(Identity{}, {x})})})};
       },
       "Relu Tanh", 2},
      {"all kinds", "remove_identity",
       [&](GraphBuilder& g) -> std::vector<ValueId> {
         const ValueId x = g.add(Sum{}, {g.add(Concat{1}, {g.add(no_pads, {g.add(Cast{}, {g.input(kImage)})})})});
         return {g.add(Tanh{}, {x})};
       },
       "Tanh", 4},
      {"at the end: the output keeps its name", "remove_identity",
       [](GraphBuilder& g) -> std::vector<ValueId> { return {g.add(Identity{}, {g.add(Relu{}, {g.input(kImage)})})}; },
       "Relu", 1},
      {"at the end and read on", "remove_identity",
       [](GraphBuilder& g) -> std::vector<ValueId> {
         const ValueId x = g.add(Identity{}, {g.add(Relu{}, {g.input(kImage)})});
         return {x, g.add(Tanh{}, {x})};
       },
       "Relu Tanh", 1},
      {"input to output", "remove_identity",
       [](GraphBuilder& g) -> std::vector<ValueId> { return {g.add(Identity{}, {g.input(kImage)})}; }, "Identity", 0,
       "an input of the network"},
      {"one result under two names", "remove_identity",
       [](GraphBuilder& g) -> std::vector<ValueId> {
         const ValueId x = g.add(Relu{}, {g.input(kImage)});
         return {x, g.add(Identity{}, {x})};
       },
       "Relu Identity", 0, "under another name"},
      {"pads something", "remove_identity",
       [](GraphBuilder& g) -> std::vector<ValueId> {
         return {g.add(Pad{{0, 0, 0, 0}, {0, 0, 0, 1}, Pad::Mode::constant, 0}, {g.input(kImage)})};
       },
       "Pad", 0},
  });
}

void Passes::swish() {
  check_pass({
      {"x * sigmoid(x)", "fuse_swish",
       [](GraphBuilder& g) -> std::vector<ValueId> {
         const ValueId x = g.input(kImage);
         return {g.add(Mul{}, {x, g.add(Sigmoid{}, {x})})};
       },
       "Swish", 1},
      {"sigmoid(x) * x, read on", "fuse_swish",
       [](GraphBuilder& g) -> std::vector<ValueId> {
         const ValueId x = g.add(Relu{}, {g.input(kImage)});
         return {g.add(Tanh{}, {g.add(Mul{}, {g.add(Sigmoid{}, {x}), x})}), x};
       },
       "Relu Swish Tanh", 1},
      {"of something else: squeeze and excite", "fuse_swish",
       [](GraphBuilder& g) -> std::vector<ValueId> {
         const ValueId x = g.input(kImage);
         return {g.add(Mul{}, {x, g.add(Sigmoid{}, {g.add(GlobalAveragePool{}, {x})})})};
       },
       "GlobalAveragePool Sigmoid Mul", 0},
      {"the sigmoid is an output", "fuse_swish",
       [](GraphBuilder& g) -> std::vector<ValueId> {
         const ValueId x = g.input(kImage);
         const ValueId s = g.add(Sigmoid{}, {x});
         return {g.add(Mul{}, {x, s}), s};
       },
       "Sigmoid Mul", 0, "another node reads"},
      {"twice as much", "fuse_swish",
       [](GraphBuilder& g) -> std::vector<ValueId> {
         const ValueId x = g.input(kImage);
         return {g.add(Mul{}, {g.number(2), g.add(Mul{}, {x, g.add(Sigmoid{}, {x})})})};
       },
       "Swish Mul", 1},
      {"squared", "fuse_swish",
       [](GraphBuilder& g) -> std::vector<ValueId> {
         const ValueId s = g.add(Sigmoid{}, {g.input(kImage)});
         return {g.add(Mul{}, {s, s})};
       },
       "Sigmoid Mul", 0},
  });
}

void Passes::hard_sigmoid() {
  const auto gate = [](float shift, float top, float divisor) {
    return [=](GraphBuilder& g) -> std::vector<ValueId> {
      const ValueId sum = g.add(Add{}, {g.number(shift), g.input(kImage)});
      return {g.add(Div{}, {g.add(Clip{0, top}, {sum}), g.number(divisor)})};
    };
  };
  check_pass({
      {"clip(x + 3, 0, 6) / 6", "fuse_hard_sigmoid", gate(3, 6, 6), "HardSigmoid", 1},
      {"clip(x + 1, 0, 2) / 2", "fuse_hard_sigmoid", gate(1, 2, 2), "HardSigmoid", 1},
      {"reaches 2", "fuse_hard_sigmoid", gate(3, 6, 3), "Add Clip Div", 0},
      {"the sum is an output", "fuse_hard_sigmoid",
       [](GraphBuilder& g) -> std::vector<ValueId> {
         const ValueId sum = g.add(Add{}, {g.input(kImage), g.number(3)});
         return {g.add(Mul{}, {g.add(Clip{0, 6}, {sum}), g.number(1.0F / 6)}), sum};
       },
       "Add Clip Mul", 0, "something else reads"},
  });
}

void Passes::hard_swish() {
  const auto clipped = [](GraphBuilder& g, ValueId x) { return g.add(Clip{0, 6}, {g.add(Add{}, {x, g.number(3)})}); };
  const auto with_input = [](auto&& body) {
    return [body](GraphBuilder& g) -> std::vector<ValueId> { return {body(g, g.input(kImage))}; };
  };
  check_pass({
      {"(x * clip) / 6", "fuse_hard_swish", with_input([&](GraphBuilder& g, ValueId x) {
         return g.add(Div{}, {g.add(Mul{}, {x, clipped(g, x)}), g.number(6)});
       }),
       "HardSwish", 1},
      {"x * (clip / 6)", "fuse_hard_swish", with_input([&](GraphBuilder& g, ValueId x) {
         return g.add(Mul{}, {x, g.add(Div{}, {clipped(g, x), g.number(6)})});
       }),
       "HardSwish", 1},
      {"(x / 6) * clip", "fuse_hard_swish", with_input([&](GraphBuilder& g, ValueId x) {
         return g.add(Mul{}, {g.add(Mul{}, {g.number(1.0F / 6), x}), clipped(g, x)});
       }),
       "HardSwish", 1},
      {"x * hard_sigmoid(x)", "fuse_hard_swish", with_input([](GraphBuilder& g, ValueId x) {
         return g.add(Mul{}, {g.add(HardSigmoid{1.0F / 6, 0.5F}, {x}), x});
       }),
       "HardSwish", 1},
      {"another hard sigmoid", "fuse_hard_swish", with_input([](GraphBuilder& g, ValueId x) {
         return g.add(Mul{}, {g.add(HardSigmoid{0.2F, 0.5F}, {x}), x});
       }),
       "HardSigmoid Mul", 0},
      {"not divided", "fuse_hard_swish", with_input([&](GraphBuilder& g, ValueId x) {
         return g.add(Mul{}, {x, clipped(g, x)});
       }),
       "Add Clip Mul", 0},
      {"another shift", "fuse_hard_swish", with_input([](GraphBuilder& g, ValueId x) {
         const ValueId gate = g.add(Clip{0, 6}, {g.add(Add{}, {x, g.number(2)})});
         return g.add(Div{}, {g.add(Mul{}, {x, gate}), g.number(6)});
       }),
       "Add Clip Mul Div", 0},
      {"6 divided by it", "fuse_hard_swish", with_input([&](GraphBuilder& g, ValueId x) {
         const ValueId one = g.add(Add{}, {clipped(g, x), g.number(1)});
         return g.add(Div{}, {g.number(6), g.add(Mul{}, {x, one})});
       }),
       "Add Clip Add Mul Div", 0},
      {"of a constant that widens", "fuse_hard_swish", with_input([&](GraphBuilder& g, ValueId x) {
         const ValueId sixth = g.constant(Tensor::from<float>({1, 1, 1, 1, 1}, {1.0F / 6}));
         return g.add(Reshape{{0, -1}},
                      {g.add(Transpose{{1, 0, 2, 3, 4}}, {g.add(Mul{}, {sixth, g.add(Mul{}, {x, clipped(g, x)})})})});
       }),
       "Add Clip Mul Mul Transpose Reshape", 0},
  });
}

void Passes::gelu() {
  const float root = std::numbers::sqrt2_v<float>;
  const auto one_plus_erf = [](GraphBuilder& g, ValueId scaled) {
    return g.add(Add{}, {g.add(Erf{}, {scaled}), g.number(1)});
  };
  const auto with_input = [](auto&& body) {
    return [body](GraphBuilder& g) -> std::vector<ValueId> { return {body(g, g.input(kImage))}; };
  };
  check_pass({
      {"PyTorch: x * (1 + erf(x / sqrt 2)) * 0.5", "fuse_gelu", with_input([=](GraphBuilder& g, ValueId x) {
         const ValueId gate = one_plus_erf(g, g.add(Div{}, {x, g.number(root)}));
         return g.add(Mul{}, {g.add(Mul{}, {x, gate}), g.number(0.5F)});
       }),
       "Gelu", 1},
      {"(0.5 * x) * (1 + erf(x * sqrt 0.5))", "fuse_gelu", with_input([=](GraphBuilder& g, ValueId x) {
         const ValueId gate = one_plus_erf(g, g.add(Mul{}, {g.number(1 / root), x}));
         return g.add(Mul{}, {g.add(Mul{}, {g.number(0.5F), x}), gate});
       }),
       "Gelu", 1},
      {"x * ((1 + erf) / 2)", "fuse_gelu", with_input([=](GraphBuilder& g, ValueId x) {
         const ValueId gate = one_plus_erf(g, g.add(Div{}, {x, g.number(root)}));
         return g.add(Mul{}, {x, g.add(Div{}, {gate, g.number(2)})});
       }),
       "Gelu", 1},
      {"another scale", "fuse_gelu", with_input([=](GraphBuilder& g, ValueId x) {
         const ValueId gate = one_plus_erf(g, g.add(Mul{}, {x, g.number(0.75F)}));
         return g.add(Mul{}, {x, g.add(Div{}, {gate, g.number(2)})});
       }),
       "Mul Erf Add Div Mul", 0},
  });
}

void Passes::matmul_and_add() {
  const auto product = [](Shape b, Shape c, bool constants) {
    return [=](GraphBuilder& g) -> std::vector<ValueId> {
      const ValueId x = g.add(Flatten{1}, {g.input({2, 3, 4})});
      const ValueId matrix = constants ? g.random(b) : g.add(Relu{}, {g.input(b, "b")});
      return {g.add(Add{}, {g.random(c), g.add(MatMul{}, {x, matrix})})};
    };
  };
  check_pass({
      {"bias", "fuse_matmul_add", product({12, 5}, {5}, true), "Flatten Gemm", 1},
      {"one row", "fuse_matmul_add", product({12, 5}, {1, 5}, true), "Flatten Gemm", 1},
      {"one number", "fuse_matmul_add", product({12, 5}, {}, true), "Flatten Gemm", 1},
      {"widened", "fuse_matmul_add", product({12, 5}, {1, 1, 5}, true), "Flatten MatMul Add", 0, "from row to row"},
      {"stack", "fuse_matmul_add",
       [](GraphBuilder& g) -> std::vector<ValueId> {
         return {g.add(Add{}, {g.add(MatMul{}, {g.input({2, 3, 4}), g.random({4, 5})}), g.random({5})})};
       },
       "MatMul Add", 0, "stacks of matrices"},
      {"the product is read elsewhere", "fuse_matmul_add",
       [](GraphBuilder& g) -> std::vector<ValueId> {
         const ValueId y = g.add(MatMul{}, {g.input({2, 4}), g.random({4, 5})});
         return {g.add(Add{}, {y, g.random({5})}), y};
       },
       "MatMul Add", 0, "something else reads"},
  });
  // A computed matrix cannot be scaled with the batch, so this one is looked at without running it.
  GraphBuilder g;
  const auto outputs = product({12, 5}, {5}, false)(g);
  const PassResult result = pass("fuse_matmul_add").rewrite(g.finish(outputs));
  QCOMPARE(result.changed.size(), std::size_t{0});
  QVERIFY(result.kept.at(0).text.find("computed") != std::string::npos);
}

void Passes::unused() {
  GraphBuilder g;
  const ValueId x = g.input(kImage);
  const ValueId spare = g.input({2, 3}, "spare");
  const ValueId y = g.add(Relu{}, {x});
  const ValueId dead = g.add(Mul{}, {spare, g.random({3})});
  g.add(Tanh{}, {dead});
  const Graph before = g.finish({y});
  const PassResult result = pass("remove_unused").rewrite(before);
  QCOMPARE(operator_names(result.graph), std::string("Relu"));
  QCOMPARE(result.changed.size(), std::size_t{2});
  QCOMPARE(result.graph.values.size(), std::size_t{3});  // two inputs, one result
  QCOMPARE(result.graph.constants.size(), std::size_t{0});
  QCOMPARE(result.graph.inputs.size(), std::size_t{2});  // an input is part of the network even if nothing reads it
  QVERIFY(difference(before, result.graph).empty());
}

void Passes::relu6() {
  const auto activation = [](float min, float max) {
    return [=](GraphBuilder& g) -> std::vector<ValueId> {
      return {g.add(Tanh{}, {g.add(Clip{min, max}, {g.add(Clip{-1, 4}, {g.input(kImage)})})})};
    };
  };
  check_pass({
      {"ReLU6 of what stays below 6", "relu6_to_relu", activation(0, 6), "Clip Relu Tanh", 1},
      {"another bound", "relu6_to_relu", activation(0, 3), "Clip Clip Tanh", 0},
      {"another lower bound", "relu6_to_relu", activation(-1, 6), "Clip Clip Tanh", 0},
      {"a gate", "relu6_to_relu",
       [](GraphBuilder& g) -> std::vector<ValueId> {
         const ValueId x = g.input(kImage);
         return {g.add(Mul{}, {x, g.add(Clip{0, 6}, {g.add(Add{}, {x, g.number(2)})})})};
       },
       "Add Clip Mul", 0, "Mul_2 (Mul) reads it as a gate"},
  });
  // What it is not: the same numbers.
  GraphBuilder g;
  const Graph before = g.finish({g.add(Clip{0, 6}, {g.input({1, 1, 1, 2})})});
  const Graph after = pass("relu6_to_relu").rewrite(before).graph;
  const Tensor x = Tensor::from<float>({1, 1, 1, 2}, {5, 9});
  QCOMPARE(compile_reference(after, {1, 0, {}})->run(std::vector{x}).outputs[0].values<float>()[1], 9.0F);
}

// Three output channels of two weights; the layer's largest is 4, a millionth of it 4e-6.
void Passes::dead_channels() {
  const auto notes = [](const std::vector<float>& weights, const Op& op, Shape shape, Shape image) {
    GraphBuilder g;
    const ValueId w = g.constant(Tensor::from<float>(std::move(shape), weights));
    const Graph before = g.finish({g.add(op, {g.input(std::move(image)), w})});
    const PassResult result = pass("find_dead_channels").rewrite(before);
    std::string text = result.changed.empty() && difference(before, result.graph).empty() ? "" : "changed it! ";
    for (const PassNote& note : result.kept) text += note.node + ": " + note.text + "\n";
    return text;
  };
  const Conv conv{square_window(2, 1), 1};
  const Shape image{1, 2, 3, 3};
  QCOMPARE(notes({1, 2, -4, 3, 0, 1}, conv, {3, 2, 1, 1}, image), "");
  QCOMPARE(notes({0, 0, -4, 3, 0, 5e-6F}, conv, {3, 2, 1, 1}, image),
           "Conv_0: 1 of 3 output channels are dead, all weights being 0: 0\n");
  QCOMPARE(notes({1, 2, -4, 3, 0, 3e-6F}, conv, {3, 2, 1, 1}, image),
           "Conv_0: 1 of 3 output channels are nearly dead, all weights below 1e-6 of the layer's largest: 2\n");
  QCOMPARE(notes({0, 1, 0, 0, 2, 0}, Gemm{}, {2, 3}, {1, 2}),
           "Gemm_0: 2 of 3 output channels are dead, all weights being 0: 0, 2\n");
  QCOMPARE(notes(std::vector<float>(12, 0.0F), conv, {12, 1, 1, 1}, {1, 1, 3, 3}),
           "Conv_0: 12 of 12 output channels are dead, all weights being 0: 0, 1, 2, 3, 4, 5, 6, 7 and 4 more\n");
}

void Passes::all_passes_together() {
  GraphBuilder g;
  const ValueId a = g.add(Identity{}, {g.batch_norm(g.conv(g.input({2, 3, 8, 8}), 4, 3))});
  const ValueId b = g.add(Mul{}, {a, g.add(Identity{}, {g.add(Sigmoid{}, {a})})});
  const ValueId c = g.batch_norm(g.conv(b, 4, 1, 4, true));
  const ValueId d = g.add(Add{}, {b, c});
  const ValueId gate = g.add(Div{}, {g.add(Clip{0, 6}, {g.add(Add{}, {d, g.number(3)})}), g.number(6)});
  const ValueId e = g.add(Flatten{1}, {g.add(GlobalAveragePool{}, {g.add(Mul{}, {d, gate})})});
  const ValueId f = g.add(Add{}, {g.add(MatMul{}, {e, g.random({4, 10})}), g.random({10})});
  const Graph before = g.finish({g.add(Identity{}, {g.batch_norm(f)})});
  const PassResult result = run_passes(before, passes());
  QCOMPARE(operator_names(result.graph), std::string("Conv Swish Conv Add HardSwish GlobalAveragePool Flatten Gemm"));
  const std::string different = difference(before, result.graph);
  QVERIFY2(different.empty(), different.c_str());
  // A second run finds nothing left to do.
  QCOMPARE(run_passes(result.graph, passes()).changed.size(), std::size_t{0});
}

// Products are only looked at as far as a pattern reaches: a chain of many is linear work, not quadratic, and no
// recursion.
void Passes::long_chains_are_no_burden() {
  GraphBuilder g;
  ValueId x = g.input({1, 2});
  for (int i = 0; i < 20000; ++i) x = g.add(Mul{}, {x, g.number(1)});
  const Graph graph = g.finish({x});
  QCOMPARE(run_passes(graph, passes()).graph.nodes.size(), std::size_t{20000});
}

QTEST_GUILESS_MAIN(Passes)
#include "test_passes.moc"
