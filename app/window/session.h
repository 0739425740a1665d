// A model and its images, with what is read and computed from them once. Lives on one lane: not thread safe.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/run/calibration_run.h"
#include "app/run/classifier.h"
#include "app/run/evaluation_run.h"
#include "datasets/dataset.h"
#include "datasets/reader.h"

namespace qs {

class Session {
 public:
  /// Fits the preprocessing to the images, unless `preprocessing` (see `parse_preprocessing`) says what is to be done.
  /// Throws `Error` (bad_input) when the network takes no images.
  Session(Classifier classifier, Dataset dataset, std::string images_path, std::string preprocessing);
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  [[nodiscard]] const Classifier& classifier() const { return classifier_; }
  [[nodiscard]] const Dataset& dataset() const { return dataset_; }
  [[nodiscard]] const CalibratedGraph& calibrated(const Scheme& scheme, const Progress& progress) {
    return calibrations_.calibrated(scheme, 0, progress);
  }
  /// `images` of the data set, spread evenly, in batches of one size; kept for the next time.
  [[nodiscard]] const std::vector<Tensor>& batches(std::int64_t images, const Progress& progress);
  /// An evaluation on `limit` images (0: all), with layers measured on `layer_images` (0: not at all).
  [[nodiscard]] PreparedEvaluation prepare(std::int64_t limit, std::int64_t layer_images) const;

 private:
  Classifier classifier_;
  Dataset dataset_;
  std::string images_path_;
  std::string preprocessing_;
  ReaderOptions reading_;
  CalibrationRun calibrations_;
  std::int64_t batched_ = 0;  ///< images that `batches_` were made of
  std::vector<Tensor> batches_;
};

}  // namespace qs
