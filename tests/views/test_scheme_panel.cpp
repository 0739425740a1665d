// The scheme panel over the real workspace.
#include <QAbstractItemModelTester>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QMimeData>
#include <QSlider>
#include <QToolButton>
#include <QtTest/QtTest>

#include "app/window/workspace.h"
#include "views/forms/scheme_form.h"
#include "views/models/scheme_files.h"
#include "views/panels/panels.h"
#include "views/panels/scheme_list.h"

namespace qs {
namespace {

/// A workspace without a model, and the panel, shown.
struct Shown {
  Workspace workspace;
  std::unique_ptr<Panel> panel{scheme_panel.make(workspace, nullptr)};
  QString said;

  Shown() {
    QObject::connect(&workspace, &Workspace::told, panel.get(), [this](const QString& message) { said = message; });
    panel->resize(360, 700);
    panel->show();
    settle();
  }
  void add(const char* id) {
    for (const Scheme& each : preset_schemes()) {
      if (each.id == id) workspace.add_scheme(each);
    }
    settle();
  }
  static void settle() { QTest::qWait(1); }  // changes are announced when the event loop comes round
  [[nodiscard]] SchemeForm& form() const { return *panel->findChild<SchemeForm*>(); }
  [[nodiscard]] SchemeList& list() const { return *panel->findChild<SchemeList*>(); }
  [[nodiscard]] const Scheme& current() const { return workspace.now().current()->scheme; }
  [[nodiscard]] QSlider* bits() const { return form().row("weights.bits")->findChild<QSlider*>(); }
};

}  // namespace

class TestSchemePanel : public QObject {
  Q_OBJECT

 private slots:
  void presets_are_added_from_the_menu() {
    Shown window;
    const QList<QAction*> actions = window.list().presets().actions();
    const auto count =
        std::count_if(actions.begin(), actions.end(), [](QAction* each) { return !each->isSeparator(); });
    QCOMPARE(static_cast<std::size_t>(count), preset_schemes().size());
    for (QAction* each : actions) {
      if (each->data() == "w8a8-channel-sym") each->trigger();
    }
    Shown::settle();
    QCOMPARE(window.current().id, std::string("w8a8-channel-sym"));
    QCOMPARE(window.list().view().model()->rowCount(), 1);
    QVERIFY(window.form().isVisible());
  }

  void the_slider_edits_with_every_step_and_is_undone_at_once() {
    Shown window;
    window.add("w8a8-channel-sym");
    const Scheme before = window.current();
    window.bits()->setFocus();
    for (const int bits : {7, 6, 5, 4}) {
      QTest::keyClick(window.bits(), Qt::Key_Left);
      QCOMPARE(window.current().weights.bits, bits);
    }
    QCOMPARE(window.current().title, std::string("4-bit weights per channel, symmetric, 8-bit activations"));
    QCOMPARE(window.workspace.undo_stack().count(), 2);
    window.workspace.undo_stack().undo();
    Shown::settle();
    QVERIFY(window.current() == before);
    QCOMPARE(window.bits()->value(), 8);
  }

  void a_change_is_marked_and_taken_back() {
    Shown window;
    window.add("w8a8-channel-sym");
    FieldRow& row = *window.form().row("weights.bits");
    QVERIFY(!row.is_changed());
    window.bits()->setValue(4);
    QVERIFY(row.is_changed());
    for (auto* button : row.findChildren<QToolButton*>()) button->click();
    QVERIFY(!row.is_changed());
    QCOMPARE(window.current().id, std::string("w8a8-channel-sym"));  // it is the preset again
  }

  void the_impossible_is_explained_at_its_place() {
    Shown window;
    window.add("w8a8-channel-sym");
    Scheme scheme = window.current();
    scheme.activations.grid = GridKind::symmetric;
    scheme.activations.sign = Sign::is_unsigned;
    emit window.form().edited(scheme, "both");
    Shown::settle();
    QVERIFY(window.current().activations.sign == Sign::is_unsigned);  // the edit stays
    bool explained = false;
    for (const auto* label : window.form().row("activations.sign")->findChildren<QLabel*>()) {
      explained = explained || (label->isVisible() && label->text().contains("a symmetric grid would"));
    }
    QVERIFY(explained);
    QVERIFY(window.said.isEmpty());
  }

