// Output shapes of the operators that move, cut, join and resize, in every form that opsets 7 to 21 give them.
// Expectations come from the equations and examples of https://onnx.ai/onnx/operators, worked by hand.
#include <limits>

#include "tests/core/graph/operator_case.h"

using namespace qs;

namespace {

constexpr std::int64_t kHuge = std::numeric_limits<std::int64_t>::max();

}  // namespace

class LayoutShapes : public QObject {
  Q_OBJECT

 private slots:
  void concat_and_split();
  void slices();
  void reshapes();
  void squeezes();
  void transposes_and_pads();
  void resizes();
};

void LayoutShapes::concat_and_split() {
  const std::pair<std::string, Attributes::Item> axis{"axis", std::int64_t{1}};
  const CaseInput x = at({2, 6, 4});
  check_shapes({
      {{"concat", "Concat", 7, {axis}, {at({1, 64, 8, 8}), at({1, 32, 8, 8}), at({1, 16, 8, 8})}}, "1x112x8x8"},
      {{"concat, negative axis", "Concat", 11, {{"axis", std::int64_t{-1}}}, {at({2, 3}), at({2, 0})}}, "2x3"},
      {{"split, attribute", "Split", 7, {axis, {"split", Integers{1, 5}}}, {x}, 2}, "2x1x4 2x5x4"},
      {{"split, input", "Split", 13, {axis}, {x, list({2, 0, 4})}, 3}, "2x2x4 2x0x4 2x4x4"},
      {{"split in equal parts", "Split", 13, {axis}, {x}, 3}, "2x2x4 2x2x4 2x2x4"},
      {{"split, num_outputs, smaller last", "Split", 18, {axis, {"num_outputs", std::int64_t{4}}}, {at({2, 7})}, 4},
       "2x2 2x2 2x2 2x1"},
      {{"split, only the first part is read", "Split", 13, {axis}, {x}, 1, 2, 3}, "2x2x4 2x2x4 2x2x4"},
      {{"split, default axis", "Split", 13, {}, {x}, 2}, "1x6x4 1x6x4"},
  });
}

void LayoutShapes::slices() {
  const CaseInput x = at({20, 10, 5});
  check_shapes({
      {{"attributes",
        "Slice",
        7,
        {{"starts", Integers{0, 0}}, {"ends", Integers{3, 10}}, {"axes", Integers{0, 1}}},
        {x}},
       "3x10x5"},
      {{"attributes, no axes", "Slice", 9, {{"starts", Integers{1}}, {"ends", Integers{-1}}}, {x}}, "18x10x5"},
      {{"inputs", "Slice", 10, {}, {x, list({0, 0, 3}), list({20, 10, 4})}}, "20x10x1"},
      {{"huge end", "Slice", 13, {}, {x, list({1}), list({kHuge}), list({1})}}, "20x9x5"},
      {{"start beyond the end", "Slice", 13, {}, {x, list({1000}), list({1000}), list({1}), list({1})}}, "20x0x5"},
      {{"negative", "Slice", 13, {}, {x, list({0}), list({-1}), list({1}), list({1})}}, "20x9x5"},
      // elements 20 -> clamped to 19, ..., 1; 10 - 1, ... 1 by -3: 9, 6, 3; 4 by -2: 4, 2, 0 down to before the first
      {{"negative steps",
        "Slice",
        13,
        {},
        {x, list({20, 10, 4}), list({0, 0, -kHuge}), list({0, 1, 2}), list({-1, -3, -2})}},
       "19x3x3"},
      // ONNX clamps the start to element 0, where NumPy would take nothing
      {{"backwards from before the first", "Slice", 13, {}, {x, list({-100}), list({-kHuge}), list({1}), list({-1})}},
       "20x1x5"},
      {{"steps", "Slice", 13, {}, {x, list({0}), list({10}), list({1}), list({4})}}, "20x3x5"},
      {{"step beyond all", "Slice", 13, {}, {x, list({2}), list({10}), list({1}), list({kHuge})}}, "20x1x5"},
      {{"step below all", "Slice", 13, {}, {x, list({2}), list({-kHuge}), list({1}), list({-kHuge - 1})}}, "20x1x5"},
  });
}

void LayoutShapes::reshapes() {
  const CaseInput x = at({2, 3, 4});
  check_shapes({
      {{"reordered", "Reshape", 7, {}, {x, list({4, 2, 3})}}, "4x2x3"},
      {{"open extent", "Reshape", 13, {}, {x, list({2, -1, 2})}}, "2x6x2"},
      {{"copied and open", "Reshape", 13, {}, {x, list({2, 0, 1, -1})}}, "2x3x1x4"},
      {{"allowzero", "Reshape", 14, {{"allowzero", std::int64_t{1}}}, {at({0, 3, 4}), list({3, 4, 0})}}, "3x4x0"},
      {{"allowzero without zeros", "Reshape", 14, {{"allowzero", std::int64_t{1}}}, {x, list({24})}}, "24"},
      {{"to a scalar", "Reshape", 13, {}, {at({1, 1}), list({})}}, "scalar"},
      {{"flatten", "Flatten", 7, {}, {at({2, 3, 4, 5})}}, "2x60"},
      {{"flatten from 0", "Flatten", 13, {{"axis", std::int64_t{0}}}, {at({2, 3, 4, 5})}}, "1x120"},
      {{"flatten from -1", "Flatten", 13, {{"axis", std::int64_t{-1}}}, {at({2, 3, 4, 5})}}, "24x5"},
      {{"flatten at the end", "Flatten", 13, {{"axis", std::int64_t{4}}}, {at({2, 3, 4, 5})}}, "120x1"},
  });
}

