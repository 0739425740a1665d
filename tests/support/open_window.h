// The real window over a real workspace, and what hands do with it.
#pragma once

#include <QAbstractButton>
#include <QLineEdit>
#include <QMenu>
#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QtTest/QtTest>

#include "app/window/main_window.h"
#include "tests/support/small_project.h"
#include "views/banner.h"
#include "views/plots/plot_view.h"

namespace qs {

constexpr int kPatience = 60'000;  // ms; the machine may be busy

/// Settings and caches of the user are left alone. Make one before the first window.
class OwnSettings {
 public:
  OwnSettings() {
    QStandardPaths::setTestModeEnabled(true);
    QCoreApplication::setOrganizationName("Quantoscope");
    QCoreApplication::setApplicationName("Quantoscope test");
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, folder_.path());
    qputenv("QS_CACHE_DIR", folder_.filePath("cache").toUtf8());
    QSettings().clear();
  }

 private:
  QTemporaryDir folder_;
};

struct OpenWindow {
  explicit OpenWindow(const QString& unsaved_folder = {}) : workspace(unsaved_folder), window(workspace) {
    window.resize(1280, 800);
    window.show();
    QVERIFY(QTest::qWaitForWindowActive(&window));
  }

  Workspace workspace;
  MainWindow window;

  [[nodiscard]] const Snapshot& now() const { return workspace.now(); }
  [[nodiscard]] QString banner() const { return window.findChild<Banner*>()->message(); }

  void settle() { QTRY_VERIFY_WITH_TIMEOUT(workspace.is_idle(), kPatience); }

  void open_all(const SmallProject& files) {
    window.open_path(files.model());
    QTRY_VERIFY_WITH_TIMEOUT(now().model != nullptr, kPatience);
    window.open_path(files.images());
    QTRY_VERIFY_WITH_TIMEOUT(now().images != nullptr, kPatience);
    settle();
  }

  void wait_for_run(RunState state) {
    QTRY_VERIFY_WITH_TIMEOUT(!now().runs.empty() && now().runs.back()->state == state, kPatience);
  }

  /// The visible button whose text, without mnemonic, is this; null where there is none.
  [[nodiscard]] QAbstractButton* button(const QString& text, const QWidget* in = nullptr) const {
    for (auto* each : (in == nullptr ? &window : in)->findChildren<QAbstractButton*>()) {
      if (each->isVisible() && each->text().remove('&') == text) return each;
    }
    return nullptr;
  }

  /// The action of a menu; null where there is none.
  [[nodiscard]] QAction* action(const QString& text) const {
    for (auto* each : window.findChildren<QAction*>()) {
      if (each->text().remove('&') == text) return each;
    }
    return nullptr;
  }

  /// By what its exported files are called.
  [[nodiscard]] PlotView& plot(const char* id) const { return *window.findChild<PlotView*>(id); }

  void click(QWidget* widget) const {
    QVERIFY(widget != nullptr && widget->isVisible() && widget->isEnabled());
    QTest::mouseClick(widget, Qt::LeftButton);
  }

  /// What a keyboard does: the key goes to whatever has the focus.
  void press(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
    QWidget* focus = QApplication::focusWidget();
    QTest::keyClick(focus != nullptr ? focus : &window, key, modifiers);
  }

  /// Presses Tab until `reached` says so; false when it never does.
  template <class Reached>
  bool tab_until(Reached reached) {
    for (int i = 0; i < 400; ++i) {
      if (QApplication::focusWidget() != nullptr && reached(QApplication::focusWidget())) return true;
      press(Qt::Key_Tab);
    }
    return false;
  }
};

}  // namespace qs
