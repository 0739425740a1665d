#include "core/engine/simulated/simulated_backend.h"

#include "core/engine/float/float_backend.h"
#include "core/quant/simulation.h"

namespace qs {

std::unique_ptr<Executable> compile_simulated(const QuantizedGraph& quantized, const CompileOptions& options) {
  const Simulation simulation = simulate(quantized, options.taps);
  CompileOptions mapped = options;
  for (ValueId& tap : mapped.taps) tap = simulation.values.at(tap);
  return compile_float(simulation.graph, mapped);
}

const Backend simulated_backend = {"simulated", "Simulated",
                                   "oneDNN in f32 with weights and activations rounded to their grids", compile_float,
                                   compile_simulated};

}  // namespace qs
