// quantoscope evaluate: how often a network is right.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/commands.h"
#include "app/cli/evaluate_flags.h"
#include "app/cli/output.h"
#include "app/cli/progress_line.h"
#include "app/run/diagnosis.h"
#include "app/run/evaluation_run.h"
#include "core/base/parallel.h"
#include "core/engine/environment.h"

namespace qs {

namespace {

/// Where people read: standard output, unless a file is written there.
std::FILE* screen(const EvaluationSettings& flags) {
  return flags.json == kStandardOutput || flags.predictions == kStandardOutput ? stderr : stdout;
}

void show(const EvaluationSettings& flags, const std::string& text) {
  std::fputs(text.c_str(), screen(flags));
  std::fflush(screen(flags));
}

void evaluate_images(const PreparedEvaluation& prepared, const std::vector<SchemeChoice>& schemes,
                     Interrupt& interrupt) {
  const EvaluationSettings& flags = prepared.settings;
  const EvaluationReport report = run_evaluation(prepared, schemes, terminal_watch(interrupt));
  show(flags, result_text(report));
  // What was finished is written even after a stop.
  if (!flags.json.empty()) write_output(flags.json, json_text(to_json(report)));
  if (!flags.predictions.empty()) write_output(flags.predictions, predictions_csv(report.evaluation));
  if (report.evaluation.stopped) throw Error(ErrorCode::stopped, stopped_text(report));
}

void diagnose_preprocessing(const PreparedEvaluation& prepared) {
  const EvaluationSettings& flags = prepared.settings;
  const std::unique_ptr<Executable> network = compile_float_variant(prepared);
  std::vector<CandidateScore> scores;
  {
    ProgressLine line("candidates", static_cast<std::int64_t>(candidate_count(prepared.reading.preprocessing)));
    scores = score_candidates(prepared.chosen, prepared.reading, *network, Progress({}, line.sink()));
  }
  const Diagnosis diagnosis = diagnose(std::move(scores));
  show(flags, to_text(diagnosis));
  if (!flags.json.empty()) write_output(flags.json, json_text(to_json(diagnosis)));
}

void run(const EvaluationSettings& flags) {
  check(flags);
  limit_isa(flags.isa);
  const std::vector<SchemeChoice> schemes = chosen_schemes(flags);
  Interrupt interrupt;
  const ThreadCount threads(flags.threads);
  const PreparedEvaluation prepared = prepare_evaluation(flags);
  show(flags, description_text(prepared.report));
  if (flags.diagnose > 0) {
    diagnose_preprocessing(prepared);
  } else {
    evaluate_images(prepared, schemes, interrupt);
  }
}

void set_up(CLI::App& app) {
  auto flags = std::make_shared<EvaluationSettings>();
  declare(*flags, app);
  app.callback([flags] { run(*flags); });
}

}  // namespace

const Command evaluate_command = {"evaluate",
                                  "Measure how often a classifier is right on labelled images, and how fast.", set_up};

}  // namespace qs
