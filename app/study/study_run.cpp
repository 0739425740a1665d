#include "app/study/study_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "app/run/provenance.h"
#include "app/run/training_run.h"
#include "app/study/study_recipes.h"
#include "app/study/study_result_file.h"

namespace qs {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

/// One thing to be done: its name for people and files, and all that its result depends on.
struct Run {
  std::string title;
  std::string stem;
  Json inputs;
};

std::optional<Recipe> recipe_of(const Graph& graph) {
  const auto found = graph.metadata.find("quantoscope.recipe");
  if (found == graph.metadata.end()) return std::nullopt;
  return recipe_from_json(Json::parse(found->second));
}

class Studying {
 public:
  Studying(const Study& study, const StudySettings& settings, const StudyWatch& watch)
      : settings_(settings), watch_(watch) {
    report_.study = study;
    report_.settings = settings;
    report_.environment = environment();
    (void)open_dataset(settings.test, {}, watch.run.stage("images", 0));  // what is wrong with it is said at once
    data_ = {{"train", identity_of_images(settings.train)}, {"test", identity_of_images(settings.test)}};
    if (settings.train_limit) data_["train_limit"] = *settings.train_limit;
    if (settings.test_limit) data_["test_limit"] = *settings.test_limit;
    with_context(settings.folder, [&] {
      std::error_code failure;
      fs::create_directories(settings.folder, failure);
      if (failure) bad_input("this folder cannot be made: {}", failure.message());
    });
    report_.runs = count_runs();
  }

  StudyReport run() && {
    for (const std::string& model : settings_.models) add_network(described(fs::path(model).stem().string(), model));
    if (settings_.models.empty()) {
      for (const Recipe& recipe : settings_.networks) add_network(trained_network(recipe));
    }
    return std::move(report_);
  }

 private:
  [[nodiscard]] int count_runs() const {
    int each = 0;
    for (const StudyArm& arm : report_.study.arms) {
      if (std::holds_alternative<AverageOf>(arm.kind)) continue;
      each += std::holds_alternative<Trained>(arm.kind) ? settings_.seeds : 1;
    }
    const bool given = !settings_.models.empty();
    return given ? each * static_cast<int>(settings_.models.size())
                 : (each + 1) * static_cast<int>(settings_.networks.size());
  }

  [[nodiscard]] fs::path file(const Run& run, const char* ending) const {
    return fs::path(settings_.folder) / fmt::format("{}-{}{}", run.stem, short_hash(run.inputs), ending);
  }

  /// A float network that is trained for this study, once.
  StudyNetwork trained_network(Recipe recipe) {
    if (settings_.quick) recipe = shortened(recipe);
    const Run run{recipe.id + " in float", recipe.id, {{"recipe", inputs_of(recipe)}, {"data", data_}}};
    const fs::path model = file(run, ".onnx");
    std::error_code ignored;
    const bool lost = !fs::exists(model, ignored);
    (void)result(
        run, [&] { return train(recipe, {}, model); }, lost);
    return described(recipe.id, model.string());
  }

  static StudyNetwork described(const std::string& name, const std::string& model) {
    const Classifier classifier = load_classifier({.path = model, .preprocessing = {}, .input_size = {}});
    return {name, model, sha256_of_file(model), with_context(model, [&] { return recipe_of(classifier.graph); })};
  }

  void add_network(const StudyNetwork& network) {
    images_ = test_images_ = nullptr;  // their preprocessing and labels are the network's
    report_.models.push_back(network);
    NetworkResults results{.network = network.name, .arms = {}};
    for (const StudyArm& arm : report_.study.arms) {
      results.arms.push_back(
          {arm.id, std::visit([&](const auto& kind) { return runs(arm, kind, network, results); }, arm.kind)});
    }
    report_.networks.push_back(std::move(results));
  }

  [[nodiscard]] Run run_of(const StudyNetwork& network, const StudyArm& arm, const std::string& stem) const {
    return {fmt::format("{}, {}", network.name, arm.title),
            fmt::format("{}-{}", network.name, stem),
            {{"model", network.sha256}, {"data", data_}}};
  }

  std::vector<ArmRun> runs(const StudyArm& arm, const FloatNetwork&, const StudyNetwork& network,
                           const NetworkResults&) {
    return {result(run_of(network, arm, "float"), [&] {
      const Classifier classifier = load_classifier({.path = network.model, .preprocessing = {}, .input_size = {}});
      return measured(classifier.graph, nullptr, {}, classifier.preprocessing.preprocessing, classes_of(classifier));
    })};
  }

  std::vector<ArmRun> runs(const StudyArm& arm, const PostTraining& kind, const StudyNetwork& network,
                           const NetworkResults&) {
    const Scheme scheme = find_scheme(kind.scheme);
    Run run = run_of(network, arm, scheme.id);
    run.inputs["scheme"] = to_json(scheme);
    return {result(run, [&] {
      Recipe recipe;  // of no training: says which images are set aside
      recipe.start = Start::model;
      const PreparedTraining prepared = prepare(training(recipe, network, ""));
      const Calibration calibration = calibration_of(prepared, prepared.task.graph, scheme, preparing());
      return measured(prepared.task.graph, &scheme, calibration, prepared.preprocessing, prepared.classes);
    })};
  }

  std::vector<ArmRun> runs(const StudyArm& arm, const Trained& kind, const StudyNetwork& network,
                           const NetworkResults&) {
    std::vector<ArmRun> all;
    for (int seed = 1; seed <= settings_.seeds; ++seed) {
      Recipe recipe = kind.recipe(network);
      if (settings_.quick) recipe = shortened(recipe);
      recipe.seed = static_cast<std::uint64_t>(seed);
      Run run = run_of(network, arm, fmt::format("{}-seed{}", recipe.id, seed));
      run.title += fmt::format(", seed {}", seed);
      run.inputs["recipe"] = inputs_of(recipe);
      all.push_back(result(run, [&] { return train(recipe, network, file(run, ".onnx")); }));
    }
    return all;
  }

