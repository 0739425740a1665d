#include "app/run/scheme_run.h"

#include <algorithm>

#include "app/run/image_run.h"
#include "core/analysis/bit_operations.h"

namespace qs {

namespace {

/// By value: its scales in several quantizations, largest over smallest.
void compare_scales(const std::vector<QuantizedGraph>& graphs, StabilityReport& report) {
  std::vector<double> spreads;
  for (std::size_t v = 0; v < graphs.front().encodings.size(); ++v) {
    if (!graphs.front().encodings[v]) continue;
    double low = 1e300;
    double high = 0;
    for (const QuantizedGraph& graph : graphs) {
      const double scale = static_cast<double>(graph.encodings[v]->channels[0].scale);
      low = std::min(low, scale);
      high = std::max(high, scale);
    }
    spreads.push_back(high / low);
    if (spreads.back() > report.largest_ratio) {
      report.largest_ratio = spreads.back();
      report.least_stable = graphs.front().graph.values[v].name;
    }
  }
  if (spreads.empty()) return;
  std::sort(spreads.begin(), spreads.end());
  report.median_ratio = spreads[spreads.size() / 2];
}

}  // namespace

SchemeRun make_scheme_run(const Scheme& scheme, CalibrationRun& calibrations, const SchemeRunOptions& options,
                          const Progress& progress) {
  return with_context(fmt::format("scheme \"{}\"", scheme.id), [&] {
    const CalibratedGraph& calibrated = calibrations.calibrated(scheme, 0, progress);
    SchemeRun run;
    run.quantized = quantize(calibrated.graph, calibrated.calibration, scheme);
    run.executable = options.backend.compile_quantized(
        run.quantized, {.batch = options.batch, .threads = options.threads, .taps = {}});
    run.report.scheme = scheme;
    run.report.backend = options.backend.id;
    run.report.model_bytes = model_bytes(run.quantized);
    run.report.bit_operations = bit_operations(run.quantized);
    run.report.calibration = calibrated.report;
    run.report.remarks = run.quantized.remarks;
    return run;
  });
}

std::vector<Tensor> read_batches(const Dataset& dataset, const ReaderOptions& reading, const Progress& progress) {
  ImageReader reader(dataset, reading, progress);
  std::vector<Tensor> batches;
  while (std::optional<Batch> batch = reader.next()) {
    const bool is_full = batch->tensor.shape()[0] == reading.batch;
    if (is_full || batches.empty()) batches.push_back(filled_to(batch->tensor, reading.batch));
  }
  return batches;
}

StabilityReport measure_stability(const Scheme& scheme, std::int64_t count, CalibrationRun& calibrations,
                                  const SchemeRunOptions& options, const Dataset& dataset, const ReaderOptions& reading,
                                  const Progress& progress) {
  StabilityReport report{.subsets = count, .images = scheme.calibration.images, .top1 = {}, .least_stable = {}};
  std::vector<QuantizedGraph> graphs;
  std::vector<std::unique_ptr<Executable>> executables;
  std::vector<Variant> variants;
  for (std::int64_t subset = 0; subset < count; ++subset) {
    const CalibratedGraph& calibrated = calibrations.calibrated(scheme, subset, progress);
    graphs.push_back(quantize(calibrated.graph, calibrated.calibration, scheme));
    executables.push_back(options.backend.compile_quantized(
        graphs.back(), {.batch = options.batch, .threads = options.threads, .taps = {}}));
    variants.push_back({fmt::format("{} #{}", scheme.id, subset + 1), executables.back().get()});
  }
  compare_scales(graphs, report);
  const ImageRun run = run_images(dataset, reading, variants, progress);
  for (const VariantResult& result : run.evaluation.results) {
    if (result.top1.total > 0) report.top1.push_back(result.top1);
  }
  return report;
}

}  // namespace qs
