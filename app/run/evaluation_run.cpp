#include "app/run/evaluation_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "app/run/image_run.h"
#include "app/run/provenance.h"
#include "app/run/scheme_run.h"
#include "core/analysis/bit_operations.h"
#include "datasets/prepared_images.h"

namespace qs {

namespace {

constexpr std::int64_t kDefaultBatch = 16;  // hardly slower than any other, and small

std::int64_t batch_size(const EvaluationSettings& settings, const Graph& graph, std::size_t images) {
  if (settings.batch > 0) return settings.batch;
  if (!graph.fixed_batch_reason.empty()) return graph.batch;
  return std::min(kDefaultBatch, static_cast<std::int64_t>(images));
}

DataReport data_report(const EvaluationSettings& settings, const Dataset& dataset, const Dataset& chosen,
                       const FoundPreprocessing& preprocessing) {
  std::set<int> classes;
  for (const DatasetEntry& entry : dataset.entries) {
    if (entry.record.label) classes.insert(*entry.record.label);
  }
  DataReport report;
  report.path = settings.images;
  report.layout = dataset.kind;
  report.summary = dataset.summary;
  report.found = static_cast<std::int64_t>(dataset.entries.size());
  report.selected = static_cast<std::int64_t>(chosen.entries.size());
  report.classes = static_cast<std::int64_t>(classes.size());
  report.preprocessing = to_string(preprocessing.preprocessing);
  report.preprocessing_source = preprocessing.source;
  report.notes = dataset.notes;
  return report;
}

void add_reading(const ReadStatistics& reading, DataReport& report) {
  report.decoded = reading.decoded;
  report.cached = reading.from_cache;
  report.decode_seconds = reading.decode_seconds;
  for (const SkippedImage& image : reading.skipped) report.skipped.push_back({image.name, image.reason});
  report.reading_notes = reading.notes;
}

/// The float network runs on oneDNN, unless plain loops are asked for.
const Backend& float_backend_for(const EvaluationSettings& settings) {
  return backend(settings.backend == "reference" ? settings.backend : "float");
}

/// All that is known before the run.
EvaluationReport describe(const PreparedEvaluation& prepared) {
  const Classifier& classifier = prepared.classifier;
  EvaluationReport report;
  report.model = classifier.report;
  report.data = data_report(prepared.settings, prepared.dataset, prepared.chosen, classifier.preprocessing);
  report.environment = environment();
  report.batch = batch_size(prepared.settings, classifier.graph, prepared.chosen.entries.size());
  report.variants = {{.scheme = kFloatScheme,
                      .backend = std::string(float_backend_for(prepared.settings).id),
                      .model_bytes = classifier.report.parameters * std::int64_t{sizeof(float)},
                      .bit_operations = float_bit_operations(classifier.report.multiply_accumulates),
                      .details = {}}};
  return report;
}

/// What every part of a run needs.
struct Job {
  const PreparedEvaluation& prepared;
  const EvaluationSettings& settings;
  const Dataset& calibration_images;
  CalibrationRun& calibrations;
  const RunWatch& watch;
};

SchemeRunOptions run_options(const Job& job, const Backend& backend) {
  return {.backend = backend, .batch = job.prepared.reading.batch, .threads = job.settings.threads};
}

/// Of another network than that of the evaluation, on the same images.
SchemeRun prepare_other(const Job& job, const SchemeChoice& choice, const Progress& progress) {
  CalibrationRun calibrations({.classifier = *choice.network,
                               .dataset = job.calibration_images,
                               .reading = job.prepared.reading,
                               .threads = job.settings.threads,
                               .use_cache = !job.settings.no_cache});
  return make_scheme_run(choice.scheme, calibrations, run_options(job, *choice.backend), progress);
}

/// Calibrates, quantizes and compiles every scheme.
std::vector<SchemeRun> prepare_schemes(const Job& job, const std::vector<SchemeChoice>& schemes) {
  std::vector<SchemeRun> runs;
  for (const SchemeChoice& choice : schemes) {
    const Progress progress = job.watch.stage("images", choice.scheme.calibration.images);
    runs.push_back(choice.network != nullptr
                       ? prepare_other(job, choice, progress)
                       : make_scheme_run(choice.scheme, job.calibrations, run_options(job, *choice.backend), progress));
    runs.back().report.calibration.path = job.settings.calibration_images;
  }
  return runs;
}

Dataset few_images(const Job& job, std::int64_t count) {
  const Dataset& chosen = job.prepared.chosen;
  return select(chosen, std::min(count, static_cast<std::int64_t>(chosen.entries.size())));
}

/// Layer by layer, on a few of the images.
void measure_layers(const Job& job, std::vector<SchemeRun>& runs) {
  if (runs.empty() || job.settings.layer_images == 0) return;
  ReaderOptions reading = job.prepared.reading;
  const Dataset few = few_images(job, job.settings.layer_images);
  const bool any_batch = job.prepared.classifier.graph.fixed_batch_reason.empty();
  if (any_batch) reading.batch = static_cast<std::int64_t>(few.entries.size());
  const Progress progress = job.watch.stage("layers", 0);
  const std::vector<Tensor> batches = read_batches(few, reading, progress);
  for (SchemeRun& run : runs) {
    run.report.layers =
        layer_errors(run.quantized, backend(run.report.backend), batches, job.settings.threads, progress);
    run.report.layer_images =
        batches.empty() ? 0 : batches.front().shape()[0] * static_cast<std::int64_t>(batches.size());
  }
}

void sweep_layers(const Job& job, std::vector<SchemeRun>& runs) {
  if (runs.empty() || job.settings.sensitivity == 0) return;
  const Dataset few = few_images(job, job.settings.sensitivity);
  const std::vector<Tensor> batches = read_batches(few, job.prepared.reading, Progress(job.watch.stop, {}));
  for (SchemeRun& run : runs) {
    const Progress progress = job.watch.stage("layers", 0);
    run.report.sensitivity = layer_sensitivity(run.quantized, batches, job.settings.threads, progress);
  }
}

void measure_chance(const Job& job, std::vector<SchemeRun>& runs) {
  if (job.settings.stability == 0) return;
  const PreparedEvaluation& prepared = job.prepared;
  for (SchemeRun& run : runs) {
    const Progress progress = job.watch.stage("images", static_cast<std::int64_t>(prepared.chosen.entries.size()));
    run.report.stability =
        measure_stability(run.report.scheme, job.settings.stability, job.calibrations,
                          run_options(job, backend(run.report.backend)), prepared.chosen, prepared.reading, progress);
  }
}

/// Float and all schemes over the images.
void run_variants(const Job& job, std::vector<SchemeRun>& runs, EvaluationReport& report) {
  const std::unique_ptr<Executable> network = compile_float_variant(job.prepared);
  std::vector<Variant> variants = {{kFloatScheme, network.get()}};
  for (SchemeRun& run : runs) {
    variants.push_back({run.report.scheme.id, run.executable.get()});
    report.variants.push_back({.scheme = run.report.scheme.id,
                               .backend = run.report.backend,
                               .model_bytes = run.report.model_bytes,
                               .bit_operations = run.report.bit_operations,
                               .details = std::move(run.report)});
  }
  if (job.watch.keep_results) job.watch.keep_results();
  const Progress progress = job.watch.stage("images", report.data.selected);
  ImageRun run =
      run_images(job.prepared.chosen, job.prepared.reading, variants, progress,
                 report.model.probabilities ? OutputScale::probabilities : OutputScale::logits, job.watch.so_far);
  add_reading(run.reading, report.data);
  report.evaluation = std::move(run.evaluation);
  report.seconds = run.seconds;
}

}  // namespace

std::vector<SchemeChoice> chosen_schemes(const EvaluationSettings& settings) {
  std::vector<SchemeChoice> schemes;
  for (const std::string& name : settings.schemes) {
    if (name == kFloatScheme) continue;  // always there
    Scheme scheme = find_scheme(name);
    if (settings.calibration > 0) scheme.calibration.images = settings.calibration;
    const auto same = [&](const SchemeChoice& other) { return other.scheme.id == scheme.id; };
    if (std::any_of(schemes.begin(), schemes.end(), same)) {
      throw Error(ErrorCode::usage,
                  fmt::format("--scheme names \"{}\" twice; give each scheme an id of its own", scheme.id));
    }
    schemes.push_back({std::move(scheme), &backend(settings.backend)});
  }
  return schemes;
}

Dataset open_images(const EvaluationSettings& settings, const Classifier& classifier, const Progress& progress) {
  return open_dataset(settings.images,
                      {.kind = settings.layout, .labels_file = settings.labels, .classes = classes_of(classifier)},
                      progress);
}

PreparedEvaluation prepare_evaluation(const EvaluationSettings& settings) {
  Classifier classifier = load_classifier(
      {.path = settings.model, .preprocessing = settings.preprocessing, .input_size = settings.input_size});
  Dataset dataset = open_images(settings, classifier);
  return prepare_evaluation(settings, std::move(classifier), std::move(dataset));
}

PreparedEvaluation prepare_evaluation(const EvaluationSettings& settings, Classifier classifier, Dataset dataset) {
  PreparedEvaluation prepared;
  prepared.settings = settings;
  prepared.classifier = std::move(classifier);
  prepared.dataset = std::move(dataset);
  // What was asked for by the user is done to the letter.
  if (settings.preprocessing.empty()) {
    prepared.classifier.preprocessing =
        fitted_to_images(std::move(prepared.classifier.preprocessing), prepared.dataset);
  }
  const std::int64_t limit = settings.diagnose > 0 ? settings.diagnose : settings.limit;
  prepared.chosen = limit > 0 ? select(prepared.dataset, limit) : prepared.dataset;
  prepared.report = describe(prepared);
  prepared.reading = reader_options(prepared.classifier, !settings.no_cache);
  prepared.reading.batch = prepared.report.batch;
  return prepared;
}

std::unique_ptr<Executable> compile_float_variant(const PreparedEvaluation& prepared) {
  return float_backend_for(prepared.settings)
      .compile(prepared.classifier.graph,
               {.batch = prepared.report.batch, .threads = prepared.settings.threads, .taps = {}});
}

EvaluationReport run_evaluation(const PreparedEvaluation& prepared, const std::vector<SchemeChoice>& schemes,
                                const RunWatch& watch) {
  const EvaluationSettings& settings = prepared.settings;
  const Dataset calibration_images =
      settings.calibration_images.empty() ? prepared.dataset : open_dataset(settings.calibration_images, {});
  CalibrationRun calibrations({.classifier = prepared.classifier,
                               .dataset = calibration_images,
                               .reading = prepared.reading,
                               .threads = settings.threads,
                               .use_cache = !settings.no_cache});
  const Job job{prepared, settings, calibration_images, calibrations, watch};
  std::vector<SchemeRun> runs = prepare_schemes(job, schemes);
  measure_layers(job, runs);
  sweep_layers(job, runs);
  measure_chance(job, runs);
  EvaluationReport report = prepared.report;
  run_variants(job, runs, report);
  report.peak_memory_bytes = peak_memory_bytes();
  return report;
}

}  // namespace qs
