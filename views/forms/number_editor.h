// Editors of numbers: bounded, with their unit, and with a slider where the bounds are near.
#pragma once

#include <QDoubleSpinBox>
#include <QSlider>

#include "views/forms/field_editor.h"

namespace qs {

/// Whole numbers. Every step of the slider is an edit.
class NumberEditor : public FieldEditor {
  Q_OBJECT

 public:
  NumberEditor(const Field& field, QWidget* parent);
  void set_value(const FieldValue& value) override;
  [[nodiscard]] FieldValue value() const override { return static_cast<std::int64_t>(spin_->value()); }

 private:
  QDoubleSpinBox* spin_;  ///< of doubles: seeds are wider than int
  QSlider* slider_ = nullptr;
};

/// Real numbers: steps follow their size, so that learning rates can be changed as well as shares.
class RealEditor : public FieldEditor {
  Q_OBJECT

 public:
  RealEditor(const Field& field, QWidget* parent);
  void set_value(const FieldValue& value) override;
  [[nodiscard]] FieldValue value() const override { return value_; }

 private:
  QDoubleSpinBox* spin_;
  double value_ = 0;  ///< with all its digits
};

/// A spin box within a parameter's bounds, with its unit and steps that fit.
[[nodiscard]] QDoubleSpinBox* param_spin(const Param& param, QWidget* parent);

}  // namespace qs
