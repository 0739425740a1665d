// ONNX files in all the forms that exporters write.
#include "core/model/onnx_import.h"

#include <QtTest/QtTest>
#include <algorithm>
#include <functional>

#include "core/graph/operator.h"
#include "core/model/printable.h"
#include "tests/support/onnx_builder.h"

using namespace qs;

namespace {

using onnx::TensorProto;

Graph import(const OnnxBuilder& b, const ImportOptions& options = {}) {
  return import_onnx(b.bytes(), {}, options);
}

bool contains(const std::vector<std::string>& notes, const std::string& wanted) {
  return std::any_of(notes.begin(), notes.end(), [&](const auto& note) { return note.find(wanted) != note.npos; });
}

std::string shape_of(const Graph& graph, const std::string& value) {
  return to_string(graph.value(find_value(graph, value)).shape);
}

}  // namespace

class TestOnnxImport : public QObject {
  Q_OBJECT

 private slots:
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
      form(*input_type(b).mutable_shape()->mutable_dim(0));
      const Graph graph = import(b);
      QCOMPARE(graph.batch, 1);
      QCOMPARE(graph.fixed_batch_reason, std::string());
      QCOMPARE(shape_of(with_batch(graph, 5), "y"), std::string("5x4x6x6"));
    }
  }

  void input_size() {
    OnnxBuilder b = small_network();
    input_type(b).mutable_shape()->mutable_dim(2)->set_dim_param("H");
    input_type(b).mutable_shape()->mutable_dim(3)->set_dim_param("W");
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
    auto* attribute = b.graph().mutable_node(0)->add_attribute();
    attribute->set_name("colour");
    attribute->set_type(onnx::AttributeProto::STRING);
    input_type(b).set_elem_type(TensorProto::FLOAT16);
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
};

QTEST_GUILESS_MAIN(TestOnnxImport)
#include "test_onnx_import.moc"
