// Tensors of ONNX files: every element type, kept in every way. The expected values are worked out by hand.
#include <QtTest/QtTest>

#include "core/model/onnx_import.h"
#include "tests/support/onnx_builder.h"
#include "tests/support/table.h"

using namespace qs;

namespace {

using Reals = OnnxBuilder::Reals;
using onnx::TensorProto;

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
  const Graph graph = import_onnx(b.bytes(), {});
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

}  // namespace

class TestOnnxTensors : public QObject {
  Q_OBJECT

 private slots:
  void element_types_data() { table_rows(stored_tensors()); }
  void element_types() {
    const StoredTensor row = current_row(stored_tensors());
    std::vector<std::string> notes;
    const Reals values = imported_values(row.tensor, notes);
    QVERIFY2(values == row.expected, row.name);
    QCOMPARE(notes.empty(), std::string(row.note).empty());
    if (!notes.empty()) QS_CONTAINS(notes[0], row.note);
  }
};

QTEST_GUILESS_MAIN(TestOnnxTensors)
#include "test_onnx_tensors.moc"
