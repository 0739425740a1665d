// How close the float backend comes to its floor. For each model and batch size, network and chain take turns, so
// that a noisy machine disturbs both; the fastest turn of each counts.
//
//   build/release/bench_float MODEL.onnx... [--batch=N] [--steps]
//
// "peak" is the process's peak resident size before the chain is built: for the memory of one network, name one model
// and one batch size.
#include <fmt/format.h>
#include <omp.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <random>

#include "core/engine/environment.h"
#include "core/engine/float/float_backend.h"
#include "core/graph/operator.h"
#include "core/graph/passes/fold_batch_norm.h"
#include "core/model/importers.h"
#include "tests/bench/primitive_chain.h"

namespace {

constexpr double kSecondsPerTurn = 0.25;
constexpr int kTurns = 12;

template <class Body>
double seconds_per_call(Body&& body) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  int calls = 0;
  double elapsed = 0;
  do {
    body();
    ++calls;
    elapsed = std::chrono::duration<double>(Clock::now() - start).count();
  } while (elapsed < kSecondsPerTurn);
  return elapsed / calls;
}

qs::Tensor random_input(const qs::Shape& shape) {
  qs::Tensor tensor(qs::DType::f32, shape);
  std::mt19937 generator(1);
  std::normal_distribution<float> normal;
  for (float& value : tensor.mutable_values<float>()) value = normal(generator);
  return tensor;
}

double peak_mebibytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind("VmHWM:", 0) == 0) return std::stod(line.substr(6)) / 1024;
  }
  return 0;
}

void print_steps(qs::Executable& network, const std::vector<qs::Tensor>& inputs) {
  std::vector<double> best;
  for (int i = 0; i < 20; ++i) {
    (void)network.profile(inputs);
    best.resize(network.steps().size(), 1);
    for (std::size_t s = 0; s < best.size(); ++s) best[s] = std::min(best[s], network.steps()[s].seconds);
  }
  for (std::size_t s = 0; s < best.size(); ++s) {
    const qs::Step& step = network.steps()[s];
    fmt::print("    {:8.1f} us  {:<40.40} {} ({} nodes)\n", 1e6 * best[s], step.name, step.kernel, step.nodes.size());
  }
}

void measure(const qs::Graph& graph, std::int64_t batch, bool steps) {
  const qs::Graph at_batch = with_batch(graph, batch);
  const auto network = qs::compile_float(graph, {.batch = batch, .threads = 0, .taps = {}});
  const std::vector<qs::Tensor> inputs = {random_input(at_batch.value(at_batch.inputs[0]).shape)};
  (void)network->run(inputs);
  const double peak = peak_mebibytes();
  qs::PrimitiveChain chain(fold_batch_norm(at_batch).graph);
  double best_network = 1e9;
  double best_chain = 1e9;
  for (int turn = 0; turn < kTurns; ++turn) {
    best_network = std::min(best_network, seconds_per_call([&] { (void)network->run(inputs); }));
    best_chain = std::min(best_chain, seconds_per_call([&] { chain.run(); }));
  }
  const double per_image = 1e3 / static_cast<double>(batch);
  fmt::print("{:<28} {:>5} {:>12.3f} {:>12.3f} {:>8.3f} {:>10.1f} {:>10.1f}\n", graph.name, batch,
             best_network * per_image, best_chain * per_image, best_network / best_chain,
             static_cast<double>(network->activation_bytes()) / (1 << 20), peak);
  if (steps) print_steps(*network, inputs);
}

}  // namespace

int main(int argc, char** argv) {
  const qs::Environment environment = qs::environment();
  fmt::print("oneDNN {}, {}, {} threads\n", environment.onednn, environment.isa, environment.threads);
  fmt::print("{:<28} {:>5} {:>12} {:>12} {:>8} {:>10} {:>10}\n", "model", "batch", "network ms", "chain ms", "ratio",
             "arena MiB", "peak MiB");
  std::vector<std::string> arguments(argv + 1, argv + argc);
  const bool steps = std::erase(arguments, "--steps") > 0;
  std::vector<std::int64_t> batches = {1, 16};
  const auto is_batch = [](const std::string& argument) { return argument.rfind("--batch=", 0) == 0; };
  const auto batch = std::find_if(arguments.begin(), arguments.end(), is_batch);
  if (batch != arguments.end()) {
    batches = {std::stoll(batch->substr(8))};
    arguments.erase(batch);
  }
  try {
    for (const std::string& path : arguments) {
      qs::Graph graph = qs::import_model(path);
      graph.name = std::filesystem::path(path).stem();
      for (std::int64_t size : batches) measure(graph, size, steps);
    }
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench_float: {}\n", error.what());
    return 2;
  }
  return 0;
}
