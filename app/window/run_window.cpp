#include "app/window/run_window.h"

#include <QApplication>
#include <QStandardPaths>
#include <QStyleFactory>

#include "app/window/main_window.h"
#include "core/base/error.h"

namespace qs {

namespace {

/// Qt ends the program where it finds no display, without saying what else could be done.
void check_display() {
  for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}) {
    if (!qEnvironmentVariableIsEmpty(name)) return;
  }
  throw Error(ErrorCode::usage,
              "there is no display for the window (DISPLAY and WAYLAND_DISPLAY are not set); without one there are:\n"
              "  quantoscope demo                            what quantization does to the built-in model\n"
              "  quantoscope inspect MODEL                   what is in the model\n"
              "  quantoscope evaluate MODEL --images PATH    how often it is right\n"
              "  quantoscope --help                          everything else");
}

}  // namespace

bool has_display() {
  const QByteArray platform = qgetenv("QT_QPA_PLATFORM");
  if (!platform.isEmpty()) return !platform.startsWith("offscreen") && !platform.startsWith("minimal");
  return !qEnvironmentVariableIsEmpty("DISPLAY") || !qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY");
}

void run_window(const std::string& path) {
  check_display();
  int argc = 1;
  std::string name = "quantoscope";
  char* argv[] = {name.data(), nullptr};
  QApplication application(argc, argv);
  QApplication::setApplicationName("Quantoscope");
  QApplication::setOrganizationName("Quantoscope");
  QApplication::setApplicationVersion(QS_VERSION);
  QApplication::setStyle(QStyleFactory::create("Fusion"));
  Workspace workspace(QStandardPaths::writableLocation(QStandardPaths::AppDataLocation) + "/unsaved");
  MainWindow window(workspace);
  window.show();
  if (!path.empty()) window.open_path(QString::fromStdString(path));
  QApplication::exec();
}

}  // namespace qs
