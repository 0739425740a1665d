// The `integer` backend: oneDNN in int8.
#pragma once

#include "core/engine/executable.h"
#include "core/quant/quantized_graph.h"

namespace qs {

/// Compiles for one batch size: u8 and s8 activations with channels last from layer to layer, s8 weights packed once,
/// s32 sums, residual additions and activations fused, no float in between. What cannot be computed in integers runs in
/// f32 between dequantized and quantized values, and its step says why. Throws `Error` (bad_input) for encodings of
/// more than 8 bits and for stochastic rounding of activations, which only the simulation has. Taps must be outputs of
/// groups.
[[nodiscard]] std::unique_ptr<Executable> compile_integer(const QuantizedGraph& quantized,
                                                          const CompileOptions& options);

extern const Backend integer_backend;

}  // namespace qs
