// The table and the graph of layers in front of the real workbench: empty, with a model, selecting through it, copying
// and exporting.
#include <QClipboard>
#include <QComboBox>
#include <QGraphicsItem>
#include <QLabel>
#include <QTemporaryDir>
#include <QTreeView>
#include <QtTest/QtTest>

#include "app/window/workspace.h"
#include "tests/support/shared_data.h"
#include "views/panels/graph_view.h"
#include "views/panels/layer_tree.h"
#include "views/panels/panels.h"

namespace qs {

namespace {

constexpr int kPatienceMs = 120'000;
constexpr const char* kModel = "models/mobilenet_v1_0.25_224.onnx";

std::unique_ptr<Panel> shown(const PanelKind& kind, Workbench& workbench) {
  std::unique_ptr<Panel> panel(kind.make(workbench, nullptr));
  panel->resize(900, 700);
  panel->show();
  return panel;
}

}  // namespace

class TestLayerPanels : public QObject {
  Q_OBJECT

 private slots:
  void say_what_to_do_without_a_model() {
    Workspace workspace;
    for (const PanelKind* kind : {&model_panel, &graph_panel}) {
      const auto panel = shown(*kind, workspace);
      bool says_so = false;
      for (const QLabel* label : panel->findChildren<QLabel*>()) {
        says_so = says_so || (label->isVisible() && label->text().startsWith("Open a model"));
      }
      QVERIFY(says_so);
    }
  }

  void table_and_graph_select_the_same() {
    QS_NEEDS_SHARED_DATA();
    Workspace workspace;
    const auto table = shown(model_panel, workspace);
    const auto drawing = shown(graph_panel, workspace);
    workspace.open_model(QString::fromStdString((shared_data() / kModel).string()));
    auto* tree = table->findChild<LayerTree*>();
    auto* view = drawing->findChild<GraphView*>();
    QTRY_COMPARE_WITH_TIMEOUT(tree->model()->rowCount(), 30, kPatienceMs);
    QTRY_VERIFY_WITH_TIMEOUT(workspace.is_idle() && view->isVisible() && !view->items().isEmpty(), kPatienceMs);

    QSignalSpy selections(view, &GraphView::selected);
    tree->setCurrentIndex(tree->model()->index(2, 0));  // conv1, conv_dw_1, conv_pw_1
    QTRY_COMPARE(workspace.now().selected_layers, (std::vector<std::string>{"conv_pw_1"}));
    QTRY_COMPARE(view->accessibleDescription(), QString("conv_pw_1"));
    QCOMPARE(view->scene()->selectedItems().size(), 1);
    QCOMPARE(selections.size(), 0);  // what comes from elsewhere does not go back

    QTest::keyClick(view, Qt::Key_Down);
    QTRY_COMPARE(workspace.now().selected_layers, (std::vector<std::string>{"conv_dw_2"}));
    QTRY_COMPARE(tree->selected_groups(), (std::vector<std::string>{"conv_dw_2"}));

    tree->selectionModel()->select(tree->model()->index(0, 0), QItemSelectionModel::Select | QItemSelectionModel::Rows);
    QTRY_COMPARE(workspace.now().selected_layers, (std::vector<std::string>{"conv_dw_2", "conv1"}));
    QTRY_COMPARE(view->scene()->selectedItems().size(), 2);
    tree->clearSelection();  // something is always selected
    QTRY_COMPARE(tree->selected_groups().size(), 2U);

    const QTemporaryDir folder;
    for (const char* suffix : {"svg", "pdf", "png"}) {
      const QString path = folder.filePath(QString("graph.%1").arg(suffix));
      view->save(path);
      QVERIFY2(QFileInfo(path).size() > 2000, suffix);
    }
    QVERIFY_EXCEPTION_THROWN(view->save(folder.filePath("graph.docx")), Error);
    QCOMPARE(view->scene()->selectedItems().size(), 2);
  }

  void a_changed_scheme_keeps_the_table_as_it_stands() {
    QS_NEEDS_SHARED_DATA();
    Workspace workspace;
    const auto table = shown(model_panel, workspace);
    workspace.open_model(QString::fromStdString((shared_data() / kModel).string()));
    auto* tree = table->findChild<LayerTree*>();
    const int sqnr = layer_column_index("weight_sqnr_min");
    const auto first_sqnr = [&] { return tree->model()->index(0, sqnr).data().toString(); };
    QTRY_VERIFY_WITH_TIMEOUT(workspace.is_idle() && !first_sqnr().isEmpty(), kPatienceMs);
    tree->expand(tree->model()->index(3, 0));
    const QString before = first_sqnr();
    QSignalSpy resets(tree->model(), &QAbstractItemModel::modelReset);
    Scheme scheme = workspace.now().current()->scheme;
    scheme.weights.bits = 4;
    workspace.edit_scheme(scheme.id, scheme, "bits");
    QTRY_VERIFY_WITH_TIMEOUT(first_sqnr() != before, kPatienceMs);
    // Six dB a bit, from 8 to 4 bits, give or take how the weights happen to fall.
    QVERIFY(std::abs(before.toDouble() - first_sqnr().toDouble() - 24) < 6);
    QCOMPARE(resets.size(), 0);
    QVERIFY(tree->isExpanded(tree->model()->index(3, 0)));
  }

  void copies_what_is_selected() {
    QS_NEEDS_SHARED_DATA();
    Workspace workspace;
    const auto table = shown(model_panel, workspace);
    workspace.open_model(QString::fromStdString((shared_data() / kModel).string()));
    auto* tree = table->findChild<LayerTree*>();
    QTRY_COMPARE_WITH_TIMEOUT(tree->model()->rowCount(), 30, kPatienceMs);
    tree->setCurrentIndex(tree->model()->index(1, 0));
    QTest::keyClick(tree, Qt::Key_Down, Qt::ShiftModifier);
    tree->copy_selection();
    const QStringList lines = QGuiApplication::clipboard()->text().split('\n', Qt::SkipEmptyParts);
    QCOMPARE(lines.size(), 3);
    QVERIFY(lines[0].startsWith("Layer\tWeight SQNR, minimum (dB)\t"));
    QVERIFY(lines[1].startsWith("conv_dw_1\t"));
    QVERIFY(lines[2].startsWith("conv_pw_1\t"));
  }

  void the_column_that_colors_is_shared() {
    QS_NEEDS_SHARED_DATA();
    Workspace workspace;
    const auto table = shown(model_panel, workspace);
    const auto drawing = shown(graph_panel, workspace);
    workspace.open_model(QString::fromStdString((shared_data() / kModel).string()));
    QTRY_VERIFY_WITH_TIMEOUT(workspace.now().model != nullptr && workspace.is_idle(), kPatienceMs);
    auto* box = table->findChild<QComboBox*>();
    box->setCurrentIndex(box->findData(QByteArray("macs")));
    emit box->activated(box->currentIndex());
    QTRY_COMPARE(workspace.now().color_by, std::string("macs"));
    QTRY_COMPARE(drawing->findChild<QComboBox*>()->currentData().toByteArray(), QByteArray("macs"));
  }
};

}  // namespace qs

QTEST_MAIN(qs::TestLayerPanels)
#include "test_layer_panels.moc"
