#include "app/report/results_file.h"

#include <QFile>
#include <QFileInfo>
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "app/run/evaluation_reading.h"
#include "app/run/model_file.h"
#include "app/store/project.h"
#include "core/base/error.h"

namespace qs {

namespace {

constexpr qint64 kLargest = qint64{1} << 30;  // results of many schemes take some megabytes

nlohmann::ordered_json parsed(const std::string& path) {
  QFile file(QString::fromStdString(path));
  if (!file.open(QIODevice::ReadOnly)) bad_input("{}: cannot be read ({})", path, file.errorString().toStdString());
  if (file.size() > kLargest) bad_input("{}: too large for results", path);
  const QByteArray text = file.readAll();
  auto json = nlohmann::ordered_json::parse(text.begin(), text.end(), nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) bad_input("{}: this is no JSON; give what `quantoscope evaluate --json FILE` wrote", path);
  return json;
}

bool is_project(const std::string& path) {
  QFile file(QString::fromStdString(path));
  return file.open(QIODevice::ReadOnly) && file.read(16) == QByteArray("SQLite format 3\0", 16);
}

/// What was measured last of the schemes as the run had them.
void add_latencies(const Project& project, ReportedRun& run) {
  const std::string& model = run.evaluation.model.sha256;
  const std::string conditions = project.newest_latency_conditions(model);
  if (conditions.empty()) return;
  const auto kept = [&](const Scheme& scheme) -> std::shared_ptr<const BenchResult> {
    auto found = project.kept_latency({model, conditions, scheme});
    return found ? std::make_shared<const BenchResult>(std::move(*found)) : nullptr;
  };
  run.float_latency = kept(float_network());
  for (const VariantReport& variant : run.evaluation.variants) {
    if (!variant.details) continue;
    SchemeView view;
    view.scheme = variant.details->scheme;
    view.color = static_cast<int>(run.schemes.size());
    view.latency = kept(view.scheme);
    run.schemes.push_back(std::move(view));
  }
}

void read_project(const std::string& path, std::vector<ReportedRun>& runs) {
  const Project project = Project::open(path);
  const ProjectContents contents = project.read();
  const std::size_t before = runs.size();
  for (const ProjectRun& each : contents.runs) {
    if (each.view.report == nullptr || each.view.report->evaluation.results.empty()) continue;
    ReportedRun run;
    run.evaluation = *each.view.report;
    run.started = each.view.started;
    add_latencies(project, run);
    runs.push_back(std::move(run));
  }
  if (runs.size() == before) bad_input("{}: no run of this project came to results", path);
}

}  // namespace

void read_results(const std::string& path, std::vector<ReportedRun>& runs) {
  if (is_project(path)) return read_project(path, runs);
  const nlohmann::ordered_json json = parsed(path);
  const auto add = [&](const nlohmann::ordered_json& evaluation) {
    ReportedRun run;
    run.evaluation = read_evaluation_report(evaluation);
    runs.push_back(std::move(run));
  };
  with_context(path, [&] {
    const bool is_report = json.is_object() && json.contains("format") && json["format"] == "quantoscope.report";
    if (!is_report) return add(json);
    if (!json.contains("runs") || !json["runs"].is_array()) bad_input("the key runs is missing");
    for (const auto& each : json["runs"]) add(each);
  });
}

bool was_made_with(const ReportedRun& run, const std::string& model) {
  return sha256_of_model(model) == run.evaluation.model.sha256;
}

void add_weights_if_there(ReportedRun& run) {
  const std::string& model = run.evaluation.model.path;
  if (!is_model_there(model)) return;
  try {
    if (was_made_with(run, model)) add_weights(run, model);
  } catch (const Error&) {
    // Nobody asked for it: the report says how to get what is missing.
  }
}

void check_report_path(const std::string& path) {
  static const std::array kKnown{"html", "htm", "pdf", "csv", "json"};
  const std::string suffix = QFileInfo(QString::fromStdString(path)).suffix().toLower().toStdString();
  if (std::find(kKnown.begin(), kKnown.end(), suffix) != kKnown.end()) return;
  throw Error(ErrorCode::usage, fmt::format("{}: reports are written as .html, .pdf, .csv or .json", path));
}

}  // namespace qs
