// The integer backend against its model, the simulation: fed the same integers, no layer may be off by more than one
// step of its result's encoding, and hardly any by one at all. The simulation itself is held against plain loops.
#include <QtTest/QtTest>
#include <map>

#include "core/engine/integer/integer_backend.h"
#include "core/engine/reference/reference.h"
#include "core/engine/simulated/simulated_backend.h"
#include "core/model/importers.h"
#include "core/quant/simulation.h"
#include "tests/support/calibrated.h"
#include "tests/support/graph_builder.h"
#include "tests/support/shared_data.h"

namespace qs {

namespace {

/// The bounds of the agreement: s32 sums are exact, but their scaling is rounded to f32 in one backend, and sums of
/// floats are in the other, so that numbers near a tie fall to either side.
constexpr double kMostSteps = 1.0;
constexpr double kMeanSteps = 0.02;

struct StepDifference {
  double largest = 0;
  double mean = 0;
};

StepDifference difference(const Tensor& candidate, const Tensor& reference, float scale) {
  StepDifference result;
  const auto x = candidate.values<float>();
  const auto y = reference.values<float>();
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double steps = std::abs(static_cast<double>(x[i]) - static_cast<double>(y[i])) / static_cast<double>(scale);
    if (!(steps <= result.largest)) result.largest = steps;  // NaN stays
    result.mean += steps / static_cast<double>(x.size());
  }
  return result;
}

/// The image on the grid of the network's input: both backends then read the same integers.
Tensor on_grid(const QuantizedGraph& quantized, const Tensor& image) {
  const Encoding* encoding = quantized.encoding(quantized.graph.inputs[0]);
  if (encoding == nullptr) return image;
  Tensor result(DType::f32, image.shape());
  fake_quantize(image.values<float>(), encoding->channels[0], encoding->grid, result.mutable_values<float>());
  return result;
}

/// Every group as a network of its own, fed with what the simulated network feeds it. Empty when all agree.
std::string disagreement(const QuantizedGraph& quantized, const Tensor& image) {
  const Tensor input = on_grid(quantized, image);
  const std::int64_t batch = input.shape()[0];
  std::vector<ValueId> values;
  for (const FusedNode& group : quantized.groups) values.push_back(group.output);
  const RunResult whole =
      compile_simulated(quantized, {.batch = batch, .threads = 0, .taps = values})->run({&input, 1});
  for (std::size_t g = 0; g < quantized.groups.size(); ++g) {
    const QuantizedGraph part = extract(quantized, g, g + 1);
    std::vector<Tensor> inputs;
    for (ValueId id : part.graph.inputs) {
      const auto found = std::find(values.begin(), values.end(), id);
      inputs.push_back(found == values.end() ? input : whole.taps[static_cast<std::size_t>(found - values.begin())]);
    }
    const CompileOptions options{.batch = batch, .threads = 0, .taps = {values[g]}};
    const auto integers = compile_integer(part, options);
    const Tensor candidate = integers->run(inputs).taps[0];
    const Tensor reference = compile_simulated(part, options)->run(inputs).taps[0];
    const Encoding* encoding = quantized.encoding(values[g]);
    const float scale = encoding != nullptr ? encoding->channels[0].scale : 1.0F;
    const StepDifference found = difference(candidate, reference, scale);
    // A step is a difference of two multiples of the scale in floats.
    if (found.largest <= kMostSteps * (1 + 1e-4) && found.mean <= kMeanSteps) continue;
    return fmt::format("{} ({}): {} steps at most, {} on average", part.graph.nodes.front().name,
                       integers->steps().front().kernel, found.largest, found.mean);
  }
  return {};
}

QuantizedGraph quantized(const Graph& graph, const Scheme& scheme, std::span<const Tensor> images) {
  const Graph prepared = prepare_for_quantization(graph, scheme);
  return quantize(prepared, calibrated(prepared, images), scheme);
}

using Build = std::function<std::vector<ValueId>(GraphBuilder&)>;

Window padded_window(std::int64_t kernel, std::int64_t stride, std::vector<std::int64_t> begin,
                     std::vector<std::int64_t> end, std::int64_t dilation = 1) {
  return {{kernel, kernel}, {stride, stride}, {dilation, dilation}, std::move(begin), std::move(end)};
}

ValueId conv(GraphBuilder& b, ValueId x, std::int64_t channels, Window window, std::int64_t groups = 1) {
  const std::int64_t kernel = window.kernel[0];
  const ValueId weights = b.random({channels, b.shape(x)[1] / groups, kernel, kernel}, -0.5F, 0.7F);
  return b.add(Conv{std::move(window), groups}, {x, weights, b.random({channels}, -2, 2)});
}

struct NetworkCase {
  const char* name;
  Build build;
  std::size_t float_groups = 0;  ///< expected: groups that do not run in integers
};

std::vector<NetworkCase> networks() {
  const Shape image{2, 4, 9, 7};
  return {
      {"convolution of signed values, padded",
       [=](GraphBuilder& b) {
         return std::vector{conv(b, b.input(image), 6, padded_window(3, 1, {1, 1}, {1, 1}))};
       }},
      {"stride, uneven pads, dilation",
       [=](GraphBuilder& b) {
         const ValueId x = conv(b, b.input(image), 8, padded_window(3, 2, {0, 0}, {1, 1}));
         return std::vector{conv(b, x, 5, padded_window(2, 1, {1, 0}, {0, 1}, 2))};
       }},
      {"depthwise and grouped, ReLU6",
       [=](GraphBuilder& b) {
         ValueId x = b.add(Clip{0, 6}, {conv(b, b.input(image), 16, padded_window(1, 1, {0, 0}, {0, 0}))});
         x = b.add(Clip{0, 6}, {conv(b, x, 16, padded_window(3, 1, {1, 1}, {1, 1}), 16)});
         return std::vector{b.add(Relu{}, {conv(b, x, 8, padded_window(3, 1, {1, 1}, {1, 1}), 2)})};
       }},
      {"residual additions in place and copied",
       [=](GraphBuilder& b) {
         const ValueId x = b.add(Relu{}, {conv(b, b.input(image), 8, padded_window(3, 1, {1, 1}, {1, 1}))});
         const ValueId y = conv(b, x, 8, padded_window(3, 1, {1, 1}, {1, 1}));
         const ValueId sum = b.add(Relu{}, {b.add(Add{}, {y, x})});
         const ValueId z = conv(b, sum, 8, padded_window(1, 1, {0, 0}, {0, 0}));
         return std::vector{b.add(Add{}, {sum, z}), sum};
       }},
      {"addition of two inputs",
       [=](GraphBuilder& b) {
         const ValueId x = conv(b, b.input(image), 8, padded_window(1, 1, {0, 0}, {0, 0}));
         const ValueId pooled = b.add(MaxPool{padded_window(3, 1, {1, 1}, {1, 1})}, {x});
         const ValueId y = b.add(AveragePool{padded_window(3, 1, {1, 1}, {1, 1})}, {x});
         return std::vector{b.add(Relu{}, {b.add(Add{}, {pooled, y})})};
       }},
      {"concatenation, shared and rescaled",
       [=](GraphBuilder& b) {
         const ValueId x = b.add(Relu{}, {conv(b, b.input(image), 8, padded_window(1, 1, {0, 0}, {0, 0}))});
         const ValueId y = conv(b, x, 3, padded_window(1, 1, {0, 0}, {0, 0}));
         const ValueId z = conv(b, x, 5, padded_window(3, 1, {1, 1}, {1, 1}));
         const ValueId all = b.add(Concat{1}, {y, x, z});
         return std::vector{conv(b, all, 4, padded_window(1, 1, {0, 0}, {0, 0}))};
       }},
      {"pooling, flattening, fully connected",
       [=](GraphBuilder& b) {
         ValueId x = b.add(Relu{}, {conv(b, b.input(image), 12, padded_window(3, 1, {1, 1}, {1, 1}))});
         x = b.add(MaxPool{padded_window(3, 2, {0, 0}, {1, 1}), true}, {x});
         const ValueId flat = b.add(Flatten{1}, {x});
         const ValueId hidden =
             b.add(Relu{}, {b.add(Gemm{}, {flat, b.random({b.shape(flat)[1], 10}), b.random({10})})});
         return std::vector{b.add(Gemm{1, 1, false, true}, {hidden, b.random({7, 10}), b.random({7})})};
       }},
      {"mean over images",
       [=](GraphBuilder& b) {
         const ValueId x = b.add(Relu{}, {conv(b, b.input(image), 8, padded_window(3, 1, {1, 1}, {1, 1}))});
         return std::vector{b.add(Flatten{1}, {b.add(GlobalAveragePool{}, {x})}),
                            b.add(ReduceMean{{2, 3}, false}, {x})};
       }},
      {"functions by table",
       [=](GraphBuilder& b) {
         const ValueId x = conv(b, b.input(image), 8, padded_window(1, 1, {0, 0}, {0, 0}));
         const ValueId relu = b.add(Relu{}, {x});
         return std::vector{b.add(Sigmoid{}, {x}), b.add(HardSwish{}, {relu}), b.add(Tanh{}, {x})};
       }},
      {"fused functions",
       [=](GraphBuilder& b) {
         const ValueId x = b.add(Sigmoid{}, {conv(b, b.input(image), 8, padded_window(1, 1, {0, 0}, {0, 0}))});
         return std::vector{b.add(HardSwish{}, {conv(b, x, 8, padded_window(3, 1, {1, 1}, {1, 1}))})};
       }},
      {"float in the middle",
       [=](GraphBuilder& b) {
         const ValueId x = conv(b, b.input(image), 8, padded_window(3, 1, {1, 1}, {1, 1}));
         const ValueId normal = b.add(Softmax{1, false}, {x});
         return std::vector{conv(b, normal, 4, padded_window(3, 1, {1, 1}, {1, 1}))};
       },
       1},
  };
}

}  // namespace

