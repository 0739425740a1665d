// Which layers hurt: each layer quantized alone, and each layer left float alone.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/base/progress.h"
#include "core/quant/quantized_graph.h"

namespace qs {

/// What one layer does to the network's outputs, over all images given.
struct LayerSensitivity {
  std::string name;
  double sqnr_alone = 0;         ///< of the outputs in dB, this layer alone quantized; +infinity: no difference
  double sqnr_without = 0;       ///< all layers but this one quantized
  double agreement_alone = 0;    ///< share of images with the float network's top-1 class, this layer alone quantized
  double agreement_without = 0;  ///< the same, all layers but this one quantized
};

struct Sensitivity {
  std::vector<LayerSensitivity> layers;  ///< those with something to quantize, in order
  double sqnr = 0;                       ///< all layers quantized
  double agreement = 0;
  std::int64_t images = 0;
  std::int64_t layer_executions = 0;        ///< of single layers, per batch
  std::int64_t layer_executions_saved = 0;  ///< against running the whole network for each question
};

/// Runs on the simulation. Up to the layer in question nothing is computed anew: its inputs are those of the float
/// network (alone) or of the quantized one (without). `batches` are inputs of one size for the only input of a
/// classifier. Memory: all results of one batch twice.
[[nodiscard]] Sensitivity layer_sensitivity(const QuantizedGraph& quantized, std::span<const Tensor> batches,
                                            int threads, const Progress& progress = {});

}  // namespace qs
