// The form of a scheme, whatever keys there are: every key has an editor that shows, changes and bounds its value.
#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLineEdit>
#include <QListWidget>
#include <QSignalSpy>
#include <QToolButton>
#include <QtTest/QtTest>

#include "core/quant/range_estimator.h"
#include "views/forms/list_editor.h"
#include "views/forms/scheme_form.h"
#include "views/models/scheme_names.h"

namespace qs {
namespace {

/// Another value that the key may have.
FieldValue another(const Field& field) {
  const auto choice_but = [&](const std::string& id) {
    for (const Choice& each : field.choices) {
      if (each.id != id) return std::string(each.id);
    }
    return id;  // the only one
  };
  switch (field.kind) {
    case FieldKind::toggle: return !std::get<bool>(field.value);
    case FieldKind::whole: return std::get<std::int64_t>(field.value) == field.key.max ? field.key.min : field.key.max;
    case FieldKind::real: return std::get<double>(field.value) == field.key.most ? field.key.least : field.key.most;
    case FieldKind::choice: return choice_but(std::get<std::string>(field.value));
    case FieldKind::text: return std::string("other");
    case FieldKind::list: return std::vector<std::string>{std::string(field.choices.back().id)};
    case FieldKind::method: return MethodChoice{choice_but(std::get<MethodChoice>(field.value).id), {}};
  }
  return {};
}

std::vector<std::string> paths() {
  std::vector<std::string> all;
  for (const Field& each : fields_of(Scheme{})) all.push_back(each.path);
  return all;
}

void path_rows() {
  QTest::addColumn<QString>("path");
  for (const std::string& each : paths()) QTest::newRow(each.c_str()) << QString::fromStdString(each);
}

/// Presses keys that change what is shown, on whatever has the focus, until `changed`.
void press_something(QWidget* widget, const std::function<bool()>& changed) {
  widget->setFocus();
  if (auto* line = qobject_cast<QLineEdit*>(widget)) {
    line->selectAll();
    QTest::keyClicks(line, "other");
    return QTest::keyClick(line, Qt::Key_Return);
  }
  if (auto* list = qobject_cast<QListWidget*>(widget)) list->setCurrentRow(list->count() - 1);
  const bool ticks = qobject_cast<QCheckBox*>(widget) != nullptr || qobject_cast<QListWidget*>(widget) != nullptr;
  if (ticks) return QTest::keyClick(widget, Qt::Key_Space);
  const bool aside = qobject_cast<QToolButton*>(widget) != nullptr;
  QTest::keyClick(widget, aside ? Qt::Key_Right : Qt::Key_Up);
  if (!changed()) QTest::keyClick(widget, aside ? Qt::Key_Left : Qt::Key_Down);
}

}  // namespace

class TestSchemeForm : public QObject {
  Q_OBJECT

 private slots:
  void every_key_has_an_editor_data() { path_rows(); }
  void every_key_has_an_editor() {
    QFETCH(QString, path);
    SchemeForm form;
    FieldRow* row = form.row(path.toStdString());
    QVERIFY(row != nullptr);
    QVERIFY(!row->editor().accessibleName().isEmpty());
    QVERIFY(row->editor().focusProxy() != nullptr);  // so that a mnemonic or a press of Tab gets somewhere
    form.show_scheme(Scheme{}, Scheme{});
    QVERIFY(!row->editor().toolTip().isEmpty());
    QVERIFY2(row->help().contains(QString::fromUtf8(row->field().key.summary.data())), qPrintable(row->help()));
  }

  void presets_go_through_unchanged() {
    SchemeForm form;
    const QSignalSpy edits(&form, &SchemeForm::edited);
    for (const Scheme& each : preset_schemes()) {
      form.show_scheme(each, each);
      for (const Field& field : fields_of(each)) {
        const FieldRow* row = form.row(field.path);
        QVERIFY2(row->editor().value() == field.value, field.path.c_str());
        QVERIFY2(!row->is_changed(), field.path.c_str());
      }
    }
    QCOMPARE(edits.count(), 0);
  }