class TestIntegerBackend : public QObject {
  Q_OBJECT

 private slots:
  void small_networks_data() {
    QTest::addColumn<QString>("scheme");
    for (const Scheme& scheme : preset_schemes()) {
      if (scheme.weights.quantized && scheme.activations.quantized) {
        QTest::addRow("%s", scheme.id.c_str()) << QString::fromStdString(scheme.id);
      }
    }
  }

  void small_networks() {
    QFETCH(QString, scheme);
    for (const NetworkCase& network : networks()) {
      GraphBuilder builder;
      const std::vector<ValueId> outputs = network.build(builder);
      const Graph graph = builder.finish(outputs);
      for (Residual residual : {Residual::fused, Residual::separate}) {
        Scheme chosen = find_scheme(scheme.toStdString());
        chosen.activations.residual = residual;
        const std::vector<Tensor> images = random_batches(graph, 2, 2);
        const QuantizedGraph q = quantized(graph, chosen, images);
        const std::string text = disagreement(q, images[0]);
        QVERIFY2(text.empty(), fmt::format("{}: {}", network.name, text).c_str());
        const auto executable = compile_integer(q, {.batch = 2, .threads = 0, .taps = {}});
        std::string reasons;
        std::size_t floats = 0;
        for (const Step& step : executable->steps()) {
          floats += step.reason.empty() ? 0 : 1;
          reasons += step.reason.empty() ? "" : step.name + ": " + step.reason + "; ";
        }
        if (chosen.weights.grid != GridKind::affine) {
          QVERIFY2(floats == network.float_groups, fmt::format("{}: {}", network.name, reasons).c_str());
        }
      }
    }
  }

