// The `simulated` backend: oneDNN in f32 on numbers that integers can stand for.
#pragma once

#include "core/engine/executable.h"

namespace qs {

/// Runs `simulate(quantized)` on the float backend. Every scheme works here.
[[nodiscard]] std::unique_ptr<Executable> compile_simulated(const QuantizedGraph& quantized,
                                                            const CompileOptions& options);

extern const Backend simulated_backend;

}  // namespace qs
