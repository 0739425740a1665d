// A project's tables as values.
#include <nlohmann/json.hpp>

#include "app/run/evaluation_reading.h"
#include "app/run/json_reading.h"
#include "app/store/database.h"
#include "app/store/packed_predictions.h"
#include "app/store/project.h"
#include "app/store/run_states.h"
#include "app/store/settings_json.h"
#include "app/store/training_json.h"
#include "core/base/error.h"

namespace qs {

namespace {

std::string text_at(const QSqlQuery& query, int column) {
  return query.value(column).toString().toStdString();
}

/// What `read` throws becomes a problem: the rest of the project is worth having.
template <class Read>
void tolerate(std::vector<std::string>& problems, const std::string& what, Read read) {
  try {
    read();
  } catch (const Error& error) {
    problems.push_back(fmt::format("{}: {}", what, error.what()));
  }
}

void read_settings(const Database& database, ProjectContents& contents) {
  std::map<std::string, std::string> settings;
  for (QSqlQuery query = database.run("SELECT name, value FROM setting"); query.next();) {
    settings[text_at(query, 0)] = text_at(query, 1);
  }
  contents.model = {settings["model.path"], settings["model.sha256"], settings["model.name"]};
  contents.images = {settings["images.path"], settings["images.layout"], settings["images.labels"],
                     settings["images.listing"]};
  contents.current_scheme = settings["current_scheme"];
  contents.backend = settings["backend"];
  contents.notes = settings["notes"];
  if (!settings["training"].empty()) {
    tolerate(contents.problems, "training",
             [&] { contents.training = training_from_json(parse_json(settings["training"])); });
  }
  if (settings["selected_layers"].empty()) return;
  tolerate(contents.problems, "selected layers", [&] {
    const nlohmann::ordered_json names = parse_json(settings["selected_layers"]);
    contents.selected_layers = JsonPlace(names).texts();
  });
}

void read_schemes(const Database& database, ProjectContents& contents) {
  for (QSqlQuery query = database.run("SELECT definition, shown, color FROM scheme ORDER BY position"); query.next();) {
    tolerate(contents.problems, fmt::format("scheme {}", contents.schemes.size() + 1), [&] {
      contents.schemes.push_back({.scheme = scheme_from_json(parse_json(text_at(query, 0))),
                                  .shown = query.value(1).toBool(),
                                  .color = std::max(0, query.value(2).toInt())});
    });
  }
}

std::vector<Scheme> read_scheme_list(const std::string& text) {
  std::vector<Scheme> schemes;
  for (const auto& each : parse_json(text)) schemes.push_back(scheme_from_json(each));
  return schemes;
}

/// Columns as in `read_runs`.
void read_results(const QSqlQuery& query, RunView& view, std::vector<std::string>& problems) {
  if (query.isNull(10)) return;
  const std::string what = fmt::format("results of run {}", view.id);
  tolerate(problems, what, [&] {
    auto report = std::make_shared<EvaluationReport>(parse_evaluation_report(text_at(query, 10)));
    if (!query.isNull(11)) {
      tolerate(problems, what, [&] { unpack_predictions(query.value(11).toByteArray(), *report); });
    }
    view.report = std::move(report);
  });
}

void read_runs(const Database& database, ProjectContents& contents) {
  QSqlQuery query = database.run(
      "SELECT id, state, started, fraction, message, model_name, data_path, backend, schemes, settings, report, packed "
      "FROM run LEFT JOIN run_predictions ON run_predictions.run = run.id ORDER BY id");
  while (query.next()) {
    ProjectRun run;
    RunView& view = run.view;
    view.id = query.value(0).toLongLong();
    view.started = text_at(query, 2);
    view.fraction = query.value(3).toDouble();
    view.message = text_at(query, 4);
    view.model_name = text_at(query, 5);
    view.data_path = text_at(query, 6);
    view.backend = text_at(query, 7);
    tolerate(contents.problems, fmt::format("run {}", view.id), [&] {
      view.state = run_state(text_at(query, 1));
      view.schemes = read_scheme_list(text_at(query, 8));
      run.settings = settings_from_json(parse_json(text_at(query, 9)));
      read_results(query, view, contents.problems);
      contents.runs.push_back(std::move(run));
    });
  }
}

}  // namespace

ProjectContents Project::read() const {
  ProjectContents contents;
  read_settings(*database_, contents);
  read_schemes(*database_, contents);
  read_runs(*database_, contents);
  for (QSqlQuery query = database_->run("SELECT name, value FROM layout"); query.next();) {
    contents.layouts[text_at(query, 0)] = query.value(1).toByteArray();
  }
  return contents;
}

}  // namespace qs
