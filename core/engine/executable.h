// A compiled graph on one backend.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/progress.h"
#include "core/graph/graph.h"
#include "core/quant/quantized_graph.h"

namespace qs {

struct CompileOptions {
  std::int64_t batch = 1;
  int threads = 0;            ///< 0: as many as the machine has
  std::vector<ValueId> taps;  ///< values of the graph to read out with each run, besides its outputs
};

/// One step of a compiled graph: what is executed at once.
struct Step {
  std::string name;           ///< the node whose result it is
  std::string kernel;         ///< implementation, e.g. "jit:avx512_core" or "reference"
  std::vector<NodeId> nodes;  ///< the graph's nodes fused into it, in order
  double seconds = 0;         ///< of the latest profiled run
  std::string reason = {};    ///< why it does not run in integers; empty when it does or nobody asked
};

struct RunResult {
  std::vector<Tensor> outputs;  ///< in the order of Graph::outputs
  std::vector<Tensor> taps;     ///< in the order of CompileOptions::taps
};

/// Compiled for one batch size; `run` may be called any number of times, from one thread at a time.
/// Tensors are dense f32 in logical NCHW whatever layouts are used inside.
class Executable {
 public:
  Executable() = default;
  Executable(const Executable&) = delete;
  Executable& operator=(const Executable&) = delete;
  virtual ~Executable() = default;

  /// Throws `Error` (bad_input) when an input has another shape or type than the graph's, or holds NaN or infinity
  /// (the error names the input).
  [[nodiscard]] virtual RunResult run(std::span<const Tensor> inputs, const Progress& progress = {}) = 0;

  /// The same, measuring each step into `steps()`.
  [[nodiscard]] virtual RunResult profile(std::span<const Tensor> inputs) = 0;

  [[nodiscard]] virtual const std::vector<Step>& steps() const = 0;

  /// Bytes held for activations and for weights.
  [[nodiscard]] virtual std::size_t activation_bytes() const = 0;
  [[nodiscard]] virtual std::size_t weight_bytes() const = 0;
};

/// A way to run graphs.
struct Backend {
  std::string_view id;  ///< persistent: "reference", "float", ...
  std::string_view title;
  std::string_view summary;
  std::unique_ptr<Executable> (*compile)(const Graph&, const CompileOptions&);  ///< the float network
  /// A quantized one; null for a backend that has floats only. Taps are values of `QuantizedGraph::graph`.
  std::unique_ptr<Executable> (*compile_quantized)(const QuantizedGraph&, const CompileOptions&) = nullptr;
};

/// All backends in order.
[[nodiscard]] std::span<const Backend* const> backends();

/// The backend with this id; throws `Error` (usage) listing the known ones.
[[nodiscard]] const Backend& backend(std::string_view id);

}  // namespace qs
