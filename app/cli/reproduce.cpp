// quantoscope reproduce: a table or figure of the whitepaper, on given networks and images.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/commands.h"
#include "app/cli/evaluate_flags.h"
#include "app/cli/output.h"
#include "app/cli/progress_line.h"
#include "app/cli/reproduce_report.h"
#include "app/cli/reproduce_training.h"
#include "app/run/evaluation_run.h"
#include "core/base/parallel.h"
#include "core/engine/environment.h"
#include "core/graph/summary.h"

namespace qs {

namespace {

struct ReproduceFlags {
  std::string table;
  std::vector<std::string> models;
  EvaluationSettings evaluate;  ///< the same for every model
  StudyFlags training;          ///< with --train
};

std::string table_ids() {
  std::string ids;
  for (const PublishedTable& table : published_tables()) ids += fmt::format("{}{}", ids.empty() ? "" : ", ", table.id);
  return ids;
}

void show(const ReproduceFlags& flags, const std::string& text) {
  std::FILE* screen = flags.evaluate.json == kStandardOutput ? stderr : stdout;
  std::fputs(text.c_str(), screen);
  std::fflush(screen);
}

/// The schemes of the table's columns. What is quantized by half gains nothing from integers, and is simulated as in
/// the paper.
std::vector<SchemeChoice> table_schemes(const EvaluationSettings& flags) {
  std::vector<SchemeChoice> schemes = chosen_schemes(flags);
  for (SchemeChoice& choice : schemes) {
    const bool both = choice.scheme.weights.quantized && choice.scheme.activations.quantized;
    if (!both) choice.backend = &backend("simulated");
  }
  return schemes;
}

/// A table is about one data set: its rows cannot be compared otherwise.
void check_fits(const PreparedEvaluation& first, const PreparedEvaluation& other) {
  const ModelReport& a = first.report.model;
  const ModelReport& b = other.report.model;
  if (a.classes == b.classes) return;
  bad_input("{} has {} classes, but {} has {}: a table is about one data set; reproduce it for each of them", a.path,
            a.classes, b.path, b.classes);
}

/// Everything that can be wrong with a model or its images is found before the first long run.
std::vector<PreparedEvaluation> prepare(const ReproduceFlags& flags) {
  std::vector<PreparedEvaluation> all;
  for (const std::string& model : flags.models) {
    EvaluationSettings own = flags.evaluate;
    own.model = model;
    all.push_back(with_context(model, [&] { return prepare_evaluation(own); }));
    check_fits(all.front(), all.back());
    if (all.back().report.data.classes == 0) {
      bad_input("{}: these images have no labels, so that there is no accuracy; give --labels", flags.evaluate.images);
    }
  }
  return all;
}

/// Adds a row; false when the user stopped it.
bool add_row(const PreparedEvaluation& prepared, const std::vector<SchemeChoice>& schemes, Interrupt& interrupt,
             ReproducedTable& result) {
  try {
    EvaluationReport report = run_evaluation(prepared, schemes, terminal_watch(interrupt));
    result.stopped = report.evaluation.stopped;
    if (report.evaluation.images.empty()) return false;
    result.rows.push_back(measured_row(report, summarize(prepared.classifier.graph).depthwise_convolutions > 0));
    result.evaluations.push_back(std::move(report));
  } catch (const Error& error) {
    if (error.code() != ErrorCode::stopped) throw error.in(prepared.settings.model);
    result.stopped = true;  // before its first image; finished rows are kept
  }
  return !result.stopped;
}

std::string stopped_text(const ReproducedTable& result, std::size_t networks) {
  const bool cut = !result.evaluations.empty() && result.evaluations.back().evaluation.stopped;
  return fmt::format(
      "stopped by the user after {} of {} networks{}", result.rows.size() - (cut ? 1 : 0), networks,
      cut ? fmt::format(" and {} images of the next", result.evaluations.back().evaluation.images.size()) : "");
}

std::string study_ids() {
  std::string ids;
  for (const Study& study : studies()) ids += fmt::format("{}{}", ids.empty() ? "" : ", ", study.id);
  return ids;
}

void check_table(const ReproduceFlags& flags) {
  const auto is_table = [&](const PublishedTable& table) { return table.id == flags.table; };
  const auto is_study = [&](const Study& study) { return study.id == flags.table; };
  if (!std::ranges::any_of(published_tables(), is_table) && std::ranges::any_of(studies(), is_study)) {
    throw Error(ErrorCode::usage, fmt::format("{} is about training: say what to train with, --train PATH, and where "
                                              "results go, --out FOLDER",
                                              flags.table));
  }
  if (flags.models.empty()) throw Error(ErrorCode::usage, "MODEL is missing: the networks to measure");
}

void run_training(const ReproduceFlags& flags) {
  StudyFlags training = flags.training;
  training.study = flags.table;
  training.settings.models = flags.models;
  training.settings.test = flags.evaluate.images;
  if (flags.evaluate.limit > 0) training.settings.test_limit = flags.evaluate.limit;
  training.threads = flags.evaluate.threads;
  training.json = flags.evaluate.json;
  limit_isa(flags.evaluate.isa);
  reproduce_by_training(training);
}

void run(ReproduceFlags flags) {
  check_table(flags);
  const PublishedTable& published = published_table(flags.table);
  for (const PublishedColumn& column : published.columns) flags.evaluate.schemes.emplace_back(column.scheme);
  flags.evaluate.layer_images = 0;
  check(flags.evaluate);
  limit_isa(flags.evaluate.isa);
  const std::vector<SchemeChoice> schemes = table_schemes(flags.evaluate);
  Interrupt interrupt;
  const ThreadCount threads(flags.evaluate.threads);
  ReproducedTable result{.published = published, .backend = flags.evaluate.backend, .evaluations = {}, .rows = {}};
  for (const PreparedEvaluation& prepared : prepare(flags)) {
    show(flags, description_text(prepared.report));
    if (!add_row(prepared, schemes, interrupt, result)) break;
  }
  if (!result.rows.empty()) {
    show(flags, to_text(result));
    if (!flags.evaluate.json.empty()) write_output(flags.evaluate.json, json_text(to_json(result)));
  }
  if (result.stopped) throw Error(ErrorCode::stopped, stopped_text(result, flags.models.size()));
}

constexpr std::int64_t kMaxImages = std::int64_t{1} << 40;

CLI::Option* whole(CLI::Option* option, std::int64_t most) {
  return option->type_name("N")->check(CLI::Range(std::int64_t{1}, most).description(""));
}

/// What is of measuring without training only.
std::vector<CLI::Option*> add_evaluation_options(CLI::App& app, EvaluationSettings& evaluate) {
  return {
      app.add_option("--labels", evaluate.labels, "Labels from this file")->type_name("FILE"),
      app.add_option("--calibration-images", evaluate.calibration_images,
                     "Find activation ranges with these, instead of the images that are evaluated")
          ->type_name("PATH"),
      whole(app.add_option("--calibration", evaluate.calibration, "Images to find activation ranges with (else 256)"),
            kMaxImages),
      app.add_option("--backend", evaluate.backend,
                     "What computes schemes that quantize weights and activations: integer, simulated,\n"
                     "reference (slow); others are simulated")
          ->type_name("ID")
          ->capture_default_str(),
      app.add_flag("--no-cache", evaluate.no_cache, "Neither use nor fill the caches"),
  };
}

void add_training_options(CLI::App& app, const std::shared_ptr<ReproduceFlags>& flags,
                          const std::vector<CLI::Option*>& evaluation) {
  StudySettings& settings = flags->training.settings;
  CLI::Option* train = app.add_option("--train", settings.train,
                                      "Train with these images (" + study_ids() +
                                          ");\nwithout MODEL, float networks for CIFAR-10 are trained first")
                           ->type_name("PATH");
  for (CLI::Option* option : evaluation) train->excludes(option);
  app.add_option("--out", settings.folder,
                 "Folder for models, checkpoints and results; started again with it, a training goes on")
      ->type_name("FOLDER")
      ->needs(train);
  whole(app.add_option_function<int>(
            "--seeds",
            [flags](int seeds) {
              flags->training.settings.seeds = seeds;
              flags->training.seeds_given = true;
            },
            "Train so many times each (else 3)"),
        1000)
      ->needs(train);
  app.add_flag("--quick", settings.quick, "One seed, fewer images and epochs: a trial, which proves little")
      ->needs(train);
  whole(app.add_option("--train-limit", settings.train_limit, "Train with this many images, spread evenly"), kMaxImages)
      ->needs(train);
}

void set_up(CLI::App& app) {
  auto flags = std::make_shared<ReproduceFlags>();
  EvaluationSettings& evaluate = flags->evaluate;
  app.add_option("TABLE", flags->table, "One of: " + table_ids() + "; with --train: " + study_ids())
      ->required()
      ->type_name("");
  app.add_option("MODEL", flags->models, "The model files (ONNX), a row each")->type_name("");
  app.add_option("--images", evaluate.images, "Labelled images: folder, archive or builtin:shapes")
      ->required()
      ->type_name("PATH");
  const std::vector<CLI::Option*> evaluation = add_evaluation_options(app, evaluate);
  whole(app.add_option("--limit", evaluate.limit, "Use this many images, spread evenly over the data set"), kMaxImages);
  whole(app.add_option("--threads", evaluate.threads, "Threads that compute"), 1024);
  app.add_option("--isa", evaluate.isa, "Instruction set that oneDNN may use at most: " + isa_names())
      ->type_name("ISA")
      ->capture_default_str();
  app.add_option("--json", evaluate.json, "Write the results to this file, or to standard output (-)")
      ->type_name("FILE");
  add_training_options(app, flags, evaluation);
  app.callback([flags] { flags->training.settings.train.empty() ? run(*flags) : run_training(*flags); });
}

}  // namespace

const Command reproduce_command = {
    "reproduce",
    "Print a table or figure of the quantization whitepaper with numbers of your networks, and judge its claims.",
    set_up};

}  // namespace qs
