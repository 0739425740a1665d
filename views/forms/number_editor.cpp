#include "views/forms/number_editor.h"

#include <QHBoxLayout>
#include <QSignalBlocker>
#include <cmath>

#include "views/forms/choice_editors.h"

namespace qs {

namespace {

constexpr std::int64_t kWidestSlider = 32;  // steps that the mouse can still tell apart
constexpr int kDecimals = 6;

/// Shows no more decimals than there are.
class NumberBox : public QDoubleSpinBox {
 public:
  using QDoubleSpinBox::QDoubleSpinBox;
  [[nodiscard]] QString textFromValue(double number) const override {
    QString words = locale().toString(number, 'f', decimals());
    if (decimals() == 0) return words.remove(locale().groupSeparator());
    while (words.endsWith('0')) words.chop(1);
    if (words.endsWith(locale().decimalPoint())) words.chop(static_cast<int>(locale().decimalPoint().size()));
    return words;
  }
  [[nodiscard]] QSize sizeHint() const override { return {90, QDoubleSpinBox::sizeHint().height()}; }
  [[nodiscard]] QSize minimumSizeHint() const override { return {60, QDoubleSpinBox::minimumSizeHint().height()}; }
};

QString suffix(std::string_view unit) {
  return unit.empty() ? QString() : QString(" ") + text(unit);
}

}  // namespace

NumberEditor::NumberEditor(const Field& field, QWidget* parent) : FieldEditor(parent), spin_(new NumberBox(this)) {
  spin_->setDecimals(0);
  spin_->setRange(static_cast<double>(field.key.min), static_cast<double>(field.key.max));
  spin_->setSuffix(suffix(field.key.unit));
  spin_->setAccessibleName(text(field.key.title));
  leave_wheel_to_form(spin_);
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 0, 0, 0);
  if (field.key.max - field.key.min <= kWidestSlider) {
    slider_ = new QSlider(Qt::Horizontal, this);
    slider_->setRange(static_cast<int>(field.key.min), static_cast<int>(field.key.max));
    slider_->setPageStep(1);
    slider_->setTickPosition(QSlider::TicksBelow);
    slider_->setTickInterval(1);
    slider_->setAccessibleName(text(field.key.title));
    leave_wheel_to_form(slider_);
    row->addWidget(slider_, 1);
    connect(slider_, &QSlider::valueChanged, this, [this](int number) { spin_->setValue(number); });
  } else {
    spin_->setKeyboardTracking(false);  // 256 is not 2, then 25, then 256
    spin_->setStepType(QAbstractSpinBox::AdaptiveDecimalStepType);
  }
  row->addWidget(spin_, slider_ == nullptr ? 1 : 0);
  setFocusProxy(slider_ != nullptr ? static_cast<QWidget*>(slider_) : spin_);
  connect(spin_, &QDoubleSpinBox::valueChanged, this, [this](double number) {
    if (slider_ != nullptr) {
      const QSignalBlocker quiet(slider_);
      slider_->setValue(static_cast<int>(number));
    }
    emit edited();
  });
  NumberEditor::set_value(field.value);
}

void NumberEditor::set_value(const FieldValue& value) {
  const std::int64_t number = std::get<std::int64_t>(value);
  if (static_cast<double>(number) == spin_->value()) return;
  const QSignalBlocker quiet(spin_);
  spin_->setValue(static_cast<double>(number));
  if (slider_ == nullptr) return;
  const QSignalBlocker quiet_too(slider_);
  slider_->setValue(static_cast<int>(number));
}

RealEditor::RealEditor(const Field& field, QWidget* parent) : FieldEditor(parent), spin_(new NumberBox(this)) {
  constexpr int kDigits = 8;
  spin_->setDecimals(kDigits);
  spin_->setRange(field.key.least, field.key.most);
  spin_->setSuffix(suffix(field.key.unit));
  spin_->setAccessibleName(text(field.key.title));
  spin_->setKeyboardTracking(false);
  spin_->setStepType(QAbstractSpinBox::AdaptiveDecimalStepType);
  leave_wheel_to_form(spin_);
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 0, 0, 0);
  row->addWidget(spin_, 1);
  setFocusProxy(spin_);
  connect(spin_, &QDoubleSpinBox::valueChanged, this, [this](double number) {
    value_ = number;
    emit edited();
  });
  RealEditor::set_value(field.value);
}

void RealEditor::set_value(const FieldValue& value) {
  value_ = std::get<double>(value);
  const QSignalBlocker quiet(spin_);
  spin_->setValue(value_);
}

QDoubleSpinBox* param_spin(const Param& param, QWidget* parent) {
  auto* spin = new NumberBox(parent);
  spin->setDecimals(param.whole ? 0 : kDecimals);
  spin->setRange(param.min, param.max);
  spin->setSuffix(suffix(param.unit));
  spin->setAccessibleName(text(param.title));
  spin->setKeyboardTracking(false);
  const double span = param.max - param.min;
  spin->setSingleStep(param.whole ? 1 : span <= 1 ? 0.01 : span <= 100 ? 0.1 : 1);
  leave_wheel_to_form(spin);
  return spin;
}

}  // namespace qs
