#include "app/report/plot_application.h"

namespace qs {

namespace {

constexpr const char* kPlatform = "QT_QPA_PLATFORM";

}  // namespace

std::unique_ptr<QApplication> plot_application() {
  if (QApplication::instance() != nullptr) return nullptr;
  static int argc = 1;
  static char name[] = "quantoscope";
  static char* argv[] = {name, nullptr};
  const QByteArray before = qgetenv(kPlatform);
  qputenv(kPlatform, "offscreen");
  auto application = std::make_unique<QApplication>(argc, argv);
  if (before.isNull()) {
    qunsetenv(kPlatform);
  } else {
    qputenv(kPlatform, before);  // a window that is opened later goes where it belongs
  }
  return application;
}

}  // namespace qs
