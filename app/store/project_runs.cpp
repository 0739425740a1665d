// Runs on their way into a project.
#include <nlohmann/json.hpp>

#include "app/run/evaluation_report.h"
#include "app/store/database.h"
#include "app/store/json_text.h"
#include "app/store/packed_predictions.h"
#include "app/store/project.h"
#include "app/store/run_states.h"
#include "app/store/settings_json.h"

namespace qs {

namespace {

QString scheme_list(const std::vector<Scheme>& schemes) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Scheme& each : schemes) list.push_back(to_json(each));
  return stored_text(list);
}

}  // namespace

void Project::write_run(const ProjectRun& run) {
  const RunView& view = run.view;
  const auto id = static_cast<qlonglong>(view.id);
  const auto text = [](const std::string& value) { return QString::fromStdString(value); };
  // Made before the transaction, which then is short.
  const QVariant report = view.report ? QVariant(stored_text(to_json(*view.report))) : QVariant();
  const QByteArray predictions = view.report ? pack_predictions(view.report->evaluation) : QByteArray();
  database_->transaction([&] {
    database_->run(
        "INSERT OR REPLACE INTO run (id, state, started, fraction, message, model_name, data_path, backend, "
        "schemes, settings, report) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        {id, QString(word_of(view.state)), text(view.started), view.fraction, text(view.message), text(view.model_name),
         text(view.data_path), text(view.backend), scheme_list(view.schemes), stored_text(to_json(run.settings)),
         report});
    database_->run("DELETE FROM run_predictions WHERE run = ?", {id});
    if (!predictions.isEmpty()) database_->run("INSERT INTO run_predictions VALUES (?, ?)", {id, predictions});
  });
}

void Project::remove_runs(const std::vector<std::int64_t>& ids) {
  database_->transaction([&] {
    for (std::int64_t id : ids) {
      database_->run("DELETE FROM run WHERE id = ?", {static_cast<qlonglong>(id)});
      database_->run("DELETE FROM run_predictions WHERE run = ?", {static_cast<qlonglong>(id)});
    }
  });
}

}  // namespace qs
