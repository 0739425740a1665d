// How long it takes to say what four schemes do to all weights: what a slider in the window has to wait for.
//
//   build/release/bench_analysis MODEL.onnx...
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "core/analysis/weight_power.h"
#include "core/analysis/weight_sqnr.h"
#include "core/model/importers.h"
#include "core/quant/quantized_graph.h"

namespace {

constexpr int kTurns = 10;

template <class Body>
double fastest_ms(Body&& body) {
  using Clock = std::chrono::steady_clock;
  double best = 1e9;
  for (int turn = 0; turn < kTurns; ++turn) {
    const auto start = Clock::now();
    body();
    best = std::min(best, std::chrono::duration<double, std::milli>(Clock::now() - start).count());
  }
  return best;
}

void measure(const std::string& path) {
  const qs::Scheme first = qs::find_scheme("w8-tensor-asym");
  const qs::Graph file = qs::import_model(path);
  const qs::Graph graph = prepare_for_quantization(file, first);
  double total = 0;
  std::int64_t weights = 0;
  for (const char* id : {"w8-tensor-asym", "w8a8-tensor-sym", "w8-channel-asym", "w8-channel-sym"}) {
    const qs::Scheme scheme = qs::find_scheme(id);
    const double ms = fastest_ms([&] { (void)qs::weight_sqnr(graph, scheme); });
    fmt::print("  {:<20} {:>8.2f} ms\n", id, ms);
    total += ms;
  }
  for (const auto& [id, tensor] : graph.constants) weights += tensor.elements();
  fmt::print("{}: {:.1f} M numbers, four schemes {:.1f} ms, preparing {:.1f} ms, weight power {:.1f} ms\n",
             std::filesystem::path(path).stem().string(), static_cast<double>(weights) / 1e6, total,
             fastest_ms([&] { (void)prepare_for_quantization(file, first); }),
             fastest_ms([&] { (void)qs::weight_power(graph); }));
}

}  // namespace

int main(int argc, char** argv) {
  try {
    for (int i = 1; i < argc; ++i) measure(argv[i]);
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench_analysis: {}\n", error.what());
    return 2;
  }
  return 0;
}
