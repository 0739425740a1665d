// Training in the window: one at a time on the lane that runs networks, watched through snapshots.
#include <QElapsedTimer>
#include <QFileInfo>
#include <algorithm>

#include "app/run/training_run.h"
#include "app/window/workspace.h"

namespace qs {

namespace {

constexpr const char* kTraining = "training";
constexpr qint64 kBetweenLosses = 250;    // ms
constexpr std::size_t kMostLosses = 800;  // more points than pixels say no more

/// What the lane hands back.
struct TrainingResult {
  bool stopped = false;
  std::optional<Scheme> scheme;
  std::shared_ptr<const Classifier> network;  ///< as it was written; null when stopped
};

/// Of the model before training, on the validation images.
struct Baseline {
  std::optional<double> in_float;
  std::optional<double> twin;
};

/// Adds up the losses of steps until it is time to show their mean.
class LossMeter {
 public:
  LossMeter() { since_.start(); }
  std::optional<LossPoint> add(double epoch, double loss) {
    sum_ += loss;
    ++count_;
    if (since_.elapsed() < kBetweenLosses) return std::nullopt;
    const LossPoint mean{epoch, sum_ / static_cast<double>(count_)};
    sum_ = 0;
    count_ = 0;
    since_.start();
    return mean;
  }

 private:
  QElapsedTimer since_;
  double sum_ = 0;
  std::int64_t count_ = 0;
};

/// Each two neighbours become one.
std::vector<LossPoint> thinned(const std::vector<LossPoint>& losses) {
  std::vector<LossPoint> half;
  for (std::size_t i = 1; i < losses.size(); i += 2) {
    half.push_back({losses[i].epoch, (losses[i - 1].loss + losses[i].loss) / 2});
  }
  return half;
}

/// A training that goes on from its last checkpoint comes by the same place again.
void add_loss(TrainingView& view, const LossPoint& point) {
  std::erase_if(view.losses, [&](const LossPoint& each) { return each.epoch >= point.epoch; });
  view.losses.push_back(point);
  if (view.losses.size() > kMostLosses) view.losses = thinned(view.losses);
}

TrainingSettings settings_of(const TrainingRequest& request, bool resume) {
  return {.recipe = request.recipe,
          .data = request.images,
          .model = request.model,
          .out = request.out,
          .test = {},
          .checkpoint = checkpoint_beside(request.out),
          .resume = resume,
          .limit = request.limit};
}

Baseline measure_before(const PreparedTraining& prepared, const Progress& progress) {
  const TrainingTask& task = prepared.task;
  Baseline baseline;
  if (!task.validate || task.recipe.start != Start::model) return baseline;
  progress.report(0, "measuring the model before training");
  baseline.in_float = task.validate(task.graph, nullptr).accuracy;
  progress.check();
  if (!task.recipe.quantization) return baseline;
  baseline.twin = task.validate(task.graph, &task.recipe.quantization->scheme.scheme).accuracy;
  progress.check();
  return baseline;
}

using ShowTraining = std::function<void(std::function<void(TrainingView&)>)>;

/// Runs on the lane; what there is to see goes to `show`.
TrainingResult train_watched(const TrainingSettings& settings, bool is_measured, const ShowTraining& show,
                             const Progress& progress) {
  const PreparedTraining prepared = prepare_training(settings, progress);
  const Baseline before = is_measured ? Baseline{} : measure_before(prepared, progress);
  const std::int64_t training = prepared.training->count();
  const std::int64_t validation = prepared.validation ? prepared.validation->count() : 0;
  show([=](TrainingView& view) {
    if (view.state == TrainingState::preparing) view.state = TrainingState::running;
    view.training = training;
    view.validation = validation;
    if (is_measured) return;
    view.float_accuracy = before.in_float;
    view.twin_accuracy = before.twin;
  });
  LossMeter meter;
  TrainingWatch watch;
  watch.epoch = [&](const std::vector<EpochRecord>& curves) {
    show([curves](TrainingView& view) { view.curves = curves; });
  };
  watch.step = [&](double epoch, double loss) {
    if (const auto point = meter.add(epoch, loss)) show([point](TrainingView& view) { add_loss(view, *point); });
  };
  const TrainingOutcome outcome = run_training(settings, prepared, watch, progress);
  TrainingResult result{outcome.model.stopped, outcome.model.scheme, nullptr};
  if (result.stopped) return result;
  result.network = std::make_shared<const Classifier>(
      load_classifier({.path = settings.out, .preprocessing = {}, .input_size = {}}));
  return result;
}

/// How far it is, and how long it will take at the pace since the clock was started at some fraction.
void show_progress(TrainingView& view, double fraction, std::pair<QElapsedTimer, double>& clock) {
  if (view.state != TrainingState::running) return;
  view.fraction = fraction;
  if (!clock.first.isValid()) {
    clock.second = fraction;
    clock.first.start();
  }
  const double done = fraction - clock.second;
  const double seconds = static_cast<double>(clock.first.elapsed()) / 1000;
  view.seconds_left = done > 0 && seconds > 2 ? seconds / done * (1 - fraction) : -1;
}

}  // namespace

/// Replaces the view by a changed copy, unless another training has taken its place.
void Workspace::show_training(std::uint64_t number, const std::function<void(TrainingView&)>& change) {
  if (now_.training == nullptr || number != training_number_) return;
  const auto before = now_.training;
  auto changed = std::make_shared<TrainingView>(*before);
  change(*changed);
  now_.training = std::move(changed);
  const bool is_news = before->state != now_.training->state || before->curves.size() != now_.training->curves.size();
  if (is_news) store([this](Project& project) { project.write_training(*now_.training); });
  announce();
}

void Workspace::train(const TrainingRequest& request, bool resume) {
  if (now_.training != nullptr && now_.training->is_busy()) return;
  try {
    check(request.recipe);
  } catch (const Error& error) {
    return tell(QString::fromStdString(error.what()), true);
  }
  auto view = std::make_shared<TrainingView>();
  if (resume && now_.training != nullptr && now_.training->request.out == request.out) *view = *now_.training;
  view->request = request;
  view->state = TrainingState::waiting;
  view->message.clear();
  view->run = 0;
  const bool is_measured = view->float_accuracy.has_value();
  now_.training = std::move(view);
  submit_training(++training_number_, settings_of(request, resume), is_measured);
  announce();
}

void Workspace::submit_training(std::uint64_t number, const TrainingSettings& settings, bool is_measured) {
  const ShowTraining show = [this, number](std::function<void(TrainingView&)> change) {  // from the lane's thread
    QMetaObject::invokeMethod(
        this, [this, number, change = std::move(change)] { show_training(number, change); }, Qt::QueuedConnection);
  };
  auto clock = std::make_shared<std::pair<QElapsedTimer, double>>();  // since when, from which fraction on
  runs_.submit({.key = kTraining,
                .title = fmt::format("Training \"{}\"", settings.recipe.title),
                .receiver = this,
                .work = [settings, is_measured, show](const Progress& progress) -> std::any {
                  return train_watched(settings, is_measured, show, progress);
                },
                .done = [this, number](const std::any& any) { training_done(number, any); },
                .started =
                    [this, number] {
                      show_training(number, [](TrainingView& view) {
                        if (view.state == TrainingState::waiting) view.state = TrainingState::preparing;
                      });
                    },
                .progressed =
                    [this, number, clock](double fraction, const std::string& stage) {
                      show_training(number, [&](TrainingView& view) {
                        view.stage = stage;
                        show_progress(view, fraction, *clock);
                      });
                    },
                .failed =
                    [this, number](const Error& error) {
                      const bool stopped = error.code() == ErrorCode::stopped;
                      show_training(number, [&](TrainingView& view) {
                        view.state = stopped ? TrainingState::stopped : TrainingState::failed;
                        view.message = stopped ? "" : error.what();
                      });
                      if (!stopped) tell(QString::fromStdString(error.what()), true);
                    }});
}

void Workspace::training_done(std::uint64_t number, const std::any& any) {
  const auto& result = std::any_cast<const TrainingResult&>(any);
  if (now_.training == nullptr || number != training_number_) return;
  const TrainingRequest request = now_.training->request;
  const std::int64_t run = result.stopped ? 0 : compare_trained(request, result.scheme, result.network);
  show_training(number, [&](TrainingView& view) {
    view.state = result.stopped ? TrainingState::stopped : TrainingState::done;
    view.seconds_left = -1;
    view.scheme = result.scheme;
    view.run = run;
    if (!result.stopped) view.fraction = 1;
  });
  if (!result.stopped) tell(tr("Trained: the model is in %1.").arg(QString::fromStdString(request.out)), false);
}

/// Queues a run of float, the scheme on the network as it was, and the scheme on the trained one.
std::int64_t Workspace::compare_trained(const TrainingRequest& request, const std::optional<Scheme>& trained,
                                        const std::shared_ptr<const Classifier>& network) {
  if (!trained || request.recipe.start != Start::model) return 0;
  if (session_ == nullptr || classifier_->report.path != request.model) {
    tell(tr("Not compared with the network before training: %1 and images must be open for that.")
             .arg(QFileInfo(QString::fromStdString(request.model)).fileName()),
         false);
    return 0;
  }
  Scheme scheme = *trained;
  scheme.summary = fmt::format("Trained by recipe {}; the network is in {}.", request.recipe.id, request.out);
  const Backend* backend = &qs::backend(now_.backend);
  const std::int64_t run =
      queue_run({{request.recipe.quantization->scheme.scheme, backend}, {scheme, backend, network}}, 0);
  select_experiments({{run, 0}, {run, 1}, {run, 2}});
  return run;
}

void Workspace::stop_training() {
  if (now_.training == nullptr || !now_.training->is_busy()) return;
  show_training(training_number_, [](TrainingView& view) { view.state = TrainingState::stopping; });
  runs_.cancel(kTraining);
}

void Workspace::open_trained() {
  if (now_.training == nullptr || now_.training->state != TrainingState::done) return;
  open_model(QString::fromStdString(now_.training->request.out));
  scheme_after_model_ = now_.training->scheme;
}

}  // namespace qs
