// The meaning of every operator: plain loops, sums in double.
#pragma once

#include <memory>

#include "core/engine/executable.h"

namespace qs {

/// Computes one op on dense f32 tensors (Cast and shape ops also take the integer types). Returns its outputs.
/// Cost: the textbook number of operations, parallel over outputs where that is free of choice.
[[nodiscard]] std::vector<Tensor> reference_op(const Op& op, std::span<const Tensor> inputs);

/// The `reference` backend: `reference_op` node by node, at `options.batch`; taps are free.
[[nodiscard]] std::unique_ptr<Executable> compile_reference(const Graph& graph, const CompileOptions& options);

extern const Backend reference_backend;

}  // namespace qs
