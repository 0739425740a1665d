// A model file as the commands that need images see it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/evaluation_report.h"
#include "core/graph/graph.h"
#include "datasets/class_labels.h"
#include "datasets/model_card.h"

namespace qs {

struct ClassifierOptions {
  std::string path;
  std::string preprocessing;  ///< as given on the command line: a preset, a text, JSON, or a file of JSON; may be empty
  std::optional<std::int64_t> input_size;  ///< for networks of dynamic size
};

struct Classifier {
  Graph graph;  ///< after all passes
  FoundPreprocessing preprocessing;
  std::vector<std::string> class_names;  ///< in class order; empty when not known
  ModelReport report;
};

/// Reads the model, what stands beside it, and its hash. Throws `Error` (bad_input) when the file cannot be used or
/// holds no image classifier, see `class_count`.
[[nodiscard]] Classifier load_classifier(const ClassifierOptions& options);

/// What is known of its classes, for labels of images.
[[nodiscard]] ClassContext classes_of(const Classifier& classifier);

/// The model card beside a model and the preprocessing that follows from it, the metadata of `graph` and the command
/// line's text. Throws `Error` (bad_input), see `find_preprocessing`.
[[nodiscard]] FoundPreprocessing preprocessing_of(const Graph& graph, const std::optional<ModelCard>& card,
                                                  const std::string& command_line);

}  // namespace qs
