// Gathering what the activations of a float network look like.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/base/progress.h"
#include "core/engine/executable.h"
#include "core/quant/calibration.h"
#include "core/tensor/batch.h"

namespace qs {

struct CalibrateOptions {
  std::int64_t batch = 1;                   ///< what the network is compiled for
  std::uint64_t seed = 0;                   ///< that chose the images; for the record
  std::int64_t expected_images = 0;         ///< for the fraction reported as progress; 0 when unknown
  std::vector<std::string> output_names{};  ///< of the graph's outputs, in order: those that shall be kept
};

/// Outputs with more elements per image are not kept: no logits, and memory would depend on the number of images.
constexpr std::int64_t kMostKeptOutput = 1 << 16;

/// Runs the images through a float network once. `network_with_taps` was compiled with `CompileOptions::taps` for the
/// values of these names, in this order. A last batch that is too small is filled up; what was filled up does not
/// count. Any set of images will do: calibrating with several disjoint ones shows how far the result can be trusted.
///
/// Memory: one batch, and per value about 16 KiB and 24 bytes per channel, whatever the number of images; kept outputs
/// take 4 bytes per class and image. Cost besides the network: about 1.5 ns per value and thread.
///
/// Throws `Error` (bad_input) when there is no image, or naming the value and the images where NaN or infinity occurs;
/// `Error` (stopped).
[[nodiscard]] Calibration calibrate(const BatchSource& source, Executable& network_with_taps,
                                    const std::vector<std::string>& tap_names, const CalibrateOptions& options,
                                    const Progress& progress = {});

/// The names of these values, as a calibration knows them.
[[nodiscard]] std::vector<std::string> value_names(const Graph& graph, std::span<const ValueId> values);

/// The same for all values that `quantize` may ask for in a graph made by `prepare_for_quantization`: compiles the float
/// network with taps for them. `threads` as in CompileOptions.
[[nodiscard]] Calibration calibrate(const BatchSource& source, const Graph& prepared, const CalibrateOptions& options,
                                    int threads, const Progress& progress = {});

}  // namespace qs
