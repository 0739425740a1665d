// The operator table as a table, what parsing reads from each form of a node, and how parsed nodes follow the batch.
#include <set>

#include "tests/core/graph/operator_case.h"

using namespace qs;

namespace {

template <class... Alternatives>
std::vector<Op> one_of_each(std::variant<Alternatives...>*) {
  return {Op(Alternatives{})...};
}

/// A node of each operator with every input that the row can want constant.
std::vector<OperatorCase> full_nodes() {
  const CaseInput image = at({1, 4, 8, 8});
  const CaseInput c = weights({4});
  const CaseInput kernel = weights({4, 4, 3, 3});
  const CaseInput no = constant(Tensor::from<bool>({}, {false}));
  const Integers pads{0, 0, 1, 1, 0, 0, 1, 1};
  return {
      {"", "Conv", 13, {}, {image, kernel, c}},
      {"", "ConvTranspose", 13, {}, {image, kernel, c}},
      {"", "BatchNormalization", 13, {}, {image, c, c, c, c}},
      {"", "LayerNormalization", 17, {}, {at({2, 4}), c, c}},
      {"", "Clip", 13, {}, {image, number(0), number(6)}},
      {"", "ReduceMean", 18, {}, {image, list({2, 3})}},
      {"", "Split", 13, {{"axis", std::int64_t{1}}}, {image, list({1, 3})}, 2},
      {"", "Slice", 13, {}, {image, list({0}), list({2}), list({1}), list({1})}},
      {"", "Reshape", 13, {}, {image, list({1, -1})}},
      {"", "Squeeze", 13, {}, {image, list({0})}},
      {"", "Unsqueeze", 13, {}, {image, list({0})}},
      {"", "Pad", 18, {}, {image, list(pads), number(0), list({0, 1, 2, 3})}},
      {"", "Dropout", 13, {}, {image, number(0.5F), no}},
      {"", "Resize", 13, {}, {image, reals({}), reals({1, 1, 2, 2}), list({})}},
      {"", "Upsample", 9, {}, {image, reals({1, 1, 2, 2})}},
  };
}

}  // namespace

class Operators : public QObject {
  Q_OBJECT

 private slots:
  void every_op_has_a_row();
  void rows_are_consistent();
  void constant_inputs_must_be_constant();
  void inputs_are_counted();
  void unread_outputs_do_not_matter();
  void attribute_and_input_forms_agree();
  void defaults_depend_on_the_opset();
  void parsed_nodes_follow_the_batch();
  void what_is_bound_to_its_batch_says_so();
  void multiply_accumulates_by_hand();
};

void Operators::every_op_has_a_row() {
  for (const Op& op : one_of_each(static_cast<Op*>(nullptr))) {
    QCOMPARE(operator_of(op).kind, op.index());
    QVERIFY(!name_of(op).empty());
  }
  QCOMPARE(name_of(Op(Identity{})), std::string_view("Identity"));  // not Dropout
  QCOMPARE(name_of(Op(Resize{})), std::string_view("Resize"));      // not Upsample
  QVERIFY(find_operator("Swish") == nullptr);                       // no operator of opsets 7 to 21
  QVERIFY(find_operator("NonMaxSuppression") == nullptr);
}

void Operators::rows_are_consistent() {
  std::set<std::string_view> names;
  for (const Operator* row : operators()) {
    QVERIFY2(names.insert(row->name).second, "a name occurs twice");
    QVERIFY(row->infer != nullptr);
    QVERIFY(row->min_inputs <= row->max_inputs);
    QCOMPARE(row->why_not.empty(), row->quantizable != Quantizable::no);
    QVERIFY(row->quantizable != Quantizable::weighted || row->multiply_accumulates != nullptr);
    for (int i : row->constant_inputs) QVERIFY(i > 0 && i < row->max_inputs);
  }
}

void Operators::constant_inputs_must_be_constant() {
  std::set<std::string_view> seen;
  for (const OperatorCase& node : full_nodes()) {
    seen.insert(node.type);
    QVERIFY2(!outcome(node).starts_with("error"), outcome(node).c_str());
    for (int i : find_operator(node.type)->constant_inputs) {
      if (i >= static_cast<int>(node.inputs.size())) continue;
      OperatorCase computed = node;
      computed.inputs[static_cast<std::size_t>(i)].constant.reset();
      const std::string found = outcome(computed);
      QVERIFY2(found.find("must be a constant") != std::string::npos, fmt::format("{}: {}", node.type, found).c_str());
    }
  }
  for (const Operator* row : operators()) QVERIFY(row->constant_inputs.empty() || seen.count(row->name) == 1);
}