  std::vector<ArmRun> runs(const StudyArm&, const AverageOf& kind, const StudyNetwork&, const NetworkResults& results) {
    const auto source = std::ranges::find(results.arms, kind.arm, &ArmResults::arm);
    QS_ASSERT(source != results.arms.end());
    std::vector<ArmRun> all = source->runs;
    for (ArmRun& run : all) {
      QS_ASSERT(run.average_accuracy.has_value());
      run.accuracy = *run.average_accuracy;
      run.average_accuracy.reset();
      for (EpochRecord& record : run.curves) record.validation_accuracy = record.average_accuracy;
    }
    return all;
  }

  /// What an earlier start has left, else what `make` gives.
  template <class Make>
  ArmRun result(const Run& run, Make make, bool anew = false) {
    const std::string where = fmt::format("run {} of {}: {}", ++number_, report_.runs, run.title);
    const fs::path path = file(run, ".result.json");  // MODEL.json is the model's card
    if (std::optional<ArmRun> kept = read_result(path, run.inputs); kept && !anew) {
      ++report_.reused;
      report_.test_images = kept->images;
      say(fmt::format("{}: {}, finished before", where, accuracy_text(*kept)));
      return *kept;
    }
    say(where);
    try {
      const ArmRun made = make();
      write_result(path, run.inputs, made);
      report_.test_images = made.images;
      say(fmt::format("  {}", accuracy_text(made)));
      return made;
    } catch (const Error& error) {
      if (error.code() != ErrorCode::stopped) throw error.in(where);
      throw Error(ErrorCode::stopped, fmt::format("stopped by the user in {}; the same command goes on there", where));
    }
  }

  [[nodiscard]] TrainingSettings training(const Recipe& recipe, const StudyNetwork& network,
                                          const std::string& out) const {
    TrainingSettings result;
    result.recipe = recipe;
    result.data = settings_.train;
    if (recipe.start == Start::model) result.model = network.model;
    result.out = out;
    result.limit = settings_.train_limit;
    return result;
  }

  /// Images are decoded once for all trainings of a network.
  PreparedTraining prepare(TrainingSettings settings) {
    settings.images = images_;
    PreparedTraining prepared = prepare_training(settings, preparing());
    images_ = prepared.images;
    return prepared;
  }

  ArmRun train(const Recipe& recipe, const StudyNetwork& network, const fs::path& out) {
    const TrainingSettings settings = training(recipe, network, out.string());
    const PreparedTraining prepared = prepare(settings);
    if (watch_.run.keep_results) watch_.run.keep_results();
    const TrainingOutcome outcome = run_training(settings, prepared, {}, watch_.run.stage("epochs", recipe.epochs));
    const TrainedModel& model = outcome.model;
    if (model.stopped) throw Error(ErrorCode::stopped, "stopped by the user");
    const Scheme* scheme = model.scheme ? &*model.scheme : nullptr;
    const auto of = [&](const Graph& graph) {
      return measured(graph, scheme, prepared.calibration, prepared.preprocessing, prepared.classes);
    };
    ArmRun run = of(model.graph);
    if (model.average) run.average_accuracy = of(*model.average).accuracy;
    run.seed = recipe.seed;
    run.curves = model.curves;
    return run;
  }

  ArmRun measured(const Graph& graph, const Scheme* scheme, const Calibration& calibration,
                  const Preprocessing& preprocessing, const ClassContext& classes_of_network) {
    if (!test_images_) {
      Dataset test = open_dataset(settings_.test, {.classes = classes_of_network}, preparing());
      if (settings_.test_limit) test = select(test, *settings_.test_limit);
      test_images_ = std::make_shared<const TrainingImages>(load_training_images(test, preprocessing, preparing()));
    }
    const std::int64_t classes = graph.value(graph.outputs.front()).shape[1];
    if (test_images_->classes > classes) {
      bad_input("{} shows {} classes, but the network tells {} apart", settings_.test, test_images_->classes, classes);
    }
    return {.seed = {},
            .accuracy = measure(graph, scheme, calibration, test_images_).accuracy,
            .average_accuracy = {},
            .images = test_images_->count(),
            .curves = {}};
  }

  static std::string accuracy_text(const ArmRun& run) {
    return fmt::format("{:.2f} % of {} test images", 100 * run.accuracy, run.images);
  }

  [[nodiscard]] Progress preparing() const { return watch_.run.stage("images", 0); }
  void say(const std::string& line) const {
    if (watch_.say) watch_.say(line);
  }

  const StudySettings& settings_;
  const StudyWatch& watch_;
  StudyReport report_;
  Json data_;
  std::shared_ptr<const TrainingImages> images_;  ///< to train with
  std::shared_ptr<const TrainingImages> test_images_;
  int number_ = 0;
};

}  // namespace

StudySettings quick_settings(StudySettings settings, bool seeds_given) {
  constexpr std::int64_t kTraining = 5000;
  constexpr std::int64_t kTest = 1000;
  settings.quick = true;
  if (!seeds_given) settings.seeds = 1;
  settings.train_limit = settings.train_limit.value_or(kTraining);
  settings.test_limit = settings.test_limit.value_or(kTest);
  return settings;
}

StudyReport run_study(const Study& study, const StudySettings& settings, const StudyWatch& watch) {
  return Studying(study, settings, watch).run();
}

}  // namespace qs
