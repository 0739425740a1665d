// The panels of results in front of the real workbench: empty, measuring, with results, and what they ask for. Where
// QS_PICTURES names a folder, each panel is saved there as it is seen.
#include <qcustomplot.h>

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QTableView>
#include <QtTest/QtTest>

#include "app/window/workspace.h"
#include "tests/support/shared_data.h"
#include "views/panels/measure_button.h"
#include "views/panels/panels.h"
#include "views/plots/plot_view.h"

namespace qs {

namespace {

constexpr int kPatienceMs = 240'000;
const std::vector<const PanelKind*> kKinds = {&accuracy_panel, &images_panel, &error_panel, &sensitivity_panel,
                                              &latency_panel};

void save_picture(QWidget& widget, const QString& name) {
  const QString folder = qEnvironmentVariable("QS_PICTURES");
  if (!folder.isEmpty()) widget.grab().save(folder + "/" + name + ".png");
}

PlotView* first_plot(const QWidget& panel) {
  return panel.findChildren<PlotView*>().value(0);
}

}  // namespace

class TestResultPanels : public QObject {
  Q_OBJECT

 private slots:
  void say_what_to_do_without_a_model() {
    Workspace workspace;
    for (const PanelKind* kind : kKinds) {
      const std::unique_ptr<QWidget> panel(kind->make(workspace, nullptr));
      panel->resize(700, 420);
      panel->show();
      bool says_so = false;
      for (const QLabel* label : panel->findChildren<QLabel*>()) {
        says_so = says_so || (label->isVisible() && label->text().startsWith("Open a model"));
      }
      QVERIFY2(says_so, kind->id.data());
      for (const QComboBox* box : panel->findChildren<QComboBox*>()) QVERIFY(!box->accessibleName().isEmpty());
    }
  }

  void show_what_was_measured() {
    QS_NEEDS_SHARED_DATA();
    Workspace workspace;
    std::map<std::string_view, std::unique_ptr<QWidget>> panels;
    for (const PanelKind* kind : kKinds) {
      panels[kind->id].reset(kind->make(workspace, nullptr));
      panels[kind->id]->resize(900, 520);
      panels[kind->id]->show();
    }
    workspace.open_model(QString::fromStdString((shared_data() / "models/mobilenet_v1_0.25_224.onnx").string()));
    QTRY_VERIFY_WITH_TIMEOUT(workspace.now().model != nullptr && workspace.is_idle(), kPatienceMs);
    workspace.open_images(QString::fromStdString((shared_data() / "imagenet-val").string()));
    QTRY_VERIFY_WITH_TIMEOUT(workspace.now().images != nullptr && workspace.is_idle(), kPatienceMs);
    for (const SchemeView& each : std::vector(workspace.now().schemes)) workspace.remove_scheme(each.scheme.id);
    for (const char* id : {"w8a8-tensor-asym", "w8a8-channel-sym"}) workspace.add_scheme(find_scheme(id));
    QTRY_VERIFY_WITH_TIMEOUT(workspace.is_idle(), kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(!first_plot(*panels["error"])->is_empty(), kPatienceMs);  // the weights need no images

    workspace.run({"w8a8-tensor-asym", "w8a8-channel-sym"}, 60);
    QTRY_VERIFY_WITH_TIMEOUT(!workspace.now().runs.empty() && workspace.now().runs.back()->state == RunState::done,
                             kPatienceMs);
    for (const char* id : {"error", "sensitivity", "latency"}) {
      auto* button = panels[id]->findChild<MeasureButton*>();
      QVERIFY(button->isEnabled());
      QTest::keyClick(button, Qt::Key_Space);
    }
    QTRY_VERIFY_WITH_TIMEOUT(workspace.is_idle() && workspace.now().schemes[0].latency != nullptr &&
                                 workspace.now().current()->sensitivity != nullptr,
                             kPatienceMs);
    for (const auto& [id, panel] : panels) {
      const PlotView* plot = first_plot(*panel);
      QVERIFY2(!plot->is_empty(), id.data());
      QVERIFY2(!plot->reading().isEmpty() && !plot->numbers().rows.empty(), id.data());
    }
    QCOMPARE(first_plot(*panels["accuracy"])->numbers().rows.size(), std::size_t{3});
    selects_layers(workspace, *panels["latency"]);
    finds_images(workspace, *panels["images"]);
    for (const auto& [id, panel] : panels) save_picture(*panel, QString::fromUtf8(id.data(), std::ssize(id)));
    keeps_a_layer_in_float(workspace, *panels["sensitivity"]);
  }

 private:
  /// A click on the middle of the plot selects the layer that stands there.
  static void selects_layers(Workspace& workspace, QWidget& panel) {
    QCustomPlot& plot = first_plot(panel)->plot();
    plot.replot();
    QTest::mouseClick(&plot, Qt::LeftButton, {}, plot.axisRect()->rect().center());
    QCOMPARE(workspace.now().selected_layers.size(), std::size_t{1});
    const std::string selected = workspace.now().selected_layers.front();
    QVERIFY(std::any_of(workspace.now().float_latency->layers.begin(), workspace.now().float_latency->layers.end(),
                        [&](const BenchLayer& layer) { return layer.name == selected; }));
  }

  static void finds_images(Workspace& workspace, QWidget& panel) {
    auto* table = panel.findChild<QTableView*>();
    auto* boxes = panel.findChildren<QComboBox*>().at(1);
    boxes->setFocus();
    QTest::keyClick(boxes, Qt::Key_End);  // all images
    QTRY_COMPARE_WITH_TIMEOUT(table->model()->rowCount(), 60, kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(!table->model()->index(0, 0).data(Qt::DecorationRole).isNull(), kPatienceMs);
    auto* search = panel.findChild<QLineEdit*>();
    QTest::keyClicks(search, "no such image");
    QTRY_COMPARE_WITH_TIMEOUT(table->model()->rowCount(), 0, kPatienceMs);
    search->clear();
    QTRY_COMPARE_WITH_TIMEOUT(table->model()->rowCount(), 60, kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(workspace.is_idle(), kPatienceMs);
  }

  static void keeps_a_layer_in_float(Workspace& workspace, QWidget& panel) {
    auto* table = panel.findChild<QTableView*>();
    table->selectRow(0);
    const std::string worst = table->model()->index(0, 0).data().toString().toStdString();
    QCOMPARE(workspace.now().selected_layers, std::vector<std::string>{worst});
    table->actions().first()->trigger();
    QCOMPARE(workspace.now().current()->scheme.layers.at(0).pattern, worst);
    QCOMPARE(workspace.now().current()->scheme.layers.at(0).keep_float, std::optional(true));
  }
};

}  // namespace qs

QTEST_MAIN(qs::TestResultPanels)
#include "test_result_panels.moc"
