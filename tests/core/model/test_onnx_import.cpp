// ONNX files in all the forms that exporters write, and in the forms that must be refused.
#include "core/model/onnx_import.h"

#include <QtTest/QtTest>
#include <algorithm>
#include <cmath>
#include <functional>

#include "core/graph/operator.h"
#include "core/model/printable.h"
#include "tests/support/onnx_builder.h"

using namespace qs;

namespace {

using Dims = OnnxBuilder::Dims;
using Reals = OnnxBuilder::Reals;
using onnx::TensorProto;

/// x [N,3,8,8] -> Conv "conv" with weights "w" [4,3,3,3] -> Relu -> "y" [N,4,6,6]
OnnxBuilder small_network(int opset = 13) {
  OnnxBuilder b(opset);
  b.input("x", {-1, 3, 8, 8});
  onnx::TensorProto weights = real_tensor({4, 3, 3, 3}, Reals(108, 0.5F));
  weights.set_name("w");
  b.initializer(weights);
  b.node("Relu", {b.node("Conv", {"x", "w"})});
  b.graph().mutable_node(0)->set_name("conv");
  b.graph().mutable_node(1)->set_output(0, "y");
  b.output("y");
  return b;
}

onnx::NodeProto& conv(OnnxBuilder& b) {
  return *b.graph().mutable_node(0);
}
onnx::TensorProto& weights(OnnxBuilder& b) {
  return *b.graph().mutable_initializer(0);
}
onnx::TensorShapeProto& input_shape(OnnxBuilder& b) {
  return *b.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->mutable_shape();
}

Graph import(const OnnxBuilder& b, const ImportOptions& options = {}) {
  return import_onnx(b.bytes(), {}, options);
}

/// The message of the error that importing ends in.
std::string refusal(const std::vector<std::byte>& bytes) {
  try {
    (void)import_onnx(bytes, {});
  } catch (const Error& error) {
    return error.code() == ErrorCode::bad_input ? error.what() : std::string("wrong kind of error: ") + error.what();
  }
  return "it was imported";
}

bool contains(const std::vector<std::string>& notes, const std::string& wanted) {
  return std::any_of(notes.begin(), notes.end(), [&](const auto& note) { return note.find(wanted) != note.npos; });
}

std::string shape_of(const Graph& graph, const std::string& value) {
  return to_string(graph.value(find_value(graph, value)).shape);
}

/// A tensor of four elements given by the bytes of the file.
template <class T>
TensorProto raw_tensor(TensorProto::DataType type, const std::vector<T>& values) {
  TensorProto tensor;
  tensor.set_data_type(type);
  tensor.add_dims(static_cast<std::int64_t>(values.size()));
  tensor.set_raw_data(values.data(), values.size() * sizeof(T));
  return tensor;
}

template <class T, class Add>
TensorProto typed_tensor(TensorProto::DataType type, const std::vector<T>& values, Add&& add) {
  TensorProto tensor;
  tensor.set_data_type(type);
  tensor.add_dims(static_cast<std::int64_t>(values.size()));
  for (T value : values) add(tensor, value);
  return tensor;
}

/// What becomes of the tensor once it is cast to f32 and added to the input: a constant of the graph.
Reals imported_values(const TensorProto& tensor, std::vector<std::string>& notes) {
  OnnxBuilder b;
  b.input("x", {-1, 4});
  const std::string cast = b.node("Cast", {b.initializer(tensor)}, {{"to", std::int64_t{TensorProto::FLOAT}}});
  b.output(b.node("Add", {"x", cast}));
  const Graph graph = import(b);
  notes = graph.notes;
  const auto values = graph.constant(graph.nodes.at(0).inputs.at(1))->values<float>();
  return {values.begin(), values.end()};
}

struct StoredTensor {
  const char* name;
  TensorProto tensor;
  Reals expected;
  const char* note;
};

void add_int32(TensorProto& tensor, std::int32_t value) {
  tensor.add_int32_data(value);
}
void add_uint64(TensorProto& tensor, std::uint64_t value) {
  tensor.add_uint64_data(value);
}

// Halves by hand: 0x3C00 = 1, 0xC000 = -2, 0x0001 = 2^-24 (the smallest), 0x7BFF = 65504 (the largest).
// bfloat16 by hand: the upper halves of the floats 1, -2, 0.5 and 3.
const std::vector<std::uint16_t> kHalves = {0x3C00, 0xC000, 0x0001, 0x7BFF};
const std::vector<std::uint16_t> kBrainFloats = {0x3F80, 0xC000, 0x3F00, 0x4040};

std::vector<StoredTensor> stored_tensors() {
  const Reals reals = {1, -2, 0.5, 3};
  const Reals halves = {1, -2, 0x1p-24F, 65504};
  const Reals small = {0, 1, 127, -128};
  const Reals positive = {0, 1, 127, 255};
  return {
      {"float raw", raw_tensor<float>(TensorProto::FLOAT, {1, -2, 0.5, 3}), reals, ""},
      {"float typed",
       typed_tensor<float>(TensorProto::FLOAT, {1, -2, 0.5, 3}, [](auto& t, float v) { t.add_float_data(v); }), reals,
       ""},
      {"double raw", raw_tensor<double>(TensorProto::DOUBLE, {1, -2, 0.5, 3}), reals, "1 double tensors"},
      {"double typed",
       typed_tensor<double>(TensorProto::DOUBLE, {1, -2, 0.5, 3}, [](auto& t, double v) { t.add_double_data(v); }),
       reals, "1 double tensors"},
      {"float16 raw", raw_tensor(TensorProto::FLOAT16, kHalves), halves, "1 float16 tensors"},
      {"float16 typed", typed_tensor(TensorProto::FLOAT16, kHalves, add_int32), halves, "1 float16 tensors"},
      {"bfloat16 raw", raw_tensor(TensorProto::BFLOAT16, kBrainFloats), reals, "1 bfloat16 tensors"},
      {"bfloat16 typed", typed_tensor(TensorProto::BFLOAT16, kBrainFloats, add_int32), reals, "1 bfloat16 tensors"},
      {"int8 raw", raw_tensor<std::int8_t>(TensorProto::INT8, {0, 1, 127, -128}), small, ""},
      {"int8 typed", typed_tensor<std::int8_t>(TensorProto::INT8, {0, 1, 127, -128}, add_int32), small, ""},
      {"uint8 raw", raw_tensor<std::uint8_t>(TensorProto::UINT8, {0, 1, 127, 255}), positive, ""},
      {"uint8 typed", typed_tensor<std::uint8_t>(TensorProto::UINT8, {0, 1, 127, 255}, add_int32), positive, ""},
      {"int16 raw", raw_tensor<std::int16_t>(TensorProto::INT16, {0, 1, 127, -32768}), {0, 1, 127, -32768}, ""},
      {"int16 typed", typed_tensor<std::int16_t>(TensorProto::INT16, {0, 1, 127, -128}, add_int32), small, ""},
      {"uint16 raw", raw_tensor<std::uint16_t>(TensorProto::UINT16, {0, 1, 127, 65535}), {0, 1, 127, 65535}, ""},
      {"uint16 typed", typed_tensor<std::uint16_t>(TensorProto::UINT16, {0, 1, 127, 255}, add_int32), positive, ""},
      {"int32 raw", raw_tensor<std::int32_t>(TensorProto::INT32, {0, 1, 127, -128}), small, ""},
      {"int32 typed", typed_tensor<std::int32_t>(TensorProto::INT32, {0, 1, 127, -128}, add_int32), small, ""},
      {"uint32 raw", raw_tensor<std::uint32_t>(TensorProto::UINT32, {0, 1, 127, 255}), positive, ""},
      {"uint32 typed", typed_tensor<std::uint32_t>(TensorProto::UINT32, {0, 1, 127, 255}, add_uint64), positive, ""},
      {"int64 raw", raw_tensor<std::int64_t>(TensorProto::INT64, {0, 1, 127, -128}), small, ""},
      {"int64 typed",
       typed_tensor<std::int64_t>(TensorProto::INT64, {0, 1, 127, -128}, [](auto& t, auto v) { t.add_int64_data(v); }),
       small, ""},
      {"uint64 raw", raw_tensor<std::uint64_t>(TensorProto::UINT64, {0, 1, 127, 255}), positive, ""},
      {"uint64 typed", typed_tensor<std::uint64_t>(TensorProto::UINT64, {0, 1, 127, 255}, add_uint64), positive, ""},
      {"bool raw", raw_tensor<std::uint8_t>(TensorProto::BOOL, {0, 1, 2, 255}), {0, 1, 1, 1}, ""},
      {"bool typed", typed_tensor<std::uint8_t>(TensorProto::BOOL, {0, 1, 0, 1}, add_int32), {0, 1, 0, 1}, ""},
  };
}

/// A way to spoil the small network, and words that the refusal must hold.
struct Spoiled {
  const char* name;
  std::function<void(OnnxBuilder&)> spoil;
  std::vector<std::string> words;
};

std::vector<Spoiled> spoiled_structures() {
  return {
      {"no graph", [](auto& b) { b.model().clear_graph(); }, {"holds no graph"}},
      {"opset too old", [](auto& b) { b.model().mutable_opset_import(0)->set_version(5); }, {"opset 5", "6 to 21"}},
      {"opset too new", [](auto& b) { b.model().mutable_opset_import(0)->set_version(22); }, {"opset 22", "6 to 21"}},
      {"no opset", [](auto& b) { b.model().clear_opset_import(); }, {"opset 1"}},
      {"functions", [](auto& b) { b.model().add_functions()->set_name("f"); }, {"functions"}},
      {"sparse initialiser", [](auto& b) { b.graph().add_sparse_initializer(); }, {"sparse"}},
      {"no outputs", [](auto& b) { b.graph().clear_output(); }, {"no outputs"}},
      {"no inputs", [](auto& b) { b.graph().clear_input(); }, {"no inputs"}},
      {"output from nowhere", [](auto& b) { b.output("z"); }, {"output \"z\"", "no node"}},
      {"output listed twice", [](auto& b) { b.output("y"); }, {"output \"y\"", "twice"}},
      {"dangling input", [](auto& b) { conv(b).set_input(0, "gone"); }, {"node \"conv\"", "\"gone\"", "nowhere"}},
      {"cycle", [](auto& b) { conv(b).set_input(0, "y"); }, {"cycle", "\"conv\"", "\"Relu_1\""}},
      {"node reading itself", [](auto& b) { conv(b).set_input(0, conv(b).output(0)); }, {"cycle", "\"conv\""}},
      {"value made twice", [](auto& b) { conv(b).set_output(0, "y"); }, {"\"y\"", "twice", "\"conv\"", "\"Relu_1\""}},
      {"value and initialiser", [](auto& b) { conv(b).set_output(0, "w"); }, {"\"w\"", "twice"}},
      {"two initialisers", [](auto& b) { *b.graph().add_initializer() = weights(b); }, {"two initialisers", "\"w\""}},
      {"value and input", [](auto& b) { conv(b).set_output(0, "x"); }, {"\"x\"", "twice"}},
      {"integer input",
       [](auto& b) {
         b.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->set_elem_type(TensorProto::INT64);
       },
       {"input \"x\"", "int64"}},
      {"input without shape",
       [](auto& b) { b.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->clear_shape(); },
       {"input \"x\"", "no shape"}},
      {"negative extent", [](auto& b) { input_shape(b).mutable_dim(2)->set_dim_value(-8); }, {"\"x\"", "-8"}},
      {"dynamic height", [](auto& b) { input_shape(b).mutable_dim(2)->set_dim_param("H"); }, {"?x3x?x8", "input size"}},
      {"dynamic channels", [](auto& b) { input_shape(b).mutable_dim(1)->set_dim_param("C"); }, {"?x?x8x8", "open"}},
      {"output without input", [](auto& b) { b.output("w"); }, {"output \"w\"", "does not depend"}},
  };
}

std::vector<Spoiled> spoiled_nodes() {
  return {
      {"all unsupported nodes at once",
       [](auto& b) {
         b.output(b.node("Multinomial", {"y"}));
         b.output(b.node("Det", {"y"}));
       },
       {"2 of 4 nodes (opset 13)", "\"Multinomial_2\": operator Multinomial", "\"Det_3\": operator Det"}},
      {"foreign domain",
       [](auto& b) { conv(b).set_domain("com.example"); },
       {"node \"conv\"", "Conv of com.example", "domain"}},
      {"operator newer than the file",
       [](auto& b) { b.output(b.node("HardSwish", {"y"})); },
       {"HardSwish", "opset 14"}},
      {"subgraph",
       [](auto& b) {
         auto* attribute = conv(b).add_attribute();
         attribute->set_name("body");
         attribute->set_type(onnx::AttributeProto::GRAPH);
         attribute->mutable_g()->set_name("inner");
       },
       {"node \"conv\"", "subgraph"}},
      {"foldable operator on activations",
       [](auto& b) {
         b.output(b.node("Gather", {"y", b.integers({0})}));
       },
       {"Gather", "on constants only"}},
      {"attribute twice",
       [](auto& b) {
         for (int i : {1, 2}) {
           auto* attribute = conv(b).add_attribute();
           attribute->set_name("group");
           attribute->set_type(onnx::AttributeProto::INT);
           attribute->set_i(i);
         }
       },
       {"node \"conv\"", "\"group\"", "twice"}},
      {"weights computed while running", [](auto& b) { conv(b).set_input(1, "x"); }, {"node \"conv\"", "constant"}},
      {"names with control characters",
       [](auto& b) {
         conv(b).set_name("a\x1b[31m\nb");
         conv(b).set_op_type("Foo\x07");
       },
       {"\"a\\x1b[31m\\x0ab\"", "Foo\\x07"}},
  };
}

std::vector<Spoiled> spoiled_weights() {
  return {
      {"shorter than their shape",
       [](auto& b) { weights(b).set_raw_data("12345678"); },
       {"initialiser \"w\"", "4x3x3x3", "432 bytes", "8 are there"}},
      {"longer than their shape", [](auto& b) { weights(b).set_dims(0, 3); }, {"\"w\"", "324 bytes", "432"}},
      {"absent", [](auto& b) { weights(b).clear_raw_data(); }, {"\"w\"", "432 bytes", "0 are there"}},
      {"typed as something else", [](auto& b) { weights(b).set_data_type(TensorProto::DOUBLE); }, {"\"w\"", "864"}},
      {"strings", [](auto& b) { weights(b).set_data_type(TensorProto::STRING); }, {"\"w\"", "string"}},
      {"an unknown type", [](auto& b) { weights(b).set_data_type(77); }, {"\"w\"", "type 77"}},
      {"a 4-bit type", [](auto& b) { weights(b).set_data_type(22); }, {"\"w\"", "int4"}},
      {"integers", [](auto& b) { weights(b).set_data_type(TensorProto::INT32); }, {"node \"conv\"", "s32"}},
      {"negative extent", [](auto& b) { weights(b).set_dims(0, -4); }, {"\"w\"", "negative"}},
      {"overflowing extents",
       [](auto& b) {
         weights(b).set_dims(0, std::int64_t{1} << 40);
         weights(b).set_dims(1, std::int64_t{1} << 40);
       },
       {"\"w\"", "elements"}},
      {"NaN",
       [](auto& b) {
         Reals values(108, 1.0F);
         values[17] = std::nanf("");
         weights(b).set_raw_data(values.data(), values.size() * sizeof(float));
       },
       {"node \"conv\"", "constant \"w\"", "element 17", "nan"}},
      {"infinity",
       [](auto& b) {
         Reals values(108, 1.0F);
         values[107] = -INFINITY;
         weights(b).set_raw_data(values.data(), values.size() * sizeof(float));
       },
       {"constant \"w\"", "element 107", "-inf"}},
      {"too large for f32",
       [](auto& b) {
         const std::vector<double> values(108, 1e300);
         weights(b).set_data_type(TensorProto::DOUBLE);
         weights(b).set_raw_data(values.data(), values.size() * sizeof(double));
       },
       {"\"w\"", "1e+300", "f32"}},
      {"computed without bounds",
       [](auto& b) {
         conv(b).set_input(1, b.filled({4, 3, 1 << 15, 1 << 15}, 1));
       },
       {"ConstantOfShape", "1024 MiB"}},
  };
}

}  // namespace

