// quantoscope train: a network trained as a recipe says.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/commands.h"
#include "app/cli/epoch_lines.h"
#include "app/cli/interrupt.h"
#include "app/cli/output.h"
#include "app/cli/progress_line.h"
#include "app/run/training_run.h"
#include "core/base/parallel.h"
#include "core/engine/environment.h"
#include "core/graph/summary.h"

namespace qs {

namespace {

struct TrainFlags {
  std::string recipe;
  TrainingSettings settings;
  std::optional<int> epochs;
  std::optional<std::uint64_t> seed;
  int threads = 0;
  bool restart = false;
  std::string json;
};

/// One line for each epoch, so that a log shows how the training went.
void print(const std::vector<EpochRecord>& curves, std::size_t printed) {
  if (printed == 0 && !curves.empty()) fmt::print("{}\n", epoch_titles());
  for (; printed < curves.size(); ++printed) fmt::print("{}\n", epoch_line(curves[printed]));
  std::fflush(stdout);
}

nlohmann::ordered_json to_json(const Validation& validation) {
  return {{"loss", validation.loss}, {"accuracy", validation.accuracy}};
}

nlohmann::ordered_json report(const TrainFlags& flags, const TrainingOutcome& outcome) {
  nlohmann::ordered_json json;
  json["format"] = "quantoscope.training";
  json["version"] = 1;
  json["recipe"] = qs::to_json(flags.settings.recipe);
  json["data"] = flags.settings.data;
  const Environment here = environment();
  json["environment"] = {{"isa", here.isa}, {"onednn", here.onednn}, {"threads", here.threads}};
  json["images_per_second"] = outcome.model.images_per_second;
  for (const EpochRecord& record : outcome.model.curves) json["epochs"].push_back(qs::to_json(record));
  if (outcome.test) {
    json["test"] = to_json(outcome.test->as_trained);
    json["test"]["images"] = outcome.test->images;
    if (outcome.test->average) json["test"]["average"] = to_json(*outcome.test->average);
  }
  return json;
}

void tell(const TrainFlags& flags, const TrainingOutcome& outcome) {
  const bool quantized = outcome.model.scheme.has_value();
  fmt::print("{:.0f} images/s trained", outcome.model.images_per_second);
  if (outcome.model.early) fmt::print(", ended early: weights of epoch {}", outcome.model.best->epoch);
  fmt::print("\n");
  if (outcome.test) {
    fmt::print(
        "{}: {} of {} test images{}\n", quantized ? "int8 inference" : "float",
        percent(outcome.test->as_trained.accuracy), outcome.test->images,
        outcome.test->average ? ", with the average of weights " + percent(outcome.test->average->accuracy) : "");
  }
  for (const std::string& file : outcome.files) fmt::print("wrote {}\n", file);
  const std::string scheme =
      quantized ? fmt::format(" --scheme {}", outcome.files.back()) : std::string(" --scheme w8a8-channel-sym");
  const std::string images = flags.settings.test.empty() ? flags.settings.data : flags.settings.test;
  fmt::print("try: quantoscope evaluate {} --images {}{}\n", flags.settings.out, images, scheme);
}

void run(TrainFlags& flags) {
  check_writable(flags.json);
  check_writable(flags.settings.out);
  TrainingSettings& settings = flags.settings;
  settings.recipe = find_recipe(flags.recipe);
  if (flags.epochs) settings.recipe = with_epochs(settings.recipe, *flags.epochs);
  if (flags.seed) settings.recipe.seed = *flags.seed;
  settings.resume = !flags.restart;
  Interrupt interrupt;
  const ThreadCount threads(flags.threads);
  PreparedTraining prepared;
  {
    ProgressLine line("images", 0);
    prepared = prepare_training(settings, Progress(interrupt.token(), line.sink()));
  }
  fmt::print("{}: {} training images, {} for validation, {} classes; {} parameters\n", settings.recipe.title,
             prepared.training->count(), prepared.validation ? prepared.validation->count() : 0,
             prepared.training->classes, summarize(prepared.task.graph).parameters);
  interrupt.keep_results();
  std::size_t printed = 0;
  ProgressLine line("epochs", settings.recipe.epochs);
  TrainingWatch watch;
  watch.epoch = [&](const std::vector<EpochRecord>& curves) {
    line.clear();
    print(curves, std::exchange(printed, curves.size()));
  };
  const TrainingOutcome outcome = run_training(settings, prepared, watch, Progress(interrupt.token(), line.sink()));
  line.clear();
  if (!flags.json.empty()) write_output(flags.json, json_text(report(flags, outcome)));
  if (outcome.model.stopped) {
    throw Error(ErrorCode::stopped,
                fmt::format("stopped; the same command goes on from {}", checkpoint_path(settings)));
  }
  tell(flags, outcome);
}

void set_up(CLI::App& app) {
  auto flags = std::make_shared<TrainFlags>();
  TrainingSettings& settings = flags->settings;
  app.add_option("RECIPE", flags->recipe, "A preset's name (schemes --list recipes) or a file")
      ->required()
      ->type_name("");
  app.add_option("--data", settings.data, "Images to train with: a folder, an archive, or builtin:shapes/train")
      ->required()
      ->type_name("PATH");
  app.add_option("--out", settings.out, "The model file to write (ONNX)")->required()->type_name("FILE");
  app.add_option("--model", settings.model, "The model to start from, or to imitate")->type_name("FILE");
  app.add_option("--test", settings.test, "Images to measure the trained network on")->type_name("PATH");
  app.add_option("--limit", settings.limit, "Use only N of the images")->type_name("N")->check(CLI::PositiveNumber);
  app.add_option("--epochs", flags->epochs, "Epochs, instead of the recipe's; its delays shrink or grow with them")
      ->type_name("N");
  app.add_option("--seed", flags->seed, "Seed, instead of the recipe's")->type_name("N");
  app.add_option("--checkpoint", settings.checkpoint,
                 "File to go on from and to write to (else beside the model, ending in .checkpoint)")
      ->type_name("FILE");
  app.add_flag("--restart", flags->restart, "Begin anew where there is a checkpoint already");
  app.add_option("--threads", flags->threads, "Threads that compute")->type_name("N")->check(CLI::Range(1, 1024));
  app.add_option("--json", flags->json, "Write the curves to this file, or to standard output (-)")->type_name("FILE");
  app.callback([flags] { run(*flags); });
}

}  // namespace

const Command train_command = {"train", "Train a network, in float or for the integers it will run in.", set_up};

}  // namespace qs
