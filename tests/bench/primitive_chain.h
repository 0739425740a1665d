// The floor under a network's time: its primitives executed once in order, each with its own buffers, layouts chosen
// by oneDNN for each alone, no reorders, activations and residual adds fused. It computes nothing useful.
#pragma once

#include <memory>

#include "core/graph/graph.h"

namespace qs {

class PrimitiveChain {
 public:
  /// `graph` at its own batch size, BatchNorm already folded. Throws `Error` (bad_input) for a node it has no
  /// primitive for.
  explicit PrimitiveChain(const Graph& graph);
  ~PrimitiveChain();
  PrimitiveChain(const PrimitiveChain&) = delete;
  PrimitiveChain& operator=(const PrimitiveChain&) = delete;

  void run();
  [[nodiscard]] std::size_t size() const;

 private:
  std::unique_ptr<struct ChainState> state_;
};

}  // namespace qs
