// ONNX files that must be refused, and the words that help.
#include <QtTest/QtTest>
#include <cmath>
#include <functional>

#include "core/model/onnx_import.h"
#include "tests/support/onnx_builder.h"
#include "tests/support/table.h"

using namespace qs;

namespace {

using Reals = OnnxBuilder::Reals;
using onnx::TensorProto;

onnx::NodeProto& conv(OnnxBuilder& b) {
  return *b.graph().mutable_node(0);
}
onnx::TensorProto& weights(OnnxBuilder& b) {
  return *b.graph().mutable_initializer(0);
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
      {"integer input", [](auto& b) { input_type(b).set_elem_type(TensorProto::INT64); }, {"input \"x\"", "int64"}},
      {"input without shape", [](auto& b) { input_type(b).clear_shape(); }, {"input \"x\"", "no shape"}},
      {"negative extent",
       [](auto& b) { input_type(b).mutable_shape()->mutable_dim(2)->set_dim_value(-8); },
       {"\"x\"", "-8"}},
      {"dynamic height",
       [](auto& b) { input_type(b).mutable_shape()->mutable_dim(2)->set_dim_param("H"); },
       {"?x3x?x8", "input size"}},
      {"dynamic channels",
       [](auto& b) { input_type(b).mutable_shape()->mutable_dim(1)->set_dim_param("C"); },
       {"?x?x8x8", "open"}},
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

void check(const Spoiled& row) {
  OnnxBuilder b = small_network();
  QCOMPARE(import_onnx(b.bytes(), {}).nodes.size(), 2U);  // sound before it is spoiled
  row.spoil(b);
  const std::string message = refusal_of([&] { (void)import_onnx(b.bytes(), {}); });
  for (const std::string& word : row.words) QS_CONTAINS(message, word);
}

}  // namespace

class TestOnnxRefusals : public QObject {
  Q_OBJECT

 private slots:
  void structure_data() { table_rows(spoiled_structures()); }
  void structure() { check(current_row(spoiled_structures())); }
  void nodes_data() { table_rows(spoiled_nodes()); }
  void nodes() { check(current_row(spoiled_nodes())); }
  void weights_data() { table_rows(spoiled_weights()); }
  void weights() { check(current_row(spoiled_weights())); }
};

QTEST_GUILESS_MAIN(TestOnnxRefusals)
#include "test_onnx_refusals.moc"
