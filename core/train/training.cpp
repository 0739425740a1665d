#include "core/train/training.h"

#include <fmt/format.h>

#include <bit>
#include <chrono>
#include <cmath>

#include "core/train/schedule.h"
#include "core/train/trainable.h"

namespace qs {

namespace {

/// Sums over the steps of an epoch so far; part of a checkpoint in the middle of one.
struct EpochSums {
  double loss = 0;
  std::int64_t right = 0;
  std::int64_t images = 0;
};

constexpr const char* kSumsName = "epoch so far";

NamedTensor to_tensor(const EpochSums& sums) {
  return {kSumsName,
          Tensor::from<std::int64_t>({3}, {std::bit_cast<std::int64_t>(sums.loss), sums.right, sums.images})};
}

EpochSums sums_from(const Checkpoint& checkpoint) {
  const Tensor* tensor = find_tensor(checkpoint, kSumsName);
  if (tensor == nullptr || tensor->dtype() != DType::s64 || tensor->elements() != 3) return {};
  const auto values = tensor->values<std::int64_t>();
  return {std::bit_cast<double>(values[0]), values[1], values[2]};
}

class Training {
 public:
  Training(const TrainingTask& task, const TrainingWatch& watch, const Progress& progress)
      : task_(task), recipe_(task.recipe), watch_(watch), progress_(progress), trainable_(task) {
    network_ = network_description(task.graph);
    if (task.recipe.quantization) scheme_ = trained_scheme(*task.recipe.quantization);
    resume();
  }

  TrainedModel run() && {
    TrainedModel result;
    while (epoch_ < recipe_.epochs && !result.early && !result.stopped) {
      result.stopped = !train_epoch() || !finish_epoch();
      if (result.stopped) break;
      result.early = is_over_early();
      const bool is_last = epoch_ == recipe_.epochs || result.early;
      if (is_last || epoch_ % std::max(recipe_.checkpoint_every_epochs, 1) == 0) save();
    }
    if (result.stopped) save();
    if (result.early) take_best();
    result.graph = trainable_.graph();
    if (trainable_.has_average()) result.average = trainable_.graph(true);
    result.scheme = scheme_;
    result.curves = curves_;
    result.best = best_;
    result.images_per_second = training_seconds_ > 0 ? static_cast<double>(images_) / training_seconds_ : 0;
    return result;
  }

 private:
  using Clock = std::chrono::steady_clock;

  void resume() {
    std::error_code ignored;
    if (task_.checkpoint.empty() || !task_.resume || !std::filesystem::exists(task_.checkpoint, ignored)) return;
    const Checkpoint checkpoint = load_checkpoint(task_.checkpoint);
    with_context(task_.checkpoint.string(), [&] {
      check_fits(checkpoint, network_, recipe_);
      trainable_.restore(checkpoint);
    });
    epoch_ = checkpoint.epoch;
    step_ = checkpoint.step;
    curves_ = checkpoint.curves;
    best_ = checkpoint.best;
    sums_ = sums_from(checkpoint);
    for (const NamedTensor& each : checkpoint.tensors) {
      if (each.name.starts_with(kBestPrefix)) {
        best_tensors_.push_back({each.name.substr(std::string_view(kBestPrefix).size()), each.tensor});
      }
    }
    if (watch_.epoch && !curves_.empty()) watch_.epoch(curves_);
  }

  /// False when the user stopped it.
  bool train_epoch() {
    const std::int64_t batches = task_.source.batches();
    const auto start = Clock::now();
    const std::int64_t images_before = images_;
    for (std::int64_t index = step_ - epoch_ * batches; index < batches; ++index) {
      if (progress_.stop_requested() || !train_step(index, batches)) return false;
      seconds_ = std::chrono::duration<double>(Clock::now() - start).count();
      report(index + 1, batches, static_cast<double>(images_ - images_before) / seconds_);
    }
    training_seconds_ += seconds_;
    return true;
  }

  /// Of a step of the epoch in work.
  [[nodiscard]] double learning_rate(std::int64_t index, std::int64_t batches) const {
    const double epoch = static_cast<double>(epoch_) + static_cast<double>(index) / static_cast<double>(batches);
    const double middle = epoch + 0.5 / static_cast<double>(batches);
    return recipe_.learning_rate *
           learning_rate_factor(recipe_.schedule, recipe_.warm_up_epochs, middle, recipe_.epochs);
  }

  /// False when the user stopped it, as if it had not begun.
  bool train_step(std::int64_t index, std::int64_t batches) {
    const double epoch = static_cast<double>(epoch_) + static_cast<double>(index) / static_cast<double>(batches);
    const TrainingBatch batch = task_.source.at(epoch_, index);
    const TrainingStep step{
        .mode = Mode::training, .number = step_, .epoch = epoch, .seed = recipe_.seed, .stop = progress_.stop_token()};
    Trainable::StepResult result;
    if (!unless_stopped([&] { result = trainable_.step(batch, step, learning_rate(index, batches)); })) return false;
    if (!std::isfinite(result.loss)) refuse_to_go_on(epoch);
    sums_.loss += result.loss * static_cast<double>(batch.labels.size());
    sums_.right += result.right;
    sums_.images += static_cast<std::int64_t>(batch.labels.size());
    images_ += static_cast<std::int64_t>(batch.labels.size());
    ++step_;
    if (watch_.step) watch_.step(epoch, result.loss);
    return true;
  }

  /// False when `body` ended with an `Error` (stopped).
  template <class Body>
  static bool unless_stopped(const Body& body) {
    try {
      body();
      return true;
    } catch (const Error& error) {
      if (error.code() != ErrorCode::stopped) throw;
      return false;
    }
  }

