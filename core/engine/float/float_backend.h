// The `float` backend: oneDNN in f32.
#pragma once

#include "core/engine/executable.h"

namespace qs {

/// Compiles for one batch size: BatchNorm folded into weights, activations and residual adds fused, layouts chosen by
/// oneDNN and kept from step to step, weights packed once, intermediate buffers in one arena. An op oneDNN has no
/// primitive for runs on the reference loops; its step's kernel is then "reference". A tapped value is computed as
/// itself: nothing is folded or fused across it.
[[nodiscard]] std::unique_ptr<Executable> compile_float(const Graph& graph, const CompileOptions& options);

extern const Backend float_backend;

}  // namespace qs
