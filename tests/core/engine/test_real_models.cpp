// Whole networks: the float backend against the reference loops on the shared models, outputs and layers in between.
#include <fmt/format.h>

#include <QtTest/QtTest>
#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <set>

#include "core/engine/executable.h"
#include "core/model/importers.h"
#include "tests/support/shared_data.h"

using namespace qs;

namespace {

// Differences are measured in units of the layer's rms. One rounding is 2^-24 = 6e-8; sums of up to 4608 terms in f32
// against double, over some 20 to 50 layers, were seen to reach 7e-5 at the worst element and 9e-6 on average. Other
// instruction sets sum in other orders and get four times that; a wrong kernel, pad or fold is off by the layer itself.
constexpr double kLargestDifference = 3e-4;
constexpr double kMeanDifference = 4e-5;

constexpr int kTaps = 6;

/// Pixel (y, x) of colour c, in [0, 255], for an image of `size` pixels a side.
using Picture = double (*)(int c, int y, int x, int size, std::mt19937& random);

double noise(int, int, int, int, std::mt19937& random) {
  return static_cast<double>(random() % 256);
}

/// Large smooth shapes with an edge through them, as photographs have.
double scenery(int c, int y, int x, int size, std::mt19937&) {
  const double v = static_cast<double>(y) / size;
  const double u = static_cast<double>(x) / size;
  const double light = std::sin(5 * u + c) * std::cos(4 * v - 0.5 * c) + (v > 0.6 + 0.1 * u ? -0.5 : 0.4);
  return std::clamp(128 + 80 * light, 0.0, 255.0);
}

double black(int, int, int, int, std::mt19937&) {
  return 0;
}

double checkerboard(int, int y, int x, int, std::mt19937&) {
  return (x / 4 + y / 4) % 2 == 0 ? 0 : 255;
}

/// Two pictures as the model wants them: (pixel - mean) / std, with both from the model's card.
Tensor pair_of(const Shape& shape, const nlohmann::json& card, Picture first, Picture second) {
  Tensor tensor(DType::f32, shape);
  float* value = tensor.mutable_values<float>().data();
  std::mt19937 random(5);
  const int size = static_cast<int>(shape[3]);
  for (Picture picture : {first, second}) {
    for (int c = 0; c < 3; ++c) {
      const double mean = card["input"]["mean"][static_cast<std::size_t>(c)];
      const double deviation = card["input"]["std"][static_cast<std::size_t>(c)];
      for (int i = 0; i < size * size; ++i) {
        *value++ = static_cast<float>((picture(c, i / size, i % size, size, random) - mean) / deviation);
      }
    }
  }
  return tensor;
}

/// In units of the reference's rms.
struct Difference {
  double largest = 0;
  double mean = 0;  ///< NaN where either side holds one
};

Difference difference(std::span<const float> candidate, std::span<const float> reference) {
  double squares = 0;
  double sum = 0;
  double largest = 0;
  for (std::size_t i = 0; i < reference.size(); ++i) {
    const double apart = std::abs(static_cast<double>(candidate[i]) - reference[i]);
    largest = std::max(largest, apart);
    sum += apart;
    squares += static_cast<double>(reference[i]) * reference[i];
  }
  const auto count = static_cast<double>(reference.size());
  const double rms = std::sqrt(squares / count);
  return {largest / rms, sum / count / rms};
}

/// Results of intermediate nodes, evenly spread from the first to the last.
std::vector<ValueId> spread_taps(const Graph& graph) {
  std::vector<ValueId> taps;
  const std::size_t count = graph.nodes.size();
  for (std::size_t i = 0; i < kTaps; ++i) taps.push_back(graph.nodes[i * (count - 1) / kTaps].outputs[0]);
  return taps;
}

struct Named {
  std::string name;
  Tensor tensor;
};

std::vector<Named> run(const char* id, const Graph& graph, const std::vector<ValueId>& taps, const Tensor& input) {
  const auto executable = backend(id).compile(graph, {.batch = input.shape()[0], .threads = 0, .taps = taps});
  const RunResult result = executable->run({&input, 1});
  std::vector<Named> all;
  for (std::size_t i = 0; i < taps.size(); ++i) all.push_back({graph.value(taps[i]).name, result.taps[i]});
  for (std::size_t i = 0; i < graph.outputs.size(); ++i) {
    all.push_back({graph.value(graph.outputs[i]).name, result.outputs[i]});
  }
  return all;
}

std::span<const float> image_of(const Tensor& batch, std::int64_t i) {
  const std::int64_t size = batch.shape().stride(0);
  return batch.values<float>().subspan(static_cast<std::size_t>(i * size), static_cast<std::size_t>(size));
}

}  // namespace

