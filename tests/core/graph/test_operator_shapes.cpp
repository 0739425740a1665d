// Output shapes of every operator in every form that opsets 7 to 21 give it. Expectations come from the equations and
// examples of https://onnx.ai/onnx/operators, worked by hand.
#include <limits>

#include "tests/core/graph/operator_case.h"

using namespace qs;

namespace {

struct ShapeCase {
  OperatorCase node;
  std::string expected;
};

void check(const std::vector<ShapeCase>& cases) {
  for (const auto& [node, expected] : cases) {
    const std::string found = outcome(node);
    QVERIFY2(found == expected, fmt::format("{}: found \"{}\", expected \"{}\"", node.name, found, expected).c_str());
  }
}

constexpr std::int64_t kHuge = std::numeric_limits<std::int64_t>::max();
const std::string kSameUpper = "SAME_UPPER";
const std::string kSameLower = "SAME_LOWER";
const std::string kValid = "VALID";

}  // namespace

class OperatorShapes : public QObject {
  Q_OBJECT

 private slots:
  void convolutions();
  void transposed_convolutions();
  void auto_pad_places_the_odd_element();
  void matrix_products();
  void normalizations();
  void activations();
  void poolings();
  void elementwise();
  void concat_and_split();
  void slices();
  void reshapes();
  void squeezes();
  void transposes_and_pads();
  void resizes();
};

void OperatorShapes::convolutions() {
  const CaseInput image = at({1, 3, 224, 224});
  const CaseInput kernel = weights({8, 3, 3, 3});
  check({
      {{"valid by default", "Conv", 13, {}, {image, kernel}}, "1x8x222x222"},
      {{"bias", "Conv", 13, {}, {image, kernel, weights({8})}}, "1x8x222x222"},
      // (224 + 2 - 3) / 2 + 1 = 112.5 -> 112
      {{"stride 2, pad 1", "Conv", 7, {{"strides", Integers{2, 2}}, {"pads", Integers{1, 1, 1, 1}}}, {image, kernel}},
       "1x8x112x112"},
      // Keras: (224 + 0 + 1 - 3) / 2 + 1 = 112
      {{"asymmetric pads", "Conv", 13, {{"strides", Integers{2, 2}}, {"pads", Integers{0, 0, 1, 1}}}, {image, kernel}},
       "1x8x112x112"},
      // reach 5: 224 - 5 + 1
      {{"dilation 2", "Conv", 13, {{"dilations", Integers{2, 2}}}, {image, kernel}}, "1x8x220x220"},
      {{"same upper", "Conv", 13, {{"auto_pad", kSameUpper}, {"strides", Integers{2, 2}}}, {at({1, 3, 5, 7}), kernel}},
       "1x8x3x4"},
      {{"same lower", "Conv", 13, {{"auto_pad", kSameLower}}, {at({1, 3, 5, 7}), kernel}}, "1x8x5x7"},
      {{"same, stride beyond the kernel",
        "Conv",
        13,
        {{"auto_pad", kSameUpper}, {"strides", Integers{4, 4}}},
        {at({1, 3, 9, 9}), weights({8, 3, 1, 1})}},
       "1x8x3x3"},
      {{"auto_pad valid", "Conv", 13, {{"auto_pad", kValid}, {"strides", Integers{2, 2}}}, {at({1, 3, 5, 7}), kernel}},
       "1x8x2x3"},
      {{"depthwise",
        "Conv",
        13,
        {{"group", std::int64_t{32}}, {"kernel_shape", Integers{3, 3}}},
        {at({2, 32, 10, 10}), weights({32, 1, 3, 3})}},
       "2x32x8x8"},
      {{"groups", "Conv", 13, {{"group", std::int64_t{2}}}, {at({1, 4, 5, 5}), weights({6, 2, 1, 1})}}, "1x6x5x5"},
      {{"1-D", "Conv", 13, {{"pads", Integers{1, 0}}}, {at({1, 2, 10}), weights({4, 2, 3})}}, "1x4x9"},
      {{"3-D", "Conv", 13, {{"strides", Integers{1, 2, 2}}}, {at({1, 2, 4, 9, 9}), weights({4, 2, 1, 3, 3})}},
       "1x4x4x4x4"},
      {{"kernel of the whole image", "Conv", 13, {}, {at({1, 3, 3, 3}), kernel}}, "1x8x1x1"},
  });
}

