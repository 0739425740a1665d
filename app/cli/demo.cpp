// quantoscope demo: the built-in model on the built-in images, what quantization does to it, and what that teaches.
#include <errno.h>  // program_invocation_name
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <QDateTime>
#include <memory>

#include "app/cli/commands.h"
#include "app/cli/demo_files.h"
#include "app/cli/output.h"
#include "app/cli/progress_line.h"
#include "app/report/shell.h"
#include "app/run/evaluation_report.h"
#include "app/run/lessons.h"
#include "app/run/table.h"
#include "app/window/run_window.h"
#include "core/base/parallel.h"

namespace qs {

namespace {

constexpr const char* kModel = "builtin:mobilenet";
constexpr const char* kImages = "builtin:shapes";
constexpr const char* kCalibrationImages = "builtin:shapes/train";  // none of those that are judged
constexpr const char* kFolder = "quantoscope-demo";

struct DemoFlags {
  std::string out = kFolder;
  std::int64_t limit = 0;
  int threads = 0;
  bool no_window = false;
};

EvaluationSettings settings_of(const DemoFlags& flags) {
  EvaluationSettings settings;
  settings.model = kModel;
  settings.images = kImages;
  settings.calibration_images = kCalibrationImages;
  settings.limit = flags.limit;
  settings.threads = flags.threads;
  settings.schemes.assign(kLessonSchemes.begin(), kLessonSchemes.end());
  return settings;
}

std::string lessons_text(const EvaluationReport& report) {
  const std::vector<std::string> sentences = lessons(report);
  std::string text = sentences.empty() ? "" : "\n";
  int number = 1;
  for (const std::string& sentence : sentences) {
    text += entry_text(number == 1 ? "what it shows" : "", fmt::format("{}. {}", number, sentence));
    ++number;
  }
  return text;
}

/// Commands as they can be typed: by the name that the program was called by, and each on one line.
std::string next_text(const DemoFiles& files) {
  const std::string program = shell_path(program_invocation_name);
  return fmt::format(
      "\ntry next\n"
      "  {0} {1}\n    the window: every layer and channel, schemes to change and run\n"
      "  {0} analyze {2}\n    what happens to the weights, layer by layer\n"
      "  {0} evaluate MODEL.onnx --images PATH --scheme w8a8-channel-sym\n"
      "    the same with a classifier and images of yours\n",
      program, shell_path(files.project.string()), kModel);
}

void show(const std::string& text) {
  fmt::print("{}", text);
  std::fflush(stdout);
}

/// Where the project is; empty where no window is to be opened on it.
std::string run(const DemoFlags& flags) {
  const EvaluationSettings settings = settings_of(flags);
  Interrupt interrupt;
  const ThreadCount threads(flags.threads);
  const DemoFiles files = demo_files(flags.out);
  const std::string started = QDateTime::currentDateTime().toString(Qt::ISODate).toStdString();
  const std::vector<SchemeChoice> schemes = chosen_schemes(settings);
  const PreparedEvaluation prepared = prepare_evaluation(settings);
  show(description_text(prepared.report));
  const EvaluationReport report = run_evaluation(prepared, schemes, terminal_watch(interrupt));
  show(comparison_text(report) + lessons_text(report));
  {
    ProgressLine line("images", 0);
    write_demo(files, prepared, schemes, report, started, Progress({}, line.sink()));
  }
  const bool any = evaluated_images(report) > 0;
  show("\n" + (any ? entry_text("report", files.report.string()) : std::string()) +
       entry_text("results", files.results.string()) + entry_text("project", files.project.string()));
  if (report.evaluation.stopped) throw Error(ErrorCode::stopped, stopped_text(report));
  show(next_text(files));
  return flags.no_window ? std::string() : files.project.string();
}

void set_up(CLI::App& app) {
  auto flags = std::make_shared<DemoFlags>();
  app.add_option("--out", flags->out, "Folder for report.html, results.json and demo.qscope")
      ->type_name("DIR")
      ->capture_default_str();
  app.add_option("--limit", flags->limit, "Use this many of the images, spread evenly")
      ->type_name("N")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 40).description(""));
  app.add_option("--threads", flags->threads, "Threads that compute")
      ->type_name("N")
      ->check(CLI::Range(1, 1024).description(""));
  app.add_flag("--no-window", flags->no_window, "Open no window afterwards, even where there is a display");
  app.callback([flags] {
    const std::string project = run(*flags);
    if (!project.empty() && has_display()) run_window(project);
  });
}

}  // namespace

const Command demo_command = {"demo", "Show with the built-in model and images what quantization does; write a report.",
                              set_up};

}  // namespace qs
