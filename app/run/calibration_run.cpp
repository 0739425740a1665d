#include "app/run/calibration_run.h"

#include <fmt/ranges.h>

#include <chrono>

#include "app/run/calibration_cache.h"
#include "core/calibrate.h"
#include "core/engine/environment.h"
#include "datasets/calibration_images.h"

namespace qs {

const CalibratedGraph& CalibrationRun::calibrated(const Scheme& scheme, std::int64_t subset, const Progress& progress) {
  const CalibrationScheme& settings = scheme.calibration;
  const std::string key = fmt::format("{} {} {} {} {} {}", fmt::join(scheme.passes, ","), settings.images,
                                      settings.batch, settings.seed, subset, scheme.activations.quantized);
  const auto found = known_.find(key);
  if (found != known_.end()) return found->second;
  return known_.emplace(key, calibrate(scheme, subset, progress)).first->second;
}

CalibratedGraph CalibrationRun::calibrate(const Scheme& scheme, std::int64_t subset, const Progress& progress) const {
  const auto start = std::chrono::steady_clock::now();
  CalibratedGraph result;
  result.graph = prepare_for_quantization(source_.classifier.graph, scheme);
  if (!scheme.activations.quantized) return result;  // weights need no images
  const CalibrationScheme& settings = scheme.calibration;
  const Dataset chosen = choose(source_.dataset, {.count = settings.images, .seed = settings.seed, .subset = subset});
  const std::int64_t wanted = std::min(settings.batch, static_cast<std::int64_t>(chosen.entries.size()));
  const std::int64_t batch = result.graph.fixed_batch_reason.empty() ? wanted : result.graph.batch;
  const CalibrationIdentity identity{.model_sha256 = source_.classifier.report.sha256,
                                     .passes = scheme.passes,
                                     .values = value_names(result.graph, values_to_calibrate(result.graph)),
                                     .preprocessing = source_.reading.preprocessing,
                                     .batch = batch,
                                     .seed = settings.seed,
                                     .environment = environment().onednn + " " + environment().isa};
  const auto make = [&] {
    ReaderOptions reading = source_.reading;
    reading.batch = batch;
    ImageReader reader(chosen, reading, progress);
    return qs::calibrate(reader.source(), result.graph,
                         {.batch = batch,
                          .seed = settings.seed,
                          .expected_images = static_cast<std::int64_t>(chosen.entries.size()),
                          .output_names = value_names(result.graph, result.graph.outputs)},
                         source_.threads, progress);
  };
  const bool use_cache = source_.use_cache && !calibration_folder().empty();
  KeptCalibration kept = use_cache ? kept_calibration(calibration_folder(), calibration_key(identity, chosen), make)
                                   : KeptCalibration{make(), false, {}};
  result.calibration = std::move(kept.calibration);
  result.report = {.images = result.calibration.images,
                   .batch = batch,
                   .seed = settings.seed,
                   .from_cache = kept.from_cache,
                   .seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(),
                   .note = std::move(kept.note)};
  return result;
}

}  // namespace qs