// out = stride (in - 1) + output_padding + reach - pads
void OperatorShapes::transposed_convolutions() {
  const CaseInput x = at({1, 4, 3, 3});
  const CaseInput kernel = weights({4, 2, 3, 3});
  const Integers two{2, 2};
  check({
      {{"plain", "ConvTranspose", 13, {}, {x, kernel}}, "1x2x5x5"},
      {{"stride and output padding",
        "ConvTranspose",
        13,
        {{"strides", Integers{3, 2}}, {"output_padding", Integers{1, 1}}},
        {x, kernel}},
       "1x2x10x8"},
      {{"output_shape",
        "ConvTranspose",
        13,
        {{"strides", Integers{3, 2}}, {"output_shape", Integers{10, 8}}},
        {x, kernel}},
       "1x2x10x8"},
      {{"output_shape with batch and channels",
        "ConvTranspose",
        13,
        {{"strides", two}, {"output_shape", Integers{1, 2, 6, 6}}},
        {x, kernel}},
       "1x2x6x6"},
      {{"same", "ConvTranspose", 13, {{"strides", two}, {"auto_pad", kSameUpper}}, {x, kernel}}, "1x2x6x6"},
      {{"same, natural size too small",
        "ConvTranspose",
        13,
        {{"strides", Integers{4, 4}}, {"auto_pad", kSameLower}},
        {x, weights({4, 2, 1, 1})}},
       "1x2x12x12"},
      {{"pads", "ConvTranspose", 13, {{"strides", Integers{3, 2}}, {"pads", Integers{1, 2, 1, 2}}}, {x, kernel}},
       "1x2x7x3"},
      {{"dilations", "ConvTranspose", 13, {{"dilations", two}}, {at({1, 1, 3, 3}), weights({1, 1, 2, 2})}}, "1x1x5x5"},
      {{"groups", "ConvTranspose", 13, {{"group", std::int64_t{2}}}, {x, kernel, weights({4})}}, "1x4x5x5"},
      {{"1-D", "ConvTranspose", 13, {}, {at({1, 1, 3}), weights({1, 2, 3})}}, "1x2x5"},
      {{"3-D", "ConvTranspose", 13, {}, {at({1, 1, 3, 4, 5}), weights({1, 2, 3, 3, 3})}}, "1x2x5x6x7"},
  });
}

void OperatorShapes::auto_pad_places_the_odd_element() {
  // 4 elements, kernel 3, stride 2: out = 2, total = (2 - 1) * 2 + 3 - 4 = 1.
  const auto window = [](const std::string& kind) {
    return std::get<Conv>(parse({"",
                                 "Conv",
                                 13,
                                 {{"auto_pad", kind}, {"strides", Integers{2, 2}}},
                                 {at({1, 1, 4, 4}), weights({1, 1, 3, 3})}})
                              .op)
        .window;
  };
  QCOMPARE(window(kSameUpper).pads_begin, (Integers{0, 0}));
  QCOMPARE(window(kSameUpper).pads_end, (Integers{1, 1}));
  QCOMPARE(window(kSameLower).pads_begin, (Integers{1, 1}));
  QCOMPARE(window(kSameLower).pads_end, (Integers{0, 0}));
  // ConvTranspose of 3 elements, kernel 3, stride 2 to 6: total = 2 * 2 + 3 - 6 = 1.
  const auto transposed = [](const std::string& kind) {
    return std::get<ConvTranspose>(parse({"",
                                          "ConvTranspose",
                                          13,
                                          {{"auto_pad", kind}, {"strides", Integers{2, 2}}},
                                          {at({1, 1, 3, 3}), weights({1, 1, 3, 3})}})
                                       .op)
        .window;
  };
  QCOMPARE(transposed(kSameUpper).pads_begin, (Integers{0, 0}));
  QCOMPARE(transposed(kSameUpper).pads_end, (Integers{1, 1}));
  QCOMPARE(transposed(kSameLower).pads_begin, (Integers{1, 1}));
}