  /// Symmetric activations: signed where there are negative values.
  void symmetric_activations() {
    for (const NetworkCase& network : networks()) {
      GraphBuilder builder;
      const std::vector<ValueId> outputs = network.build(builder);
      const Graph graph = builder.finish(outputs);
      for (GridKind grid : {GridKind::symmetric, GridKind::symmetric_restricted}) {
        Scheme scheme = find_scheme("w8a8-channel-sym");
        scheme.activations.grid = grid;
        const std::vector<Tensor> images = random_batches(graph, 2, 2);
        const std::string text = disagreement(quantized(graph, scheme, images), images[0]);
        QVERIFY2(text.empty(), fmt::format("{}: {}", network.name, text).c_str());
      }
    }
  }

  /// The simulation is a graph like any other: plain loops give the same, up to a step where sums of floats fall to the
  /// other side of a tie.
  void the_simulation_is_what_its_graph_says() {
    for (const NetworkCase& network : networks()) {
      GraphBuilder builder;
      const std::vector<ValueId> outputs = network.build(builder);
      const Graph graph = builder.finish(outputs);
      const std::vector<Tensor> images = random_batches(graph, 2, 2);
      const QuantizedGraph q = quantized(graph, find_scheme("w8a8-channel-sym"), images);
      const RunResult fast = compile_simulated(q, {.batch = 2, .threads = 0, .taps = {}})->run({&images[0], 1});
      const RunResult plain = compile_reference(simulate(q).graph, {2, 0, {}})->run({&images[0], 1});
      for (std::size_t i = 0; i < fast.outputs.size(); ++i) {
        const Encoding* encoding = q.encoding(q.graph.outputs[i]);
        const StepDifference found =
            difference(fast.outputs[i], plain.outputs[i], encoding == nullptr ? 1.0F : encoding->channels[0].scale);
        QVERIFY2(found.largest <= 3 && found.mean <= 0.05,
                 fmt::format("{}: {} steps, {} on average", network.name, found.largest, found.mean).c_str());
      }
    }
  }

