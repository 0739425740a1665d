// What a project holds: plain values.
#pragma once

#include <QByteArray>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/run/evaluation_settings.h"
#include "core/quant/scheme.h"
#include "views/snapshot.h"
#include "views/training_view.h"

namespace qs {

/// Which model a project is about. Empty where there is none.
struct ModelReference {
  std::string path;
  std::string sha256;  ///< tells a changed file from the same one elsewhere
  std::string name;
  friend bool operator==(const ModelReference&, const ModelReference&) = default;
};

/// Which images. Empty where there are none.
struct ImagesReference {
  std::string path;
  std::string layout;   ///< id of the data set's kind; empty: recognised
  std::string labels;   ///< file of labels; empty: the data set's own
  std::string listing;  ///< see `listing_hash`
  friend bool operator==(const ImagesReference&, const ImagesReference&) = default;
};

struct ProjectScheme {
  Scheme scheme;
  bool shown = true;
  int color = 0;
  friend bool operator==(const ProjectScheme&, const ProjectScheme&) = default;
};

/// A run and all that it was told. `view.report` has the predictions, too.
struct ProjectRun {
  RunView view;
  EvaluationSettings settings;
};

struct ProjectContents {
  ModelReference model;
  ImagesReference images;
  std::vector<ProjectScheme> schemes;
  std::string current_scheme;
  std::vector<std::string> selected_layers;
  std::string backend;  ///< empty: never chosen
  std::string notes;
  std::optional<TrainingView> training;       ///< the last one
  std::map<std::string, QByteArray> layouts;  ///< of windows, by name
  std::vector<ProjectRun> runs;               ///< by id
  /// What could not be read and was left out, for the banner; the file is left as it is.
  std::vector<std::string> problems;
};

/// What measurements of the float network are kept under: a scheme that quantizes nothing. `Scheme{}` is one of 8 bits.
[[nodiscard]] inline Scheme float_network() {
  Scheme scheme;
  scheme.weights.quantized = scheme.activations.quantized = false;
  return scheme;
}

/// What a measurement of one scheme was made from.
struct MeasurementKey {
  std::string model_sha256;
  /// All else that the numbers depend on, such as the images' listing and number, the backend, the machine.
  std::string conditions;
  Scheme scheme;  ///< its id, title and summary do not count
};

}  // namespace qs