void LayoutShapes::squeezes() {
  check_shapes({
      {{"squeeze all", "Squeeze", 7, {}, {at({1, 3, 1, 5})}}, "3x5"},
      {{"squeeze, attribute", "Squeeze", 11, {{"axes", Integers{-2}}}, {at({1, 3, 1, 5})}}, "1x3x5"},
      {{"squeeze, input", "Squeeze", 13, {}, {at({1, 3, 1, 5}), list({0, 2})}}, "3x5"},
      {{"unsqueeze, attribute", "Unsqueeze", 11, {{"axes", Integers{0, 4}}}, {at({3, 4, 5})}}, "1x3x4x5x1"},
      {{"unsqueeze, input, unsorted", "Unsqueeze", 13, {}, {at({3, 4, 5}), list({5, 4, 2})}}, "3x4x1x5x1x1"},
      {{"unsqueeze, negative", "Unsqueeze", 13, {}, {at({1, 3, 1, 5}), list({-2})}}, "1x3x1x1x5"},
  });
}

void LayoutShapes::transposes_and_pads() {
  const CaseInput x = at({1, 3, 4, 5});
  const Integers pads{0, 0, 1, 2, 0, 0, 3, 4};
  check_shapes({
      {{"transpose", "Transpose", 13, {{"perm", Integers{0, 2, 3, 1}}}, {x}}, "1x4x5x3"},
      {{"transpose by default", "Transpose", 13, {}, {x}}, "5x4x3x1"},
      {{"pad, attributes", "Pad", 7, {{"pads", pads}, {"value", 1.5F}}, {x}}, "1x3x8x11"},
      {{"pad, inputs", "Pad", 11, {}, {x, list(pads), number(1.5F)}}, "1x3x8x11"},
      {{"pad, axes", "Pad", 18, {}, {x, list({1, 2}), absent(), list({-1})}}, "1x3x4x8"},
      {{"pad, reflect", "Pad", 13, {{"mode", std::string("reflect")}}, {x, list({0, 0, 3, 4, 0, 0, 3, 4})}},
       "1x3x10x13"},
      {{"pad, edge", "Pad", 13, {{"mode", std::string("edge")}}, {x, list({0, 0, 9, 0, 0, 0, 0, 0})}}, "1x3x13x5"},
      {{"pad, cropping", "Pad", 13, {}, {x, list({0, 0, -1, 0, 0, 0, 0, -2})}}, "1x3x3x3"},
  });
}

void LayoutShapes::resizes() {
  const CaseInput x = at({1, 3, 4, 6});
  const CaseInput none = reals({});
  const std::pair<std::string, Attributes::Item> linear{"mode", std::string("linear")};
  const auto policy = [](const char* name) {
    return std::pair<std::string, Attributes::Item>{"keep_aspect_ratio_policy", std::string(name)};
  };
  const std::pair<std::string, Attributes::Item> spatial{"axes", Integers{2, 3}};
  check_shapes({
      {{"upsample 7", "Upsample", 7, {{"scales", Reals{1, 1, 2, 3}}}, {x}}, "1x3x8x18"},
      {{"upsample 9", "Upsample", 9, {linear}, {x, reals({1, 1, 2, 3})}}, "1x3x8x18"},
      {{"resize 10", "Resize", 10, {}, {x, reals({1, 1, 0.5F, 0.6F})}}, "1x3x2x3"},  // floor(3.6)
      {{"resize 11, scales", "Resize", 11, {}, {x, none, reals({1, 1, 2, 2})}}, "1x3x8x12"},
      {{"resize 11, sizes", "Resize", 11, {}, {x, none, none, list({1, 3, 7, 8})}}, "1x3x7x8"},
      {{"resize 13, roi absent", "Resize", 13, {linear}, {x, absent(), absent(), list({1, 3, 7, 8})}}, "1x3x7x8"},
      {{"resize 18, axes", "Resize", 18, {spatial}, {x, absent(), reals({2, 3})}}, "1x3x8x18"},
      {{"resize 18, reversed axes", "Resize", 18, {{"axes", Integers{-1, -2}}}, {x, absent(), absent(), list({7, 8})}},
       "1x3x8x7"},
      // ratios 8 / 4 = 2 and 9 / 6 = 1.5
      {{"resize 18, not larger", "Resize", 18, {spatial, policy("not_larger")}, {x, absent(), absent(), list({8, 9})}},
       "1x3x6x9"},
      {{"resize 18, not smaller",
        "Resize",
        18,
        {spatial, policy("not_smaller")},
        {x, absent(), absent(), list({8, 9})}},
       "1x3x8x12"},
      {{"resize 1-D", "Resize", 13, {linear}, {at({1, 3, 4}), absent(), reals({1, 1, 2.5F})}}, "1x3x10"},
      {{"resize 3-D", "Resize", 13, {linear}, {at({1, 3, 4, 4, 4}), absent(), reals({1, 1, 2, 2, 2})}}, "1x3x8x8x8"},
  });
}

QTEST_GUILESS_MAIN(LayoutShapes)
#include "test_layout_shapes.moc"