class TestOnnxImport : public QObject {
  Q_OBJECT

 private slots:
  void element_types_data() { rows(stored_tensors()); }
  void element_types() {
    const StoredTensor row = row_of(stored_tensors());
    std::vector<std::string> notes;
    const Reals values = imported_values(row.tensor, notes);
    QVERIFY2(values == row.expected, row.name);
    QCOMPARE(notes.empty(), std::string(row.note).empty());
    if (!notes.empty()) QVERIFY2(contains(notes, row.note), notes[0].c_str());
  }

  void refused_structure_data() { rows(spoiled_structures()); }
  void refused_structure() { check_refusal(row_of(spoiled_structures())); }
  void refused_node_data() { rows(spoiled_nodes()); }
  void refused_node() { check_refusal(row_of(spoiled_nodes())); }
  void refused_weights_data() { rows(spoiled_weights()); }
  void refused_weights() { check_refusal(row_of(spoiled_weights())); }

  void opsets() {
    for (int opset = 6; opset <= 21; ++opset) {
      OnnxBuilder b = small_network(opset);
      b.model().set_ir_version(99);  // newer than any known
      const Graph graph = import(b);
      QCOMPARE(shape_of(graph, "y"), std::string("1x4x6x6"));
      QCOMPARE(graph.metadata.at("opset"), std::to_string(opset));
    }
  }

