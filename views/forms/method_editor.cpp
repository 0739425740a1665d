#include "views/forms/method_editor.h"

#include <QSignalBlocker>
#include <QToolButton>
#include <QVBoxLayout>

#include "views/forms/choice_editors.h"
#include "views/forms/field_help.h"
#include "views/forms/number_editor.h"

namespace qs {

MethodEditor::MethodEditor(const Field& field, QWidget* parent)
    : FieldEditor(parent),
      key_(field.key),
      choices_(field.choices),
      combo_(choice_combo(field.choices, this)),
      params_(new QWidget(this)),
      grid_(new QGridLayout(params_)),
      note_(new QLabel(this)) {
  combo_->setAccessibleName(text(field.key.title));
  note_->setWordWrap(true);
  note_->setTextFormat(Qt::PlainText);
  note_->hide();
  grid_->setContentsMargins(0, 2, 0, 0);
  grid_->setColumnStretch(1, 1);
  auto* rows = new QVBoxLayout(this);
  rows->setContentsMargins(0, 0, 0, 0);
  rows->setSpacing(2);
  rows->addWidget(combo_);
  rows->addWidget(note_);
  rows->addWidget(params_);
  setFocusProxy(combo_);
  connect(combo_, &QComboBox::activated, this, [this] {
    const std::string id = combo_->currentData().toString().toStdString();
    if (id == chosen_.id) return;
    chosen_ = {id, {}};  // another method has other parameters
    show_params();
    emit edited();
  });
  MethodEditor::set_value(field.value);
}

void MethodEditor::set_value(const FieldValue& value) {
  const auto& choice = std::get<MethodChoice>(value);
  if (choice == chosen_) return;
  const bool same_method = choice.id == chosen_.id;
  chosen_ = choice;
  combo_->setCurrentIndex(combo_->findData(QString::fromStdString(choice.id)));
  if (!same_method) return show_params();
  for (const Param& param : params_of(key_, chosen_.id)) {
    if (auto* spin = params_->findChild<QDoubleSpinBox*>(text(param.id))) {
      const QSignalBlocker quiet(spin);
      spin->setValue(setting(chosen_.settings, param));
    }
  }
}

void MethodEditor::show_params() {
  while (QLayoutItem* item = grid_->takeAt(0)) {
    if (QWidget* widget = item->widget()) {
      widget->hide();
      widget->setObjectName({});
      widget->deleteLater();  // it may be what the user is just clicking
    }
    delete item;
  }
  const std::span<const Param> params = params_of(key_, chosen_.id);
  int row = 0;
  for (const Param& param : params) add_param(param, row++);
  params_->setVisible(!params.empty());
  const std::string_view why = key_.obstacle == nullptr ? std::string_view() : key_.obstacle(chosen_.id);
  note_->setVisible(!why.empty());
  note_->setText(tr("%1 %2; %3 is used instead.").arg(combo_->currentText(), text(why), combo_->itemText(0)));
}

void MethodEditor::add_param(const Param& param, int row) {
  QDoubleSpinBox* spin = param_spin(param, params_);
  spin->setObjectName(text(param.id));
  spin->setValue(setting(chosen_.settings, param));
  spin->setToolTip(help_of(param));
  auto* label = new QLabel(text(param.title), params_);
  label->setBuddy(spin);
  label->setToolTip(help_of(param));
  auto* reset = new QToolButton(params_);
  reset->setText(QString::fromUtf8("↺"));
  reset->setAutoRaise(true);
  reset->setToolTip(tr("Back to the default, %1").arg(spin->textFromValue(param.default_value) + spin->suffix()));
  reset->setAccessibleName(tr("Default of %1").arg(text(param.title)));
  QSizePolicy policy = reset->sizePolicy();
  policy.setRetainSizeWhenHidden(true);
  reset->setSizePolicy(policy);
  reset->setVisible(spin->value() != param.default_value);
  grid_->addWidget(label, row, 0);
  grid_->addWidget(spin, row, 1);
  grid_->addWidget(reset, row, 2);
  connect(spin, &QDoubleSpinBox::valueChanged, this, [this, &param, reset](double number) {
    reset->setVisible(number != param.default_value);
    set_param(param, number);
  });
  connect(reset, &QToolButton::clicked, this, [spin, &param] {
    spin->setFocus();
    spin->setValue(param.default_value);
  });
}

void MethodEditor::set_param(const Param& param, double number) {
  if (number == param.default_value) {
    chosen_.settings.erase(std::string(param.id));
  } else {
    chosen_.settings[std::string(param.id)] = number;
  }
  emit edited();
}

QString MethodEditor::details() const {
  QString details = choice_details(choices_, chosen_.id);
  for (const Param& param : params_of(key_, chosen_.id)) details += QString("\n") + help_of(param);
  return details;
}

}  // namespace qs
