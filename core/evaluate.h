// How often a classifier is right, how often two agree, and how fast they are.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/progress.h"
#include "core/engine/executable.h"
#include "core/logit_difference.h"
#include "core/statistics.h"
#include "core/tensor/batch.h"

namespace qs {

constexpr int kTopClasses = 5;

/// What one network says about one image.
struct Prediction {
  /// Classes by falling output, ties to the lower index; -1 beyond the number of classes, all -1 unless `finite`.
  std::array<int, kTopClasses> top{-1, -1, -1, -1, -1};
  std::array<float, kTopClasses> logits{};  ///< outputs of those classes; 0 where there is none
  std::optional<float> label_logit;         ///< output of the labelled class, where the label is known
  /// False when the network put out NaN or infinity: then the image counts as wrong and the logits mean nothing.
  bool finite = true;

  [[nodiscard]] int top1() const { return top.front(); }
  [[nodiscard]] float max_logit() const { return logits.front(); }
  [[nodiscard]] bool top5_has(int label) const;
};

/// The prediction from one image's outputs. A label must lie in [0, logits.size()).
[[nodiscard]] Prediction predict(std::span<const float> logits, std::optional<int> label);

/// The number of classes of a network with one image input and one output [N, classes] (further extents of 1 allowed).
/// Throws `Error` (bad_input) saying what the network has instead.
[[nodiscard]] std::int64_t class_count(const Graph& graph);

/// One way of computing the network under evaluation. All are compiled for the same batch size.
struct Variant {
  std::string id;  ///< "float", or the id of a scheme
  Executable* executable = nullptr;
};

struct VariantResult {
  std::string id;
  std::vector<Prediction> predictions;  ///< one per image, in the order of `Evaluation::images`
  Proportion top1;                      ///< over the labelled images
  Proportion top5;
  std::optional<Proportion> agreement;  ///< same top-1 class as the first variant; empty for the first
  std::int64_t only_first_right = 0;    ///< labelled images that the first variant alone gets right
  std::int64_t only_this_right = 0;     ///< and that this one alone does
  LogitDifference difference;           ///< of its outputs from the first variant's
  std::int64_t rows = 0;                ///< images computed, with those that filled up the last batch
  double seconds = 0;                   ///< inside `Executable::run`

  [[nodiscard]] double images_per_second() const { return seconds > 0 ? static_cast<double>(rows) / seconds : 0.0; }
};

struct Evaluation {
  std::vector<ImageRecord> images;
  std::vector<VariantResult> results;  ///< in the order of the variants
  bool stopped = false;                ///< the user stopped it: everything is about the images finished until then
};

struct EvaluateOptions {
  std::int64_t batch = 1;            ///< what the variants are compiled for
  std::int64_t expected_images = 0;  ///< for the fraction reported as progress; 0 when unknown
  OutputScale output = OutputScale::logits;
  /// Called with what is finished so far, counted up, at most every 100 ms; for those who want to watch.
  std::function<void(const Evaluation&)> so_far{};
};

/// Runs every variant over every batch. A last batch that is too small is filled up with copies of its last image,
/// which are computed (and counted in `rows`) but not judged: that costs less than compiling once more, and a network
/// bound to one batch size can do no other. Memory does not depend on the number of images, but for the predictions. A
/// stop drops the batch in work and keeps the others. Throws `Error` (bad_input) when a label lies outside the
/// network's classes, naming the image.
[[nodiscard]] Evaluation evaluate(const BatchSource& source, std::span<const Variant> variants,
                                  const EvaluateOptions& options, const Progress& progress = {});

}  // namespace qs
