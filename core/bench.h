// How fast a network is: in f32, in int8 under each scheme, and how fast oneDNN's primitives alone would be.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/progress.h"
#include "core/graph/graph.h"
#include "core/quant/scheme.h"

namespace qs {

struct BenchOptions {
  std::int64_t batch = 1;
  int threads = 0;  ///< 0: as many as the machine has
  int turns = 50;   ///< of which the fastest counts: other programs can only slow a turn down
  double seconds_per_turn = 0.02;
  bool layers = false;  ///< measure each layer too
};

/// One step of the network.
struct BenchLayer {
  std::string name;
  std::string kernel;
  std::string reason;           ///< why it does not run in integers
  double seconds = 0;           ///< one run over a batch, the fastest
  std::optional<double> chain;  ///< of its primitive in the chain; empty where that has none
};

/// One way of computing the network.
struct BenchResult {
  std::string scheme;
  std::string backend;
  std::int64_t batch = 1;
  double seconds = 0;        ///< one run over a batch, the fastest turn
  double chain_seconds = 0;  ///< the same of its primitives alone
  std::vector<std::string> left_out_of_chain;
  std::size_t weight_bytes = 0;
  std::size_t activation_bytes = 0;
  std::vector<BenchLayer> layers;  ///< in the order of execution; empty unless asked for
};

/// Times the float network, then one in integers per scheme, each against the chain of its primitives. All of them take
/// turns, so that a noisy machine disturbs all alike. Schemes are calibrated on a few images of normally distributed
/// noise: encodings are those of no real image, but integers take the same time whatever they stand for. The first
/// result is the float network's. Throws `Error` (bad_input) for a network with more than one input.
[[nodiscard]] std::vector<BenchResult> bench(const Graph& graph, std::span<const Scheme> schemes,
                                             const BenchOptions& options, const Progress& progress = {});

}  // namespace qs
