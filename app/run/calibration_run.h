// Calibrations for schemes: from the cache, or by running images through the float network.
#pragma once

#include <map>
#include <string>

#include "app/run/classifier.h"
#include "core/base/progress.h"
#include "core/quant/quantized_graph.h"
#include "datasets/dataset.h"
#include "datasets/reader.h"

namespace qs {

/// What images a scheme's statistics come from, and how they are read.
struct CalibrationSource {
  const Classifier& classifier;
  const Dataset& dataset;  ///< images are chosen from it by the scheme's seed; labels are not looked at
  const ReaderOptions& reading;
  int threads = 0;
  bool use_cache = true;
};

/// A calibration with the graph it belongs to.
struct CalibratedGraph {
  Graph graph;  ///< prepared for quantization
  Calibration calibration;
  CalibrationReport report;
};

/// Schemes with the same passes and the same calibration settings share one entry.
class CalibrationRun {
 public:
  explicit CalibrationRun(const CalibrationSource& source) : source_(source) {}

  /// Of the k-th disjoint subset of images. Throws `Error` (bad_input) where too few images are left for it.
  [[nodiscard]] const CalibratedGraph& calibrated(const Scheme& scheme, std::int64_t subset, const Progress& progress);

 private:
  [[nodiscard]] CalibratedGraph calibrate(const Scheme& scheme, std::int64_t subset, const Progress& progress) const;

  CalibrationSource source_;
  std::map<std::string, CalibratedGraph> known_;
};

}  // namespace qs
