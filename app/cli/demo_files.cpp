#include "app/cli/demo_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/cli/output.h"
#include "app/report/plot_application.h"
#include "app/report/report.h"
#include "app/report/results_file.h"
#include "app/run/evaluation_report.h"
#include "app/store/image_listing.h"
#include "app/store/project.h"
#include "core/base/error.h"

namespace qs {

namespace {

/// The layers of the scheme that suffers most say most.
constexpr const char* kFirstShown = "w4a8-tensor-asym";

RunView run_view(const PreparedEvaluation& prepared, const std::vector<SchemeChoice>& schemes,
                 const EvaluationReport& report) {
  RunView view;
  view.state = report.evaluation.stopped ? RunState::stopped : RunState::done;
  view.fraction = static_cast<double>(evaluated_images(report)) /
                  static_cast<double>(std::max<std::int64_t>(report.data.selected, 1));
  view.model_name = report.model.name;
  view.data_path = prepared.settings.images;
  view.backend = prepared.settings.backend;
  for (const SchemeChoice& choice : schemes) view.schemes.push_back(choice.scheme);
  view.report = std::make_shared<const EvaluationReport>(report);
  return view;
}

void begin(Project& project, const PreparedEvaluation& prepared, const std::vector<SchemeChoice>& schemes) {
  const ModelReport& model = prepared.classifier.report;
  project.write_model({model.path, model.sha256, model.name});
  project.write_images({prepared.settings.images, {}, {}, listing_hash(prepared.dataset)});
  std::vector<ProjectScheme> listed;
  for (const SchemeChoice& choice : schemes) {
    listed.push_back({.scheme = choice.scheme, .shown = true, .color = static_cast<int>(listed.size())});
  }
  project.write_schemes(listed, kFirstShown);
}

void write_project(const std::string& path, const PreparedEvaluation& prepared,
                   const std::vector<SchemeChoice>& schemes, RunView view) {
  const bool is_new = !std::filesystem::exists(path);
  Project project = is_new ? Project::create(path) : Project::open(path);
  if (is_new) begin(project, prepared, schemes);
  for (const ProjectRun& run : project.read().runs) view.id = std::max(view.id, run.view.id);
  ++view.id;
  project.write_run({std::move(view), prepared.settings});
}

}  // namespace

DemoFiles demo_files(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) bad_input("the folder \"{}\" cannot be made: {}; --out names another", folder.string(), error.message());
  const DemoFiles files{folder / "report.html", folder / "results.json", folder / "demo.qscope"};
  check_writable(files.report.string());
  check_writable(files.results.string());
  if (std::filesystem::exists(files.project)) static_cast<void>(Project::open(files.project.string()));
  return files;
}

void write_demo(const DemoFiles& files, const PreparedEvaluation& prepared, const std::vector<SchemeChoice>& schemes,
                const EvaluationReport& report, const std::string& started, const Progress& progress) {
  write_output(files.results.string(), json_text(to_json(report)));
  RunView view = run_view(prepared, schemes, report);
  view.started = started;
  write_project(files.project.string(), prepared, schemes, std::move(view));
  if (evaluated_images(report) == 0) return;
  const std::unique_ptr<QApplication> application = plot_application();
  ReportRequest request;
  request.files = {files.results.string()};
  request.title = "Quantization of a small MobileNet";
  request.notes = "What do 8 and 4 bits do to a network, and what is a scale for each channel worth?";
  ReportedRun run;
  run.evaluation = report;
  run.started = started;
  request.runs.push_back(std::move(run));
  add_weights_if_there(request.runs.front());
  add_thumbnails(request, progress);
  write_report(request, files.report);
}

}  // namespace qs
