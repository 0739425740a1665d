// Damaged files: whatever the bytes, importing them ends in a graph or in an `Error` that blames the input. Run it
// under the address sanitizer. QS_FUZZ_COUNT sets the number of files tried of each model and kind of damage.
#include <sys/resource.h>

#include <QtTest/QtTest>
#include <fstream>
#include <iterator>
#include <random>

#include "core/graph/operator.h"
#include "core/model/onnx_import.h"
#include "tests/support/classic_graphs.h"
#include "tests/support/shared_data.h"

using namespace qs;

namespace {

using File = std::vector<std::byte>;
using Generator = std::mt19937;

// Two graphs are alive at once, each with computed constants of up to 1 GiB (FoldingBudget), and the file itself.
constexpr std::int64_t kMostMemory = std::int64_t{5} << 30;

int fuzz_count() {
  const int wanted = qEnvironmentVariableIntValue("QS_FUZZ_COUNT");
  return wanted > 0 ? wanted : 150;  // a minute under the address sanitizer
}

std::int64_t peak_memory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return std::int64_t{usage.ru_maxrss} * 1024;
}

std::size_t place(Generator& generator, const File& file) {
  return generator() % file.size();
}

int index_below(int count, Generator& generator) {
  return static_cast<int>(generator() % static_cast<unsigned>(count));
}

// ---- kinds of damage ----

File truncated(const File& file, Generator& generator) {
  return {file.begin(), file.begin() + static_cast<std::ptrdiff_t>(1 + generator() % (file.size() - 1))};
}

File with_flipped_bits(const File& file, Generator& generator) {
  File result = file;
  for (auto flips = 1 + generator() % 8; flips > 0; --flips) {
    result[place(generator, file)] ^= std::byte{1} << (generator() % 8);
  }
  return result;
}

/// Bytes that are extreme in a varint: nothing, all ones, "more to come", the sign.
File with_extreme_bytes(const File& file, Generator& generator) {
  constexpr std::byte kExtremes[] = {std::byte{0x00}, std::byte{0xFF}, std::byte{0x80}, std::byte{0x7F},
                                     std::byte{0x01}};
  File result = file;
  const std::size_t start = place(generator, file);
  const std::size_t end = std::min(start + 1 + generator() % 10, file.size());
  const std::byte extreme = kExtremes[generator() % std::size(kExtremes)];
  std::fill(result.begin() + static_cast<std::ptrdiff_t>(start), result.begin() + static_cast<std::ptrdiff_t>(end),
            extreme);
  return result;
}

/// A piece of the file copied over another place of it.
File spliced(const File& file, Generator& generator) {
  File result = file;
  const std::size_t from = place(generator, file);
  const std::size_t to = place(generator, file);
  const std::size_t count = std::min<std::size_t>({1 + generator() % 64, file.size() - from, file.size() - to});
  std::copy_n(file.begin() + static_cast<std::ptrdiff_t>(from), count,
              result.begin() + static_cast<std::ptrdiff_t>(to));
  return result;
}

// Flipping bits of the file mostly ends in the parser. Damage behind it: the parts of a sound file, put together
// wrongly.

onnx::ModelProto parsed(const File& file) {
  onnx::ModelProto model;
  if (!model.ParseFromArray(file.data(), static_cast<int>(file.size()))) qFatal("a sound model cannot be parsed");
  return model;
}

std::int64_t odd_number(Generator& generator) {
  constexpr std::int64_t kOdd[] = {0,
                                   1,
                                   -1,
                                   2,
                                   3,
                                   7,
                                   8,
                                   1 << 10,
                                   1 << 20,
                                   1LL << 31,
                                   1LL << 40,
                                   1LL << 62,
                                   std::numeric_limits<std::int64_t>::max(),
                                   std::numeric_limits<std::int64_t>::min()};
  return kOdd[generator() % std::size(kOdd)];
}

