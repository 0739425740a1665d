// The editor of a method and its parameters.
#pragma once

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QGridLayout>
#include <QLabel>

#include "views/forms/field_editor.h"

namespace qs {

/// A combo box of methods, and below it a row for each parameter of the chosen one, with its unit, bounds and a button
/// that puts its default back. Where the method cannot answer, it says so.
class MethodEditor : public FieldEditor {
  Q_OBJECT

 public:
  MethodEditor(const Field& field, QWidget* parent);
  void set_value(const FieldValue& value) override;
  [[nodiscard]] FieldValue value() const override { return chosen_; }
  [[nodiscard]] QString details() const override;

 private:
  void show_params();
  void add_param(const Param& param, int row);
  void set_param(const Param& param, double number);

  Key key_;
  std::vector<Choice> choices_;
  QComboBox* combo_;
  QWidget* params_;
  QGridLayout* grid_;
  QLabel* note_;
  MethodChoice chosen_;
};

}  // namespace qs
