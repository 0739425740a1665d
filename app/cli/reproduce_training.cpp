#include "app/cli/reproduce_training.h"

#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/cli/output.h"
#include "app/cli/progress_line.h"
#include "app/study/study_figures.h"
#include "app/study/study_report.h"
#include "core/base/parallel.h"

namespace qs {

namespace {

void show(const StudyFlags& flags, const std::string& text) {
  std::FILE* screen = flags.json == kStandardOutput ? stderr : stdout;
  std::fputs(text.c_str(), screen);
  std::fflush(screen);
}

}  // namespace

void reproduce_by_training(StudyFlags flags) {
  const Study& study = find_study(flags.study);
  if (flags.settings.folder.empty()) {
    throw Error(ErrorCode::usage, "--train needs --out FOLDER, for models, checkpoints and results");
  }
  check_writable(flags.json);
  if (flags.settings.quick) {
    flags.settings = quick_settings(flags.settings, flags.seeds_given);
    show(flags, quick_notice(flags.settings) + "\n");
  }
  Interrupt interrupt;
  const ThreadCount threads(flags.threads);
  const StudyWatch watch{.run = terminal_watch(interrupt),
                         .say = [&](const std::string& line) { show(flags, line + "\n"); }};
  const StudyReport report = run_study(study, flags.settings, watch);
  show(flags, to_text(report));
  for (const std::string& path : write_study_figures(report)) show(flags, fmt::format("wrote {}\n", path));
  if (!flags.json.empty()) write_output(flags.json, json_text(to_json(report)));
}

}  // namespace qs
