// What panels see of the program: a snapshot to draw, and what may be asked for. The workspace (app) is the one
// implementation; requests return at once, and their effects come with a later snapshot.
#pragma once

#include <QImage>
#include <QObject>
#include <QUndoStack>
#include <any>
#include <functional>
#include <string>
#include <vector>

#include "core/base/progress.h"
#include "views/snapshot.h"
#include "views/training_view.h"

namespace qs {

class Workbench : public QObject {
  Q_OBJECT

 public:
  using QObject::QObject;

  [[nodiscard]] virtual const Snapshot& now() const = 0;

  virtual void open_model(const QString& path) = 0;
  virtual void open_images(const QString& path) = 0;
  virtual void open_project(const QString& path) = 0;

  virtual void select_layers(const std::vector<std::string>& names) = 0;
  virtual void select_channel(std::optional<int> channel) = 0;
  /// Colors the layers in table and graph by this column.
  virtual void set_color_by(const std::string& column) = 0;
  virtual void select_experiments(const std::vector<ExperimentId>& experiments) = 0;

  virtual void set_current_scheme(const std::string& id) = 0;
  virtual void set_shown(const std::string& id, bool shown) = 0;
  /// Adds a scheme and makes it the current one; an id that is taken gets a number behind it.
  virtual void add_scheme(const Scheme& scheme) = 0;
  virtual void remove_scheme(const std::string& id) = 0;
  /// Puts `changed` in the place of the scheme `id` (which may be renamed by it). `what` is for the undo list; changes
  /// of the same `what` that follow one another quickly are undone as one, as when a slider is dragged.
  virtual void edit_scheme(const std::string& id, const Scheme& changed, const QString& what) = 0;
  /// Of all changes to schemes.
  [[nodiscard]] virtual QUndoStack& undo_stack() = 0;

  virtual void set_backend(const std::string& id) = 0;
  /// Queues a run of float and these schemes (ids) over the images; `limit` 0: all images.
  virtual void run(const std::vector<std::string>& schemes, std::int64_t limit) = 0;
  virtual void cancel_run(std::int64_t run) = 0;
  virtual void remove_runs(const std::vector<std::int64_t>& runs) = 0;
  /// Errors of the layers of all shown schemes, on `images` images; sensitivity of the current scheme; latency of float
  /// and all shown schemes at this batch.
  virtual void measure_layers(std::int64_t images) = 0;
  virtual void measure_sensitivity(std::int64_t images) = 0;
  virtual void measure_latency(std::int64_t batch) = 0;
  virtual void cancel(const std::string& activity) = 0;

  /// Trains, one at a time; `resume`: goes on from the checkpoint beside `request.out`, else that is replaced. In the
  /// end float, the post-training twin and the result run over the open images, where the model they belong to is open.
  virtual void train(const TrainingRequest& request, bool resume) = 0;
  /// The checkpoint is kept.
  virtual void stop_training() = 0;
  /// Opens what the last training wrote, and adds the scheme it was trained for.
  virtual void open_trained() = 0;

  /// Answers one question of the guided diagnosis, on the current scheme.
  virtual void diagnose(const std::string& step) = 0;
  virtual void act(const GuideAction& action) = 0;

  /// Asks for pictures of images by name, at most `side` pixels high and wide; `thumbnail` brings them one by one.
  virtual void request_thumbnails(const std::vector<std::string>& names, int side) = 0;

  /// Says something in the banner: what is wrong, and what helps.
  virtual void tell(const QString& message, bool is_error = true) = 0;

  /// Computes `work` on the analysis lane and hands what it returns to `done` on the window's thread, unless `receiver`
  /// is gone or a later call with the same `key` came first: the latest wins. Errors go to the banner.
  template <class T>
  void compute(QObject* receiver, const std::string& key, std::function<T(const Progress&)> work,
               std::function<void(const T&)> done) {
    submit(
        receiver, key, [work = std::move(work)](const Progress& progress) { return std::any(work(progress)); },
        [done = std::move(done)](const std::any& result) { done(std::any_cast<const T&>(result)); });
  }

 signals:
  void panel_wanted(const QString& id);  ///< shall come to the front
  void changed();                        ///< `now()` has been replaced
  void thumbnail(const QString& name, const QImage& image);

 protected:
  virtual void submit(QObject* receiver, const std::string& key, std::function<std::any(const Progress&)> work,
                      std::function<void(const std::any&)> done) = 0;
};

}  // namespace qs
