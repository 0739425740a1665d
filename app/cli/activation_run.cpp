#include "app/cli/activation_run.h"

#include "app/cli/interrupt.h"
#include "app/cli/progress_line.h"
#include "app/run/calibration_run.h"
#include "app/run/classifier.h"
#include "app/run/image_run.h"
#include "datasets/prepared_images.h"

namespace qs {

void add_activations(const ActivationRunOptions& options, AnalysisReport& report) {
  Interrupt interrupt;
  Classifier classifier = load_classifier(
      {.path = options.model, .preprocessing = options.preprocessing, .input_size = options.input_size});
  const Dataset dataset = open_dataset(options.images);
  if (options.preprocessing.empty()) {  // what was asked for is done to the letter
    classifier.preprocessing = fitted_to_images(std::move(classifier.preprocessing), dataset);
  }
  const ReaderOptions reading = reader_options(classifier, options.use_cache);
  CalibrationRun calibrations(
      {.classifier = classifier, .dataset = dataset, .reading = reading, .use_cache = options.use_cache});
  report.images = {.path = options.images,
                   .preprocessing = to_string(reading.preprocessing),
                   .preprocessing_source = classifier.preprocessing.source};
  for (SchemeAnalysis& each : report.schemes) {
    if (!each.scheme.activations.quantized) continue;
    if (options.calibration > 0) each.scheme.calibration.images = options.calibration;
    ProgressLine line("images", each.scheme.calibration.images);
    const CalibratedGraph& calibrated =
        calibrations.calibrated(each.scheme, 0, Progress(interrupt.token(), line.sink()));
    const QuantizedGraph quantized = quantize(calibrated.graph, calibrated.calibration, each.scheme);
    each.activations = activation_sqnr(quantized, calibrated.calibration);
    each.remarks = quantized.remarks;
    each.calibrated_with = calibrated.report.images;
  }
}

}  // namespace qs
