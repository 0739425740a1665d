// The table of runs: what it says, that it follows a run without losing the user's place, and what its buttons ask for.
#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QtTest/QtTest>

#include "tests/support/recorded_workbench.h"
#include "tests/support/small_report.h"
#include "views/models/experiment_model.h"
#include "views/panels/experiment_tree.h"
#include "views/panels/panels.h"

namespace qs {
namespace {

Scheme scheme(const char* id) {
  Scheme made = find_scheme("w8a8-channel-sym");
  made.id = id;
  made.title = QString("title of %1").arg(id).toStdString();
  return made;
}

/// 650 labelled images; `right` of them right, `only_float` and `only_this` in one network alone.
VariantResult result(const char* id, std::int64_t right, std::int64_t only_float, std::int64_t only_this) {
  VariantResult made;
  made.id = id;
  made.top1 = made.top5 = {right, 650};
  made.only_first_right = only_float;
  made.only_this_right = only_this;
  made.rows = 650;
  made.seconds = 1.3;
  return made;
}

/// Float right on 460; "a" loses 60 and wins 10, "b" loses 3 and wins 2.
std::shared_ptr<RunView> finished(std::int64_t id) {
  auto run = std::make_shared<RunView>();
  run->id = id;
  run->state = RunState::done;
  run->started = "2024-05-06T07:08:09";
  run->fraction = 1;
  run->model_name = "mobilenet";
  run->data_path = "/pictures/imagenet-val/";
  run->backend = "integer";
  run->schemes = {scheme("a"), scheme("b")};
  EvaluationReport report;
  for (const char* name : {"float", "a", "b"}) {
    const bool is_float = report.variants.empty();
    report.variants.push_back({.scheme = name,
                               .backend = is_float ? "float" : "integer",
                               .model_bytes = is_float ? 4'000'000 : 1'000'000,
                               .details = {}});
  }
  report.evaluation.results = {result("float", 460, 0, 0), result("a", 410, 60, 10), result("b", 459, 3, 2)};
  report.evaluation.results[1].agreement = Proportion{520, 650};
  report.data.evaluated = 650;
  run->report = std::make_shared<const EvaluationReport>(std::move(report));
  return run;
}

std::shared_ptr<RunView> running(std::int64_t id, double fraction) {
  auto run = finished(id);
  run->state = fraction > 0 ? RunState::running : RunState::waiting;
  run->fraction = fraction;
  run->seconds_left = 75;
  run->report = nullptr;
  return run;
}

std::shared_ptr<RunView> failed(std::int64_t id) {
  auto run = running(id, 0.1);
  run->state = RunState::failed;
  run->message = "the images are gone: <b>open</b> them again";
  return run;
}

int column(std::string_view id) {
  const auto all = experiment_columns();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].id == id) return static_cast<int>(i);
  }
  return -1;
}

QString text(const QModelIndex& row, std::string_view id) {
  return row.siblingAtColumn(column(id)).data().toString();
}

SchemeView shown(const char* id, bool is_shown = true) {
  SchemeView view;
  view.scheme = scheme(id);
  view.shown = is_shown;
  return view;
}

/// The panel in a window, with a workbench of its own.
struct Fixture {
  RecordedWorkbench workbench;
  std::unique_ptr<Panel> panel{experiments_panel.make(workbench, nullptr)};
  Fixture() {
    panel->resize(1100, 320);
    panel->show();
    panel->activateWindow();  // for shortcuts
    (void)QTest::qWaitForWindowActive(panel.get());
  }
  ExperimentTree& tree() { return *panel->findChild<ExperimentTree*>(); }
  QPushButton& button(const QString& words) {
    for (QPushButton* each : panel->findChildren<QPushButton*>()) {
      if (each->text().remove('&') == words) return *each;
    }
    qFatal("no button %s", qPrintable(words));
  }
  bool says(const QString& words) {
    for (QLabel* each : panel->findChildren<QLabel*>()) {
      if (each->isVisible() && each->text().contains(words)) return true;
    }
    return false;
  }
  QModelIndex row(int run, int variant = -1) {
    const QAbstractItemModel& model = *tree().model();
    const QModelIndex above = model.index(run, 0);
    return variant < 0 ? above : model.index(variant, 0, above);
  }
};

}  // namespace

