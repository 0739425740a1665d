// The state of the window: what is open, what is known, and what is being computed. The one implementation of
// `Workbench`.
#pragma once

#include <QTimer>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/guide/guide.h"
#include "app/store/project.h"
#include "app/window/lane.h"
#include "app/window/session.h"
#include "views/workbench.h"

namespace qs {

struct TrainingSettings;

class Workspace : public Workbench {
  Q_OBJECT

 public:
  /// `unsaved_folder`: where projects without a name are kept, since nothing may be lost; empty: nothing is kept until
  /// a project is opened.
  explicit Workspace(const QString& unsaved_folder = {}, QObject* parent = nullptr);
  ~Workspace() override;

  [[nodiscard]] const Snapshot& now() const override { return now_; }

  void open_model(const QString& path) override;
  void open_images(const QString& path) override;
  void open_project(const QString& path) override;
  void select_layers(const std::vector<std::string>& names) override;
  void select_channel(std::optional<int> channel) override;
  void select_experiments(const std::vector<ExperimentId>& experiments) override;
  void set_color_by(const std::string& column) override;
  void set_current_scheme(const std::string& id) override;
  void set_shown(const std::string& id, bool shown) override;
  void add_scheme(const Scheme& scheme) override;
  void remove_scheme(const std::string& id) override;
  void edit_scheme(const std::string& id, const Scheme& changed, const QString& what) override;
  [[nodiscard]] QUndoStack& undo_stack() override { return undo_; }
  void set_backend(const std::string& id) override;
  void run(const std::vector<std::string>& schemes, std::int64_t limit) override;
  void cancel_run(std::int64_t run) override;
  void remove_runs(const std::vector<std::int64_t>& runs) override;
  void measure_layers(std::int64_t images) override;
  void measure_sensitivity(std::int64_t images) override;
  void measure_latency(std::int64_t batch) override;
  void cancel(const std::string& activity) override;
  void train(const TrainingRequest& request, bool resume) override;
  void stop_training() override;
  void open_trained() override;
  void diagnose(const std::string& step) override;
  void act(const GuideAction& action) override;
  void request_thumbnails(const std::vector<std::string>& names, int side) override;
  void tell(const QString& message, bool is_error) override;

  /// Projects that were never given a name, the newest first.
  [[nodiscard]] QStringList unsaved_projects() const;
  /// Copies the project to a file of this name and goes on with it.
  void save_project_as(const QString& path);
  /// The window's own layout in the project; empty where there is none.
  void keep_layout(const QByteArray& layout);
  [[nodiscard]] const QByteArray& kept_layout() const { return layout_; }

  /// Nothing runs and nothing waits; for tests and benches.
  [[nodiscard]] bool is_idle() const;

 signals:
  void told(const QString& message, bool is_error);
  void project_opened();

 protected:
  void submit(QObject* receiver, const std::string& key, std::function<std::any(const Progress&)> work,
              std::function<void(const std::any&)> done) override;

 private:
  /// The part of a snapshot that undo restores.
  struct SchemeEntry {
    Scheme scheme;
    bool shown = true;
    int color = 0;
    friend bool operator==(const SchemeEntry&, const SchemeEntry&) = default;
  };
  struct SchemeList {
    std::vector<SchemeEntry> entries;
    std::string current;
    friend bool operator==(const SchemeList&, const SchemeList&) = default;
  };
  class SchemeChange;

  /// What a calibration depends on besides model and images.
  struct CalibrationKey {
    std::vector<std::string> passes;
    std::int64_t images = 0;
    std::int64_t batch = 0;
    std::uint64_t seed = 0;
    bool activations = true;
    friend auto operator<=>(const CalibrationKey&, const CalibrationKey&) = default;
  };
  struct KnownCalibration {
    std::shared_ptr<const PreparedNetwork> network;
    std::shared_ptr<const Calibration> calibration;
  };