void Operators::inputs_are_counted() {
  const CaseInput x = at({1, 4, 8, 8});
  const std::pair<OperatorCase, const char*> cases[] = {
      {{"", "Conv", 13, {}, {x}}, "error: input 1 of Conv is missing"},
      {{"", "Conv", 13, {}, {}}, "error: input 0 of Conv is missing"},
      {{"", "Add", 13, {}, {x, absent()}}, "error: input 1 of Add is missing"},
      {{"", "Relu", 13, {}, {x, x}}, "error: Relu has 2 inputs, at most 1 are known"},
      {{"", "Sum", 13, {}, {x, absent(), x}}, "error: input 1 is missing before input 2"},
      {{"", "HardSwish", 13, {}, {x}}, "error: HardSwish exists since opset 14, but the file uses opset 13"},
      {{"", "Gelu", 19, {}, {x}}, "error: Gelu exists since opset 20, but the file uses opset 19"},
      {{"", "Add", 13, {}, {x, at({1}, DType::s64)}}, "error: input 1 has element type s64; only f32 is supported"},
  };
  for (const auto& [node, expected] : cases) QCOMPARE(outcome(node), std::string(expected));
}

void Operators::unread_outputs_do_not_matter() {
  const CaseInput x = at({1, 4, 8, 8});
  const CaseInput c = weights({4});
  const OperatorCase nodes[] = {
      {"", "MaxPool", 8, {{"kernel_shape", Integers{2, 2}}}, {x}},
      {"", "Dropout", 7, {}, {x}},
      {"", "BatchNormalization", 7, {}, {x, c, c, c, c}},
      {"", "LayerNormalization", 17, {{"axis", std::int64_t{1}}}, {x, weights({4, 8, 8})}},
  };
  for (OperatorCase node : nodes) {
    QVERIFY(!outcome(node).starts_with("error"));
    node.outputs = 2;
    QVERIFY(outcome(node).find("is not supported, and something reads it") != std::string::npos);
  }
}

void Operators::attribute_and_input_forms_agree() {
  const CaseInput x = at({4, 3, 2});
  const auto clip = [&](const OperatorCase& node) { return std::get<Clip>(parse(node).op); };
  const Clip by_attribute = clip({"", "Clip", 7, {{"min", -1.0F}, {"max", 2.0F}}, {x}});
  const Clip by_input = clip({"", "Clip", 12, {}, {x, number(-1), number(2)}});
  QCOMPARE(by_attribute.min, by_input.min);
  QCOMPARE(by_attribute.max, by_input.max);
  QCOMPARE(clip({"", "Clip", 12, {}, {x, absent(), number(6)}}).min, -std::numeric_limits<float>::infinity());

  const auto slice = [&](const OperatorCase& node) { return std::get<Slice>(parse(node).op); };
  const Slice old =
      slice({"", "Slice", 7, {{"starts", Integers{1}}, {"ends", Integers{9}}, {"axes", Integers{-1}}}, {x}});
  const Slice now = slice({"", "Slice", 13, {}, {x, list({1}), list({9}), list({-1})}});
  QCOMPARE(old.axes, std::vector<int>{2});
  QCOMPARE(now.axes, old.axes);
  QCOMPARE(now.begin, old.begin);
  QCOMPARE(now.end, old.end);
  QCOMPARE(now.step, Integers{1});

  const auto pad = [&](const OperatorCase& node) { return std::get<Pad>(parse(node).op); };
  const Pad all = pad({"", "Pad", 7, {{"pads", Integers{0, 1, 0, 0, 2, 0}}, {"value", 3.0F}}, {x}});
  const Pad one = pad({"", "Pad", 18, {}, {x, list({1, 2}), number(3), list({1})}});
  QCOMPARE(one.begin, all.begin);
  QCOMPARE(one.end, all.end);
  QCOMPARE(one.value, all.value);

  const auto mean = [&](const OperatorCase& node) { return std::get<ReduceMean>(parse(node).op); };
  QCOMPARE(mean({"", "ReduceMean", 13, {{"axes", Integers{-1, 0}}}, {x}}).axes, (std::vector<int>{0, 2}));
  QCOMPARE(mean({"", "ReduceMean", 18, {}, {x, list({-1, 0})}}).axes, (std::vector<int>{0, 2}));
}

void Operators::defaults_depend_on_the_opset() {
  const CaseInput x = at({2, 3, 4, 5});
  const auto softmax = [&](int opset) { return std::get<Softmax>(parse({"", "Softmax", opset, {}, {x}}).op); };
  QCOMPARE(softmax(11).axis, 1);
  QVERIFY(softmax(11).flattened);
  QCOMPARE(softmax(13).axis, 3);
  QVERIFY(!softmax(13).flattened);
  // Logits [N, C]: both meanings are the same, and are stored the same.
  QVERIFY(!std::get<Softmax>(parse({"", "Softmax", 11, {}, {at({2, 1000})}}).op).flattened);

  const CaseInput none = reals({});
  const auto resize = [](const OperatorCase& node) { return std::get<Resize>(parse(node).op); };
  const Resize ten = resize({"", "Resize", 10, {}, {x, reals({1, 1, 2, 2})}});
  QVERIFY(ten.coordinates == Resize::Coordinates::asymmetric && ten.nearest == Resize::Nearest::floor);
  const Resize eleven = resize({"", "Resize", 11, {}, {x, none, reals({1, 1, 2, 2})}});
  QVERIFY(eleven.coordinates == Resize::Coordinates::half_pixel);
  QVERIFY(eleven.nearest == Resize::Nearest::round_prefer_floor);
}

