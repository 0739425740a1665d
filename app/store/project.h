// A project: one SQLite file that holds what was opened, the schemes, and all results with every setting.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/store/project_contents.h"

namespace qs {

class Database;

/// Plain values in and out; what is written is on disk when the call returns (some milliseconds, on a slow disk some
/// tens: write what has settled, not every step of a slider). Each call is one transaction: a process that ends in the
/// middle, however it ends, leaves the file as it was before the call. The file is locked against other processes for
/// as long as this lives. For one thread: the one that made it. All functions throw `Error` (bad_input) saying what
/// helps when the file cannot be read or written.
class Project {
 public:
  /// A new file. Throws when there is one already.
  [[nodiscard]] static Project create(const std::string& path);

  /// Throws, and changes nothing, when this is no project, was saved by a newer version, is damaged, may not be written
  /// to, or is open elsewhere. Projects of older versions are brought to the newest. Runs that were under way or
  /// waiting when the program ended are stopped now; what was kept of them stays.
  [[nodiscard]] static Project open(const std::string& path);

  Project(Project&&) noexcept;
  Project& operator=(Project&&) noexcept;
  ~Project();

  [[nodiscard]] const std::string& path() const { return path_; }

  /// All but measurements. What is damaged is left out and told in `problems`.
  [[nodiscard]] ProjectContents read() const;

  void write_model(const ModelReference& model);
  void write_images(const ImagesReference& images);
  void write_schemes(const std::vector<ProjectScheme>& schemes, const std::string& current);
  void write_selected_layers(const std::vector<std::string>& names);
  void write_backend(const std::string& id);
  void write_notes(const std::string& notes);
  void write_training(const TrainingView& training);
  void write_layout(const std::string& name, const QByteArray& layout);

  /// Adds the run, or replaces the one of the same id. To be called when it is queued, when it begins, every few
  /// seconds with what is finished (which is then safe) and when it ends.
  void write_run(const ProjectRun& run);
  void remove_runs(const std::vector<std::int64_t>& ids);

  /// Measurements are found again by all that they depend on, whatever was opened or changed meanwhile. Those that
  /// cannot be read count as not there; of each kind the newest `kMostMeasurements` are kept.
  void keep_layers(const MeasurementKey& key, const std::vector<LayerError>& layers);
  [[nodiscard]] std::optional<std::vector<LayerError>> kept_layers(const MeasurementKey& key) const;
  void keep_sensitivity(const MeasurementKey& key, const Sensitivity& sensitivity);
  [[nodiscard]] std::optional<Sensitivity> kept_sensitivity(const MeasurementKey& key) const;
  void keep_latency(const MeasurementKey& key, const BenchResult& latency);
  [[nodiscard]] std::optional<BenchResult> kept_latency(const MeasurementKey& key) const;
  /// Conditions of the newest latency of this model's float network, which those of its schemes share; empty: none.
  [[nodiscard]] std::string newest_latency_conditions(const std::string& model_sha256) const;
  static constexpr int kMostMeasurements = 256;

  /// Writes everything to a file of this name, which appears whole or not at all and replaces one that is there, and
  /// goes on with it. The file before stays as it is.
  void save_as(const std::string& path);

 private:
  Project(std::string path, std::unique_ptr<Database> database);
  void write_setting(const char* name, const std::string& value);
  void keep(const char* kind, const MeasurementKey& key, const std::string& json);
  [[nodiscard]] std::string kept(const char* kind, const MeasurementKey& key) const;  ///< JSON; empty: none

  std::string path_;
  std::unique_ptr<Database> database_;
};

}  // namespace qs