  [[noreturn]] void refuse_to_go_on(double epoch) const {
    const std::string kept = task_.checkpoint.empty() || curves_.empty()
                                 ? std::string()
                                 : fmt::format("; {} holds the last good state", task_.checkpoint.string());
    throw Error(
        ErrorCode::bad_input,
        fmt::format("the loss became NaN or infinite in epoch {} (step {}): the training has diverged; a smaller "
                    "\"learning_rate\", \"warm_up_epochs\" or \"gradient_clip\" helps{}",
                    static_cast<int>(epoch) + 1, step_ + 1, kept));
  }

  void report(std::int64_t done, std::int64_t batches, double images_per_second) const {
    const auto all = static_cast<double>(recipe_.epochs * batches);
    const double fraction =
        (static_cast<double>(epoch_) * static_cast<double>(batches) + static_cast<double>(done)) / all;
    progress_.report(fraction, fmt::format("epoch {} of {}: loss {:.3f}, {:.1f} % right, {:.0f} images/s", epoch_ + 1,
                                           recipe_.epochs, sums_.loss / static_cast<double>(sums_.images),
                                           100 * static_cast<double>(sums_.right) / static_cast<double>(sums_.images),
                                           images_per_second));
  }

  /// False when the user stopped it: the epoch is over then but for this, which is done when training goes on.
  bool finish_epoch() {
    const std::int64_t batches = task_.source.batches();
    EpochRecord record{.epoch = epoch_ + 1,
                       .train_loss = sums_.loss / static_cast<double>(sums_.images),
                       .train_accuracy = static_cast<double>(sums_.right) / static_cast<double>(sums_.images),
                       .validation_loss = {},
                       .validation_accuracy = {},
                       .average_accuracy = {},
                       .learning_rate = learning_rate(batches - 1, batches),
                       .seconds = seconds_};
    if (!validate(record)) return false;
    ++epoch_;
    sums_ = {};
    if (record.validation_accuracy && (!best_ || *record.validation_accuracy > best_->accuracy)) {
      best_ = {epoch_, *record.validation_accuracy};
      if (recipe_.early_stop_epochs > 0) best_tensors_ = trainable_.tensors();
    }
    curves_.push_back(record);
    if (watch_.epoch) watch_.epoch(curves_);
    return true;
  }

  /// Fills in what is measured on other images, if anything is; false when the user stopped it.
  bool validate(EpochRecord& record) {
    if (!task_.validate) return true;
    const Scheme* scheme = scheme_ ? &*scheme_ : nullptr;
    return unless_stopped([&] {
      const Validation validation = task_.validate(trainable_.graph(), scheme);
      record.validation_loss = validation.loss;
      record.validation_accuracy = validation.accuracy;
      if (trainable_.has_average()) {
        record.average_accuracy = task_.validate(trainable_.graph(true), scheme).accuracy;
      }
    });
  }

  [[nodiscard]] bool is_over_early() const {
    return recipe_.early_stop_epochs > 0 && best_ && epoch_ - best_->epoch >= recipe_.early_stop_epochs;
  }

  [[nodiscard]] Checkpoint checkpoint() {
    Checkpoint result{.network = network_,
                      .recipe = recipe_,
                      .epoch = epoch_,
                      .step = step_,
                      .tensors = trainable_.tensors(),
                      .curves = curves_,
                      .best = best_};
    if (sums_.images > 0) result.tensors.push_back(to_tensor(sums_));
    for (const NamedTensor& each : best_tensors_) result.tensors.push_back({kBestPrefix + each.name, each.tensor});
    return result;
  }

  void save() {
    if (!task_.checkpoint.empty()) save_checkpoint(task_.checkpoint, checkpoint());
  }

  void take_best() {
    Checkpoint best = checkpoint();
    best.tensors = best_tensors_;
    trainable_.restore(best);
  }

  static constexpr const char* kBestPrefix = "best ";

  const TrainingTask& task_;
  const Recipe& recipe_;
  const TrainingWatch& watch_;
  const Progress& progress_;
  Trainable trainable_;
  std::string network_;
  std::optional<Scheme> scheme_;
  int epoch_ = 0;
  std::int64_t step_ = 0;
  EpochSums sums_;
  std::vector<EpochRecord> curves_;
  std::optional<BestEpoch> best_;
  std::vector<NamedTensor> best_tensors_;  ///< where training may end early
  double seconds_ = 0;                     ///< of the epoch in work
  double training_seconds_ = 0;
  std::int64_t images_ = 0;
};

}  // namespace

Scheme trained_scheme(const QuantizationRecipe& recipe) {
  Scheme scheme = recipe.scheme.scheme;
  scheme.activations.range = {"trained", {}};
  if (recipe.weight_ranges == WeightRanges::learned) scheme.weights.range = {"trained", {}};
  scheme.weights.rounding = Rounding::nearest;  // stochastic rounding is of training only
  scheme.activations.rounding = Rounding::nearest;
  for (LayerOverride& layer : scheme.layers) {
    layer.activation_range.reset();
    if (recipe.weight_ranges == WeightRanges::learned) layer.weight_range.reset();
  }
  scheme.id += "-trained";
  scheme.title = "Trained: " + scheme.title;  // in front, as lists cut long titles at their end
  scheme.summary = "With the ranges that training learned; the model file holds them.";
  return scheme;
}

TrainedModel train(const TrainingTask& task, const TrainingWatch& watch, const Progress& progress) {
  check(task.recipe);
  return Training(task, watch, progress).run();
}

}  // namespace qs
