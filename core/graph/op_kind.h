// Questions about the kind of an op.
#pragma once

#include "core/graph/op.h"

namespace qs {

template <class... Kinds>
[[nodiscard]] bool is_one_of(const Op& op) {
  return (std::holds_alternative<Kinds>(op) || ...);
}

/// Whether an op puts out means of its inputs, which lie between the points of their grid.
[[nodiscard]] inline bool averages(const Op& op) {
  return is_one_of<AveragePool, GlobalAveragePool, ReduceMean>(op);
}

}  // namespace qs
