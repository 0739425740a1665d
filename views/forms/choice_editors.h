// Editors of yes or no, of one out of a few, of one out of many, and of free text.
#pragma once

#include <QButtonGroup>
#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>

#include "views/forms/field_editor.h"

namespace qs {

[[nodiscard]] inline QString text(std::string_view words) {
  return QString::fromUtf8(words.data(), static_cast<qsizetype>(words.size()));
}

class ToggleEditor : public FieldEditor {
  Q_OBJECT

 public:
  ToggleEditor(const Field& field, QWidget* parent);
  void set_value(const FieldValue& value) override { box_->setChecked(std::get<bool>(value)); }
  [[nodiscard]] FieldValue value() const override { return box_->isChecked(); }
  [[nodiscard]] bool has_title() const override { return true; }

 private:
  QCheckBox* box_;
};

/// Buttons side by side, for a few short words: all choices are seen at once, and one click changes them.
class SegmentsEditor : public FieldEditor {
  Q_OBJECT

 public:
  SegmentsEditor(const Field& field, QWidget* parent);
  [[nodiscard]] static bool suits(const Field& field) { return field.choices.size() >= 2 && field.choices.size() <= 3; }
  void set_value(const FieldValue& value) override;
  [[nodiscard]] FieldValue value() const override;
  [[nodiscard]] QString details() const override;

 protected:
  void changeEvent(QEvent* event) override;

 private:
  QButtonGroup* buttons_;
  std::vector<Choice> choices_;
};

class ComboEditor : public FieldEditor {
  Q_OBJECT

 public:
  ComboEditor(const Field& field, QWidget* parent);
  void set_value(const FieldValue& value) override;
  [[nodiscard]] FieldValue value() const override { return combo_->currentData().toString().toStdString(); }
  [[nodiscard]] QString details() const override;

 private:
  QComboBox* combo_;
  std::vector<Choice> choices_;
};

/// A whole number that is one of two.
class EndsEditor : public FieldEditor {
  Q_OBJECT

 public:
  EndsEditor(const Field& field, QWidget* parent);
  void set_value(const FieldValue& value) override;
  [[nodiscard]] FieldValue value() const override;

 private:
  QComboBox* combo_;
};

/// What is typed counts when it is left or Enter is pressed.
class TextEditor : public FieldEditor {
  Q_OBJECT

 public:
  TextEditor(const Field& field, QWidget* parent);
  void set_value(const FieldValue& value) override;
  [[nodiscard]] FieldValue value() const override { return line_->text().toStdString(); }

 private:
  QLineEdit* line_;
  QString shown_;
};

/// A combo box whose entries are choices; tooltips are their summaries. The wheel scrolls the form, not the choice.
[[nodiscard]] QComboBox* choice_combo(const std::vector<Choice>& choices, QWidget* parent);
/// "Summary. Citation" of the choice.
[[nodiscard]] QString choice_details(const std::vector<Choice>& choices, const std::string& id);

/// Lets the wheel through to the form around `widget` unless it has the focus.
void leave_wheel_to_form(QWidget* widget);

}  // namespace qs