void OperatorShapes::matrix_products() {
  const std::pair<std::string, Attributes::Item> a{"transA", std::int64_t{1}};
  const std::pair<std::string, Attributes::Item> b{"transB", std::int64_t{1}};
  check({
      {{"gemm", "Gemm", 13, {}, {at({2, 5}), weights({5, 4})}}, "2x4"},
      {{"gemm transA", "Gemm", 7, {a}, {at({5, 2}), weights({5, 4})}}, "2x4"},
      {{"gemm transB", "Gemm", 13, {b}, {at({2, 5}), weights({4, 5})}}, "2x4"},
      {{"gemm both", "Gemm", 13, {a, b}, {at({5, 2}), weights({4, 5}), weights({4})}}, "2x4"},
      {{"gemm scalar C", "Gemm", 13, {}, {at({2, 5}), weights({5, 4}), weights({})}}, "2x4"},
      {{"gemm column C", "Gemm", 13, {}, {at({2, 5}), weights({5, 4}), weights({2, 1})}}, "2x4"},
      {{"gemm computed B", "Gemm", 13, {}, {at({2, 5}), at({5, 4})}}, "2x4"},
      {{"matmul", "MatMul", 13, {}, {at({2, 5}), weights({5, 4})}}, "2x4"},
      {{"matmul stack", "MatMul", 13, {}, {at({7, 2, 5}), at({7, 5, 4})}}, "7x2x4"},
      {{"matmul leading axes broadcast", "MatMul", 13, {}, {at({3, 1, 2, 5}), at({7, 5, 4})}}, "3x7x2x4"},
  });
}

void OperatorShapes::normalizations() {
  const CaseInput c = weights({3});
  check({
      {{"batch norm, opset 7", "BatchNormalization", 7, {{"momentum", 0.9F}}, {at({2, 3, 4, 5}), c, c, c, c}},
       "2x3x4x5"},
      {{"batch norm, spatial = 1",
        "BatchNormalization",
        8,
        {{"spatial", std::int64_t{1}}},
        {at({2, 3, 4}), c, c, c, c}},
       "2x3x4"},
      {{"batch norm, opset 15",
        "BatchNormalization",
        15,
        {{"training_mode", std::int64_t{0}}},
        {at({2, 3}), c, c, c, c}},
       "2x3"},
      {{"layer norm", "LayerNormalization", 17, {}, {at({2, 4, 3}), c, c}}, "2x4x3"},
      {{"layer norm from axis 1",
        "LayerNormalization",
        17,
        {{"axis", std::int64_t{-2}}},
        {at({2, 4, 3}), weights({4, 3})}},
       "2x4x3"},
      {{"lrn", "LRN", 13, {{"size", std::int64_t{5}}}, {at({1, 96, 27, 27})}}, "1x96x27x27"},
  });
}

void OperatorShapes::activations() {
  const CaseInput x = at({2, 3, 4, 5});
  for (std::string_view type : {"Relu", "LeakyRelu", "Sigmoid", "HardSigmoid", "HardSwish", "Tanh", "Elu", "Erf",
                                "Gelu", "Softmax", "Identity", "Dropout"}) {
    const std::string found = outcome({"", type, 20, {}, {x}});
    QVERIFY2(found == "2x3x4x5", fmt::format("{}: {}", type, found).c_str());
  }
  check({
      {{"prelu per channel", "PRelu", 13, {}, {x, weights({3, 1, 1})}}, "2x3x4x5"},
      {{"clip, attributes", "Clip", 6, {{"min", 0.0F}, {"max", 6.0F}}, {x}}, "2x3x4x5"},
      {{"clip, inputs", "Clip", 11, {}, {x, absent(), number(6)}}, "2x3x4x5"},
      {{"dropout with ratio and mode", "Dropout", 13, {}, {x, number(0.5F), constant(Tensor::from<bool>({}, {false}))}},
       "2x3x4x5"},
      {{"cast", "Cast", 13, {{"to", std::int64_t{1}}}, {at({2, 3}, DType::s64)}}, "2x3"},
  });
}

