// Every panel of the window with nothing open, with a model, and with images and results; in light and in dark.
#include <qcustomplot.h>

#include <QDockWidget>
#include <QSet>

#include "tests/support/open_window.h"
#include "views/panel.h"

namespace qs {
namespace {

constexpr int kFewestColors = 12;  // letters alone bring more, as their edges are smooth

int colors_in(const QImage& image) {
  QSet<QRgb> found;
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) found.insert(image.pixel(x, y));
  }
  return static_cast<int>(found.size());
}

/// An axis says what it shows by its label, or by names at its ticks.
bool says_what_it_shows(const QCPAxis& axis) {
  return !axis.visible() || !axis.label().isEmpty() || !axis.ticker().dynamicCast<QCPAxisTickerText>().isNull();
}

QString id_of(const PanelKind& kind) {
  return QString::fromUtf8(kind.id.data(), std::ssize(kind.id));
}

void check_panel(OpenWindow& open, const PanelKind& kind) {
  const QString id = id_of(kind);
  open.window.show_panel(id);
  open.settle();
  QWidget* panel = open.window.panel(id);
  QTRY_VERIFY2(!panel->visibleRegion().isEmpty(), qPrintable(id));
  const QImage image = panel->grab().toImage();
  QVERIFY2(colors_in(image) >= kFewestColors, qPrintable(QString("%1: %2 colors").arg(id).arg(colors_in(image))));
  for (PlotView* view : panel->findChildren<PlotView*>()) {
    if (!view->isVisible() || view->is_empty()) continue;
    QCustomPlot& plot = view->plot();
    QVERIFY2(says_what_it_shows(*plot.xAxis), qPrintable(id + ": x of " + view->title()));
    const bool has_names = QStringList{"accuracy", "sensitivity", "latency"}.contains(view->objectName());  // of bars
    QVERIFY2(has_names || says_what_it_shows(*plot.yAxis), qPrintable(id + ": y of " + view->title()));
    QVERIFY2(!view->title().isEmpty() && !view->reading().isEmpty(), qPrintable(id));
    QVERIFY2(!view->numbers().rows.empty(), qPrintable(id + ": numbers of " + view->title()));
  }
}

void check_all(OpenWindow& open) {
  for (const PanelKind* kind : panel_kinds()) {
    check_panel(open, *kind);
    if (QTest::currentTestFailed()) return;
  }
}

}  // namespace

class TestWindowPanels : public QObject {
  Q_OBJECT

 private slots:
  void can_be_seen_data() {
    QTest::addColumn<bool>("is_dark");
    QTest::newRow("light") << false;
    QTest::newRow("dark") << true;
  }
  void can_be_seen() {
    QFETCH(bool, is_dark);
    const SmallProject files;
    OpenWindow open;
    open.action(is_dark ? "Dark" : "Light")->trigger();
    QCOMPARE(QApplication::palette().color(QPalette::Base).lightness() < 128, is_dark);
    open.workspace.add_scheme(find_scheme("w8a8-tensor-asym"));  // leaves the start page
    check_all(open);
    open.window.open_path(files.model());
    QTRY_VERIFY_WITH_TIMEOUT(open.now().model != nullptr, kPatience);
    open.settle();
    check_all(open);
    open.open_all(files);
    open.workspace.add_scheme(find_scheme("w8a8-channel-sym"));
    open.settle();
    open.workspace.run({"w8a8-tensor-asym", "w8a8-channel-sym"}, 0);
    open.workspace.measure_latency(1);
    open.workspace.measure_sensitivity(4);
    open.wait_for_run(RunState::done);
    open.settle();
    QVERIFY(open.now().current()->sensitivity != nullptr && open.now().current()->latency != nullptr);
    check_all(open);
    for (const char* id : {"sqnr-histogram", "weight-power", "accuracy", "pareto", "latency", "sensitivity"}) {
      QVERIFY2(open.window.findChild<PlotView*>(id) != nullptr, id);
      QVERIFY2(!open.plot(id).is_empty(), id);
    }
  }

  /// Tab comes to each panel that is in front, and goes on from there.
  void tab_reaches_each() {
    const SmallProject files;
    OpenWindow open;
    open.open_all(files);
    open.workspace.run({"w8a8-channel-sym"}, 0);
    open.wait_for_run(RunState::done);
    open.settle();
    for (const PanelKind* kind : panel_kinds()) {
      QWidget* panel = open.window.panel(id_of(*kind));
      for (auto* dock : open.window.findChildren<QDockWidget*>()) {
        if (dock->isAncestorOf(panel)) dock->raise();
      }
      QTRY_VERIFY(panel->isVisible());
      QVERIFY2(open.tab_until([&](QWidget* at) { return !panel->isAncestorOf(at) && at != panel; }),
               qPrintable(id_of(*kind)));
      QVERIFY2(open.tab_until([&](QWidget* at) { return panel->isAncestorOf(at); }), qPrintable(id_of(*kind)));
    }
  }

  /// A panel that is asked for takes the keyboard.
  void showing_gives_focus() {
    const SmallProject files;
    OpenWindow open;
    open.open_all(files);
    for (const PanelKind* kind : panel_kinds()) {
      open.window.show_panel(id_of(*kind));
      QWidget* panel = open.window.panel(id_of(*kind));
      QVERIFY2(panel->isAncestorOf(QApplication::focusWidget()), qPrintable(id_of(*kind)));
    }
  }

 private:
  OwnSettings own_settings_;
};

}  // namespace qs

QTEST_MAIN(qs::TestWindowPanels)
#include "test_window_panels.moc"
