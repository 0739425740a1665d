// One key in a form: its title, its editor, marked and with a way back where it was changed, and what is wrong with it.
#pragma once

#include <QLabel>
#include <QToolButton>

#include "views/forms/field_editor.h"

namespace qs {

class FieldRow : public QWidget {
  Q_OBJECT

 public:
  /// Takes the editor.
  FieldRow(const Field& field, FieldEditor* editor, QWidget* parent);

  /// Shows the value of `field`; `usual` is what it is compared with and goes back to.
  void show_field(const Field& field, const Field& usual);
  /// Explains below the editor why the value is impossible; empty: it is fine.
  void show_problem(const QString& problem);

  /// Of the title, in pixels; rows of one form have the same.
  void set_label_width(int width) {
    if (label_ != nullptr) label_->setFixedWidth(width);
  }

  [[nodiscard]] const Field& field() const { return field_; }
  [[nodiscard]] bool is_changed() const { return !(field_.value == usual_.value); }
  [[nodiscard]] FieldEditor& editor() const { return *editor_; }
  /// All there is to say about the key and its value, as HTML.
  [[nodiscard]] QString help() const;

 signals:
  void edited(const qs::FieldValue& value);

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void mark();
  void color_problem();

  Field field_;
  Field usual_;
  FieldEditor* editor_;
  QLabel* label_ = nullptr;  ///< none where the editor says it itself
  QToolButton* reset_;
  QLabel* problem_;
};

}  // namespace qs