  void editors_show_what_they_are_given_data() { path_rows(); }
  void editors_show_what_they_are_given() {
    QFETCH(QString, path);
    const std::string key = path.toStdString();
    SchemeForm form;
    Scheme scheme;
    form.show_scheme(scheme, scheme);
    const QSignalSpy edits(&form, &SchemeForm::edited);
    const FieldValue value = another(form.row(key)->field());
    set_field(scheme, key, value);
    form.show_scheme(scheme, Scheme{});
    QVERIFY(form.row(key)->editor().value() == value);
    QVERIFY(form.scheme() == scheme);
    QCOMPARE(edits.count(), 0);
  }

  void the_keyboard_changes_every_key_data() { path_rows(); }
  void the_keyboard_changes_every_key() {
    QFETCH(QString, path);
    const std::string key = path.toStdString();
    SchemeForm form;
    form.show_scheme(Scheme{}, Scheme{});
    FieldRow* row = form.row(key);
    if (row->field().kind == FieldKind::choice && row->field().choices.size() < 2) QSKIP("there is one choice only");
    Scheme changed;
    QString what;
    connect(&form, &SchemeForm::edited, this, [&](const Scheme& scheme, const QString& told) {
      changed = scheme;
      what = told;
    });
    for (Section* each : form.findChildren<Section*>()) each->open();
    form.show();
    QVERIFY(QTest::qWaitForWindowActive(&form));
    press_something(row->editor().focusProxy(), [&] { return !what.isEmpty(); });
    std::vector<std::string> different;
    const std::vector<Field> now = fields_of(changed);
    const std::vector<Field> before = fields_of(Scheme{});
    for (std::size_t i = 0; i < now.size(); ++i) {
      if (!(now[i].value == before[i].value)) different.push_back(now[i].path);
    }
    QCOMPARE(different, std::vector<std::string>{key});
    QVERIFY2(what.contains(QString::fromUtf8(row->field().key.title.data())), qPrintable(what));
    QVERIFY(form.scheme() == changed);
  }

  void whole_numbers_stay_in_their_bounds() {
    SchemeForm form;
    for (const std::string& path : paths()) {
      FieldRow* row = form.row(path);
      auto* spin = row->findChild<QDoubleSpinBox*>();
      if (row->field().kind != FieldKind::whole || spin == nullptr) continue;
      spin->setValue(-1e18);
      QCOMPARE(std::get<std::int64_t>(row->editor().value()), row->field().key.min);
      spin->setValue(1e18);
      QCOMPARE(std::get<std::int64_t>(row->editor().value()), row->field().key.max);
    }
  }

  void methods_show_their_parameters_data() {
    QTest::addColumn<QString>("id");
    for (const RangeEstimator* each : range_estimators()) {
      const QByteArray id(each->id.data(), static_cast<qsizetype>(each->id.size()));
      QTest::newRow(id.constData()) << QString(id);
    }
  }
  void methods_show_their_parameters() {
    QFETCH(QString, id);
    SchemeForm form;
    Scheme scheme;
    scheme.activations.range = {id.toStdString(), {}};
    form.show_scheme(scheme, scheme);
    FieldRow* row = form.row("activations.range");
    for (const Param& param : range_estimator(id.toStdString()).params) {
      const QString name = QString::fromUtf8(param.id.data(), static_cast<qsizetype>(param.id.size()));
      auto* spin = row->findChild<QDoubleSpinBox*>(name);
      QVERIFY2(spin != nullptr, qPrintable(name));
      QCOMPARE(spin->minimum(), param.min);
      QCOMPARE(spin->maximum(), param.max);
      QCOMPARE(spin->value(), param.default_value);
      QVERIFY(spin->suffix().trimmed() == QString::fromUtf8(param.unit.data()).trimmed());
      QVERIFY(spin->toolTip().contains(QString::fromUtf8(param.summary.data())));
      const double other = param.default_value == param.max ? param.min : param.max;
      spin->setValue(other);
      QCOMPARE(form.scheme().activations.range.settings.at(std::string(param.id)), other);
      spin->setValue(param.default_value);
      QVERIFY(form.scheme().activations.range.settings.empty());  // as a preset is written
    }
  }