  void every_batch_size_gives_the_same() {
    GraphBuilder builder;
    const std::vector<ValueId> outputs = networks()[3].build(builder);
    const Graph graph = builder.finish(outputs);
    const std::vector<Tensor> images = random_batches(graph, 1, 3);
    const QuantizedGraph q = quantized(graph, find_scheme("w8a8-channel-asym"), images);
    const auto one = compile_integer(q, {.batch = 1, .threads = 1, .taps = {}});
    const auto three = compile_integer(q, {.batch = 3, .threads = 2, .taps = {}});
    std::vector<float> together;
    std::vector<float> apart;
    for (const Tensor& image : images) {
      const auto values = image.values<float>();
      together.insert(together.end(), values.begin(), values.end());
      const Tensor output = one->run({&image, 1}).outputs[0];
      apart.insert(apart.end(), output.values<float>().begin(), output.values<float>().end());
    }
    std::vector<std::int64_t> dims = images[0].shape().dims();
    dims[0] = 3;
    const Tensor batch = Tensor::from<float>(Shape(dims), together);
    const Tensor output = three->run({&batch, 1}).outputs[0];
    QVERIFY(std::equal(apart.begin(), apart.end(), output.values<float>().begin(), output.values<float>().end()));
  }

  void more_than_eight_bits_are_for_the_simulation() {
    GraphBuilder builder;
    const Graph graph = builder.finish(networks()[0].build(builder));
    Scheme scheme = find_scheme("w8a8-channel-sym");
    scheme.activations.bits = 12;
    const std::vector<Tensor> images = random_batches(graph, 2, 1);
    const QuantizedGraph q = quantized(graph, scheme, images);
    QVERIFY(compile_simulated(q, {.batch = 2, .threads = 0, .taps = {}}) != nullptr);
    try {
      (void)compile_integer(q, {.batch = 2, .threads = 0, .taps = {}});
      QFAIL("12 bits were accepted");
    } catch (const Error& error) {
      QVERIFY(error.code() == ErrorCode::bad_input);
      QVERIFY2(std::string(error.what()).find("simulated") != std::string::npos, error.what());
    }
  }

  void real_models_data() {
    QTest::addColumn<QString>("model");
    for (const char* model : {"mobilenet_v1_0.25_224", "mobilenet_v1_0.75_224", "squeezenet1.1_onnxzoo", "resnet18_pqf",
                              "resnet20_cifar10", "resnet8_cifar10_mlperf_tiny"}) {
      QTest::addRow("%s", model) << model;
    }
  }

  /// Every layer of every model under every preset that quantizes both sides.
  void real_models() {
    QS_NEEDS_SHARED_DATA();
    QFETCH(QString, model);
    const Graph graph = import_model(shared_data() / "models" / (model.toStdString() + ".onnx"));
    const std::vector<Tensor> images = random_batches(graph, 1, 1);
    std::map<std::vector<std::string>, Calibration> calibrations;
    for (const Scheme& scheme : preset_schemes()) {
      if (!scheme.weights.quantized || !scheme.activations.quantized) continue;
      const Graph prepared = prepare_for_quantization(graph, scheme);
      const auto known = calibrations.find(scheme.passes);
      const Calibration calibration = known != calibrations.end() ? known->second : calibrated(prepared, images);
      calibrations.emplace(scheme.passes, calibration);
      const std::string text = disagreement(quantize(prepared, calibration, scheme), images[0]);
      QVERIFY2(text.empty(), (scheme.id + ": " + text).c_str());
    }
  }
};

}  // namespace qs

QTEST_GUILESS_MAIN(qs::TestIntegerBackend)
#include "test_integer_backend.moc"
