// Schemes on their way from the command line to numbers: quantized, compiled, looked at layer by layer.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "app/run/calibration_run.h"
#include "app/run/scheme_report.h"
#include "core/engine/executable.h"

namespace qs {

/// A scheme made ready to run. `report` grows as more is measured.
struct SchemeRun {
  QuantizedGraph quantized;
  std::unique_ptr<Executable> executable;
  SchemeReport report;
};

struct SchemeRunOptions {
  const Backend& backend;
  std::int64_t batch = 1;
  int threads = 0;
};

/// Calibrates where that is needed, quantizes, compiles.
[[nodiscard]] SchemeRun make_scheme_run(const Scheme& scheme, CalibrationRun& calibrations,
                                        const SchemeRunOptions& options, const Progress& progress);

/// Images of the data set as batches of one size (the last one is left out where it is smaller, unless it is the only
/// one, which is then filled up).
[[nodiscard]] std::vector<Tensor> read_batches(const Dataset& dataset, const ReaderOptions& reading,
                                               const Progress& progress);

/// Calibrates and quantizes on `count` disjoint sets of images: how much of the result is chance.
[[nodiscard]] StabilityReport measure_stability(const Scheme& scheme, std::int64_t count, CalibrationRun& calibrations,
                                                const SchemeRunOptions& options, const Dataset& dataset,
                                                const ReaderOptions& reading, const Progress& progress);

}  // namespace qs