void OperatorShapes::poolings() {
  const Integers three{3, 3};
  const Integers two{2, 2};
  const std::pair<std::string, Attributes::Item> ceil{"ceil_mode", std::int64_t{1}};
  check({
      {{"max", "MaxPool", 7, {{"kernel_shape", two}}, {at({1, 3, 32, 32})}}, "1x3x31x31"},
      {{"max 3/2 floor", "MaxPool", 8, {{"kernel_shape", three}, {"strides", two}}, {at({1, 64, 112, 112})}},
       "1x64x55x55"},
      {{"max 3/2 ceil", "MaxPool", 10, {{"kernel_shape", three}, {"strides", two}, ceil}, {at({1, 64, 112, 112})}},
       "1x64x56x56"},
      // ceil((2 + 2 - 2) / 3) + 1 = 2, but the second window would start at 3 - 1 = 2, behind the input's last element
      {{"ceil, last window in the padding",
        "MaxPool",
        10,
        {{"kernel_shape", two}, {"strides", three}, {"pads", Integers{1, 1, 1, 1}}, ceil},
        {at({1, 1, 2, 2})}},
       "1x1x1x1"},
      // the same with 3 elements: it starts at element 2, the last
      {{"ceil, last window on the last element",
        "MaxPool",
        10,
        {{"kernel_shape", two}, {"strides", three}, {"pads", Integers{1, 1, 1, 1}}, ceil},
        {at({1, 1, 3, 3})}},
       "1x1x2x2"},
      {{"max dilated", "MaxPool", 10, {{"kernel_shape", two}, {"dilations", two}}, {at({1, 1, 4, 4})}}, "1x1x2x2"},
      {{"max same",
        "MaxPool",
        8,
        {{"kernel_shape", three}, {"strides", two}, {"auto_pad", kSameUpper}},
        {at({1, 1, 5, 5})}},
       "1x1x3x3"},
      {{"max 1-D", "MaxPool", 8, {{"kernel_shape", Integers{2}}}, {at({1, 3, 32})}}, "1x3x31"},
      {{"average 3-D", "AveragePool", 11, {{"kernel_shape", Integers{2, 2, 2}}}, {at({1, 3, 8, 8, 8})}}, "1x3x7x7x7"},
      {{"average dilated", "AveragePool", 19, {{"kernel_shape", three}, {"dilations", two}}, {at({1, 1, 9, 9})}},
       "1x1x5x5"},
      {{"average, padding counted",
        "AveragePool",
        7,
        {{"kernel_shape", three}, {"pads", Integers{1, 1, 1, 1}}, {"count_include_pad", std::int64_t{1}}},
        {at({1, 1, 4, 4})}},
       "1x1x4x4"},
      {{"global average", "GlobalAveragePool", 7, {}, {at({2, 5, 7, 7})}}, "2x5x1x1"},
      {{"global max", "GlobalMaxPool", 7, {}, {at({2, 5, 7})}}, "2x5x1"},
      {{"mean, axes attribute", "ReduceMean", 13, {{"axes", Integers{-1, 2}}}, {at({2, 5, 7, 7})}}, "2x5x1x1"},
      {{"mean, keepdims = 0",
        "ReduceMean",
        13,
        {{"axes", Integers{2, 3}}, {"keepdims", std::int64_t{0}}},
        {at({2, 5, 7, 7})}},
       "2x5"},
      {{"mean, axes input", "ReduceMean", 18, {}, {at({2, 5, 7}), list({2})}}, "2x5x1"},
      {{"mean of all", "ReduceMean", 13, {{"keepdims", std::int64_t{0}}}, {at({2, 5, 7})}}, "scalar"},
      {{"mean of none", "ReduceMean", 18, {{"noop_with_empty_axes", std::int64_t{1}}}, {at({2, 5, 7}), list({})}},
       "2x5x7"},
  });
}