class TestRealModels : public QObject {
  Q_OBJECT

 private:
  void compare(const std::string& name, std::span<const float> candidate, std::span<const float> reference) {
    QCOMPARE(candidate.size(), reference.size());
    const Difference found = difference(candidate, reference);
    largest_ = std::max(largest_, found.largest);
    mean_ = std::max(mean_, found.mean);
    const std::string text = fmt::format("{}: largest {:.2e}, mean {:.2e}", name, found.largest, found.mean);
    QVERIFY2(found.largest <= kLargestDifference && found.mean <= kMeanDifference, text.c_str());
  }

  double largest_ = 0;
  double mean_ = 0;

 private slots:
  void float_agrees_with_reference_data() {
    QTest::addColumn<QString>("model");
    QTest::addColumn<int>("pictures");
    QS_NEEDS_SHARED_DATA();
    std::set<std::string> models;
    for (const auto& file : std::filesystem::directory_iterator(shared_data() / "models")) {
      if (file.path().extension() == ".onnx") models.insert(file.path().stem().string());
    }
    QVERIFY(!models.empty());
    for (const std::string& model : models) {
      QTest::addRow("%s, noise and scenery", model.c_str()) << QString::fromStdString(model) << 0;
      QTest::addRow("%s, black and checkerboard", model.c_str()) << QString::fromStdString(model) << 1;
    }
  }

  /// At batch 2 with taps (which keep layers from being fused), at batch 2 without, and image by image.
  void float_agrees_with_reference() {
    QFETCH(const QString, model);
    QFETCH(const int, pictures);
    const std::filesystem::path stem = shared_data() / "models" / model.toStdString();
    const Graph graph = import_model(stem.string() + ".onnx");
    const auto card = nlohmann::json::parse(std::ifstream(stem.string() + ".json"));
    Shape shape = graph.value(graph.inputs[0]).shape;
    shape[0] = 2;
    const Tensor input =
        pictures == 0 ? pair_of(shape, card, noise, scenery) : pair_of(shape, card, black, checkerboard);

    const std::vector<ValueId> taps = spread_taps(graph);
    const std::vector<Named> reference = run("reference", graph, taps, input);
    const std::vector<Named> tapped = run("float", graph, taps, input);
    const Tensor& outputs = reference.back().tensor;
    for (std::size_t i = 0; i < reference.size(); ++i) {
      compare(reference[i].name, tapped[i].tensor.values<float>(), reference[i].tensor.values<float>());
    }
    compare("fused", run("float", graph, {}, input).back().tensor.values<float>(), outputs.values<float>());
    shape[0] = 1;
    for (std::int64_t i = 0; i < 2; ++i) {
      const Tensor one = Tensor::from<float>(shape, image_of(input, i));
      compare(fmt::format("image {} alone", i), run("float", graph, {}, one).back().tensor.values<float>(),
              image_of(outputs, i));
    }
  }

  void cleanup() {
    if (QTest::currentDataTag() == nullptr) return;
    fmt::print("{}: largest {:.2e}, mean {:.2e} of the layer's rms\n", QTest::currentDataTag(), largest_, mean_);
    largest_ = mean_ = 0;
  }
};

QTEST_GUILESS_MAIN(TestRealModels)
#include "test_real_models.moc"
