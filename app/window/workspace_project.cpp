// The project behind the workspace: everything that settles is written at once, so that nothing has to be saved and
// nothing is lost.
#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <algorithm>

#include "app/run/model_file.h"
#include "app/window/workspace.h"
#include "core/engine/environment.h"

namespace qs {

namespace {

constexpr int kMostUnsaved = 10;

/// Deletes all but the newest.
void tidy(const QString& folder) {
  const QFileInfoList files = QDir(folder).entryInfoList({"*.qscope"}, QDir::Files, QDir::Time);
  for (qsizetype i = kMostUnsaved; i < files.size(); ++i) QFile::remove(files[i].absoluteFilePath());
}

}  // namespace

void Workspace::store(const std::function<void(Project&)>& body) {
  if (!project_) return;
  try {
    body(*project_);
  } catch (const Error& error) {
    tell(tr("The project could not be written: %1").arg(QString::fromStdString(error.what())), true);
  }
}

void Workspace::begin_project() {
  if (project_ || unsaved_folder_.isEmpty()) return;
  try {
    if (!QDir().mkpath(unsaved_folder_)) bad_input("the folder {} cannot be made", unsaved_folder_.toStdString());
    const QString name = QString("%1 %2.qscope")
                             .arg(QString::fromStdString(now_.model->report.name),
                                  QDateTime::currentDateTime().toString("yyyy-MM-dd HH.mm.ss.zzz"));
    project_ = Project::create(QDir(unsaved_folder_).filePath(name).toStdString());
    tidy(unsaved_folder_);
  } catch (const Error& error) {
    tell(tr("Results are not kept: %1").arg(QString::fromStdString(error.what())), true);
  }
}

void Workspace::store_choices() {
  store([this](Project& project) {
    std::vector<ProjectScheme> schemes;
    for (const SchemeView& each : now_.schemes) schemes.push_back({each.scheme, each.shown, each.color});
    project.write_schemes(schemes, now_.current_scheme);
    project.write_selected_layers(now_.selected_layers);
    project.write_backend(now_.backend);
    if (classifier_) {
      const ModelReport& model = classifier_->report;
      project.write_model({model.path, model.sha256, model.name});
    }
    if (now_.images) project.write_images({now_.images->path, {}, {}, listing_});
  });
}

void Workspace::store_run(std::int64_t id) {
  for (const auto& run : now_.runs) {
    if (run->id != id) continue;
    EvaluationSettings settings;
    settings.model = classifier_ ? classifier_->report.path : std::string();
    settings.images = run->data_path;
    settings.backend = run->backend;
    settings.preprocessing = preprocessing_;
    for (const Scheme& scheme : run->schemes) settings.schemes.push_back(scheme.id);
    store([&](Project& project) { project.write_run({*run, settings}); });
  }
}

MeasurementKey Workspace::measurement_key(const Scheme& scheme, const std::string& what) const {
  const Environment machine = environment();
  return {classifier_->report.sha256,
          fmt::format("{} | images {} | preprocessing {} | backend {} | oneDNN {} {} | threads {}", what, listing_,
                      preprocessing_, now_.backend, machine.onednn, machine.isa, machine.threads),
          scheme};
}

void Workspace::open_project(const QString& path) {
  try {
    Project project = Project::open(path.toStdString());
    const ProjectContents contents = project.read();
    project_.reset();  // nothing of what follows belongs to the project before
    show_contents(contents);
    project_ = std::move(project);
    const bool is_unsaved = QFileInfo(path).absolutePath() == QFileInfo(unsaved_folder_).absoluteFilePath();
    now_.project_path = is_unsaved ? std::string() : path.toStdString();
    for (const std::string& problem : contents.problems) tell(QString::fromStdString(problem), true);
  } catch (const Error& error) {
    return tell(QString::fromStdString(error.what()), true);
  }
  emit project_opened();
  announce();
}

void Workspace::show_contents(const ProjectContents& contents) {
  for (const auto& run : now_.runs) cancel_run(run->id);
  classifier_ = nullptr;
  const auto training = now_.training;
  now_ = {};
  if (training != nullptr && training->is_busy()) {
    now_.training = training;  // goes on: it writes files of its own
  } else if (contents.training) {
    now_.training = std::make_shared<const TrainingView>(*contents.training);
  }
  forget_results(true);
  SchemeList list{{}, contents.current_scheme};
  for (const ProjectScheme& each : contents.schemes) list.entries.push_back({each.scheme, each.shown, each.color});
  apply(list);
  undo_.clear();
  now_.selected_layers = contents.selected_layers;
  if (!contents.backend.empty()) now_.backend = contents.backend;
  for (const ProjectRun& run : contents.runs) now_.runs.push_back(std::make_shared<const RunView>(run.view));
  expected_model_ = contents.model;
  expected_images_ = contents.images;
  const auto layout = contents.layouts.find("main");
  layout_ = layout == contents.layouts.end() ? QByteArray() : layout->second;
  if (contents.model.path.empty()) return;
  if (is_model_there(contents.model.path)) {
    read_model(contents.model.path);
  } else {
    tell(tr("%1 is not where it was (%2). Open it from its new place; results are kept.")
             .arg(QString::fromStdString(contents.model.name), QString::fromStdString(contents.model.path)),
         true);
  }
}

/// Tells whether what was opened is what the project was about.
void Workspace::compare_with_project() {
  if (expected_model_.sha256.empty() || expected_model_.sha256 == classifier_->report.sha256) return;
  tell(tr("%1 is another file than the one this project's earlier results were made with: they stay, but are about the "
          "file as it was.")
           .arg(QString::fromStdString(classifier_->report.path)),
       true);
}

QStringList Workspace::unsaved_projects() const {
  QStringList paths;
  if (unsaved_folder_.isEmpty()) return paths;
  for (const QFileInfo& file : QDir(unsaved_folder_).entryInfoList({"*.qscope"}, QDir::Files, QDir::Time)) {
    paths << file.absoluteFilePath();
  }
  return paths;
}

void Workspace::save_project_as(const QString& path) {
  if (!project_) return tell(tr("There is nothing to save yet: open a model first."), false);
  store_choices();
  try {
    project_->save_as(path.toStdString());
    now_.project_path = path.toStdString();
    tell(tr("Saved as %1. From now on everything is kept there.").arg(path), false);
    announce();
  } catch (const Error& error) {
    tell(QString::fromStdString(error.what()), true);
  }
}

void Workspace::keep_layout(const QByteArray& layout) {
  layout_ = layout;
  store([&](Project& project) { project.write_layout("main", layout); });
}

}  // namespace qs
