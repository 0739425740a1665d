#include "app/run/classifier.h"

#include <fstream>
#include <iterator>

#include "app/run/model_file.h"
#include "core/base/error.h"
#include "core/evaluate.h"
#include "core/graph/passes/passes.h"
#include "core/graph/summary.h"
#include "core/model/importers.h"

namespace qs {

namespace {

constexpr std::uintmax_t kMaxPreprocessingFile = 1 << 20;  // a few lines of JSON

/// The text itself, or what stands in the file it names.
std::string text_or_file(const std::string& text) {
  std::error_code not_a_path;
  if (!std::filesystem::is_regular_file(text, not_a_path)) return text;
  if (std::filesystem::file_size(text) > kMaxPreprocessingFile) bad_input("\"{}\" is too long", text);
  std::ifstream file(text);
  if (!file) bad_input("cannot read \"{}\"", text);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Folding BatchNorm is the affair of schemes, and of the float backend for itself.
std::vector<const Pass*> passes_but_folding() {
  std::vector<const Pass*> chosen(passes().begin(), passes().end());
  std::erase_if(chosen, [](const Pass* pass) { return pass->id == "fold_batch_norm"; });
  return chosen;
}

}  // namespace

FoundPreprocessing preprocessing_of(const Graph& graph, const std::optional<ModelCard>& card,
                                    const std::string& command_line) {
  PreprocessingSources sources;
  sources.command_line = text_or_file(command_line);
  sources.card = card;
  sources.metadata = graph.metadata;
  sources.input = graph.value(graph.inputs.at(0)).shape;
  return find_preprocessing(sources);
}

Classifier load_classifier(const ClassifierOptions& options) {
  const std::filesystem::path path = options.path;
  Classifier classifier;
  classifier.graph = import_model(path, {.input_size = options.input_size});
  return with_context(options.path, [&] {
    classifier.report.classes = class_count(classifier.graph);
    classifier.report.path = options.path;
    classifier.report.name = name_of_model(path);
    classifier.report.sha256 = sha256_of_model(path);
    const GraphSummary summary = summarize(classifier.graph);
    classifier.report.parameters = summary.parameters;
    classifier.report.multiply_accumulates = summary.multiply_accumulates / classifier.graph.batch;
    classifier.report.probabilities = summary.output == OutputKind::softmax;
    const std::optional<ModelCard> card = card_of_model(path);
    if (card) classifier.class_names = card->class_names;
    classifier.preprocessing = preprocessing_of(classifier.graph, card, options.preprocessing);
    classifier.graph = run_passes(classifier.graph, passes_but_folding()).graph;
    return classifier;
  });
}

ClassContext classes_of(const Classifier& classifier) {
  return {.count = static_cast<int>(classifier.report.classes), .names = classifier.class_names};
}

}  // namespace qs
