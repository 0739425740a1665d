// Editors of single values. Which one a key gets follows from the kind of its value alone.
#pragma once

#include <QWidget>

#include "views/models/scheme_fields.h"

namespace qs {

class FieldEditor : public QWidget {
  Q_OBJECT

 public:
  using QWidget::QWidget;
  /// Shows `value`, which is of the field's kind; does not emit.
  virtual void set_value(const FieldValue& value) = 0;
  [[nodiscard]] virtual FieldValue value() const = 0;
  /// More about what is chosen: its summary and citation; empty where the value says it all.
  [[nodiscard]] virtual QString details() const { return {}; }
  /// Whether it shows the field's title itself.
  [[nodiscard]] virtual bool has_title() const { return false; }
  /// For keys that may be left out: the value that counts then.
  virtual void set_otherwise(const FieldValue&) {}

 signals:
  void edited();  ///< by the user; `value()` is the new one
};

/// For the kind of the field. The editor has an accessible name, and shows the field's value.
[[nodiscard]] FieldEditor* make_editor(const Field& field, QWidget* parent);

/// For keys that may be left out: the same editor behind a box that switches it on.
[[nodiscard]] FieldEditor* make_optional_editor(const Field& field, const FieldValue& otherwise, QWidget* parent);

}  // namespace qs
