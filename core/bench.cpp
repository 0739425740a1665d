#include "core/bench.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <random>

#include "core/calibrate.h"
#include "core/engine/chain.h"
#include "core/engine/executable.h"
#include "core/graph/operator.h"
#include "core/quant/quantized_graph.h"

namespace qs {

namespace {

constexpr std::int64_t kCalibrationBatch = 4;
constexpr unsigned kCalibrationBatches = 2;
constexpr int kProfiles = 20;  // of which the fastest counts, layer by layer

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Normally distributed images for the graph's only input.
Tensor noise(const Graph& graph, std::int64_t batch, unsigned seed) {
  std::vector<std::int64_t> dims = graph.value(graph.inputs.at(0)).shape.dims();
  dims.at(0) = batch;
  Tensor tensor(DType::f32, Shape(dims));
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  for (float& value : tensor.mutable_values<float>()) value = normal(random);
  return tensor;
}

Calibration calibrated_on_noise(const Graph& graph, int threads, const Progress& progress) {
  const std::int64_t batch = graph.fixed_batch_reason.empty() ? kCalibrationBatch : graph.batch;
  unsigned count = 0;
  const auto source = [&]() -> std::optional<Batch> {
    if (count == kCalibrationBatches) return std::nullopt;
    return Batch{noise(graph, batch, count++), std::vector<ImageRecord>(static_cast<std::size_t>(batch))};
  };
  return calibrate(source, graph, {.batch = batch}, threads, progress);
}

/// A network and its chain, compiled.
struct Contender {
  BenchResult result;
  std::unique_ptr<Executable> network;
  std::unique_ptr<PrimitiveChain> chain;
};

/// Seconds per call over one turn. The first call, which finds the caches cold, counts only where it takes the turn
/// alone.
double one_turn(const BenchOptions& options, const std::function<void()>& body) {
  Clock::time_point start = Clock::now();
  body();
  double elapsed = seconds_since(start);
  if (elapsed >= options.seconds_per_turn) return elapsed;
  int calls = 0;
  start = Clock::now();
  do {
    body();
    ++calls;
    elapsed = seconds_since(start);
  } while (elapsed < options.seconds_per_turn);
  return elapsed / calls;
}

void take_turns(std::vector<Contender>& contenders, const Tensor& input, const BenchOptions& options,
                const Progress& progress) {
  for (Contender& each : contenders) {
    each.result.seconds = std::numeric_limits<double>::infinity();
    each.result.chain_seconds = std::numeric_limits<double>::infinity();
  }
  for (int turn = 0; turn < options.turns; ++turn) {
    for (Contender& each : contenders) {
      progress.check();
      const auto network = [&] { (void)each.network->run({&input, 1}, progress); };
      each.result.seconds = std::min(each.result.seconds, one_turn(options, network));
      each.result.chain_seconds = std::min(each.result.chain_seconds, one_turn(options, [&] { each.chain->run(); }));
    }
    progress.report(static_cast<double>(turn + 1) / options.turns, "measuring");
  }
}

void measure_layers(Contender& contender, const Tensor& input, const Progress& progress) {
  std::vector<BenchLayer>& layers = contender.result.layers;
  for (const Step& step : contender.network->steps()) {
    layers.push_back({.name = step.name,
                      .kernel = step.kernel,
                      .reason = step.reason,
                      .seconds = std::numeric_limits<double>::infinity(),
                      .chain = std::nullopt});
  }
  std::map<std::string, double> chain;
  for (int i = 0; i < kProfiles; ++i) {
    progress.check();
    (void)contender.network->profile({&input, 1});
    contender.chain->profile();
    for (std::size_t s = 0; s < layers.size(); ++s) {
      layers[s].seconds = std::min(layers[s].seconds, contender.network->steps()[s].seconds);
    }
    for (const ChainStep& step : contender.chain->steps()) {
      const auto [best, is_new] = chain.emplace(step.name, step.seconds);
      if (!is_new) best->second = std::min(best->second, step.seconds);
    }
  }
  for (BenchLayer& layer : layers) {
    const auto found = chain.find(layer.name);
    if (found != chain.end()) layer.chain = found->second;
  }
}

Contender contender_of(std::string scheme, std::string backend, std::unique_ptr<Executable> network,
                       std::unique_ptr<PrimitiveChain> chain) {
  Contender contender{.result = {}, .network = std::move(network), .chain = std::move(chain)};
  contender.result.scheme = std::move(scheme);
  contender.result.backend = std::move(backend);
  contender.result.left_out_of_chain = contender.chain->left_out();
  contender.result.weight_bytes = contender.network->weight_bytes();
  contender.result.activation_bytes = contender.network->activation_bytes();
  return contender;
}

}  // namespace

std::vector<BenchResult> bench(const Graph& graph, std::span<const Scheme> schemes, const BenchOptions& options,
                               const Progress& progress) {
  if (graph.inputs.size() != 1) bad_input("the network has {} inputs; one can be measured", graph.inputs.size());
  const CompileOptions compile{.batch = options.batch, .threads = options.threads, .taps = {}};
  std::vector<Contender> contenders;
  const Graph folded = prepare_for_quantization(graph, preset_schemes().front());
  contenders.push_back(contender_of("float", "float", backend("float").compile(folded, compile),
                                    compile_chain(folded, options.batch, options.threads)));
  std::map<std::vector<std::string>, Calibration> calibrations;  // by passes: the rest of a scheme changes no value
  for (const Scheme& scheme : schemes) {
    progress.check();
    const Graph prepared = prepare_for_quantization(graph, scheme);
    Calibration& calibration = calibrations[scheme.passes];
    if (calibration.images == 0) calibration = calibrated_on_noise(prepared, options.threads, progress);
    const QuantizedGraph quantized = quantize(prepared, calibration, scheme);
    contenders.push_back(contender_of(scheme.id, "integer", backend("integer").compile_quantized(quantized, compile),
                                      compile_chain(quantized, options.batch, options.threads)));
  }
  const Tensor input = noise(graph, options.batch, kCalibrationBatches);
  take_turns(contenders, input, options, progress);
  std::vector<BenchResult> results;
  for (Contender& each : contenders) {
    each.result.batch = options.batch;
    if (options.layers) measure_layers(each, input, progress);
    results.push_back(std::move(each.result));
  }
  return results;
}

}  // namespace qs
