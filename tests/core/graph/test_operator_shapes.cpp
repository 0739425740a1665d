// Output shapes of the operators that compute, in every form that opsets 7 to 21 give them. Expectations come from the
// equations and examples of https://onnx.ai/onnx/operators, worked by hand.
#include "tests/core/graph/operator_case.h"

using namespace qs;

namespace {

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
};

void OperatorShapes::convolutions() {
  const CaseInput image = at({1, 3, 224, 224});
  const CaseInput kernel = weights({8, 3, 3, 3});
  check_shapes({
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
  check_shapes({
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
  check_shapes({
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
  check_shapes({
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
  check_shapes({
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
  check_shapes({
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
  check_shapes({
      {{"scalar", "Mul", 7, {}, {at({2, 3}), number(2)}}, "2x3"},
      {{"sum of three", "Sum", 8, {}, {at({2, 1}), at({3}), at({1, 1, 1})}}, "1x2x3"},
      {{"sum of one", "Sum", 8, {}, {at({2, 1})}}, "2x1"},
  });
}

QTEST_GUILESS_MAIN(OperatorShapes)
#include "test_operator_shapes.moc"
