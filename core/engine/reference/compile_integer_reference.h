// Quantized graphs in plain integer loops: the bit-exact meaning of a scheme.
#pragma once

#include <memory>

#include "core/engine/executable.h"
#include "core/quant/quantized_graph.h"

namespace qs {

/// Runs the groups of a quantized graph one by one at `options.batch`. A group whose inputs, weights and outputs all
/// have integers of at most 8 bits runs as Jacob et al. and TFLite's reference kernels do
/// (engine/reference/integer_kernels.h): kernel "reference:int8". Any other runs by `reference_op` on dequantized
/// values and weights, and its result is quantized where it has an encoding: kernel "reference", and the step's
/// `reason` says why where the scheme asked for integers.
///
/// Inputs are quantized with their encodings, outputs and taps are dequantized codes. A tapped value inside a group,
/// which exists in accumulators only, is given in floating point, from dequantized operands.
[[nodiscard]] std::unique_ptr<Executable> compile_integer_reference(const QuantizedGraph& quantized,
                                                                    const CompileOptions& options);

}  // namespace qs