  void dynamic_batch() {
    const std::vector<std::function<void(onnx::TensorShapeProto::Dimension&)>> forms = {
        [](auto& dim) { dim.set_dim_param("batch_size"); }, [](auto& dim) { dim.clear_value(); },
        [](auto& dim) { dim.set_dim_value(0); }, [](auto& dim) { dim.set_dim_value(-1); }};
    for (const auto& form : forms) {
      OnnxBuilder b = small_network();
      form(*input_shape(b).mutable_dim(0));
      const Graph graph = import(b);
      QCOMPARE(graph.batch, 1);
      QCOMPARE(graph.fixed_batch_reason, std::string());
      QCOMPARE(shape_of(with_batch(graph, 5), "y"), std::string("5x4x6x6"));
    }
  }

  void input_size() {
    OnnxBuilder b = small_network();
    input_shape(b).mutable_dim(2)->set_dim_param("H");
    input_shape(b).mutable_dim(3)->set_dim_param("W");
    QCOMPARE(shape_of(import(b, {.input_size = 32}), "y"), std::string("1x4x30x30"));
  }

  /// Networks that mean something else at another batch size run at their own only, and say why.
  void bound_to_a_batch() {
    OnnxBuilder merged;  // the batch is summed into the features
    merged.input("x", {-1, 6});
    merged.output(merged.node("Reshape", {"x", merged.integers({1, -1})}));
    QVERIFY(import(merged).fixed_batch_reason.find("shape") != std::string::npos);

    OnnxBuilder weighted;  // the batch size is a factor
    weighted.input("x", {-1, 6});
    const std::string extent = weighted.node("Gather", {weighted.node("Shape", {"x"}), weighted.integers({0})});
    weighted.output(weighted.node("Mul", {"x", weighted.node("Cast", {extent}, {{"to", std::int64_t{1}}})}));
    QVERIFY(import(weighted).fixed_batch_reason.find("computed from the batch") != std::string::npos);

    OnnxBuilder paired;
    paired.input("x", {2, 6});
    paired.input("z", {1, 6});
    paired.output(paired.node("Add", {"x", "z"}));
    const Graph graph = import(paired);
    QCOMPARE(graph.batch, 2);
    QVERIFY(graph.fixed_batch_reason.find("first extent") != std::string::npos);
  }