class TestExperimentsPanel : public QObject {
  Q_OBJECT

 private slots:
  void numbers_are_those_of_the_run() {
    ExperimentModel model;
    model.show({finished(1)}, {}, print_theme());
    const QModelIndex run = model.find(1);
    QCOMPARE(run.data().toString(), QString("Run 1"));
    QCOMPARE(text(run, "state"), QString("done"));
    QCOMPARE(text(run, "data"), QString("imagenet-val"));
    QCOMPARE(text(run, "images"), QString("650"));
    QCOMPARE(text(run, "top1"), QString());
    const QModelIndex lossy = model.find(1, 1);
    QCOMPARE(lossy.data().toString(), QString("title of a"));
    // 410/650; Wilson's interval by the equation in core/statistics.h, worked out with bc.
    QCOMPARE(text(lossy, "top1"), QString("63.1 %  [59.3, 66.7]"));
    QCOMPARE(text(lossy, "difference"), QString("−7.7, differs"));
    QCOMPARE(text(lossy, "agreement"), QString("80.0 %"));
    QCOMPARE(text(lossy, "size"), QString("1.00 MB"));
    QCOMPARE(text(lossy, "time"), QString("2.00 ms"));
    QCOMPARE(text(lossy, "state"), QString());
    QCOMPARE(text(model.find(1, 2), "difference"), QString("−0.2, may be chance"));  // 3 : 2, p = 1
    QCOMPARE(text(model.find(1, 0), "difference"), QString());
    QCOMPARE(text(model.find(1, 0), "agreement"), QString());
  }

  void unlabelled_images_have_no_accuracy() {
    auto run = finished(1);
    auto report = std::make_shared<EvaluationReport>(*run->report);
    for (VariantResult& each : report->evaluation.results) each.top1 = each.top5 = {};
    run->report = report;
    ExperimentModel model;
    model.show({run}, {}, print_theme());
    QCOMPARE(text(model.find(1, 1), "top1"), QString("no labels"));
    QCOMPARE(text(model.find(1, 1), "difference"), QString());
    QCOMPARE(text(model.find(1, 1), "agreement"), QString("80.0 %"));
  }

