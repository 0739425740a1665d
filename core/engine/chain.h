// The floor under a network's time: its own oneDNN primitives executed once in order, each with its own buffers,
// layouts chosen by oneDNN for each alone, nothing between them: no reorders, no quantization of the input, no copies.
// Activations, residual adds and scales are fused. It computes nothing useful.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/quant/quantized_graph.h"

namespace qs {

/// One primitive.
struct ChainStep {
  std::string name;  ///< of the node
  std::string kernel;
  double seconds = 0;  ///< of the latest `profile`
};

class PrimitiveChain {
 public:
  /// `threads` as in CompileOptions.
  PrimitiveChain(std::unique_ptr<struct ChainState> state, int threads);
  ~PrimitiveChain();
  PrimitiveChain(const PrimitiveChain&) = delete;
  PrimitiveChain& operator=(const PrimitiveChain&) = delete;

  void run();
  /// The same, measuring each primitive into `steps()`.
  void profile();
  [[nodiscard]] const std::vector<ChainStep>& steps() const;
  /// Nodes that no one primitive computes, so that the floor is too low by their time. Views cost nothing and are not
  /// among them.
  [[nodiscard]] const std::vector<std::string>& left_out() const;

 private:
  std::unique_ptr<struct ChainState> state_;
  int threads_;
};

/// In f32. BatchNorm should be folded already: it is left out.
[[nodiscard]] std::unique_ptr<PrimitiveChain> compile_chain(const Graph& graph, std::int64_t batch, int threads = 0);

/// In int8 where the quantized graph has integers: s8 weights without zero points (those of asymmetric weights cost
/// extra: that is what the floor is to show), s32 bias, one output scale per channel, no zero point anywhere. A ReLU is
/// the saturation of u8.
[[nodiscard]] std::unique_ptr<PrimitiveChain> compile_chain(const QuantizedGraph& quantized, std::int64_t batch,
                                                            int threads = 0);

}  // namespace qs
