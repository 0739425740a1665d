// The editor of an ordered list of choices, each of which may stand in it once.
#pragma once

#include <QListWidget>
#include <QToolButton>

#include "views/forms/field_editor.h"

namespace qs {

/// All choices with check boxes: those of the value first, in its order, then the others. Dragging or Alt+Up and
/// Alt+Down change the order.
class ListEditor : public FieldEditor {
  Q_OBJECT

 public:
  ListEditor(const Field& field, QWidget* parent);
  void set_value(const FieldValue& value) override;
  [[nodiscard]] FieldValue value() const override;
  [[nodiscard]] QString details() const override;
  /// Moves the current row up (-1) or down (1).
  void move_current(int step);

 protected:
  bool eventFilter(QObject* object, QEvent* event) override;

 private:
  void add(const Choice& choice, bool checked);
  void changed();

  std::vector<Choice> choices_;
  QListWidget* list_;
  QToolButton* up_;
  QToolButton* down_;
  FieldValue shown_;
  bool filling_ = false;
};

}  // namespace qs
