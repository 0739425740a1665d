// quantoscope evaluate: how often a network is right.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "app/cli/classifier.h"
#include "app/cli/commands.h"
#include "app/cli/diagnosis.h"
#include "app/cli/evaluate_flags.h"
#include "app/cli/evaluation_report.h"
#include "app/cli/image_run.h"
#include "app/cli/interrupt.h"
#include "app/cli/output.h"
#include "app/cli/progress_line.h"
#include "app/cli/provenance.h"
#include "app/cli/scheme_run.h"
#include "core/base/parallel.h"
#include "datasets/prepared_images.h"

namespace qs {

namespace {

constexpr std::int64_t kDefaultBatch = 16;  // hardly slower than any other, and small

/// Where people read: standard output, unless a file is written there.
std::FILE* screen(const EvaluateFlags& flags) {
  return flags.json == kStandardOutput || flags.predictions == kStandardOutput ? stderr : stdout;
}

void show(const EvaluateFlags& flags, const std::string& text) {
  std::fputs(text.c_str(), screen(flags));
  std::fflush(screen(flags));
}

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

ReaderOptions reader_options(const EvaluateFlags& flags, const Classifier& classifier, std::int64_t batch) {
  ReaderOptions options;
  options.preprocessing = classifier.preprocessing.preprocessing;
  options.batch = batch;
  options.size = input_image_size(classifier.graph, options.preprocessing.layout);
  const std::filesystem::path folder = default_cache_folder();
  if (!flags.no_cache && !folder.empty()) options.cache = CacheOptions{.folder = folder};
  return options;
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

std::vector<Scheme> chosen_schemes(const EvaluateFlags& flags) {
  std::vector<Scheme> schemes;
  for (const std::string& name : flags.schemes) {
    if (name == kFloatScheme) continue;  // always there
    Scheme scheme = find_scheme(name);
    if (flags.calibration > 0) scheme.calibration.images = flags.calibration;
    const auto same = [&](const Scheme& other) { return other.id == scheme.id; };
    if (std::any_of(schemes.begin(), schemes.end(), same)) {
      throw Error(ErrorCode::usage,
                  fmt::format("--scheme names \"{}\" twice; give each scheme an id of its own", scheme.id));
    }
    schemes.push_back(std::move(scheme));
  }
  return schemes;
}

/// All that is known before the run.
EvaluationReport describe(const EvaluateFlags& flags, const Classifier& classifier, const Dataset& dataset,
                          const Dataset& chosen) {
  EvaluationReport report;
  report.model = classifier.report;
  report.data = data_report(flags, dataset, chosen, classifier.preprocessing);
  report.environment = environment();
  report.batch = batch_size(flags, classifier.graph, chosen.entries.size());
  report.variants = {{.scheme = kFloatScheme,
                      .backend = std::string(float_backend_for(flags).id),
                      .model_bytes = classifier.report.parameters * std::int64_t{sizeof(float)},
                      .details = {}}};
  return report;
}

/// What every part of an evaluation needs.
struct Job {
  const EvaluateFlags& flags;
  const Classifier& classifier;
  const Dataset& chosen;
  const Dataset& calibration_images;
  const ReaderOptions& reading;
  Interrupt& interrupt;
};

SchemeRunOptions run_options(const Job& job) {
  return {.backend = backend(job.flags.backend), .batch = job.reading.batch, .threads = job.flags.threads};
}

/// Calibrates, quantizes and compiles every scheme.
std::vector<SchemeRun> prepare_schemes(const Job& job, const std::vector<Scheme>& schemes,
                                       CalibrationRun& calibrations) {
  std::vector<SchemeRun> runs;
  for (const Scheme& scheme : schemes) {
    ProgressLine line("images", scheme.calibration.images);
    runs.push_back(
        make_scheme_run(scheme, calibrations, run_options(job), Progress(job.interrupt.token(), line.sink())));
  }
  return runs;
}

/// Layer by layer, on a few of the images.
void measure_layers(const Job& job, std::vector<SchemeRun>& runs) {
  if (runs.empty() || job.flags.layer_images == 0) return;
  ReaderOptions reading = job.reading;
  const Dataset few = select(
      job.chosen, std::min<std::int64_t>(job.flags.layer_images, static_cast<std::int64_t>(job.chosen.entries.size())));
  if (job.classifier.graph.fixed_batch_reason.empty()) reading.batch = static_cast<std::int64_t>(few.entries.size());
  ProgressLine line("layers", 0);
  const Progress progress(job.interrupt.token(), line.sink());
  const std::vector<Tensor> batches = read_batches(few, reading, progress);
  for (SchemeRun& run : runs) {
    run.report.layers = layer_errors(run.quantized, backend(job.flags.backend), batches, job.flags.threads, progress);
    run.report.layer_images =
        batches.empty() ? 0 : batches.front().shape()[0] * static_cast<std::int64_t>(batches.size());
  }
}

void sweep_layers(const Job& job, std::vector<SchemeRun>& runs) {
  if (job.flags.sensitivity == 0) return;
  ReaderOptions reading = job.reading;
  const Dataset few = select(
      job.chosen, std::min<std::int64_t>(job.flags.sensitivity, static_cast<std::int64_t>(job.chosen.entries.size())));
  for (SchemeRun& run : runs) {
    ProgressLine line("layers", 0);
    const Progress progress(job.interrupt.token(), line.sink());
    const std::vector<Tensor> batches = read_batches(few, reading, progress);
    run.report.sensitivity = layer_sensitivity(run.quantized, batches, job.flags.threads, progress);
  }
}

void measure_chance(const Job& job, std::vector<SchemeRun>& runs, CalibrationRun& calibrations) {
  if (job.flags.stability == 0) return;
  for (SchemeRun& run : runs) {
    ProgressLine line("images", static_cast<std::int64_t>(job.chosen.entries.size()));
    run.report.stability = measure_stability(run.report.scheme, job.flags.stability, calibrations, run_options(job),
                                             job.chosen, job.reading, Progress(job.interrupt.token(), line.sink()));
  }
}

void evaluate_images(const Job& job, EvaluationReport& report) {
  const EvaluateFlags& flags = job.flags;
  CalibrationRun calibrations({.classifier = job.classifier,
                               .dataset = job.calibration_images,
                               .reading = job.reading,
                               .threads = flags.threads,
                               .use_cache = !flags.no_cache});
  std::vector<SchemeRun> runs = prepare_schemes(job, chosen_schemes(flags), calibrations);
  measure_layers(job, runs);
  sweep_layers(job, runs);
  measure_chance(job, runs, calibrations);
  const std::unique_ptr<Executable> network = float_backend_for(flags).compile(
      job.classifier.graph, {.batch = report.batch, .threads = flags.threads, .taps = {}});
  std::vector<Variant> variants = {{kFloatScheme, network.get()}};
  for (SchemeRun& run : runs) {
    variants.push_back({run.report.scheme.id, run.executable.get()});
    report.variants.push_back({.scheme = run.report.scheme.id,
                               .backend = run.report.backend,
                               .model_bytes = run.report.model_bytes,
                               .details = std::move(run.report)});
  }
  job.interrupt.keep_results();
  ImageRun run;
  {
    ProgressLine line("images", report.data.selected);
    run = run_images(job.chosen, job.reading, variants, Progress(job.interrupt.token(), line.sink()),
                     report.model.probabilities ? OutputScale::probabilities : OutputScale::logits);
  }
  add_reading(run.reading, report.data);
  report.evaluation = std::move(run.evaluation);
  report.seconds = run.seconds;
  report.peak_memory_bytes = peak_memory_bytes();
  show(flags, result_text(report));
  // What was finished is written even after a stop.
  if (!flags.json.empty()) write_output(flags.json, json_text(to_json(report)));
  if (!flags.predictions.empty()) write_output(flags.predictions, predictions_csv(report.evaluation));
  if (report.evaluation.stopped) throw Error(ErrorCode::stopped, stopped_text(report));
}

void diagnose_preprocessing(const EvaluateFlags& flags, const Dataset& chosen, const ReaderOptions& options,
                            Executable& executable) {
  std::vector<CandidateScore> scores;
  {
    ProgressLine line("candidates", static_cast<std::int64_t>(candidate_count(options.preprocessing)));
    scores = score_candidates(chosen, options, executable, Progress({}, line.sink()));
  }
  const Diagnosis diagnosis = diagnose(std::move(scores));
  show(flags, to_text(diagnosis));
  if (!flags.json.empty()) write_output(flags.json, json_text(to_json(diagnosis)));
}

void run(const EvaluateFlags& flags) {
  check(flags);
  Interrupt interrupt;
  const ThreadCount threads(flags.threads);
  Classifier classifier =
      load_classifier({.path = flags.model, .preprocessing = flags.preprocessing, .input_size = flags.input_size});
  const Dataset dataset = open_images(flags, classifier);
  // What was asked for on the command line is done to the letter.
  if (flags.preprocessing.empty()) {
    classifier.preprocessing = fitted_to_images(std::move(classifier.preprocessing), dataset);
  }
  const std::int64_t limit = flags.diagnose > 0 ? flags.diagnose : flags.limit;
  const Dataset chosen = limit > 0 ? select(dataset, limit) : dataset;
  EvaluationReport report = describe(flags, classifier, dataset, chosen);
  const ReaderOptions options = reader_options(flags, classifier, report.batch);
  show(flags, description_text(report));
  if (flags.diagnose > 0) {
    const std::unique_ptr<Executable> network = float_backend_for(flags).compile(
        classifier.graph, {.batch = report.batch, .threads = flags.threads, .taps = {}});
    return diagnose_preprocessing(flags, chosen, options, *network);
  }
  const Dataset calibration_images =
      flags.calibration_images.empty() ? dataset : open_dataset(flags.calibration_images, {});
  evaluate_images({flags, classifier, chosen, calibration_images, options, interrupt}, report);
}

void set_up(CLI::App& app) {
  auto flags = std::make_shared<EvaluateFlags>();
  declare(*flags, app);
  app.callback([flags] { run(*flags); });
}

}  // namespace

const Command evaluate_command = {"evaluate",
                                  "Measure how often a classifier is right on labelled images, and how fast.", set_up};

}  // namespace qs
