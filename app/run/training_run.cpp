#include "app/run/training_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/base/atomic_file.h"
#include "core/calibrate.h"
#include "core/engine/float/float_backend.h"
#include "core/graph/networks/networks.h"
#include "core/graph/operator.h"
#include "core/model/onnx_export.h"
#include "core/quant/trained_encodings.h"
#include "datasets/training_source.h"

namespace qs {

namespace {

constexpr std::int64_t kMeasuringBatch = 50;

/// Images of another size are brought to the recipe's; those that have it stay as they are.
Preprocessing preprocessing_of(const InputRecipe& input) {
  Preprocessing preprocessing;
  if (input.height == input.width) {
    preprocessing.geometry = {ShorterSide{input.height, Filter::pillow_bilinear}, input.height};
  } else {
    preprocessing.geometry = {Squash{{input.width, input.height}, Filter::pillow_bilinear}, {}};
  }
  preprocessing.mean = input.mean;
  preprocessing.std = input.standard_deviation;
  return preprocessing;
}

Calibration calibrated(const Graph& graph, const Scheme& scheme, const TrainingImages& images,
                       const Progress& progress) {
  const CalibrationScheme& settings = scheme.calibration;
  const auto chosen = std::make_shared<const TrainingImages>(spread(images, settings.images));
  return calibrate(in_order(chosen, settings.batch), graph,
                   {.batch = settings.batch,
                    .seed = settings.seed,
                    .expected_images = settings.images,
                    .output_names = value_names(graph, graph.outputs)},
                   0, progress);
}

AugmentOptions augment_options(const AugmentationRecipe& recipe) {
  return {.flip = recipe.flip,
          .pad_crop = recipe.pad_crop,
          .colour = static_cast<float>(recipe.colour),
          .cutout = recipe.cutout};
}

std::unique_ptr<Executable> compiled(const Graph& graph, const Scheme* scheme, const Calibration& calibration) {
  if (scheme == nullptr) return compile_float(graph, {.batch = kMeasuringBatch, .threads = 0, .taps = {}});
  const QuantizedGraph quantized = quantize(prepare_for_quantization(graph, *scheme), calibration, *scheme);
  return backend("integer").compile_quantized(quantized, {.batch = kMeasuringBatch, .threads = 0, .taps = {}});
}

/// -log softmax(logits)[label].
double cross_entropy(std::span<const float> logits, std::size_t label) {
  const double largest = static_cast<double>(*std::max_element(logits.begin(), logits.end()));
  double sum = 0;
  for (float z : logits) sum += std::exp(static_cast<double>(z) - largest);
  return std::log(sum) + largest - static_cast<double>(logits[label]);
}

std::filesystem::path beside(const std::string& model, const std::string& ending) {
  std::filesystem::path path = model;
  const std::string stem = path.stem().string();
  return path.replace_filename(stem + ending);
}

nlohmann::ordered_json card(const PreparedTraining& prepared, const TrainingSettings& settings) {
  nlohmann::ordered_json json;
  json["source"] = fmt::format("trained by Quantoscope: recipe {}, seed {}", settings.recipe.id, settings.recipe.seed);
  json["input"] = to_json(prepared.preprocessing);
  if (!prepared.classes.names.empty()) json["class_names"] = prepared.classes.names;
  return json;
}

Graph described(Graph graph, const PreparedTraining& prepared, const TrainingSettings& settings) {
  graph.name = settings.recipe.id;
  graph.metadata["preprocessing"] = to_json(prepared.preprocessing).dump();
  graph.metadata["quantoscope.recipe"] = to_json(settings.recipe).dump();
  return graph;
}

std::vector<std::string> write_files(const TrainedModel& model, const PreparedTraining& prepared,
                                     const TrainingSettings& settings) {
  std::vector<std::string> files;
  const auto write_text = [&](const std::filesystem::path& path, const nlohmann::ordered_json& json) {
    write_atomically(path, json.dump(2) + "\n");
    files.push_back(path.string());
  };
  const auto write_model = [&](const std::filesystem::path& path, const Graph& graph) {
    export_onnx(described(graph, prepared, settings), path);
    files.push_back(path.string());
    write_text(beside(path.string(), ".json"), card(prepared, settings));
  };
  write_model(settings.out, model.graph);
  if (model.average) write_model(beside(settings.out, "-average.onnx"), *model.average);
  if (model.scheme) write_text(beside(settings.out, ".scheme.json"), to_json(*model.scheme));
  return files;
}

}  // namespace

std::string checkpoint_path(const TrainingSettings& settings) {
  return settings.checkpoint.empty() ? beside(settings.out, ".checkpoint").string() : settings.checkpoint;
}

Validation measure(const Graph& graph, const Scheme* scheme, const Calibration& calibration,
                   std::shared_ptr<const TrainingImages> images, const Progress& progress) {
  const auto executable = compiled(graph, scheme, calibration);
  const BatchSource source = in_order(images, kMeasuringBatch);
  Validation result;
  while (const std::optional<Batch> next = source()) {
    progress.check();
    const Tensor logits = executable->run(std::vector<Tensor>{filled_to(next->tensor, kMeasuringBatch)}).outputs[0];
    const auto values = logits.values<float>();
    const std::size_t classes = values.size() / static_cast<std::size_t>(kMeasuringBatch);
    for (std::size_t n = 0; n < next->images.size(); ++n) {
      const auto row = values.subspan(n * classes, classes);
      const auto label = static_cast<std::size_t>(*next->images[n].label);
      result.loss += cross_entropy(row, label);
      result.accuracy += static_cast<std::size_t>(std::max_element(row.begin(), row.end()) - row.begin()) == label;
    }
  }
  const auto count = static_cast<double>(images->count());
  return {result.loss / count, result.accuracy / count};
}

Calibration calibration_of(const PreparedTraining& prepared, const Graph& graph, const Scheme& scheme,
                           const Progress& progress) {
  return calibrated(prepare_for_quantization(graph, scheme), scheme, *prepared.training, progress);
}

namespace {

std::shared_ptr<const TrainingImages> load_images(const TrainingSettings& settings, const PreparedTraining& prepared,
                                                  const Progress& progress) {
  Dataset dataset = open_dataset(settings.data, {.classes = prepared.classes}, progress);
  if (settings.limit) dataset = select(dataset, *settings.limit);
  return std::make_shared<const TrainingImages>(load_training_images(dataset, prepared.preprocessing, progress));
}

}  // namespace

PreparedTraining prepare_training(const TrainingSettings& settings, const Progress& progress) {
  const Recipe& recipe = settings.recipe;
  check(recipe);
  PreparedTraining prepared;
  prepared.preprocessing = preprocessing_of(recipe.input);
  if (recipe.start == Start::model && settings.model.empty()) {
    throw Error(ErrorCode::usage, fmt::format("recipe {} starts from a model: say which with --model", recipe.id));
  }
  if (!settings.model.empty()) {
    const Classifier classifier = load_classifier({.path = settings.model, .preprocessing = {}, .input_size = {}});
    prepared.task.graph = classifier.graph;
    prepared.preprocessing = classifier.preprocessing.preprocessing;
    prepared.classes = classes_of(classifier);
  }
  const bool are_loaded = settings.images && settings.images->preprocessing == prepared.preprocessing;
  prepared.images = are_loaded ? settings.images : load_images(settings, prepared, progress);
  const std::shared_ptr<const TrainingImages> all = prepared.images;
  prepared.training = all;
  if (recipe.data.validation_share > 0) {
    TrainingSplit parts = split(*all, recipe.data.validation_share, recipe.seed);
    prepared.training = std::make_shared<const TrainingImages>(std::move(parts.training));
    prepared.validation = std::make_shared<const TrainingImages>(std::move(parts.validation));
  }
  if (prepared.classes.names.empty()) prepared.classes.names = all->class_names;
  if (prepared.classes.count == 0) prepared.classes.count = static_cast<int>(all->classes);
  TrainingTask& task = prepared.task;
  task.recipe = recipe;
  if (recipe.distillation.weight > 0) task.teacher = task.graph;
  if (recipe.start == Start::scratch) {
    task.graph =
        build_network(network(recipe.network.id), recipe.network.settings,
                      {.channels = 3, .height = all->size.height, .width = all->size.width}, all->classes, recipe.seed);
  }
  task.source = training_source(
      prepared.training,
      {.augment = augment_options(recipe.data.augmentation), .batch = recipe.batch, .seed = recipe.seed, .threads = 1});
  if (recipe.quantization) {
    const Scheme& scheme = recipe.quantization->scheme.scheme;
    const Graph graph = prepare_for_quantization(task.graph, scheme);
    prepared.calibration = calibrated(graph, scheme, *prepared.training, progress);
    task.start = quantize(graph, prepared.calibration, scheme);
  }
  if (prepared.validation) {
    task.validate = [calibration = prepared.calibration, images = prepared.validation, stop = progress.stop_token()](
                        const Graph& graph, const Scheme* scheme) {
      return measure(graph, scheme, calibration, images, Progress(stop, {}));
    };
  }
  task.checkpoint = checkpoint_path(settings);
  task.resume = settings.resume;
  return prepared;
}

TrainingOutcome run_training(const TrainingSettings& settings, const PreparedTraining& prepared,
                             const TrainingWatch& watch, const Progress& progress) {
  TrainingOutcome outcome{.model = train(prepared.task, watch, progress), .test = {}, .files = {}};
  const TrainedModel& model = outcome.model;
  if (model.stopped) return outcome;
  if (!settings.test.empty()) {
    progress.report(1, "measuring on the test images");
    const Progress quiet(progress.stop_token(), {});  // whose share is none of the training's
    const auto images = std::make_shared<const TrainingImages>(load_training_images(
        open_dataset(settings.test, {.classes = prepared.classes}, quiet), prepared.preprocessing, quiet));
    const Scheme* scheme = model.scheme ? &*model.scheme : nullptr;
    const auto of = [&](const Graph& graph) { return measure(graph, scheme, prepared.calibration, images, quiet); };
    outcome.test = MeasuredModel{of(model.graph), {}, images->count()};
    if (model.average) outcome.test->average = of(*model.average);
  }
  outcome.files = write_files(model, prepared, settings);
  return outcome;
}

}  // namespace qs