void damage_attribute(onnx::AttributeProto& attribute, Generator& generator) {
  if (attribute.ints_size() > 0) {
    const int at = index_below(attribute.ints_size(), generator);
    generator() % 4 == 0 ? attribute.add_ints(odd_number(generator)) : attribute.set_ints(at, odd_number(generator));
  } else if (attribute.has_i()) {
    attribute.set_i(odd_number(generator));
  } else if (attribute.has_f()) {
    attribute.set_f(static_cast<float>(odd_number(generator)));
  } else {
    attribute.clear_type();
  }
}

void damage_node(onnx::GraphProto& graph, Generator& generator) {
  onnx::NodeProto& node = *graph.mutable_node(index_below(graph.node_size(), generator));
  const onnx::NodeProto other = graph.node(index_below(graph.node_size(), generator));
  switch (generator() % 5) {
    case 0: node.set_op_type(other.op_type()); break;
    case 1: *node.mutable_attribute() = other.attribute(); break;
    case 2:
      if (node.input_size() > 0) node.set_input(index_below(node.input_size(), generator), other.output(0));
      break;
    case 3:
      if (node.input_size() > 0) node.mutable_input()->RemoveLast();
      break;
    default:
      if (node.attribute_size() > 0) {
        damage_attribute(*node.mutable_attribute(index_below(node.attribute_size(), generator)), generator);
      }
  }
}

void damage_initializer(onnx::GraphProto& graph, Generator& generator) {
  if (graph.initializer_size() == 0) return;
  auto& tensor = *graph.mutable_initializer(index_below(graph.initializer_size(), generator));
  switch (generator() % 4) {
    case 0: tensor.add_dims(odd_number(generator)); break;
    case 1: tensor.set_data_type(static_cast<std::int32_t>(generator() % 24)); break;
    case 2:
      if (tensor.int64_data_size() > 0) tensor.set_int64_data(0, odd_number(generator));
      break;
    default:
      if (tensor.dims_size() > 0) tensor.set_dims(0, odd_number(generator));
  }
}

File rearranged(const File& file, Generator& generator) {
  onnx::ModelProto model = parsed(file);
  for (auto damages = 1 + generator() % 3; damages > 0; --damages) {
    generator() % 3 == 0 ? damage_initializer(*model.mutable_graph(), generator)
                         : damage_node(*model.mutable_graph(), generator);
  }
  return bytes_of(model);
}

struct Damage {
  const char* name;
  File (*apply)(const File&, Generator&);
};
constexpr Damage kDamages[] = {{"truncated", truncated},
                               {"bits flipped", with_flipped_bits},
                               {"extreme bytes", with_extreme_bytes},
                               {"spliced", spliced},

                               {"rearranged", rearranged}};

// ---- sound files, mostly structure, so that damage meets it ----

File shufflenet() {
  return build_shufflenet({.width = 0.25, .resolution = 64, .weights = Weights::filled});
}
File mobilenet() {
  return build_mobilenet_v3({.width = 0.5, .resolution = 64, .weights = Weights::filled});
}
File inception() {
  return build_inception_v2({.width = 0.125, .resolution = 64, .weights = Weights::filled});
}

