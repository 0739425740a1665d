// Runs over the images, and what else the user can watch and stop.
#include <QDateTime>
#include <QElapsedTimer>
#include <algorithm>

#include "app/window/thumbnails.h"
#include "app/window/workspace.h"

namespace qs {

namespace {

constexpr qint64 kBetweenKeeping = 3000;  // ms
constexpr std::int64_t kLayerImages = 8;  // as the command line

std::string run_key(std::int64_t id) {
  return fmt::format("run:{}", id);
}

/// What is known so far, as a report of its own.
std::shared_ptr<const EvaluationReport> partial_report(const PreparedEvaluation& prepared,
                                                       const std::vector<SchemeChoice>& choices,
                                                       const Evaluation& so_far) {
  auto report = std::make_shared<EvaluationReport>(prepared.report);
  for (const SchemeChoice& choice : choices) {
    report->variants.push_back(
        {.scheme = choice.scheme.id, .backend = std::string(choice.backend->id), .details = SchemeReport{}});
    report->variants.back().details->scheme = choice.scheme;
  }
  report->evaluation = so_far;
  return report;
}

}  // namespace

/// Replaces the run by a changed copy: snapshots share runs and must not see them change.
void Workspace::show_run(std::int64_t id, const std::function<void(RunView&)>& change) {
  for (auto& run : now_.runs) {
    if (run->id != id) continue;
    auto changed = std::make_shared<RunView>(*run);
    change(*changed);
    run = std::move(changed);
  }
  announce();
}

void Workspace::run(const std::vector<std::string>& schemes, std::int64_t limit) {
  if (session_ == nullptr) {
    return tell(now_.images ? tr("The images are still being opened: try again in a moment.")
                            : tr("Accuracy is measured on images: open a folder or an archive of them first."),
                false);
  }
  std::vector<SchemeChoice> choices;
  for (const std::string& id : schemes) {
    const SchemeView* found = scheme(id);
    if (found == nullptr || found->scheme.is_float()) continue;
    if (!found->problem.empty()) return tell(QString::fromStdString(found->problem), true);
    choices.push_back({found->scheme, &qs::backend(now_.backend)});
  }
  queue_run(choices, limit);
}

/// Says the run's number. There must be a session.
std::int64_t Workspace::queue_run(const std::vector<SchemeChoice>& choices, std::int64_t limit) {
  RunView view;
  for (const SchemeChoice& choice : choices) view.schemes.push_back(choice.scheme);
  for (const auto& each : now_.runs) view.id = std::max(view.id, each->id);
  ++view.id;
  view.model_name = now_.model->report.name;
  view.data_path = now_.images->path;
  view.backend = now_.backend;
  const std::int64_t id = view.id;
  now_.runs.push_back(std::make_shared<const RunView>(view));
  store_run(id);

  auto since = std::make_shared<QElapsedTimer>();
  auto stage = std::make_shared<std::string>();
  auto kept = std::make_shared<QElapsedTimer>();
  kept->start();
  const auto show_partial = [this, id, kept](std::shared_ptr<const EvaluationReport> report) {
    QMetaObject::invokeMethod(
        this,
        [this, id, kept, report = std::move(report)] {
          show_run(id, [&](RunView& run) {
            if (run.state == RunState::running) run.report = report;
          });
          if (kept->elapsed() < kBetweenKeeping) return;
          kept->start();
          store_run(id);
        },
        Qt::QueuedConnection);
  };
  runs_.submit(
      {.key = run_key(id),
       .title = fmt::format("Run {}: {} on {}", id, view.model_name, now_.images->dataset.root.filename().string()),
       .receiver = this,
       .work = [session = session_, choices, limit, show_partial](const Progress& progress) -> std::any {
         const PreparedEvaluation prepared = session->prepare(limit, kLayerImages);
         RunWatch watch = watch_through(progress);
         watch.so_far = [&](const Evaluation& so_far) { show_partial(partial_report(prepared, choices, so_far)); };
         return std::make_shared<const EvaluationReport>(run_evaluation(prepared, choices, watch));
       },
       .done =
           [this, id](const std::any& any) {
             const auto& report = std::any_cast<const std::shared_ptr<const EvaluationReport>&>(any);
             show_run(id, [&](RunView& run) {
               run.report = report;
               run.state = report->evaluation.stopped ? RunState::stopped : RunState::done;
               run.fraction = report->evaluation.stopped ? run.fraction : 1;
               run.seconds_left = -1;
             });
             store_run(id);
           },
       .started =
           [this, id] {
             show_run(id, [](RunView& run) {
               run.state = RunState::running;
               run.started = QDateTime::currentDateTime().toString(Qt::ISODate).toStdString();
             });
             store_run(id);
           },
       .progressed =
           [this, id, since, stage](double fraction, const std::string& text) {
             if (*stage != text) {
               *stage = text;
               since->start();
             }
             const double seconds = static_cast<double>(since->elapsed()) / 1000;
             show_run(id, [&](RunView& run) {
               run.fraction = fraction;
               run.stage = text;
               run.seconds_left = fraction > 0.02 ? seconds / fraction * (1 - fraction) : -1;
             });
           },
       .failed =
           [this, id](const Error& error) {
             const bool stopped = error.code() == ErrorCode::stopped;
             show_run(id, [&](RunView& run) {
               run.state = stopped ? RunState::stopped : RunState::failed;
               run.message = stopped ? "" : error.what();
               run.seconds_left = -1;
             });
             store_run(id);
             if (!stopped) tell(QString::fromStdString(error.what()), true);
           }});
  announce();
  return id;
}

void Workspace::cancel_run(std::int64_t run) {
  runs_.cancel(run_key(run));
}

void Workspace::remove_runs(const std::vector<std::int64_t>& runs) {
  for (const std::int64_t run : runs) cancel_run(run);
  const auto goes = [&](std::int64_t id) { return std::find(runs.begin(), runs.end(), id) != runs.end(); };
  std::erase_if(now_.runs, [&](const auto& run) { return goes(run->id); });
  store([&](Project& project) { project.remove_runs(runs); });
  std::erase_if(now_.selected_experiments, [&](const ExperimentId& each) { return goes(each.run); });
  announce();
}

void Workspace::cancel(const std::string& activity) {
  for (Lane* lane : {&quick_, &panels_, &runs_}) lane->cancel(activity);
}

void Workspace::show_activities() {
  now_.activities.clear();
  for (const Lane* lane : {&quick_, &panels_, &runs_}) {
    if (!lane->running() || lane->running()->title.empty()) continue;
    now_.activities.push_back({lane->running()->key, lane->running()->title, lane->running()->fraction});
  }
  announce();
}

void Workspace::request_thumbnails(const std::vector<std::string>& names, int side) {
  if (now_.images == nullptr) return;
  panels_.submit({.key = "thumbnails",
                  .title = {},
                  .receiver = this,
                  .work = [this, images = now_.images, names, side](const Progress& progress) -> std::any {
                    read_thumbnails(images->dataset, names, side, progress,
                                    [this](const std::string& name, const QImage& image) {
                                      emit thumbnail(QString::fromStdString(name), image);  // queued: another thread
                                    });
                    return {};
                  },
                  .done = {}});
}

}  // namespace qs
