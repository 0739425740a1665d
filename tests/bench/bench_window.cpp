// How quickly the window answers: until it is visible, until plots and table have followed a slider, until a run or a
// training has stopped. Prints; asserts nothing.
//   bench_window MODEL IMAGES      under a display, or with QT_QPA_PLATFORM=offscreen
#include <fmt/format.h>
#include <qcustomplot.h>

#include <QApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QTemporaryDir>
#include <QTimer>
#include <algorithm>
#include <functional>

#include "app/window/main_window.h"
#include "core/base/error.h"
#include "tests/bench/wait_for.h"

namespace qs {
namespace {

/// Notices when a widget is painted.
class PaintWatch : public QObject {
 public:
  explicit PaintWatch(QWidget* widget) { widget->installEventFilter(this); }
  bool painted = false;

 protected:
  bool eventFilter(QObject*, QEvent* event) override {
    painted = painted || event->type() == QEvent::Paint;
    return false;
  }
};

void print(const char* what, std::vector<double> milliseconds) {
  std::sort(milliseconds.begin(), milliseconds.end());
  fmt::print("{:<58} median {:7.1f} ms   worst {:7.1f} ms\n", what, milliseconds[milliseconds.size() / 2],
             milliseconds.back());
}

double elapsed(const QElapsedTimer& timer) {
  return static_cast<double>(timer.nsecsElapsed()) / 1e6;
}

void move_slider(Workspace& workspace, QWidget& plot) {
  PaintWatch watch(&plot);
  std::vector<double> visible;
  std::vector<double> all;
  for (int turn = 0; turn < 14; ++turn) {
    Scheme scheme = workspace.now().current()->scheme;
    scheme.weights.bits = turn % 2 == 0 ? 7 - turn / 2 % 6 : 8;
    const auto has_bits = [&](const WeightSqnr& layer) {
      return !layer.why_float.empty() || layer.encoding.grid.bits == scheme.weights.bits;
    };
    QElapsedTimer timer;
    timer.start();
    double seen = 0;
    double known = 0;
    QObject context;
    QObject::connect(&workspace, &Workbench::changed, &context, [&] {  // the panels draw on the same signal
      const std::vector<WeightSqnr>& weights = *workspace.now().current()->weights;
      const std::string& layer = workspace.now().selected_layers.front();
      const bool here = std::any_of(weights.begin(), weights.end(),
                                    [&](const WeightSqnr& each) { return each.layer == layer && has_bits(each); });
      if (here && seen == 0) {
        seen = -1;
        watch.painted = false;
      }
      if (known == 0 && std::all_of(weights.begin(), weights.end(), has_bits)) {
        known = -1;
        // Not every panel has to draw for the rest of the layers; those that have, have done so after two turns.
        QTimer::singleShot(0, &context, [&] { QTimer::singleShot(0, &context, [&] { known = elapsed(timer); }); });
      }
    });
    workspace.edit_scheme(scheme.id, scheme, "bits");
    wait_for([&] {
      if (watch.painted && seen < 0) seen = elapsed(timer);
      return known > 0 && seen > 0;
    });
    visible.push_back(seen);
    all.push_back(known);
  }
  print("slider to the visible layer's histogram on the screen", visible);
  print("slider to all layers known and drawn", all);
}

void stop_runs(Workspace& workspace) {
  std::vector<double> times;
  std::vector<double> at_once;
  for (int turn = 0; turn < 5; ++turn) {
    std::vector<std::string> ids;
    for (const SchemeView& each : workspace.now().schemes) ids.push_back(each.scheme.id);
    workspace.run(ids, 0);
    const auto run = [&]() -> const RunView& { return *workspace.now().runs.back(); };
    wait_for([&] { return run().report != nullptr || run().state == RunState::done; });
    QElapsedTimer timer;
    timer.start();
    workspace.cancel_run(run().id);
    at_once.push_back(elapsed(timer));
    wait_for([&] { return run().state == RunState::stopped || run().state == RunState::done; });
    times.push_back(elapsed(timer));
  }
  print("cancel: until the window goes on", at_once);
  print("cancel: until the run has stopped", times);
}

/// Quantization-aware training of the built-in model, which is always there: until the lane is free and the checkpoint
/// written.
void stop_trainings(Workspace& workspace) {
  const QTemporaryDir folder;
  std::vector<double> times;
  for (int turn = 0; turn < 7; ++turn) {
    workspace.train({.recipe = find_recipe("qat_w8a8_per_channel"),
                     .images = "builtin:shapes/train",
                     .model = "builtin:mobilenet",
                     .out = folder.filePath(QString("stopped%1.onnx").arg(turn)).toStdString(),
                     .limit = 1000},
                    false);
    const auto training = [&]() -> const TrainingView& { return *workspace.now().training; };
    wait_for([&] { return training().losses.size() > 1 || !training().is_busy(); });
    if (!training().is_busy()) throw Error(ErrorCode::internal, training().message);
    QElapsedTimer later;  // anywhere in a step
    later.start();
    wait_for([&] { return later.elapsed() > 37 * turn; });
    QElapsedTimer timer;
    timer.start();
    workspace.stop_training();
    wait_for([&] { return training().state == TrainingState::stopped; });
    times.push_back(elapsed(timer));
  }
  print("stop: until the training has stopped, checkpoint written", times);
}

int measure(const QElapsedTimer& since_start, const QString& model, const QString& images) {
  Workspace workspace;
  MainWindow window(workspace);
  PaintWatch first(&window);
  window.show();
  wait_for([&] { return first.painted; });
  print("window visible, from the start of main", {elapsed(since_start)});
  QElapsedTimer timer;
  timer.start();
  workspace.open_model(model);
  wait_for([&] { return workspace.now().current() != nullptr && workspace.now().current()->weights != nullptr; });
  print("model opened, weights of both schemes known", {elapsed(timer)});
  wait_for([&] { return workspace.is_idle(); });
  window.show_panel("sqnr");
  QCustomPlot* plot = nullptr;  // the histogram: what is seen without any channel chosen
  wait_for([&] {
    for (QCustomPlot* each : window.panel("sqnr")->findChildren<QCustomPlot*>()) {
      if (each->isVisible() && plot == nullptr) plot = each;
    }
    return plot != nullptr;
  });
  move_slider(workspace, *plot);
  timer.restart();
  workspace.open_images(images);
  wait_for([&] { return workspace.now().images != nullptr && workspace.is_idle(); });
  print("images opened, calibrated, layers of both schemes measured", {elapsed(timer)});
  move_slider(workspace, *plot);
  wait_for([&] { return workspace.is_idle(); });
  stop_runs(workspace);
  stop_trainings(workspace);
  return 0;
}

}  // namespace
}  // namespace qs

int main(int argc, char** argv) {
  QElapsedTimer since_start;
  since_start.start();
  QApplication application(argc, argv);
  if (argc != 3) {
    fmt::print(stderr, "usage: bench_window MODEL IMAGES\n");
    return 1;
  }
  QApplication::setOrganizationName("Quantoscope");
  QApplication::setApplicationName("Quantoscope");
  return qs::measure(since_start, argv[1], argv[2]);
}
