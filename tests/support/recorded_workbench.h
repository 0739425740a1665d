// A workbench without a program behind it: shows what a test sets, and remembers what is asked for.
#pragma once

#include <QUndoStack>

#include "views/workbench.h"

namespace qs {

class RecordedWorkbench : public Workbench {
 public:
  Snapshot snapshot;
  QStringList asked;  ///< "run w8a8,w4a8 100", "cancel_run 3", ...
  std::vector<ExperimentId> chosen;
  TrainingRequest trained;  ///< of the last "train"

  void show() { emit changed(); }

  [[nodiscard]] const Snapshot& now() const override { return snapshot; }
  void open_model(const QString& path) override { asked << "open_model " + path; }
  void open_images(const QString& path) override { asked << "open_images " + path; }
  void open_project(const QString& path) override { asked << "open_project " + path; }
  void select_layers(const std::vector<std::string>& names) override { asked << "select_layers " + joined(names); }
  void select_channel(std::optional<int> channel) override {
    asked << QString("select_channel %1").arg(channel.value_or(-1));
  }
  void set_color_by(const std::string& column) override { asked << "set_color_by " + text(column); }
  void select_experiments(const std::vector<ExperimentId>& experiments) override {
    asked << QString("select_experiments %1").arg(experiments.size());
    chosen = experiments;
  }
  void set_current_scheme(const std::string& id) override { asked << "set_current_scheme " + text(id); }
  void set_shown(const std::string& id, bool shown) override {
    asked << QString("set_shown %1 %2").arg(text(id)).arg(shown);
  }
  void add_scheme(const Scheme& scheme) override { asked << "add_scheme " + text(scheme.id); }
  void remove_scheme(const std::string& id) override { asked << "remove_scheme " + text(id); }
  void edit_scheme(const std::string& id, const Scheme& /*changed*/, const QString& what) override {
    asked << "edit_scheme " + text(id) + " " + what;
  }
  [[nodiscard]] QUndoStack& undo_stack() override { return undo_; }
  void set_backend(const std::string& id) override { asked << "set_backend " + text(id); }
  void run(const std::vector<std::string>& schemes, std::int64_t limit) override {
    asked << QString("run %1 %2").arg(joined(schemes)).arg(limit);
  }
  void cancel_run(std::int64_t run) override { asked << QString("cancel_run %1").arg(run); }
  void remove_runs(const std::vector<std::int64_t>& runs) override {
    QStringList ids;
    for (std::int64_t id : runs) ids << QString::number(id);
    asked << "remove_runs " + ids.join(',');
  }
  void measure_layers(std::int64_t images) override { asked << QString("measure_layers %1").arg(images); }
  void measure_sensitivity(std::int64_t images) override { asked << QString("measure_sensitivity %1").arg(images); }
  void measure_latency(std::int64_t batch) override { asked << QString("measure_latency %1").arg(batch); }
  void cancel(const std::string& activity) override { asked << "cancel " + text(activity); }
  void train(const TrainingRequest& request, bool resume) override {
    asked << QString("train %1 %2 %3").arg(text(request.recipe.id), text(request.images)).arg(resume);
    trained = request;
  }
  void stop_training() override { asked << "stop_training"; }
  void open_trained() override { asked << "open_trained"; }
  void diagnose(const std::string& step) override { asked << "diagnose " + text(step); }
  void act(const GuideAction& action) override { asked << "act " + text(action.label); }
  void request_thumbnails(const std::vector<std::string>& names, int /*side*/) override {
    asked << "request_thumbnails " + joined(names);
  }
  void tell(const QString& message, bool /*is_error*/) override { asked << "tell " + message; }

 protected:
  void submit(QObject* /*receiver*/, const std::string& /*key*/, std::function<std::any(const Progress&)> work,
              std::function<void(const std::any&)> done) override {
    done(work({}));
  }

 private:
  static QString text(const std::string& value) { return QString::fromStdString(value); }
  static QString joined(const std::vector<std::string>& names) {
    QStringList all;
    for (const std::string& each : names) all << text(each);
    return all.join(',');
  }
  QUndoStack undo_;
};

}  // namespace qs