  void initialisers_among_the_inputs() {
    OnnxBuilder b = small_network();
    b.input("w", {4, 3, 3, 3});
    QCOMPARE(import(b).inputs.size(), 1U);
  }

  void names() {
    OnnxBuilder b = small_network();
    b.graph().mutable_node(0)->set_name("same");
    b.graph().mutable_node(1)->set_name("same");
    b.output(b.node("Sigmoid", {"y"}));
    b.graph().mutable_node(2)->clear_name();
    const Graph graph = import(b);
    QCOMPARE(graph.nodes.at(0).name, std::string("same"));
    QCOMPARE(graph.nodes.at(1).name, std::string("same_2"));
    QCOMPARE(graph.nodes.at(2).name, std::string("Sigmoid_2"));
  }

  void printable_names() {
    QCOMPARE(printable("conv/3:0 ä漢"), std::string("conv/3:0 ä漢"));
    QCOMPARE(printable("a\tb\x7f"), std::string("a\\x09b\\x7f"));
    QCOMPARE(printable("\xff\xc3"), std::string("\\xff\\xc3"));
    QCOMPARE(printable("\xc2\x85"), std::string("\\xc2\\x85"));           // a control character in two bytes
    QCOMPARE(printable("\xed\xa0\x80"), std::string("\\xed\\xa0\\x80"));  // half of a surrogate pair
    QCOMPARE(printable(std::string(300, 'x')), std::string(200, 'x') + "...");
  }

