// Instruction sets: their names, and what it means to have no VNNI. A process chooses once, so the order of these tests
// is that of a process's life.
#include <QtTest/QtTest>

#include "core/engine/environment.h"
#include "core/engine/executable.h"
#include "tests/support/calibrated.h"
#include "tests/support/graph_builder.h"

namespace qs {
namespace {

constexpr std::int64_t kInputs = 8;

/// Ones in, weights of one: each result is `kInputs`.
Graph adding_up() {
  GraphBuilder b;
  Tensor ones(DType::f32, {4, kInputs, 1, 1});
  for (float& weight : ones.mutable_values<float>()) weight = 1;
  return b.finish({b.add(Conv{square_window(2, 1), 1}, {b.input({1, kInputs, 4, 4}), b.constant(ones)})});
}

Tensor ones() {
  Tensor image(DType::f32, {1, kInputs, 4, 4});
  for (float& value : image.mutable_values<float>()) value = 1;
  return image;
}

float result_in_integers(const char* preset) {
  const Scheme scheme = find_scheme(preset);
  const Graph graph = prepare_for_quantization(adding_up(), scheme);
  const Tensor image = ones();
  const QuantizedGraph quantized = quantize(graph, calibrated(graph, {&image, 1}), scheme);
  const auto network = backend("integer").compile_quantized(quantized, {.batch = 1, .threads = 1, .taps = {}});
  return network->run({&image, 1}).outputs.front().values<float>().front();
}

template <class Body>
QString message_of(Body&& body) {
  try {
    body();
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

}  // namespace

class TestEnvironment : public QObject {
  Q_OBJECT

 private slots:
  void a1_names_are_known() {
    QCOMPARE(isa_names(), std::string("avx2, avx512, vnni, amx, best"));
    const QString message = message_of([] { limit_isa("mmx"); });
    QVERIFY2(message.contains("\"mmx\"") && message.contains("avx2, avx512"), qPrintable(message));
  }

  void a2_the_set_is_limited() {
    limit_isa("best");
    limit_isa("avx2");
    const Environment found = environment();
    QCOMPARE(found.isa, std::string("avx2"));
    QVERIFY(found.saturating_products);
    QVERIFY(saturation_note(found).find("w7a8-channel-sym") != std::string::npos);
    QVERIFY(saturation_note(Environment{}).empty());
  }

  void a3_a_choice_is_final() {
    QVERIFY(message_of([] { limit_isa("avx512"); }).contains("after"));
  }

  /// All codes are the largest: 2 x 255 x 127 = 64770 does not fit into 16 bits, so that 8-bit weights are multiplied
  /// in halves.
  void a4_pairs_of_products_are_exact() {
    const float step = kInputs / 255.0F;
    const float with_8_bits = result_in_integers("w8a8-channel-sym");
    const float with_7_bits = result_in_integers("w7a8-channel-sym");
    QVERIFY2(std::abs(with_8_bits - kInputs) <= step, qPrintable(QString::number(with_8_bits)));
    QVERIFY2(std::abs(with_7_bits - kInputs) <= step, qPrintable(QString::number(with_7_bits)));
  }
};

}  // namespace qs

QTEST_GUILESS_MAIN(qs::TestEnvironment)
#include "test_environment.moc"