/// A bit of everything that the classifiers lack.
File odds_and_ends() {
  using Dims = OnnxBuilder::Dims;
  OnnxBuilder b(18);
  b.input("x", {-1, 4, 8, 8});
  const std::string up = b.node("Resize", {"x", "", b.reals({4}, {1, 1, 2, 2})}, {{"mode", std::string("linear")}});
  const std::string down =
      b.node("Slice", {up, b.integers({0, 0}), b.integers({16, 16}), b.integers({2, 3}), b.integers({2, 2})});
  const std::string padded =
      b.node("Pad", {down, b.integers({0, 0, 1, 1, 0, 0, 1, 1})}, {{"mode", std::string("reflect")}});
  const auto halves = b.nodes("Split", {padded, b.integers({2, 2})}, {{"axis", std::int64_t{1}}}, 2);
  const std::string wide =
      b.node("ConvTranspose", {halves[0], b.random({2, 3, 2, 2}, -1, 1)}, {{"strides", Dims{2, 2}}});
  const std::string norm = b.node("LayerNormalization", {wide, b.random({20}, 0, 1)}, {{"axis", std::int64_t{-1}}});
  const std::string mean = b.node("ReduceMean", {norm, b.integers({2, 3})}, {{"keepdims", std::int64_t{0}}});
  const std::string flat = b.node("Flatten", {b.node("PRelu", {halves[1], b.random({2, 1, 1}, 0, 1)})});
  const std::string range = b.node("Range", {b.integers({0}), b.integers({3}), b.integers({1})});
  const std::string picked = b.node("Gather", {b.random({3, 200}, -1, 1), range}, {{"axis", std::int64_t{0}}});
  const std::string product = b.node("MatMul", {flat, b.node("Transpose", {picked}, {{"perm", Dims{1, 0}}})});
  b.output(b.node("Softmax", {b.node("Add", {mean, product})}));
  return b.bytes();
}

File resnet8() {
  std::ifstream file(shared_data() / "models/resnet8_cifar10_mlperf_tiny.onnx", std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto* bytes = reinterpret_cast<const std::byte*>(text.data());
  return {bytes, bytes + text.size()};
}

}  // namespace

class TestHostileOnnx : public QObject {
  Q_OBJECT

 private slots:
  void every_truncation() {
    const File file = odds_and_ends();
    int imported = 0;
    for (std::size_t size = 1; size < file.size(); ++size) {
      imported += try_import({file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size)}) ? 1 : 0;
    }
    qInfo("%zu truncations, %d of them still a model", file.size() - 1, imported);
    QVERIFY(try_import(file));
  }

  void damaged_data() {
    QTest::addColumn<int>("damage");
    QTest::addColumn<int>("model");
    const char* const names[] = {"odds and ends", "ShuffleNet", "MobileNet v3", "Inception v2", "ResNet-8"};
    for (int damage = 0; damage < static_cast<int>(std::size(kDamages)); ++damage) {
      for (int model = 0; model < static_cast<int>(std::size(names)); ++model) {
        QTest::addRow("%s, %s", kDamages[damage].name, names[model]) << damage << model;
      }
    }
  }
  void damaged() {
    QFETCH(int, damage);
    QFETCH(int, model);
    constexpr File (*kModels[])() = {odds_and_ends, shufflenet, mobilenet, inception, resnet8};
    if (kModels[model] == resnet8) QS_NEEDS_SHARED_DATA();
    const File file = kModels[model]();
    QVERIFY(try_import(file));
    Generator generator(static_cast<std::uint32_t>(100 * damage + model));
    int imported = 0;
    for (int i = 0; i < fuzz_count(); ++i) imported += try_import(kDamages[damage].apply(file, generator)) ? 1 : 0;
    qInfo("%d files: %d imported, %d refused", fuzz_count(), imported, fuzz_count() - imported);
  }

  void memory() {
    qInfo("peak memory %lld MiB", static_cast<long long>(peak_memory() >> 20));
    QVERIFY(peak_memory() < kMostMemory);
  }

 private:
  /// Whether the file was imported. An imported graph must keep its promises. Anything but an `Error` that blames the
  /// input ends the test.
  static bool try_import(const File& file) {
    try {
      const Graph graph = import_onnx(file, {});
      check_invariants(graph);
      if (graph.fixed_batch_reason.empty()) (void)with_batch(graph, 2);
      return true;
    } catch (const Error& error) {
      if (error.code() != ErrorCode::bad_input) throw;
      return false;
    }
  }
};

QTEST_GUILESS_MAIN(TestHostileOnnx)
#include "test_hostile_onnx.moc"