  void announce();  ///< emits `changed` when the event loop comes round: many changes, one drawing
  [[nodiscard]] SchemeView* scheme(const std::string& id);
  [[nodiscard]] SchemeList scheme_list() const;
  void change_schemes(SchemeList after, const QString& what);
  void apply(const SchemeList& list);

  // workspace_opening.cpp
  void read_model(const std::string& path);
  void model_opened(std::shared_ptr<const Classifier> classifier, GraphSummary summary);
  void read_images(const std::string& path);
  void images_opened(const std::string& path, std::shared_ptr<const Dataset> dataset, const std::string& listing);
  void forget_results(bool of_weights_too);

  // workspace_analysis.cpp: what follows from a scheme, each step asking for the next
  void analyze(SchemeView& view);
  void analyze_weights(SchemeView& view, std::string_view only);
  void analyze_power(SchemeView& view);
  void calibrate(SchemeView& view);
  void quantize_calibrated(SchemeView& view, const KnownCalibration& known);
  void recall(SchemeView& view);
  void measure_layers_of(const std::string& id);

  // workspace_project.cpp
  void store(const std::function<void(Project&)>& body);
  void begin_project();
  void store_choices();
  void store_run(std::int64_t id);
  void show_contents(const ProjectContents& contents);
  void compare_with_project();
  [[nodiscard]] MeasurementKey measurement_key(const Scheme& scheme, const std::string& what) const;

  // workspace_guide.cpp
  void reset_guide();
  void show_step(const std::string& id, const std::function<void(GuideStepView&)>& change);

  // workspace_training.cpp
  void show_training(std::uint64_t number, const std::function<void(TrainingView&)>& change);
  void submit_training(std::uint64_t number, const TrainingSettings& settings, bool is_measured);
  void training_done(std::uint64_t number, const std::any& any);
  std::int64_t compare_trained(const TrainingRequest& request, const std::optional<Scheme>& trained,
                               const std::shared_ptr<const Classifier>& network);

  // workspace_runs.cpp
  std::int64_t queue_run(const std::vector<SchemeChoice>& choices, std::int64_t limit);
  void show_run(std::int64_t id, const std::function<void(RunView&)>& change);
  void show_activities();

  Snapshot now_;
  QUndoStack undo_;
  QTimer announcing_;
  QTimer storing_;    ///< what the user chose is written once it has settled
  QTimer measuring_;  ///< layers are measured once a scheme has been left alone for a moment
  std::int64_t layer_images_ = 8;
  QString unsaved_folder_;
  QByteArray layout_;
  std::optional<Project> project_;
  ModelReference expected_model_;    ///< of the project that was opened
  ImagesReference expected_images_;  ///< the same; read once the model is there
  std::string listing_;              ///< hash of the images that are open
  // Receivers of jobs: replaced together with what the jobs are about, so that late results are dropped.
  std::unique_ptr<QObject> model_jobs_ = std::make_unique<QObject>();
  std::unique_ptr<QObject> image_jobs_ = std::make_unique<QObject>();
  std::unique_ptr<QObject> guide_jobs_ = std::make_unique<QObject>();
  std::shared_ptr<const Classifier> classifier_;
  bool opening_model_ = false;
  std::string images_after_model_;            ///< asked for while a model was being opened
  std::string preprocessing_;                 ///< chosen by the user; empty: what is found
  std::uint64_t training_number_ = 0;         ///< of the newest
  std::optional<Scheme> scheme_after_model_;  ///< of a trained model that is being opened
  GuideFacts guide_facts_;
  std::shared_ptr<Session> session_;                                                     ///< used on `runs_` only
  std::map<std::vector<std::string>, std::shared_ptr<const PreparedNetwork>> networks_;  ///< by passes
  std::map<std::vector<std::string>, std::shared_ptr<const std::vector<LayerPower>>> powers_;
  std::map<CalibrationKey, KnownCalibration> calibrations_;
  // Last, so that they are gone before what they work with.
  Lane quick_;   ///< what must follow a slider
  Lane panels_;  ///< what panels ask for; reading files
  Lane runs_;    ///< what runs networks: one thing at a time
};

}  // namespace qs
