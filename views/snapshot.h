// All that the window shows at one moment. The workspace makes a new one whenever anything changes; panels draw it and
// keep nothing else. Parts are shared and never change, so that a panel knows by the pointer whether it has to draw.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/analysis/activation_sqnr.h"
#include "core/analysis/weight_power.h"
#include "core/analysis/weight_sqnr.h"
#include "core/bench.h"
#include "core/evaluation_report.h"
#include "core/graph/summary.h"
#include "core/quant/quantized_graph.h"
#include "datasets/dataset.h"
#include "datasets/model_card.h"
#include "views/guide_view.h"

namespace qs {

struct TrainingView;

/// The model that is open.
struct OpenModel {
  ModelReport report;
  Graph graph;  ///< after the passes that every model gets
  GraphSummary summary;
  std::vector<std::string> class_names;  ///< in class order; empty when not known
  FoundPreprocessing preprocessing;
};

/// The images that are open.
struct OpenImages {
  std::string path;
  Dataset dataset;
  bool labelled = false;
};

/// The network after a scheme's passes: what its layers are. Schemes with the same passes share one.
struct PreparedNetwork {
  Graph graph;
  BatchNormState batch_norm = BatchNormState::none;
};

/// What the activations were on the calibration images, and what a scheme makes of them.
struct CalibratedScheme {
  std::shared_ptr<const Calibration> calibration;
  QuantizedGraph quantized;
  std::vector<ActivationSqnr> activations;
};

/// A scheme of the workbench, and what is known of exactly this version of it. All pointers are null until computed,
/// and null again after a change.
struct SchemeView {
  Scheme scheme;
  bool shown = true;    ///< in plots
  int color = 0;        ///< index into `Theme::series`
  std::string problem;  ///< why it cannot be used; mostly empty
  std::shared_ptr<const PreparedNetwork> network;
  std::shared_ptr<const std::vector<LayerPower>> power;  ///< of the network's weights; the slowest of the three
  std::shared_ptr<const std::vector<WeightSqnr>> weights;
  std::shared_ptr<const CalibratedScheme> calibrated;     ///< needs images
  std::shared_ptr<const std::vector<LayerError>> layers;  ///< needs images and is measured on request
  std::shared_ptr<const Sensitivity> sensitivity;         ///< the same
  std::shared_ptr<const BenchResult> latency;             ///< measured on request
};

enum class RunState : std::uint8_t { waiting, running, done, stopped, failed };

/// One run of the float network and some schemes over the images.
struct RunView {
  std::int64_t id = 0;
  RunState state = RunState::waiting;
  std::string started;  ///< ISO 8601, local time; empty while waiting
  double fraction = 0;
  std::string stage;         ///< what is being done
  double seconds_left = -1;  ///< negative: unknown
  std::string message;       ///< why it failed
  std::string model_name;
  std::string data_path;
  std::string backend;
  std::vector<Scheme> schemes;  ///< without float
  /// What came out; while it runs, of the images finished so far. Its variants are float and the schemes in order.
  std::shared_ptr<const EvaluationReport> report;
};

/// One row of the experiments: a variant (0: float) of a run.
struct ExperimentId {
  std::int64_t run = 0;
  std::size_t variant = 0;
  friend auto operator<=>(const ExperimentId&, const ExperimentId&) = default;
};

/// Something the program is doing.
struct Activity {
  std::string key;       ///< for `Workbench::cancel`
  std::string title;     ///< "Measuring latency of resnet18"
  double fraction = -1;  ///< negative: unknown
};

struct Snapshot {
  std::string project_path;  ///< empty: not saved under a name yet
  std::shared_ptr<const OpenModel> model;
  std::shared_ptr<const OpenImages> images;
  std::vector<SchemeView> schemes;
  std::string current_scheme;                ///< id; the one that is edited and that tables are about
  std::vector<std::string> selected_layers;  ///< names, at least one while a model is open
  std::optional<int> selected_channel;       ///< of the first selected layer
  std::string color_by =
      "weight_sqnr_min";  ///< column of the layer table (`layer_columns`) that colors table and graph
  std::shared_ptr<const BenchResult> float_latency;
  std::string backend = "integer";                   ///< of runs
  std::vector<std::shared_ptr<const RunView>> runs;  ///< oldest first
  std::vector<ExperimentId> selected_experiments;    ///< those that are compared; float of a run may be among them
  std::shared_ptr<const TrainingView> training;      ///< the newest; null before the first (views/training_view.h)
  std::vector<Activity> activities;
  std::vector<GuideStepView> guide;  ///< about the current scheme; anew when that changes

  /// Null when there is none.
  [[nodiscard]] const SchemeView* current() const {
    for (const SchemeView& each : schemes) {
      if (each.scheme.id == current_scheme) return &each;
    }
    return nullptr;
  }
};

/// Variants of finished or running runs that have results, those selected; all of the newest run where none is.
struct ChosenExperiment {
  ExperimentId id;
  const RunView* run = nullptr;
  const VariantReport* variant = nullptr;
  const VariantResult* result = nullptr;
  const VariantResult* reference = nullptr;  ///< float of the same run
};
[[nodiscard]] std::vector<ChosenExperiment> chosen_experiments(const Snapshot& snapshot);

}  // namespace qs