  void an_id_that_is_taken_is_explained() {
    Shown window;
    window.add("w8a8-channel-sym");
    window.add("a8");
    auto* line = window.form().row("id")->findChild<QLineEdit*>();
    line->setText("w8a8-channel-sym");
    emit line->editingFinished();
    QCOMPARE(window.current().id, std::string("a8"));
    QCOMPARE(line->text(), QString("w8a8-channel-sym"));
    line->setText("mine");
    emit line->editingFinished();
    QCOMPARE(window.current().id, std::string("mine"));
  }

  void the_list_shows_hides_and_renames() {
    Shown window;
    window.add("w8a8-channel-sym");
    window.add("a8");
    QListView& view = window.list().view();
    QAbstractItemModelTester tester(view.model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    QCOMPARE(view.currentIndex().row(), 1);
    view.model()->setData(view.model()->index(0, 0), Qt::Unchecked, Qt::CheckStateRole);
    Shown::settle();
    QVERIFY(!window.workspace.now().schemes[0].shown);
    QTest::keyClick(&view, Qt::Key_Up);
    Shown::settle();
    QCOMPARE(window.current().id, std::string("w8a8-channel-sym"));
    view.model()->setData(view.model()->index(0, 0), "Mine", Qt::EditRole);
    Shown::settle();
    QCOMPARE(window.current().title, std::string("Mine"));
    QVERIFY(window.current().id != "w8a8-channel-sym");  // which is another scheme's name in files
    QTest::keyClick(&view, Qt::Key_Delete);
    Shown::settle();
    QCOMPARE(view.model()->rowCount(), 1);
    window.workspace.undo_stack().undo();
    Shown::settle();
    QCOMPARE(view.model()->rowCount(), 2);
  }

  void files_can_be_dropped() {
    const QTemporaryDir folder;
    Shown window;
    Scheme mine;
    mine.id = "mine";
    const QString good = folder.filePath("good.json");
    save_scheme(mine, good.toStdString());
    QFile bad(folder.filePath("bad.json"));
    QVERIFY(bad.open(QIODevice::WriteOnly) && bad.write("{}") == 2);
    bad.close();
    QMimeData dragged;
    dragged.setUrls({QUrl::fromLocalFile(good), QUrl::fromLocalFile(bad.fileName())});
    QDragEnterEvent enter(QPoint(5, 5), Qt::CopyAction, &dragged, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(window.panel.get(), &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop(QPointF(5, 5), Qt::CopyAction, &dragged, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(window.panel.get(), &drop);
    Shown::settle();
    QVERIFY(window.workspace.now().current() != nullptr);
    QVERIFY(window.current() == mine);
    QVERIFY2(window.said.contains("the key format is missing"), qPrintable(window.said));
  }

  void shown_schemes_are_compared() {
    Shown window;
    window.add("w4a8-tensor-asym");
    window.add("w4a8-channel-sym");
    for (QAction* each : window.list().findChildren<QAction*>()) {
      if (each->text().contains("ompare")) each->trigger();
    }
    const auto* comparison = window.list().findChild<SchemeComparison*>();
    QVERIFY(comparison != nullptr && comparison->isVisible() && !comparison->isModal());
    QCOMPARE(comparison->table().rowCount(), 2);
    QCOMPARE(comparison->table().columnCount(), 3);
    QCOMPARE(comparison->table().item(1, 2)->text(), QString("Per channel"));
    window.workspace.set_shown("w4a8-tensor-asym", false);
    Shown::settle();
    QCOMPARE(comparison->table().rowCount(), 0);
  }

  void is_drawn_in_light_and_dark() {
    const QByteArray folder = qgetenv("QS_PICTURES");
    for (const bool dark : {false, true}) {
      QApplication::setPalette(dark ? dark_palette() : light_palette());
      Shown window;
      window.add("float");
      window.add("w8a8-tensor-asym");
      window.add("w8a8-channel-sym");
      window.bits()->setFocus();
      window.bits()->setValue(4);
      QTest::qWait(50);
      const QPixmap picture = window.panel->grab();
      if (!folder.isEmpty()) picture.save(QString("%1/scheme-%2.png").arg(folder, dark ? "dark" : "light"));
      QCOMPARE(picture.toImage().pixelColor(2, 2).lightness() < 128, dark);
      for (FieldRow* row : window.panel->findChildren<FieldRow*>()) {
        if (!row->isVisible()) continue;
        const int right = row->mapTo(window.panel.get(), QPoint(row->width(), 0)).x();
        QVERIFY2(right <= window.panel->width(), row->field().path.c_str());  // nothing is cut off
      }
    }
  }
};

}  // namespace qs

QTEST_MAIN(qs::TestSchemePanel)
#include "test_scheme_panel.moc"
