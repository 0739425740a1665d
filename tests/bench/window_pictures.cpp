// Pictures of the window and of each panel, for README and docs: docs/window-pictures calls it.
//   window_pictures MODEL IMAGES LAYER FOLDER [WIDTH HEIGHT [dark]]      with QT_QPA_PLATFORM=offscreen
#include <fmt/format.h>

#include <QApplication>
#include <QDir>
#include <QFile>
#include <QSettings>
#include <QStyleFactory>
#include <QTimer>
#include <functional>

#include "app/window/main_window.h"
#include "tests/bench/wait_for.h"
#include "views/panel.h"

namespace qs {
namespace {

/// What is still to be drawn is drawn.
void settle(int milliseconds) {
  bool over = false;
  QTimer::singleShot(milliseconds, [&] { over = true; });
  wait_for([&] { return over; });
}

void save(MainWindow& window, const QString& panel, const QString& folder) {
  window.show_panel(panel);
  settle(800);
  window.grab().save(QString("%1/window-%2.png").arg(folder, panel));
  window.panel(panel)->grab().save(QString("%1/%2.png").arg(folder, panel));
}

/// The built-in model is fine-tuned for 4-bit weights.
void train(Workspace& workspace, MainWindow& window, const QString& folder) {
  workspace.open_model("builtin:mobilenet");
  wait_for(
      [&] { return workspace.now().model != nullptr && workspace.now().model->report.path == "builtin:mobilenet"; });
  workspace.open_images("builtin:shapes");
  wait_for([&] { return workspace.now().images != nullptr && workspace.is_idle(); });
  window.show_panel("training");
  workspace.train({.recipe = find_recipe("qat_w4a8_per_channel"),
                   .images = "builtin:shapes/train",
                   .model = "builtin:mobilenet",
                   .out = QDir::temp().filePath("tuned.onnx").toStdString(),  // it stands in the picture
                   .limit = 4000},
                  false);
  wait_for([&] { return !workspace.now().training->is_busy() && workspace.is_idle(); });
  save(window, "training", folder);
  for (const char* written : {"tuned.onnx", "tuned.json", "tuned.scheme.json", "tuned.checkpoint"}) {
    QFile::remove(QDir::temp().filePath(written));
  }
}

int take(const QStringList& arguments) {
  const QString folder = arguments[4];
  if (!QDir().mkpath(folder)) return 1;
  Workspace workspace;
  QObject::connect(&workspace, &Workspace::told,
                   [](const QString& message, bool) { fmt::print(stderr, "{}\n", message.toStdString()); });
  MainWindow window(workspace);
  if (arguments.size() > 6) window.resize(arguments[5].toInt(), arguments[6].toInt());
  window.show();
  settle(300);
  window.grab().save(folder + "/start.png");
  workspace.open_model(arguments[1]);
  wait_for([&] { return workspace.now().current() != nullptr; });
  workspace.open_images(arguments[2]);
  wait_for([&] { return workspace.now().images != nullptr && workspace.is_idle(); });
  workspace.select_layers({arguments[3].toStdString()});
  workspace.measure_latency(1);
  workspace.measure_sensitivity(8);
  workspace.run({"w8a8-tensor-asym", "w8a8-channel-sym"}, 0);
  wait_for([&] { return workspace.is_idle() && workspace.now().runs.back()->state == RunState::done; });
  workspace.set_current_scheme("w8a8-tensor-asym");
  for (const GuideStepView& step : std::vector(workspace.now().guide)) {
    workspace.diagnose(step.id);
    wait_for([&] { return workspace.is_idle(); });
  }
  workspace.select_channel(0);
  for (const PanelKind* kind : panel_kinds()) {
    save(window, QString::fromUtf8(kind->id.data()), folder);
  }
  train(workspace, window, folder);
  return 0;
}

}  // namespace
}  // namespace qs

int main(int argc, char** argv) {
  QApplication application(argc, argv);
  if (argc < 5) {
    fmt::print(stderr, "usage: window_pictures MODEL IMAGES LAYER FOLDER [WIDTH HEIGHT [dark]]\n");
    return 1;
  }
  QApplication::setOrganizationName("Quantoscope");
  QApplication::setApplicationName("Pictures");  // the user's own settings are left alone
  QApplication::setStyle(QStyleFactory::create("Fusion"));
  QSettings().clear();
  QSettings().setValue("look", argc > 7 ? "dark" : "light");
  return qs::take(QApplication::arguments());
}
