// What is reported of an evaluation: of the model, the images, the schemes and what came out. Plain values that the
// command line prints, the window shows and projects keep.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/analysis/layer_error.h"
#include "core/analysis/sensitivity.h"
#include "core/engine/environment.h"
#include "core/evaluate.h"
#include "core/quant/quantized_graph.h"
#include "core/statistics.h"

namespace qs {

/// Of a model file.
struct ModelReport {
  std::string path;
  std::string name;  ///< the file's name without its extension
  std::string sha256;
  std::int64_t parameters = 0;
  std::int64_t multiply_accumulates = 0;  ///< for one image
  std::int64_t classes = 0;
  bool probabilities = false;  ///< the network ends in a softmax: its outputs are no logits
};

/// Of the images that activation ranges come from.
struct CalibrationReport {
  std::int64_t images = 0;
  std::int64_t batch = 0;
  std::uint64_t seed = 0;
  bool from_cache = false;  ///< no image was run through the network
  double seconds = 0;
  std::string note;    ///< about the cache
  std::string path{};  ///< of the data set they are from; empty: the images that were evaluated
};

/// The spread over disjoint sets of calibration images.
struct StabilityReport {
  std::int64_t subsets = 0;
  std::int64_t images = 0;       ///< in each
  std::vector<Proportion> top1;  ///< by subset; empty without labels
  /// Over the values: the largest of its scales divided by the smallest.
  double median_ratio = 1;
  double largest_ratio = 1;
  std::string least_stable;  ///< the value with the largest ratio
};

/// Of one scheme besides its accuracy.
struct SchemeReport {
  Scheme scheme;
  std::string backend;
  std::int64_t model_bytes = 0;
  std::int64_t bit_operations = 0;  ///< for one image (core/analysis/bit_operations.h); 0: not known
  CalibrationReport calibration;
  std::vector<LayerRemark> remarks;
  std::int64_t layer_images = 0;   ///< that `layers` were measured on
  std::vector<LayerError> layers;  ///< empty when not measured
  std::optional<Sensitivity> sensitivity;
  std::optional<StabilityReport> stability;
};

struct SkippedReport {
  std::string image;
  std::string reason;
};

/// Of the images.
struct DataReport {
  std::string path;
  std::string layout;      ///< id of the recognised data-set kind
  std::string summary;     ///< the data set in a line
  std::int64_t found = 0;  ///< images in the data set
  std::int64_t selected = 0;
  std::int64_t evaluated = 0;  ///< read back from JSON: see `evaluated_images`
  std::int64_t classes = 0;    ///< distinct labels of the data set; 0 without labels
  std::string preprocessing;
  std::string preprocessing_source;
  std::vector<SkippedReport> skipped;
  std::int64_t decoded = 0;                ///< images decoded in this run
  std::int64_t cached = 0;                 ///< images taken from the cache of earlier runs
  double decode_seconds = 0;               ///< spent decoding, summed over threads
  std::vector<std::string> notes;          ///< about the data set
  std::vector<std::string> reading_notes;  ///< about the cache, after the run
};

/// How one variant was computed.
struct VariantReport {
  std::string scheme;
  std::string backend;
  std::int64_t model_bytes = 0;         ///< of its weights
  std::int64_t bit_operations = 0;      ///< for one image; 0: not known
  std::optional<SchemeReport> details;  ///< for all but the float network
  std::vector<std::string> not_finite{};  ///< read back from JSON: see `images_without_answer`
};

struct EvaluationReport {
  ModelReport model;
  DataReport data;
  Environment environment;
  std::int64_t batch = 1;
  std::vector<VariantReport> variants;  ///< in the order of `evaluation.results`
  Evaluation evaluation;
  double seconds = 0;  ///< from the first image to the last
  std::int64_t peak_memory_bytes = 0;
};

/// How many images the results are about: those that are listed, or the number that was read back from JSON, which
/// lists none.
[[nodiscard]] std::int64_t evaluated_images(const EvaluationReport& report);

/// Names of the images that the variant (an index into `variants`) put out NaN or infinity for. From its predictions;
/// where those are not known, as read back from JSON.
[[nodiscard]] std::vector<std::string> images_without_answer(const EvaluationReport& report, std::size_t variant);

}  // namespace qs