  void the_model_keeps_the_rules_while_runs_come_and_go() {
    ExperimentModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    ExperimentOrder order(model);
    const QAbstractItemModelTester order_tester(&order, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
    const Theme& theme = print_theme();
    model.show({}, {}, theme);
    model.show({running(1, 0)}, {}, theme);
    model.show({running(1, 0.2), running(2, 0)}, {shown("a")}, theme);
    const QPersistentModelIndex second = model.find(2, 1);
    model.show({finished(1), running(2, 0.5), running(3, 0)}, {shown("b")}, theme);
    QCOMPARE(model.rowCount(), 3);
    model.show({finished(1), failed(3)}, {}, theme);
    QVERIFY(!second.isValid());
    QCOMPARE(model.rowCount(model.find(3)), 0);  // its variants are gone
    model.show({failed(3), finished(1)}, {}, theme);
    QCOMPARE(model.find(3).row(), 0);
    model.show({}, {}, theme);
    QCOMPARE(model.rowCount(), 0);
    QCOMPARE(resets.count(), 0);
  }

  void newest_runs_come_first_and_sorting_stays_within_runs() {
    ExperimentModel model;
    model.show({finished(1), running(2, 0.5)}, {}, print_theme());
    ExperimentOrder order(model);
    const auto variants = [&] {
      QStringList titles;
      const QModelIndex run = order.index(1, 0);
      for (int v = 0; v < order.rowCount(run); ++v) titles << order.index(v, 0, run).data().toString();
      return titles;
    };
    for (const Qt::SortOrder direction : {Qt::AscendingOrder, Qt::DescendingOrder}) {
      order.sort(column("top1"), direction);
      QCOMPARE(order.index(0, 0).data().toString(), QString("Run 2"));
      const QStringList rising = {"title of a", "title of b", "Float"};
      QCOMPARE(variants(), direction == Qt::AscendingOrder ? rising : QStringList(rising.rbegin(), rising.rend()));
    }
    order.sort(column("difference"), Qt::AscendingOrder);
    QCOMPARE(variants().last(), QString("Float"));  // which has none
    order.sort(column("difference"), Qt::DescendingOrder);
    QCOMPARE(variants().last(), QString("Float"));
  }

  void without_runs_it_says_what_to_do() {
    Fixture it;
    it.workbench.show();
    QVERIFY(it.says("No runs yet") && it.says("Open a model"));
    QVERIFY(!it.button("Run shown schemes").isEnabled());
    QVERIFY(!it.button("Stop").isEnabled() && !it.button("Remove…").isEnabled());
    it.workbench.snapshot.model = std::make_shared<const OpenModel>();
    it.workbench.show();
    QVERIFY(it.says("Open images"));
    it.workbench.snapshot.images = std::make_shared<const OpenImages>();
    it.workbench.snapshot.schemes = {shown("a", false)};
    it.workbench.show();
    QVERIFY(it.says("Show a scheme") && !it.button("Run shown schemes").isEnabled());
  }

  void shown_schemes_are_run_on_as_many_images_as_chosen() {
    Fixture it;
    it.workbench.snapshot.model = std::make_shared<const OpenModel>();
    it.workbench.snapshot.images = std::make_shared<const OpenImages>();
    it.workbench.snapshot.schemes = {shown("a"), shown("b", false), shown("c"), shown("d")};
    it.workbench.snapshot.schemes[3].problem = "9-bit integers";
    it.workbench.show();
    const QList<QComboBox*> choices = it.panel->findChildren<QComboBox*>();
    it.button("Run shown schemes").click();
    QTest::keyClick(choices.at(0), Qt::Key_Up);
    QTest::keyClick(choices.at(0), Qt::Key_Up);
    it.button("Run shown schemes").click();
    QTest::keyClick(choices.at(1), Qt::Key_Home);
    QCOMPARE(it.workbench.asked.mid(0, 2), QStringList({"run a,c 0", "run a,c 100"}));
    it.workbench.snapshot.backend = "simulated";
    it.workbench.show();
    QCOMPARE(choices.at(1)->currentData().toString(), QString("simulated"));
  }

  void selected_rows_are_compared() {
    Fixture it;
    it.workbench.snapshot.runs = {finished(1), finished(2)};
    it.workbench.show();
    QVERIFY(it.tree().isExpanded(it.row(0)));
    it.tree().setFocus();
    it.tree().setCurrentIndex(it.row(0, 1));  // the newest run is the first row
    QCOMPARE(it.workbench.chosen, (std::vector<ExperimentId>{{2, 1}}));
    QTest::keyClick(&it.tree(), Qt::Key_Down, Qt::ShiftModifier);
    QCOMPARE(it.workbench.chosen, (std::vector<ExperimentId>{{2, 1}, {2, 2}}));
    QVERIFY(it.says("459 of 650 images right"));
    it.tree().setCurrentIndex(it.row(1));  // a run: all that it compared
    QCOMPARE(it.workbench.chosen, (std::vector<ExperimentId>{{1, 0}, {1, 1}, {1, 2}}));
    it.workbench.snapshot.selected_experiments = {{2, 2}};
    it.workbench.asked.clear();
    it.workbench.show();
    QCOMPARE(it.tree().selected_experiments(), (std::vector<ExperimentId>{{2, 2}}));
    QVERIFY(it.workbench.asked.isEmpty());  // it does not answer itself
  }

  void a_run_can_be_watched_without_losing_the_selection() {
    Fixture it;
    it.workbench.snapshot.runs = {finished(1), running(2, 0.25)};
    it.workbench.snapshot.selected_experiments = {{1, 1}};
    it.workbench.show();
    QCOMPARE(text(it.row(0), "state"), QString("25 %"));
    QCOMPARE(text(it.row(0), "left"), QString("1 min 15 s"));
    QCOMPARE(it.row(0).siblingAtColumn(column("state")).data(ExperimentModel::kProgressRole).toDouble(), 0.25);
    it.tree().collapse(it.row(1));
    it.workbench.snapshot.runs[1] = finished(2);
    it.workbench.show();
    QCOMPARE(text(it.row(0), "state"), QString("done"));
    QCOMPARE(it.tree().selected_experiments(), (std::vector<ExperimentId>{{1, 1}}));
    QVERIFY(!it.tree().isExpanded(it.row(1)) && it.tree().isExpanded(it.row(0)));
  }

  void stop_is_about_selected_runs_or_all() {
    Fixture it;
    it.workbench.snapshot.runs = {finished(1), running(2, 0.5), running(3, 0)};
    it.workbench.show();
    it.button("Stop").click();
    QCOMPARE(it.workbench.asked, QStringList({"cancel_run 2", "cancel_run 3"}));
    it.tree().setCurrentIndex(it.row(0));
    it.workbench.asked.clear();
    it.button("Stop").click();
    QCOMPARE(it.workbench.asked, QStringList("cancel_run 3"));
  }

  void removing_is_asked_in_place() {
    Fixture it;
    it.workbench.snapshot.runs = {finished(1), finished(2)};
    it.workbench.show();
    it.tree().setFocus();
    it.tree().setCurrentIndex(it.row(1, 2));
    it.workbench.asked.clear();
    QTest::keyClick(&it.tree(), Qt::Key_Delete);
    QVERIFY(it.says("Remove 1 run with all results?"));
    it.button("Keep").click();
    QVERIFY(!it.says("Remove 1 run") && it.workbench.asked.isEmpty());
    it.button("Remove…").click();
    it.button("Remove").click();
    QCOMPARE(it.workbench.asked, QStringList("remove_runs 1"));
    it.button("Remove…").click();
    it.tree().setCurrentIndex(it.row(0));  // another row: the question is gone
    QVERIFY(!it.says("with all results?"));
  }

  void why_a_run_failed_is_told_as_it_is() {
    Fixture it;
    it.workbench.snapshot.runs = {failed(1)};
    it.workbench.show();
    it.tree().setCurrentIndex(it.row(0));
    QVERIFY(it.says("<b>open</b> them again"));
    for (QLabel* each : it.panel->findChildren<QLabel*>()) {
      if (each->text().contains("<b>")) QCOMPARE(each->textFormat(), Qt::PlainText);
    }
    QVERIFY(!it.row(0).data(Qt::ToolTipRole).toString().contains("<b>"));
  }

  void rows_are_copied_for_spreadsheets() {
    Fixture it;
    it.workbench.snapshot.runs = {finished(1), failed(2)};
    it.workbench.show();
    it.tree().setCurrentIndex(it.row(1, 1));
    it.button("Copy rows").click();
    const QStringList lines = QGuiApplication::clipboard()->text().split('\n');
    QCOMPARE(lines.size(), 3);  // heading, row, end
    const QStringList heads = lines.at(0).split('\t');
    const QStringList cells = lines.at(1).split('\t');
    QCOMPARE(cells.size(), heads.size());
    QCOMPARE(cells.at(heads.indexOf("Run and scheme")), QString("title of a"));
    QCOMPARE(cells.at(heads.indexOf("Top-1")), QString("0.630769231"));
    QCOMPARE(cells.at(heads.indexOf("Model")), QString("mobilenet"));
    it.tree().clearSelection();
    it.button("Copy rows").click();
    QCOMPARE(QGuiApplication::clipboard()->text().split('\n').size(), 6);  // heading, failed run, three, end
  }

  void pictures() {
    for (const bool dark : {false, true}) {
      QGuiApplication::setPalette(dark ? dark_palette() : light_palette());
      Fixture it;
      it.workbench.snapshot.model = std::make_shared<const OpenModel>();
      it.workbench.snapshot.images = std::make_shared<const OpenImages>();
      it.workbench.snapshot.schemes = {shown("a"), shown("b")};
      it.workbench.snapshot.schemes[1].color = 1;
      it.workbench.snapshot.runs = {failed(1), finished(2), running(3, 0.42), running(4, 0)};
      it.workbench.snapshot.selected_experiments = {{2, 1}};
      it.workbench.show();
      const QImage picture = it.panel->grab().toImage();
      QVERIFY(picture.width() >= 1100);
      const QByteArray folder = qgetenv("QS_PICTURES");
      if (!folder.isEmpty()) QVERIFY(picture.save(QString("%1/experiments-%2.png").arg(folder).arg(dark)));
      QSet<QRgb> colors;
      for (int y = 0; y < picture.height(); y += 3) {
        for (int x = 0; x < picture.width(); x += 3) colors << picture.pixel(x, y);
      }
      QVERIFY(colors.size() > 10);
    }
  }
};

}  // namespace qs

QTEST_MAIN(qs::TestExperimentsPanel)
#include "test_experiments_panel.moc"
