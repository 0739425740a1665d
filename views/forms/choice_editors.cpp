#include "views/forms/choice_editors.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QToolButton>

namespace qs {

namespace {

constexpr int kSegmentMargin = 6;

class WheelFilter : public QObject {
 public:
  using QObject::QObject;
  bool eventFilter(QObject* object, QEvent* event) override {
    const auto* widget = qobject_cast<QWidget*>(object);
    if (event->type() != QEvent::Wheel || widget == nullptr || widget->hasFocus()) return false;
    event->ignore();  // so that the form gets it
    return true;
  }
};

// Fusion's pressed buttons are hard to tell from others.
constexpr const char* kSegmentStyle =
    "QToolButton { border: 1px solid palette(mid); padding: 3px 1px; background: palette(button); }"
    "QToolButton:hover { background: palette(light); }"
    "QToolButton:checked { background: palette(highlight); color: palette(highlighted-text); }"
    "QToolButton:checked:disabled { background: palette(mid); }"
    "QToolButton:focus { border: 2px solid palette(text); padding: 2px 0px; }";

QHBoxLayout* row_of(QWidget* widget, int spacing = 6) {
  auto* row = new QHBoxLayout(widget);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(spacing);
  return row;
}

}  // namespace

void leave_wheel_to_form(QWidget* widget) {
  widget->setFocusPolicy(Qt::StrongFocus);
  widget->installEventFilter(new WheelFilter(widget));
}

QComboBox* choice_combo(const std::vector<Choice>& choices, QWidget* parent) {
  auto* combo = new QComboBox(parent);
  for (const Choice& each : choices) {
    combo->addItem(text(each.title), text(each.id));
    combo->setItemData(combo->count() - 1, text(each.summary), Qt::ToolTipRole);
  }
  combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  combo->setMinimumContentsLength(8);
  leave_wheel_to_form(combo);
  return combo;
}

QString choice_details(const std::vector<Choice>& choices, const std::string& id) {
  for (const Choice& each : choices) {
    if (each.id != id) continue;
    QString details = QString("%1: %2").arg(text(each.title), text(each.summary));
    if (!details.endsWith('.')) details += '.';
    if (!each.citation.empty()) details += QString(" %1.").arg(text(each.citation));
    return details;
  }
  return {};
}

// ---- yes or no ----

ToggleEditor::ToggleEditor(const Field& field, QWidget* parent)
    : FieldEditor(parent), box_(new QCheckBox(text(field.key.title), this)) {
  row_of(this)->addWidget(box_, 1);
  setFocusProxy(box_);
  connect(box_, &QCheckBox::clicked, this, &FieldEditor::edited);
  ToggleEditor::set_value(std::holds_alternative<bool>(field.value) ? field.value : FieldValue(false));
}

// ---- one out of a few ----

SegmentsEditor::SegmentsEditor(const Field& field, QWidget* parent)
    : FieldEditor(parent), buttons_(new QButtonGroup(this)), choices_(field.choices) {
  QHBoxLayout* row = row_of(this, 0);
  for (std::size_t i = 0; i < choices_.size(); ++i) {
    auto* button = new QToolButton(this);
    button->setStyleSheet(kSegmentStyle);
    button->setText(text(choices_[i].title));
    button->setCheckable(true);
    button->setToolTip(text(choices_[i].summary));
    button->setAccessibleName(QString("%1: %2").arg(text(field.key.title), text(choices_[i].title)));
    button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    button->setMinimumWidth(fontMetrics().horizontalAdvance(button->text()) + kSegmentMargin);
    button->setFocusPolicy(Qt::StrongFocus);
    buttons_->addButton(button, static_cast<int>(i));
    row->addWidget(button, 1);
  }
  // Left and Right go from button to button from here.
  connect(buttons_, &QButtonGroup::buttonToggled, this, [this](QAbstractButton* button, bool checked) {
    if (checked) setFocusProxy(button);
  });
  connect(buttons_, &QButtonGroup::idClicked, this, &FieldEditor::edited);
  SegmentsEditor::set_value(field.value);
}

/// Widgets with a style sheet keep the colors they had when it was set.
void SegmentsEditor::changeEvent(QEvent* event) {
  FieldEditor::changeEvent(event);
  if (event->type() != QEvent::PaletteChange) return;
  for (QAbstractButton* button : buttons_->buttons()) {
    button->setStyleSheet({});
    button->setStyleSheet(kSegmentStyle);
  }
}

void SegmentsEditor::set_value(const FieldValue& value) {
  for (std::size_t i = 0; i < choices_.size(); ++i) {
    if (choices_[i].id == std::get<std::string>(value)) buttons_->button(static_cast<int>(i))->setChecked(true);
  }
}

FieldValue SegmentsEditor::value() const {
  return std::string(choices_[static_cast<std::size_t>(std::max(0, buttons_->checkedId()))].id);
}

QString SegmentsEditor::details() const {
  return choice_details(choices_, std::get<std::string>(value()));
}

// ---- one out of many ----

ComboEditor::ComboEditor(const Field& field, QWidget* parent)
    : FieldEditor(parent), combo_(choice_combo(field.choices, this)), choices_(field.choices) {
  combo_->setAccessibleName(text(field.key.title));
  row_of(this)->addWidget(combo_, 1);
  setFocusProxy(combo_);
  connect(combo_, &QComboBox::activated, this, &FieldEditor::edited);
  ComboEditor::set_value(field.value);
}

void ComboEditor::set_value(const FieldValue& value) {
  combo_->setCurrentIndex(combo_->findData(QString::fromStdString(std::get<std::string>(value))));
}

QString ComboEditor::details() const {
  return choice_details(choices_, std::get<std::string>(value()));
}

EndsEditor::EndsEditor(const Field& field, QWidget* parent) : FieldEditor(parent), combo_(new QComboBox(this)) {
  const QString unit = field.key.unit.empty() ? QString() : QString(" ") + text(field.key.unit);
  for (const std::int64_t end : {field.key.min, field.key.max}) {
    combo_->addItem(QString::number(end) + unit, QVariant::fromValue<qlonglong>(end));
  }
  combo_->setAccessibleName(text(field.key.title));
  leave_wheel_to_form(combo_);
  row_of(this)->addWidget(combo_, 1);
  setFocusProxy(combo_);
  connect(combo_, &QComboBox::activated, this, &FieldEditor::edited);
  EndsEditor::set_value(field.value);
}

void EndsEditor::set_value(const FieldValue& value) {
  combo_->setCurrentIndex(combo_->findData(QVariant::fromValue<qlonglong>(std::get<std::int64_t>(value))));
}

FieldValue EndsEditor::value() const {
  return static_cast<std::int64_t>(combo_->currentData().toLongLong());
}

// ---- free text ----

TextEditor::TextEditor(const Field& field, QWidget* parent) : FieldEditor(parent), line_(new QLineEdit(this)) {
  line_->setAccessibleName(text(field.key.title));
  row_of(this)->addWidget(line_, 1);
  setFocusProxy(line_);
  connect(line_, &QLineEdit::editingFinished, this, [this] {
    if (line_->text() == shown_) return;
    shown_ = line_->text();
    emit edited();
  });
  TextEditor::set_value(field.value);
}

void TextEditor::set_value(const FieldValue& value) {
  const QString words = QString::fromStdString(std::get<std::string>(value));
  if (words == shown_ && line_->isModified()) return;  // somebody is typing
  shown_ = words;
  if (line_->text() == words) return;
  line_->setText(words);
  line_->setCursorPosition(0);
}

}  // namespace qs