void OperatorShapes::elementwise() {
  for (std::string_view type : {"Add", "Sub", "Mul", "Div", "Sum"}) {
    const std::string found = outcome({"", type, 8, {}, {at({2, 3, 1, 5}), at({3, 4, 1})}});
    QVERIFY2(found == "2x3x4x5", fmt::format("{}: {}", type, found).c_str());
  }
  check({
      {{"scalar", "Mul", 7, {}, {at({2, 3}), number(2)}}, "2x3"},
      {{"sum of three", "Sum", 8, {}, {at({2, 1}), at({3}), at({1, 1, 1})}}, "1x2x3"},
      {{"sum of one", "Sum", 8, {}, {at({2, 1})}}, "2x1"},
  });
}

void OperatorShapes::concat_and_split() {
  const std::pair<std::string, Attributes::Item> axis{"axis", std::int64_t{1}};
  const CaseInput x = at({2, 6, 4});
  check({
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

void OperatorShapes::slices() {
  const CaseInput x = at({20, 10, 5});
  check({
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

void OperatorShapes::reshapes() {
  const CaseInput x = at({2, 3, 4});
  check({
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

void OperatorShapes::squeezes() {
  check({
      {{"squeeze all", "Squeeze", 7, {}, {at({1, 3, 1, 5})}}, "3x5"},
      {{"squeeze, attribute", "Squeeze", 11, {{"axes", Integers{-2}}}, {at({1, 3, 1, 5})}}, "1x3x5"},
      {{"squeeze, input", "Squeeze", 13, {}, {at({1, 3, 1, 5}), list({0, 2})}}, "3x5"},
      {{"unsqueeze, attribute", "Unsqueeze", 11, {{"axes", Integers{0, 4}}}, {at({3, 4, 5})}}, "1x3x4x5x1"},
      {{"unsqueeze, input, unsorted", "Unsqueeze", 13, {}, {at({3, 4, 5}), list({5, 4, 2})}}, "3x4x1x5x1x1"},
      {{"unsqueeze, negative", "Unsqueeze", 13, {}, {at({1, 3, 1, 5}), list({-2})}}, "1x3x1x1x5"},
  });
}

void OperatorShapes::transposes_and_pads() {
  const CaseInput x = at({1, 3, 4, 5});
  const Integers pads{0, 0, 1, 2, 0, 0, 3, 4};
  check({
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

void OperatorShapes::resizes() {
  const CaseInput x = at({1, 3, 4, 6});
  const CaseInput none = reals({});
  const std::pair<std::string, Attributes::Item> linear{"mode", std::string("linear")};
  const auto policy = [](const char* name) {
    return std::pair<std::string, Attributes::Item>{"keep_aspect_ratio_policy", std::string(name)};
  };
  const std::pair<std::string, Attributes::Item> spatial{"axes", Integers{2, 3}};
  check({
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
      // 7 / 6 for both: 4 * 7 / 6 = 4.67, which rounds up to 5, but not as a scale
      {{"resize 1-D", "Resize", 13, {linear}, {at({1, 3, 4}), absent(), reals({1, 1, 2.5F})}}, "1x3x10"},
      {{"resize 3-D", "Resize", 13, {linear}, {at({1, 3, 4, 4, 4}), absent(), reals({1, 1, 2, 2, 2})}}, "1x3x8x8x8"},
  });
}

QTEST_GUILESS_MAIN(OperatorShapes)
#include "test_operator_shapes.moc"
