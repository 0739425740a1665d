#include "app/cli/evaluation_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "app/cli/image_run.h"
#include "app/cli/progress_line.h"
#include "app/cli/provenance.h"
#include "app/cli/scheme_run.h"
#include "datasets/prepared_images.h"

namespace qs {

namespace {

constexpr std::int64_t kDefaultBatch = 16;  // hardly slower than any other, and small

Dataset open_images(const EvaluateFlags& flags, const Classifier& classifier) {
  return open_dataset(flags.images, {.kind = flags.layout,
                                     .labels_file = flags.labels,
                                     .classes = {.count = static_cast<int>(classifier.report.classes),
                                                 .names = classifier.class_names}});
}

std::int64_t batch_size(const EvaluateFlags& flags, const Graph& graph, std::size_t images) {
  if (flags.batch > 0) return flags.batch;
  if (!graph.fixed_batch_reason.empty()) return graph.batch;
  return std::min(kDefaultBatch, static_cast<std::int64_t>(images));
}

DataReport data_report(const EvaluateFlags& flags, const Dataset& dataset, const Dataset& chosen,
                       const FoundPreprocessing& preprocessing) {
  std::set<int> classes;
  for (const DatasetEntry& entry : dataset.entries) {
    if (entry.record.label) classes.insert(*entry.record.label);
  }
  DataReport report;
  report.path = flags.images;
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
const Backend& float_backend_for(const EvaluateFlags& flags) {
  return backend(flags.backend == "reference" ? flags.backend : "float");
}

/// All that is known before the run.
EvaluationReport describe(const PreparedEvaluation& prepared) {
  const Classifier& classifier = prepared.classifier;
  EvaluationReport report;
  report.model = classifier.report;
  report.data = data_report(prepared.flags, prepared.dataset, prepared.chosen, classifier.preprocessing);
  report.environment = environment();
  report.batch = batch_size(prepared.flags, classifier.graph, prepared.chosen.entries.size());
  report.variants = {{.scheme = kFloatScheme,
                      .backend = std::string(float_backend_for(prepared.flags).id),
                      .model_bytes = classifier.report.parameters * std::int64_t{sizeof(float)},
                      .details = {}}};
  return report;
}

/// What every part of a run needs.
struct Job {
  const PreparedEvaluation& prepared;
  const EvaluateFlags& flags;
  CalibrationRun& calibrations;
  std::stop_token stop;
};

SchemeRunOptions run_options(const Job& job, const Backend& backend) {
  return {.backend = backend, .batch = job.prepared.reading.batch, .threads = job.flags.threads};
}

/// Calibrates, quantizes and compiles every scheme.
std::vector<SchemeRun> prepare_schemes(const Job& job, const std::vector<SchemeChoice>& schemes) {
  std::vector<SchemeRun> runs;
  for (const SchemeChoice& choice : schemes) {
    ProgressLine line("images", choice.scheme.calibration.images);
    runs.push_back(make_scheme_run(choice.scheme, job.calibrations, run_options(job, *choice.backend),
                                   Progress(job.stop, line.sink())));
  }
  return runs;
}

Dataset few_images(const Job& job, std::int64_t count) {
  const Dataset& chosen = job.prepared.chosen;
  return select(chosen, std::min(count, static_cast<std::int64_t>(chosen.entries.size())));
}

/// Layer by layer, on a few of the images.
void measure_layers(const Job& job, std::vector<SchemeRun>& runs) {
  if (runs.empty() || job.flags.layer_images == 0) return;
  ReaderOptions reading = job.prepared.reading;
  const Dataset few = few_images(job, job.flags.layer_images);
  const bool any_batch = job.prepared.classifier.graph.fixed_batch_reason.empty();
  if (any_batch) reading.batch = static_cast<std::int64_t>(few.entries.size());
  ProgressLine line("layers", 0);
  const Progress progress(job.stop, line.sink());
  const std::vector<Tensor> batches = read_batches(few, reading, progress);
  for (SchemeRun& run : runs) {
    run.report.layers = layer_errors(run.quantized, backend(run.report.backend), batches, job.flags.threads, progress);
    run.report.layer_images =
        batches.empty() ? 0 : batches.front().shape()[0] * static_cast<std::int64_t>(batches.size());
  }
}

void sweep_layers(const Job& job, std::vector<SchemeRun>& runs) {
  if (runs.empty() || job.flags.sensitivity == 0) return;
  const Dataset few = few_images(job, job.flags.sensitivity);
  const std::vector<Tensor> batches = read_batches(few, job.prepared.reading, Progress(job.stop, {}));
  for (SchemeRun& run : runs) {
    ProgressLine line("layers", 0);
    const Progress progress(job.stop, line.sink());
    run.report.sensitivity = layer_sensitivity(run.quantized, batches, job.flags.threads, progress);
  }
}

void measure_chance(const Job& job, std::vector<SchemeRun>& runs) {
  if (job.flags.stability == 0) return;
  const PreparedEvaluation& prepared = job.prepared;
  for (SchemeRun& run : runs) {
    ProgressLine line("images", static_cast<std::int64_t>(prepared.chosen.entries.size()));
    run.report.stability = measure_stability(run.report.scheme, job.flags.stability, job.calibrations,
                                             run_options(job, backend(run.report.backend)), prepared.chosen,
                                             prepared.reading, Progress(job.stop, line.sink()));
  }
}

/// Float and all schemes over the images.
void run_variants(const Job& job, std::vector<SchemeRun>& runs, Interrupt& interrupt, EvaluationReport& report) {
  const std::unique_ptr<Executable> network = compile_float_variant(job.prepared);
  std::vector<Variant> variants = {{kFloatScheme, network.get()}};
  for (SchemeRun& run : runs) {
    variants.push_back({run.report.scheme.id, run.executable.get()});
    report.variants.push_back({.scheme = run.report.scheme.id,
                               .backend = run.report.backend,
                               .model_bytes = run.report.model_bytes,
                               .details = std::move(run.report)});
  }
  interrupt.keep_results();
  ProgressLine line("images", report.data.selected);
  ImageRun run =
      run_images(job.prepared.chosen, job.prepared.reading, variants, Progress(interrupt.token(), line.sink()),
                 report.model.probabilities ? OutputScale::probabilities : OutputScale::logits);
  add_reading(run.reading, report.data);
  report.evaluation = std::move(run.evaluation);
  report.seconds = run.seconds;
}

}  // namespace

std::vector<SchemeChoice> chosen_schemes(const EvaluateFlags& flags) {
  std::vector<SchemeChoice> schemes;
  for (const std::string& name : flags.schemes) {
    if (name == kFloatScheme) continue;  // always there
    Scheme scheme = find_scheme(name);
    if (flags.calibration > 0) scheme.calibration.images = flags.calibration;
    const auto same = [&](const SchemeChoice& other) { return other.scheme.id == scheme.id; };
    if (std::any_of(schemes.begin(), schemes.end(), same)) {
      throw Error(ErrorCode::usage,
                  fmt::format("--scheme names \"{}\" twice; give each scheme an id of its own", scheme.id));
    }
    schemes.push_back({std::move(scheme), &backend(flags.backend)});
  }
  return schemes;
}

PreparedEvaluation prepare_evaluation(const EvaluateFlags& flags) {
  PreparedEvaluation prepared;
  prepared.flags = flags;
  Classifier& classifier = prepared.classifier;
  classifier =
      load_classifier({.path = flags.model, .preprocessing = flags.preprocessing, .input_size = flags.input_size});
  prepared.dataset = open_images(flags, classifier);
  // What was asked for on the command line is done to the letter.
  if (flags.preprocessing.empty()) {
    classifier.preprocessing = fitted_to_images(std::move(classifier.preprocessing), prepared.dataset);
  }
  const std::int64_t limit = flags.diagnose > 0 ? flags.diagnose : flags.limit;
  prepared.chosen = limit > 0 ? select(prepared.dataset, limit) : prepared.dataset;
  prepared.report = describe(prepared);
  prepared.reading = reader_options(classifier, !flags.no_cache);
  prepared.reading.batch = prepared.report.batch;
  return prepared;
}

std::unique_ptr<Executable> compile_float_variant(const PreparedEvaluation& prepared) {
  return float_backend_for(prepared.flags)
      .compile(prepared.classifier.graph,
               {.batch = prepared.report.batch, .threads = prepared.flags.threads, .taps = {}});
}

EvaluationReport run_evaluation(const PreparedEvaluation& prepared, const std::vector<SchemeChoice>& schemes,
                                Interrupt& interrupt) {
  const EvaluateFlags& flags = prepared.flags;
  const Dataset calibration_images =
      flags.calibration_images.empty() ? prepared.dataset : open_dataset(flags.calibration_images, {});
  CalibrationRun calibrations({.classifier = prepared.classifier,
                               .dataset = calibration_images,
                               .reading = prepared.reading,
                               .threads = flags.threads,
                               .use_cache = !flags.no_cache});
  const Job job{prepared, flags, calibrations, interrupt.token()};
  std::vector<SchemeRun> runs = prepare_schemes(job, schemes);
  measure_layers(job, runs);
  sweep_layers(job, runs);
  measure_chance(job, runs);
  EvaluationReport report = prepared.report;
  run_variants(job, runs, interrupt, report);
  report.peak_memory_bytes = peak_memory_bytes();
  return report;
}

}  // namespace qs
