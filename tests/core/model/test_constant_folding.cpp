// Constant folding, worked out by hand after the operators' pages at https://onnx.ai/onnx/operators.
#include "core/model/constant_folding.h"

#include <QtTest/QtTest>

#include "tests/support/table.h"

using namespace qs;

namespace {

Tensor f32(Shape shape, std::initializer_list<float> values) {
  return Tensor::from<float>(std::move(shape), values);
}
Tensor s64(Shape shape, std::initializer_list<std::int64_t> values) {
  return Tensor::from<std::int64_t>(std::move(shape), values);
}
Tensor list(std::initializer_list<std::int64_t> values) {
  return s64({static_cast<std::int64_t>(values.size())}, values);
}
Tensor one(std::int64_t value) {
  return s64({}, {value});
}
Tensor yes_no(Shape shape, std::initializer_list<bool> values) {
  return Tensor::from<bool>(std::move(shape), values);
}

using Items = std::vector<std::pair<std::string, Attributes::Item>>;
using Integers = std::vector<std::int64_t>;

struct Case {
  const char* name;
  const char* type;
  std::vector<Tensor> inputs;
  Items attributes;
  Tensor expected;
};

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();

std::vector<Case> cases() {
  const Tensor grid = f32({2, 3}, {1, 2, 3, 4, 5, 6});
  return {
      {"Constant value", "Constant", {}, {{"value", grid}}, grid},
      {"Constant float", "Constant", {}, {{"value_float", 1.5F}}, f32({}, {1.5F})},
      {"Constant floats", "Constant", {}, {{"value_floats", std::vector<float>{1, 2}}}, f32({2}, {1, 2})},
      {"Constant int", "Constant", {}, {{"value_int", std::int64_t{7}}}, one(7)},
      {"Constant ints", "Constant", {}, {{"value_ints", Integers{7, 8}}}, list({7, 8})},
      {"ConstantOfShape", "ConstantOfShape", {list({2, 2})}, {{"value", s64({1}, {5})}}, s64({2, 2}, {5, 5, 5, 5})},
      {"ConstantOfShape default", "ConstantOfShape", {list({2})}, {}, f32({2}, {0, 0})},
      {"ConstantOfShape scalar", "ConstantOfShape", {list({})}, {}, f32({}, {0})},
      {"ConstantOfShape empty", "ConstantOfShape", {list({0, 3})}, {}, f32({0, 3}, {})},
      {"Shape", "Shape", {grid}, {}, list({2, 3})},
      {"Shape start", "Shape", {grid}, {{"start", std::int64_t{1}}}, list({3})},
      {"Shape end", "Shape", {grid}, {{"end", std::int64_t{-1}}}, list({2})},
      {"Shape clamped", "Shape", {grid}, {{"start", std::int64_t{-9}}, {"end", std::int64_t{9}}}, list({2, 3})},
      {"Shape nothing", "Shape", {grid}, {{"start", std::int64_t{2}}, {"end", std::int64_t{1}}}, list({})},
      {"Size", "Size", {grid}, {}, one(6)},
      {"Identity", "Identity", {grid}, {}, grid},
      {"Reshape", "Reshape", {grid, list({-1, 2})}, {}, f32({3, 2}, {1, 2, 3, 4, 5, 6})},
      {"Reshape copies", "Reshape", {grid, list({0, 1, 3})}, {}, f32({2, 1, 3}, {1, 2, 3, 4, 5, 6})},
      {"Flatten", "Flatten", {f32({1, 2, 2}, {1, 2, 3, 4})}, {{"axis", std::int64_t{2}}}, f32({2, 2}, {1, 2, 3, 4})},
      {"Squeeze", "Squeeze", {s64({1, 2}, {1, 2}), list({0})}, {}, list({1, 2})},
      {"Squeeze all", "Squeeze", {s64({1, 1}, {4})}, {}, one(4)},
      {"Unsqueeze", "Unsqueeze", {one(4), list({0})}, {}, list({4})},
      {"Transpose", "Transpose", {grid}, {}, f32({3, 2}, {1, 4, 2, 5, 3, 6})},
      {"Transpose perm",
       "Transpose",
       {f32({1, 2, 3}, {1, 2, 3, 4, 5, 6})},
       {{"perm", Integers{2, 0, 1}}},
       f32({3, 1, 2}, {1, 4, 2, 5, 3, 6})},
      {"Slice", "Slice", {grid, list({1}), list({3}), list({1})}, {}, f32({2, 2}, {2, 3, 5, 6})},
      {"Slice to the end", "Slice", {list({5, 6, 7}), list({1}), list({kMost})}, {}, list({6, 7})},
      {"Slice backwards",
       "Slice",
       {list({5, 6, 7}), list({-1}), list({kLeast}), list({0}), list({-1})},
       {},
       list({7, 6, 5})},
      {"Slice steps",
       "Slice",
       {grid, list({0, 2}), list({2, 0}), list({0, 1}), list({1, -2})},
       {},
       f32({2, 1}, {3, 6})},
      {"Slice nothing", "Slice", {list({5, 6}), list({2}), list({1})}, {}, list({})},
      {"Slice huge step", "Slice", {list({5, 6}), list({1}), list({2}), list({0}), list({kMost})}, {}, list({6})},
      {"Expand", "Expand", {list({1, 2}), list({2, 1})}, {}, s64({2, 2}, {1, 2, 1, 2})},
      {"Gather scalar", "Gather", {list({5, 6, 7}), one(-1)}, {}, one(7)},
      {"Gather list", "Gather", {list({5, 6, 7}), list({2, 0})}, {}, list({7, 5})},
      {"Gather axis", "Gather", {grid, s64({1, 2}, {2, 0})}, {{"axis", std::int64_t{1}}}, f32({2, 1, 2}, {3, 1, 6, 4})},
      {"Concat", "Concat", {list({1}), list({2, 3})}, {{"axis", std::int64_t{0}}}, list({1, 2, 3})},
      {"Concat axis",
       "Concat",
       {grid, f32({2, 1}, {8, 9})},
       {{"axis", std::int64_t{-1}}},
       f32({2, 4}, {1, 2, 3, 8, 4, 5, 6, 9})},
      {"Range", "Range", {one(1), one(8), one(3)}, {}, list({1, 4, 7})},
      {"Range down", "Range", {one(3), one(0), one(-2)}, {}, list({3, 1})},
      {"Range empty", "Range", {one(3), one(0), one(1)}, {}, list({})},
      {"Range real", "Range", {f32({}, {0}), f32({}, {1}), f32({}, {0.5F})}, {}, f32({2}, {0, 0.5F})},
      {"Add broadcasts", "Add", {grid, f32({2, 1}, {10, 20})}, {}, f32({2, 3}, {11, 12, 13, 24, 25, 26})},
      {"Sub", "Sub", {list({5, 1}), one(3)}, {}, list({2, -2})},
      {"Mul", "Mul", {one(6), one(7)}, {}, one(42)},
      {"Div truncates", "Div", {list({7, -7}), one(2)}, {}, list({3, -3})},
      {"Div real", "Div", {f32({}, {1}), f32({}, {4})}, {}, f32({}, {0.25F})},
      {"Mod floors", "Mod", {list({7, -7, 7}), list({3, 3, -3})}, {}, list({1, 2, -2})},
      {"Min of three", "Min", {one(6), one(2), one(4)}, {}, one(2)},
      {"Max", "Max", {list({6, 1}), list({2, 3})}, {}, list({6, 3})},
      {"Equal", "Equal", {list({6, 1}), list({6, 3})}, {}, yes_no({2}, {true, false})},
      {"Equal real", "Equal", {f32({}, {0.5F}), f32({2}, {0.5F, 0.25F})}, {}, yes_no({2}, {true, false})},
      {"Less", "Less", {list({6, 1}), one(3)}, {}, yes_no({2}, {false, true})},
      {"Greater", "Greater", {list({6, 1}), one(3)}, {}, yes_no({2}, {true, false})},
      {"Where", "Where", {yes_no({2}, {true, false}), one(1), list({8, 9})}, {}, list({1, 9})},
      {"Neg", "Neg", {list({6, -1})}, {}, list({-6, 1})},
      {"Floor", "Floor", {f32({2}, {1.5F, -1.5F})}, {}, f32({2}, {1, -2})},
      {"Ceil", "Ceil", {f32({2}, {1.5F, -1.5F})}, {}, f32({2}, {2, -1})},
      {"Sqrt", "Sqrt", {f32({}, {9})}, {}, f32({}, {3})},
      {"Exp", "Exp", {f32({}, {0})}, {}, f32({}, {1})},
      {"Reciprocal", "Reciprocal", {f32({}, {4})}, {}, f32({}, {0.25F})},
      {"Cast to integer", "Cast", {f32({3}, {1.9F, -1.9F, 0})}, {{"to", std::int64_t{7}}}, list({1, -1, 0})},
      {"Cast to real", "Cast", {list({3})}, {{"to", std::int64_t{1}}}, f32({1}, {3})},
      {"Cast to bool", "Cast", {f32({2}, {0.5F, 0})}, {{"to", std::int64_t{9}}}, yes_no({2}, {true, false})},
      {"ReduceProd", "ReduceProd", {list({2, 3, 4})}, {{"keepdims", std::int64_t{0}}}, one(24)},
      {"ReduceProd keeps", "ReduceProd", {list({2, 3, 4}), list({0})}, {}, list({24})},
  };
}

struct Refusal {
  const char* name;
  const char* type;
  std::vector<Tensor> inputs;
  Items attributes;
  const char* words;
};

std::vector<Refusal> refusals() {
  return {
      {"ConstantOfShape too large", "ConstantOfShape", {list({1 << 20, 1 << 20})}, {}, "1024 MiB"},
      {"ConstantOfShape overflow", "ConstantOfShape", {list({kMost, kMost})}, {}, "elements"},
      {"ConstantOfShape hidden overflow", "ConstantOfShape", {list({0, kMost, kMost})}, {}, "elements"},
      {"ConstantOfShape negative", "ConstantOfShape", {list({-1})}, {}, "negative"},
      {"Expand too large", "Expand", {one(1), list({1 << 20, 1 << 20})}, {}, "1024 MiB"},
      {"Expand misfit", "Expand", {list({1, 2, 3}), list({2})}, {}, "broadcast"},
      {"Range endless", "Range", {one(1), one(2), one(0)}, {}, "no finite range"},
      {"Range too long", "Range", {one(0), one(kMost), one(1)}, {}, "no finite range"},
      {"Gather outside", "Gather", {list({1, 2}), one(2)}, {}, "index 2"},
      {"Gather by reals", "Gather", {list({1, 2}), f32({}, {0})}, {}, "integers"},
      {"Concat misfit", "Concat", {list({1}), f32({1}, {1})}, {{"axis", std::int64_t{0}}}, "fit together"},
      {"missing input", "Gather", {list({1, 2})}, {}, "input 1 is missing"},
      {"Constant of strings", "Constant", {}, {}, "strings"},
      {"Div by zero", "Div", {one(1), one(0)}, {}, "zero"},
      {"Div overflow", "Div", {one(kLeast), one(-1)}, {}, "overflow"},
      {"Mod by zero", "Mod", {one(1), one(0)}, {}, "zero"},
      {"Mul overflow", "Mul", {one(kMost), one(2)}, {}, "overflow"},
      {"Add overflow", "Add", {one(kMost), one(1)}, {}, "overflow"},
      {"Sub overflow", "Sub", {one(0), one(kLeast)}, {}, "overflow"},
      {"Add of mixed types", "Add", {one(1), f32({}, {1})}, {}, "types"},
      {"Cast of NaN", "Cast", {f32({}, {NAN})}, {{"to", std::int64_t{7}}}, "integer"},
      {"Cast out of range", "Cast", {one(300)}, {{"to", std::int64_t{2}}}, "300"},
      {"Cast to strings", "Cast", {one(1)}, {{"to", std::int64_t{8}}}, "8"},
      {"ReduceProd of some axes", "ReduceProd", {s64({1, 2}, {1, 2})}, {{"axes", Integers{0}}}, "some axes"},
  };
}

Tensor folded(const char* type, const std::vector<Tensor>& inputs, const Items& items) {
  Attributes attributes;
  for (const auto& [name, item] : items) attributes.set(name, item);
  std::vector<InputInfo> infos;
  for (const Tensor& input : inputs) infos.push_back({true, input.shape(), input.dtype(), &input});
  const NodeSpec node{attributes, 13, infos};
  FoldingBudget budget;
  return find_folding_rule(type)->fold(node, budget).at(0);
}

}  // namespace

class TestConstantFolding : public QObject {
  Q_OBJECT

 private slots:
  void results_data() { table_rows(cases()); }
  void results() {
    const Case row = current_row(cases());
    const Tensor result = folded(row.type, row.inputs, row.attributes);
    QCOMPARE(to_string(result.shape()), to_string(row.expected.shape()));
    QVERIFY(result.dtype() == row.expected.dtype());
    QVERIFY(std::memcmp(result.data(), row.expected.data(), result.bytes()) == 0);
  }

  void refused_data() { table_rows(refusals()); }
  void refused() {
    const Refusal row = current_row(refusals());
    QS_CONTAINS(refusal_of([&] { (void)folded(row.type, row.inputs, row.attributes); }), row.words);
  }
};

QTEST_GUILESS_MAIN(TestConstantFolding)
#include "test_constant_folding.moc"
