// The main journeys through the window, by mouse and by keyboard alone, on a network whose answers are known by hand.
#include <QComboBox>
#include <QDropEvent>
#include <QFileDialog>
#include <QListView>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QSlider>
#include <QStatusBar>
#include <QToolButton>

#include <nlohmann/json.hpp>

#include "datasets/builtin_shapes.h"
#include "tests/support/open_window.h"
#include "tests/support/test_files.h"
#include "views/forms/scheme_form.h"
#include "views/models/image_model.h"
#include "views/panel.h"
#include "views/panels/experiment_tree.h"
#include "views/panels/layer_tree.h"
#include "views/start_page.h"

namespace qs {
namespace {

constexpr const char* kAdded[] = {"w8-tensor-asym", "w4a8-tensor-asym"};
constexpr const char* kAddTip = "Add a scheme from the presets";

/// Once a menu has popped up, which runs an event loop of its own, `choose` is handed it and the action of this id.
void when_menu_pops_up(const QString& id, const std::function<void(QMenu&, QAction&)>& choose) {
  QTimer::singleShot(0, qApp, [=] {
    auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
    QVERIFY(menu != nullptr);
    for (QAction* each : menu->actions()) {
      if (each->data().toString() == id) return choose(*menu, *each);
    }
    menu->close();
    QFAIL("no such action");
  });
}

/// The file dialog that has just been opened is told a path by keyboard.
void answer_file_dialog(OpenWindow& open, const QString& path) {
  auto* dialog = open.window.findChild<QFileDialog*>();
  QVERIFY(dialog != nullptr && dialog->isVisible());
  auto* name = dialog->findChild<QLineEdit*>("fileNameEdit");
  QVERIFY(name != nullptr);
  name->setText(path);  // typed, the list of what might be meant would take the next key
  QTest::keyClick(name, Qt::Key_Return);
  QTRY_VERIFY_WITH_TIMEOUT(open.window.findChild<QFileDialog*>() == nullptr, kPatience);  // deleted once closed
  open.window.activateWindow();                                                           // as a window system does
  QVERIFY(QTest::qWaitForWindowActive(&open.window));
}

void drop(MainWindow& window, const QString& path) {
  QMimeData data;
  data.setUrls({QUrl::fromLocalFile(path)});
  QDragEnterEvent enter({10, 10}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
  QApplication::sendEvent(&window, &enter);
  QVERIFY(enter.isAccepted());
  QDropEvent event({10, 10}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
  QApplication::sendEvent(&window, &event);
}

bool has_scheme(const Snapshot& now, const std::string& id) {
  return std::any_of(now.schemes.begin(), now.schemes.end(),
                     [&](const SchemeView& each) { return each.scheme.id == id; });
}

/// The plot's rows are the results: as many right, of as many images.
void compare_with_results(const PlotView& plot, const std::vector<ChosenExperiment>& chosen) {
  const NumberTable& table = plot.numbers();
  const auto column = [&](const char* name) {
    return static_cast<std::size_t>(std::find(table.columns.begin(), table.columns.end(), name) -
                                    table.columns.begin());
  };
  std::size_t found = 0;
  for (const ChosenExperiment& each : chosen) {
    const Scheme scheme = each.id.variant == 0 ? find_scheme("float") : each.run->schemes[each.id.variant - 1];
    for (const auto& row : table.rows) {
      if (row[column("scheme")] != scheme.title && row[column("scheme")] != scheme.id) continue;
      QCOMPARE(row[column("right")], std::to_string(each.result->top1.hits));
      QCOMPARE(row[column("images")], std::string("24"));
      ++found;
    }
  }
  QVERIFY(found > 0);
  QCOMPARE(found, table.rows.size());
}

/// Alt with this key brings the panel to the front: panels are numbered in their order.
Qt::Key key_of(std::string_view panel) {
  int number = 1;
  for (const PanelKind* kind : panel_kinds()) {
    if (kind->id == panel) break;
    ++number;
  }
  return static_cast<Qt::Key>(Qt::Key_0 + number);
}

}  // namespace

class TestWindow : public QObject {
  Q_OBJECT

 private slots:
  void the_built_in_example_is_a_key_away() {
    OpenWindow open;
    auto* first = qobject_cast<QAbstractButton*>(QApplication::focusWidget());
    QVERIFY(first != nullptr && first->text().remove('&') == "Explore the built-in example");
    open.press(Qt::Key_Space);
    QTRY_VERIFY_WITH_TIMEOUT(open.now().model != nullptr && open.now().images != nullptr, kPatience);
    QVERIFY(!open.window.findChild<StartPage*>()->isVisible());
    QCOMPARE(open.now().model->report.path, std::string("builtin:mobilenet"));
    QCOMPARE(open.now().model->class_names, shape_classes());
    QCOMPARE(open.now().images->dataset.entries.size(), std::size_t{2000});
    QVERIFY(open.now().images->labelled);
    open.settle();
    QVERIFY(open.now().current()->layers != nullptr);  // measured without being asked
    open.workspace.run({"w8a8-channel-sym"}, 10);
    open.wait_for_run(RunState::done);
    open.window.show_panel("images");
    QVERIFY(lists_images_by_name(*open.window.panel("images")));
  }

  void by_mouse() {
    const SmallProject files;
    OpenWindow open;
    QVERIFY(open.window.findChild<StartPage*>()->isVisible());
    open.open_all(files);
    QVERIFY(!open.window.findChild<StartPage*>()->isVisible());
    QCOMPARE(QSettings().value("recent").toStringList(), QStringList{files.model()});  // to come back to

    for (const char* id : kAdded) {
      QAbstractButton* add = open.button("Add", open.window.panel("scheme"));
      QVERIFY(add != nullptr);
      when_menu_pops_up(id, [](QMenu& menu, QAction& action) {
        QTest::mouseClick(&menu, Qt::LeftButton, {}, menu.actionGeometry(&action).center());
      });
      open.click(add);
      QTRY_COMPARE(open.now().current_scheme, std::string(id));
    }
    QCOMPARE(open.now().schemes.size(), std::size_t{4});
    untick(open, 0);
    QTRY_VERIFY(!open.now().schemes[0].shown);

    open.click(open.button("Run shown schemes", open.window.panel("experiments")));
    open.wait_for_run(RunState::done);
    open.settle();
    QCOMPARE(open.now().runs[0]->schemes.size(), std::size_t{3});
    QCOMPARE(open.now().runs[0]->report->evaluation.results[0].top1, (Proportion{24, 24}));

    open.window.show_panel("accuracy");
    PlotView& bars = open.plot("accuracy");
    QVERIFY(!bars.is_empty());
    compare_with_results(bars, chosen_experiments(open.now()));

    choose_experiments(open, {1, 3});
    QTRY_COMPARE(open.now().selected_experiments, (std::vector<ExperimentId>{{1, 1}, {1, 3}}));
    QTRY_COMPARE(bars.numbers().rows.size(), std::size_t{2});
    compare_with_results(bars, chosen_experiments(open.now()));
    export_plot(bars, files);
  }

  void by_keyboard() {
    const SmallProject files;
    OpenWindow open;
    open.press(Qt::Key_O, Qt::ControlModifier);
    answer_file_dialog(open, files.model());
    QTRY_VERIFY_WITH_TIMEOUT(open.now().model != nullptr, kPatience);
    open.settle();
    open.press(Qt::Key_I, Qt::ControlModifier);
    answer_file_dialog(open, files.images());
    QTRY_VERIFY_WITH_TIMEOUT(open.now().images != nullptr, kPatience);
    open.settle();

    open.press(key_of("scheme"), Qt::AltModifier);
    QVERIFY(open.window.panel("scheme")->isAncestorOf(QApplication::focusWidget()));
    add_by_keyboard(open, kAdded[1]);
    open.press(Qt::Key_Z, Qt::ControlModifier);
    QTRY_VERIFY(!has_scheme(open.now(), kAdded[1]));
    open.press(Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_VERIFY(has_scheme(open.now(), kAdded[1]));

    move_bits(open);
    walk_through_layers(open);

    open.press(Qt::Key_R, Qt::ControlModifier);
    QVERIFY(open.window.panel("experiments")->isAncestorOf(QApplication::focusWidget()));
    open.wait_for_run(RunState::done);
    open.settle();
    choose_run_by_keyboard(open);
    open.press(key_of("accuracy"), Qt::AltModifier);
    QTRY_VERIFY(!open.window.panel("accuracy")->visibleRegion().isEmpty());
    open.settle();
    compare_with_results(open.plot("accuracy"), chosen_experiments(open.now()));
  }

  /// By the menu and by the button in the status bar.
  void a_run_is_cancelled() {
    const SmallProject files;
    OpenWindow open;
    open.workspace.set_backend("reference");
    open.window.open_path(files.write("slow.onnx", slow_network(8)));
    QTRY_VERIFY_WITH_TIMEOUT(open.now().model != nullptr, kPatience);
    open.window.open_path(files.images());
    QTRY_VERIFY_WITH_TIMEOUT(open.now().images != nullptr, kPatience);
    open.settle();
    for (const bool by_menu : {true, false}) {
      open.action("Run shown schemes")->trigger();
      open.wait_for_run(RunState::running);
      const std::string key = "run:" + std::to_string(open.now().runs.back()->id);
      QTRY_VERIFY_WITH_TIMEOUT(!open.now().activities.empty() && open.now().activities.back().key == key, kPatience);
      QAction* cancel = open.action("Cancel");
      QTRY_VERIFY(cancel->isEnabled());
      if (by_menu) {
        cancel->trigger();
      } else {
        open.click(open.button("Cancel", open.window.statusBar()));
      }
      open.wait_for_run(RunState::stopped);
      open.settle();
      QVERIFY(!cancel->isEnabled());
      QVERIFY(open.button("Cancel", open.window.statusBar()) == nullptr);  // gone
    }
    open.workspace.set_backend("integer");
    open.open_all(files);
    open.action("Run shown schemes")->trigger();
    open.wait_for_run(RunState::done);
  }

  void schemes_can_be_dropped() {
    const SmallProject files;
    OpenWindow open;
    open.open_all(files);
    Scheme scheme = find_scheme("w8a8-channel-sym");
    scheme.id = "mine";
    scheme.weights.bits = 5;
    write_text(files.path("mine.json").toStdString(), to_json(scheme).dump());
    drop(open.window, files.path("mine.json"));
    QTRY_COMPARE(open.now().current_scheme, std::string("mine"));
    QCOMPARE(open.now().current()->scheme, scheme);
  }

  void a_model_and_its_images_can_be_dropped_together() {
    const SmallProject files;
    OpenWindow open;
    drop(open.window, files.model());
    drop(open.window, files.images());  // before the model has been read
    QTRY_VERIFY_WITH_TIMEOUT(open.now().model != nullptr && open.now().images != nullptr, kPatience);
  }

  void damaged_files_are_told() {
    const SmallProject files;
    OpenWindow open;
    for (const char* name : {"broken.onnx", "broken.json", "broken.qscope", "broken.zip"}) {
      write_text(files.path(name).toStdString(), "This is quite an ordinary text.\n");
    }
    write_text(files.path("broken.onnx").toStdString(), "\x08\x01\x12");
    for (const char* name : {"broken.onnx", "broken.json", "broken.qscope"}) told(open, files, name);
    QVERIFY(open.now().model == nullptr);
    open.open_all(files);
    for (const char* name : {"broken.onnx", "broken.json", "broken.qscope", "broken.zip"}) told(open, files, name);
    QCOMPARE(open.now().model->report.name, std::string("uneven"));
    QVERIFY(open.now().images != nullptr);
    open.press(Qt::Key_L, Qt::ControlModifier);
    auto* log = qobject_cast<QPlainTextEdit*>(QApplication::focusWidget());
    QVERIFY(log != nullptr && log->isVisible());
    QCOMPARE(log->toPlainText().count("broken.onnx"), 2);
    QCOMPARE(log->toPlainText().count("broken.zip"), 1);
    open.click(open.button("Close", open.window.findChild<Banner*>()));
    QVERIFY(!open.window.findChild<Banner*>()->isVisible());
    open.action("Run shown schemes")->trigger();
    open.wait_for_run(RunState::done);
  }

 private:
  void untick(OpenWindow& open, int row) {
    for (auto* list : open.window.panel("scheme")->findChildren<QListView*>()) {
      if (list->accessibleName() != "Schemes") continue;
      const QModelIndex index = list->model()->index(row, 0);
      list->scrollTo(index);
      list->setCurrentIndex(index);
      QTest::keyClick(list, Qt::Key_Space);
    }
  }

  /// All images are asked for; then their labels are the names that the model brings.
  bool lists_images_by_name(QWidget& panel) {
    auto* filter = panel.findChild<QComboBox*>();
    for (auto* each : panel.findChildren<QComboBox*>()) {
      if (each->accessibleName() == "Which images") filter = each;
    }
    filter->setCurrentIndex(filter->findText("All images"));
    emit filter->activated(filter->currentIndex());
    const auto* model = panel.findChild<ImageModel*>();
    if (model == nullptr || !QTest::qWaitFor([&] { return model->rowCount() == 10; }, kPatience)) return false;
    const QString text = model->index(0, ImageModel::kPicture).data().toString();
    return std::ranges::any_of(shape_classes(), [&](const std::string& name) {
      return text.contains("label: " + QString::fromStdString(name));
    });
  }

  /// Clicks on these variants of the newest run.
  void choose_experiments(OpenWindow& open, const std::vector<int>& variants) {
    auto* tree = open.window.panel("experiments")->findChild<ExperimentTree*>();
    const QModelIndex run = tree->model()->index(0, 0);
    tree->expand(run);
    Qt::KeyboardModifiers modifiers = Qt::NoModifier;
    for (const int variant : variants) {
      const QModelIndex index = tree->model()->index(variant, 0, run);
      tree->scrollTo(index);
      QTest::mouseClick(tree->viewport(), Qt::LeftButton, modifiers, tree->visualRect(index).center());
      modifiers = Qt::ControlModifier;
    }
  }

  void export_plot(PlotView& plot, const SmallProject& files) {
    plot.save(files.path("bars.svg"));
    plot.save(files.path("bars.csv"));
    const FileBytes svg = read_file(files.path("bars.svg").toStdString());
    const QByteArray text(reinterpret_cast<const char*>(svg.data()), std::ssize(svg));
    QVERIFY(text.contains("<svg") && text.trimmed().endsWith("</svg>"));
    const FileBytes csv = read_file(files.path("bars.csv").toStdString());
    const QByteArray table(reinterpret_cast<const char*>(csv.data()), std::ssize(csv));
    QCOMPARE(table.count('\n'), qsizetype{3});
    QVERIFY(table.startsWith("model,scheme,"));
    for (const auto& row : plot.numbers().rows) QVERIFY(table.contains(row[0].c_str()));
  }

  void add_by_keyboard(OpenWindow& open, const char* id) {
    QVERIFY(open.tab_until([](QWidget* at) { return at->accessibleName() == kAddTip; }));
    when_menu_pops_up(id, [](QMenu& menu, QAction& action) {
      for (int i = 0; i < 50 && menu.activeAction() != &action; ++i) QTest::keyClick(&menu, Qt::Key_Down);
      QTest::keyClick(&menu, Qt::Key_Return);
    });
    open.press(Qt::Key_Space);
    QTRY_COMPARE(open.now().current_scheme, std::string(id));
    open.window.activateWindow();  // the menu was a window, too
    QVERIFY(QTest::qWaitForWindowActive(&open.window));
    open.settle();
  }

  /// The slider of the weights' bits goes from 4 to 6, and the plot of SQNR follows.
  void move_bits(OpenWindow& open) {
    open.press(key_of("sqnr"), Qt::AltModifier);
    PlotView& sqnr = open.plot("sqnr-histogram");
    QTRY_VERIFY_WITH_TIMEOUT(!sqnr.is_empty(), kPatience);
    const auto before = sqnr.numbers().rows;
    open.press(key_of("scheme"), Qt::AltModifier);
    FieldRow* bits = open.window.panel("scheme")->findChild<SchemeForm*>()->row("weights.bits");
    auto* slider = bits->editor().findChild<QSlider*>();
    QVERIFY(open.tab_until([&](QWidget* at) { return at == slider; }));
    open.press(Qt::Key_Right);
    open.press(Qt::Key_Right);
    QCOMPARE(open.now().current()->scheme.weights.bits, 6);
    open.settle();
    QTRY_VERIFY(sqnr.numbers().rows != before);
    open.press(Qt::Key_Z, Qt::ControlModifier);
    QCOMPARE(open.now().current()->scheme.weights.bits, 4);
    open.settle();
    QTRY_VERIFY(sqnr.numbers().rows == before);
  }

  void walk_through_layers(OpenWindow& open) {
    open.press(Qt::Key_1, Qt::AltModifier);
    QVERIFY(open.tab_until([](QWidget* at) { return qobject_cast<LayerTree*>(at) != nullptr; }));
    const std::vector<std::string> first = open.now().selected_layers;
    open.press(Qt::Key_Down);
    QTRY_VERIFY(open.now().selected_layers != first);
    QCOMPARE(open.now().selected_layers.size(), std::size_t{1});
    open.press(Qt::Key_Up);
    QTRY_COMPARE(open.now().selected_layers, first);
  }

  void choose_run_by_keyboard(OpenWindow& open) {
    QVERIFY(open.tab_until([](QWidget* at) { return qobject_cast<ExperimentTree*>(at) != nullptr; }));
    open.press(Qt::Key_Home);
    open.press(Qt::Key_Down);
    open.press(Qt::Key_Down);
    QTRY_COMPARE(open.now().selected_experiments, (std::vector<ExperimentId>{{1, 1}}));
  }

  void told(OpenWindow& open, const SmallProject& files, const char* name) {
    drop(open.window, files.path(name));
    QTRY_VERIFY_WITH_TIMEOUT(open.banner().contains(name), kPatience);
    QVERIFY(open.window.findChild<Banner*>()->isVisible());
    open.settle();
  }

  OwnSettings own_settings_;
};

}  // namespace qs

QTEST_MAIN(qs::TestWindow)
#include "test_window.moc"
