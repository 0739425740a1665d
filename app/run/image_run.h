// Networks over a data set: decoding ahead on one side, counting on the other.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "app/run/classifier.h"
#include "core/evaluate.h"
#include "datasets/dataset.h"
#include "datasets/reader.h"

namespace qs {

/// Size of the images a network takes. Throws `Error` (bad_input) when its input is no [N, 3, H, W] (or [N, H, W, 3],
/// for TensorLayout::nhwc).
[[nodiscard]] ImageSize input_image_size(const Graph& graph, TensorLayout layout);

/// How the images of a classifier are read, one at a time; with the cache where there is one and it may be used.
[[nodiscard]] ReaderOptions reader_options(const Classifier& classifier, bool use_cache);

struct ImageRun {
  Evaluation evaluation;
  ReadStatistics reading;
  double seconds = 0;  ///< from the first image to the last
};

/// Reads the images as `options` says and runs every variant on them; see `evaluate`. Throws `Error` (bad_input) when
/// the preprocessing makes images of another size than `options.size`, or when no image at all could be used.
[[nodiscard]] ImageRun run_images(const Dataset& dataset, const ReaderOptions& options,
                                  std::span<const Variant> variants, const Progress& progress = {},
                                  OutputScale output = OutputScale::logits,
                                  std::function<void(const Evaluation&)> so_far = {});

}  // namespace qs
