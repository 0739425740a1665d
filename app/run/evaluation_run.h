// An evaluation without its screen: from flags to a report, for every command that measures accuracy.
#pragma once

#include <memory>
#include <vector>

#include "app/run/classifier.h"
#include "app/run/evaluation_report.h"
#include "app/run/evaluation_settings.h"
#include "app/run/run_watch.h"
#include "core/engine/executable.h"
#include "core/quant/scheme.h"
#include "datasets/dataset.h"
#include "datasets/reader.h"

namespace qs {

/// A scheme and what computes it.
struct SchemeChoice {
  Scheme scheme;
  const Backend* backend = nullptr;  ///< one that computes quantized networks
  /// What it quantizes, where that is another network than the float one of the evaluation: the same, trained. It sees
  /// the same inputs and answers with the same classes.
  std::shared_ptr<const Classifier> network = nullptr;
};

/// The schemes of `--scheme`, without float, on `--backend`, calibrated on `--calibration` images where that is given.
/// Throws `Error`: (usage) when two have the same id; see `find_scheme`.
[[nodiscard]] std::vector<SchemeChoice> chosen_schemes(const EvaluationSettings& settings);

/// All that is settled before the first image is computed.
struct PreparedEvaluation {
  EvaluationSettings settings;
  Classifier classifier;
  Dataset dataset;  ///< all images
  Dataset chosen;   ///< those that are evaluated
  ReaderOptions reading;
  EvaluationReport report;  ///< what is known so far: its variants are only float
};

/// Reads the model, finds its images and how they are prepared. Throws `Error`, see `load_classifier` and
/// `open_dataset`.
[[nodiscard]] PreparedEvaluation prepare_evaluation(const EvaluationSettings& settings);

/// The same for a model and images that have been read already.
[[nodiscard]] PreparedEvaluation prepare_evaluation(const EvaluationSettings& settings, Classifier classifier,
                                                    Dataset dataset);

/// The images of `settings`, labelled for the classes of the network.
[[nodiscard]] Dataset open_images(const EvaluationSettings& settings, const Classifier& classifier,
                                  const Progress& progress = {});

/// The float network, compiled for the batch of `prepared`.
[[nodiscard]] std::unique_ptr<Executable> compile_float_variant(const PreparedEvaluation& prepared);

/// Calibrates, quantizes, measures the layers as the settings ask and runs float and all schemes over the images. A
/// stop before the first image throws `Error` (stopped); a later one returns what was finished, with
/// `evaluation.stopped` set.
[[nodiscard]] EvaluationReport run_evaluation(const PreparedEvaluation& prepared,
                                              const std::vector<SchemeChoice>& schemes, const RunWatch& watch);

}  // namespace qs