  void what_cannot_answer_says_so() {
    SchemeForm form;
    Scheme scheme;
    scheme.weights.range = {"moving_average", {}};
    form.show_scheme(scheme, scheme);
    bool said = false;
    for (const auto* label : form.row("weights.range")->findChildren<QLabel*>()) {
      said = said || (!label->isHidden() && label->text().contains("needs batches"));
    }
    QVERIFY(said);
  }

  void what_does_nothing_is_greyed() {
    SchemeForm form;
    form.show_scheme(preset_schemes().front(), preset_schemes().front());  // float
    QVERIFY(!form.row("weights.bits")->isEnabled());
    QVERIFY(form.row("weights.quantized")->isEnabled());
    form.show_scheme(Scheme{}, Scheme{});
    QVERIFY(form.row("weights.bits")->isEnabled());
  }

  void passes_are_reordered_by_keys() {
    SchemeForm form;
    Scheme scheme;
    scheme.passes = {"fold_batch_norm", "relu6_to_relu"};
    form.show_scheme(scheme, scheme);
    auto* list = form.row("passes")->findChild<QListWidget*>();
    list->setCurrentRow(1);
    QTest::keyClick(list, Qt::Key_Up, Qt::AltModifier);
    QCOMPARE(form.scheme().passes, (std::vector<std::string>{"relu6_to_relu", "fold_batch_norm"}));
    QCOMPARE(list->currentRow(), 0);
    QTest::keyClick(list, Qt::Key_Up, Qt::AltModifier);  // it is the first already
    QTest::keyClick(list, Qt::Key_Down, Qt::AltModifier);
    QCOMPARE(form.scheme().passes, scheme.passes);
    list->model()->moveRow({}, 0, {}, 2);  // what dragging does
    QCOMPARE(form.scheme().passes, (std::vector<std::string>{"relu6_to_relu", "fold_batch_norm"}));
  }

  void selected_layers_are_excepted() {
    SchemeForm form;
    form.show_scheme(Scheme{}, Scheme{});
    form.show_layers({"conv1", "conv2", "fc"}, {"conv1", "conv2"});
    ExceptionsForm& exceptions = form.exceptions();
    auto* box = exceptions.row("weight_bits")->findChild<QCheckBox*>();
    box->click();
    QCOMPARE(form.scheme().layers.size(), std::size_t{2});
    QCOMPARE(form.scheme().layers[1].pattern, std::string("conv2"));
    QCOMPARE(form.scheme().layers[1].weight_bits, std::optional<int>(8));
    exceptions.row("weight_bits")->findChild<QDoubleSpinBox*>()->setValue(4);
    QCOMPARE(form.scheme().layers[0].weight_bits, std::optional<int>(4));
    box->click();
    QVERIFY(form.scheme().layers.empty());
  }

  void patterns_are_edited_and_removed() {
    SchemeForm form;
    Scheme scheme;
    scheme.layers.emplace_back().pattern = "conv1";
    scheme.layers[0].weight_bits = 4;
    form.show_scheme(scheme, scheme);
    form.show_layers({"conv1", "conv2", "fc"}, {"fc"});
    QTreeWidget& list = form.exceptions().list();
    QCOMPARE(list.topLevelItem(1)->text(2), QString("1"));
    list.topLevelItem(1)->setText(0, "conv*");
    QTRY_COMPARE(form.scheme().layers[0].pattern, std::string("conv*"));
    QCOMPARE(list.topLevelItem(1)->text(2), QString("2"));
    list.setCurrentItem(list.topLevelItem(1));
    QCOMPARE(form.exceptions().patterns(), std::vector<std::string>{"conv*"});
    QTest::keyClick(&list, Qt::Key_Delete);
    QVERIFY(form.scheme().layers.empty());
    QCOMPARE(form.exceptions().patterns(), std::vector<std::string>{"fc"});
  }
};

}  // namespace qs

QTEST_MAIN(qs::TestSchemeForm)
#include "test_scheme_form.moc"