void Operators::parsed_nodes_follow_the_batch() {
  struct BatchCase {
    OperatorCase node;
    std::int64_t run_at;
    const char* expected;
  };
  const CaseInput none = reals({});
  const BatchCase cases[] = {
      {{"fixed batch of 1", "Reshape", 13, {}, {at({1, 8, 2, 2}), list({1, 32})}}, 5, "5x32"},
      {{"fixed batch of 1, open", "Reshape", 13, {}, {at({1, 8, 2, 2}), list({1, -1})}}, 5, "5x32"},
      {{"batch of 4 written out", "Reshape", 13, {}, {at({4, 8, 2, 2}), list({4, 32})}, 1, 4}, 3, "3x32"},
      {{"open batch", "Reshape", 13, {}, {at({1, 8, 2, 2}), list({-1, 32})}}, 5, "5x32"},
      {{"channel shuffle", "Reshape", 13, {}, {at({1, 6, 4, 4}), list({1, 2, 3, 4, 4})}}, 7, "7x2x3x4x4"},
      {{"pixels in the batch", "Reshape", 13, {}, {at({2, 49, 8}), list({98, 8})}, 1, 2}, 3, "147x8"},
      {{"pixels out of the batch", "Reshape", 13, {}, {at({98, 8}), list({2, 49, 8})}, 1, 2}, 147, "3x49x8"},
      {{"slice of the whole batch", "Slice", 13, {}, {at({2, 8}), list({0, 1}), list({2, 5})}, 1, 2}, 6, "6x4"},
      {{"sizes with a batch", "Resize", 11, {}, {at({2, 3, 4, 4}), none, none, list({2, 3, 8, 8})}, 1, 2},
       6,
       "6x3x8x8"},
      {{"same padding",
        "Conv",
        13,
        {{"auto_pad", std::string("SAME_UPPER")}},
        {at({1, 3, 7, 7}), weights({8, 3, 3, 3})}},
       9,
       "9x8x7x7"},
  };
  for (const auto& [node, run_at, expected] : cases) {
    const std::string found = outcome(node, run_at);
    QVERIFY2(found == expected, fmt::format("{}: {}", node.name, found).c_str());
    QVERIFY2(shapes(node)[0].elements() * run_at == shapes(node, run_at)[0].elements() * node.inputs[0].shape[0],
             node.name);
  }
}

void Operators::what_is_bound_to_its_batch_says_so() {
  const OperatorCase nodes[] = {
      {"squeezes the batch", "Squeeze", 13, {}, {at({1, 8, 1, 1})}},
      {"one row of everything", "Reshape", 13, {}, {at({1, 8, 1, 1}), list({8})}},
      {"splits the batch", "Split", 13, {}, {at({4, 8}), list({1, 3})}, 2, 4},
  };
  for (const OperatorCase& node : nodes) {
    QVERIFY2(!outcome(node).starts_with("error"), node.name);
    QVERIFY2(outcome(node, 6).starts_with("error"), node.name);
  }
}

void Operators::multiply_accumulates_by_hand() {
  Graph graph;
  const auto count = [&](Op op, const std::vector<Shape>& inputs) {
    Node node{"n", std::move(op), {}, {}};
    for (const Shape& shape : inputs) node.inputs.push_back(graph.add_value("v", shape));
    node.outputs = {graph.add_value("y", infer_shapes(node.op, inputs)[0])};
    return multiply_accumulates(graph, node);
  };
  const auto window = [](std::int64_t k) { return Window{{k, k}, {1, 1}, {1, 1}, {0, 0}, {0, 0}}; };
  // 2 images x 8 channels x 3 x 3 positions, each 4 x 3 x 3 products
  QCOMPARE(count(Conv{window(3)}, {{2, 4, 5, 5}, {8, 4, 3, 3}}), 2 * 8 * 9 * 36);
  QCOMPARE(count(Conv{window(3), 4}, {{2, 4, 5, 5}, {4, 1, 3, 3}}), 2 * 4 * 9 * 9);
  // each of 2 x 4 x 5 x 5 inputs meets 8 x 3 x 3 weights
  QCOMPARE(count(ConvTranspose{window(3), {0, 0}}, {{2, 4, 5, 5}, {4, 8, 3, 3}}), 200 * 72);
  QCOMPARE(count(Gemm{.transpose_b = true}, {{2, 512}, {1000, 512}}), 2 * 1000 * 512);
  QCOMPARE(count(MatMul{}, {{7, 2, 5}, {5, 4}}), 7 * 2 * 4 * 5);
  QCOMPARE(count(Relu{}, {{2, 512}}), 0);
}

QTEST_GUILESS_MAIN(Operators)
#include "test_operators.moc"