  void unsorted_and_unneeded_nodes() {
    OnnxBuilder b = small_network();
    b.node("Multinomial", {"y"});  // unsupported, but nothing depends on it
    b.graph().mutable_node()->SwapElements(0, 1);
    const Graph graph = import(b);
    QCOMPARE(graph.nodes.size(), 2U);
    QCOMPARE(graph.nodes.at(0).name, std::string("conv"));
    QVERIFY(contains(graph.notes, "sorted"));
    QVERIFY(contains(graph.notes, "ignored 1 nodes"));
  }

  void oddities_are_noted() {
    OnnxBuilder b = small_network();
    b.graph().mutable_output()->Clear();
    b.output("y", {-1, 5, 6, 6});
    auto* attribute = conv(b).add_attribute();
    attribute->set_name("colour");
    attribute->set_type(onnx::AttributeProto::STRING);
    b.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->set_elem_type(TensorProto::FLOAT16);
    const Graph graph = import(b);
    QVERIFY(contains(graph.notes, "declared as ?x5x6x6, but has the shape 1x4x6x6"));
    QVERIFY(contains(graph.notes, "unknown attribute \"colour\" of Conv"));
    QVERIFY(contains(graph.notes, "\"x\" is declared as float16"));
  }

  void metadata() {
    OnnxBuilder b = small_network();
    auto* entry = b.model().add_metadata_props();
    entry->set_key("mean");
    entry->set_value("[1,2,3]");
    const Graph graph = import(b);
    QCOMPARE(graph.metadata.at("mean"), std::string("[1,2,3]"));
    QCOMPARE(graph.metadata.at("producer_name"), std::string("quantoscope tests"));
  }

 private:
  template <class Row>
  static void rows(const std::vector<Row>& table) {
    QTest::addColumn<int>("index");
    for (std::size_t i = 0; i < table.size(); ++i) QTest::newRow(table[i].name) << static_cast<int>(i);
  }
  template <class Row>
  static Row row_of(const std::vector<Row>& table) {
    QFETCH(int, index);
    return table.at(static_cast<std::size_t>(index));
  }
  static void check_refusal(const Spoiled& row) {
    OnnxBuilder b = small_network();
    QCOMPARE(import(b).nodes.size(), 2U);  // sound before it is spoiled
    row.spoil(b);
    const std::string message = refusal(b.bytes());
    for (const std::string& word : row.words) {
      QVERIFY2(message.find(word) != std::string::npos, (word + " is not in: " + message).c_str());
    }
  }
};

QTEST_GUILESS_MAIN(TestOnnxImport)
#include "test_onnx_import.moc"
