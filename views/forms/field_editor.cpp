#include "views/forms/field_editor.h"

#include <QCheckBox>
#include <QHBoxLayout>

#include "views/forms/choice_editors.h"
#include "views/forms/list_editor.h"
#include "views/forms/method_editor.h"
#include "views/forms/number_editor.h"

namespace qs {

namespace {

/// A value, or none: then the others' counts.
class OptionalEditor : public FieldEditor {
 public:
  OptionalEditor(FieldEditor* inner, const FieldValue& otherwise, const Field& field, QWidget* parent)
      : FieldEditor(parent), box_(new QCheckBox(this)), inner_(inner), otherwise_(otherwise) {
    inner_->setParent(this);
    box_->setAccessibleName(tr("Exception: %1").arg(text(field.key.title)));
    box_->setToolTip(tr("On: these layers have a value of their own. Off: they follow the scheme."));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(box_, 0, Qt::AlignTop);
    row->addWidget(inner_, 1);
    setFocusProxy(box_);
    connect(box_, &QCheckBox::toggled, this, &OptionalEditor::show_inner);
    connect(box_, &QCheckBox::clicked, this, &FieldEditor::edited);
    connect(inner_, &FieldEditor::edited, this, &FieldEditor::edited);
    OptionalEditor::set_value(field.value);
  }

  void set_value(const FieldValue& value) override {
    const bool set = !std::holds_alternative<std::monostate>(value);
    box_->setChecked(set);
    show_inner(set);
    inner_->set_value(set ? value : otherwise_);
  }
  [[nodiscard]] FieldValue value() const override { return box_->isChecked() ? inner_->value() : std::monostate{}; }
  [[nodiscard]] QString details() const override { return box_->isChecked() ? inner_->details() : QString(); }
  void set_otherwise(const FieldValue& value) override {
    otherwise_ = value;
    if (!box_->isChecked()) inner_->set_value(value);
  }

 private:
  void show_inner(bool set) {
    inner_->setVisible(set);
    box_->setText(set ? QString() : tr("Like others"));
  }

  QCheckBox* box_;
  FieldEditor* inner_;
  FieldValue otherwise_;
};

/// Yes, no, or like others.
class OptionalToggleEditor : public FieldEditor {
 public:
  OptionalToggleEditor(const Field& field, QWidget* parent) : FieldEditor(parent), combo_(new QComboBox(this)) {
    combo_->addItem(tr("Like others"));
    combo_->addItem(tr("Yes"), true);
    combo_->addItem(tr("No"), false);
    combo_->setAccessibleName(text(field.key.title));
    leave_wheel_to_form(combo_);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(combo_);
    setFocusProxy(combo_);
    connect(combo_, &QComboBox::activated, this, &FieldEditor::edited);
    OptionalToggleEditor::set_value(field.value);
  }

  void set_value(const FieldValue& value) override {
    const bool* set = std::get_if<bool>(&value);
    combo_->setCurrentIndex(set == nullptr ? 0 : *set ? 1 : 2);
  }
  [[nodiscard]] FieldValue value() const override {
    if (combo_->currentIndex() == 0) return std::monostate{};
    return combo_->currentData().toBool();
  }

 private:
  QComboBox* combo_;
};

}  // namespace

FieldEditor* make_editor(const Field& field, QWidget* parent) {
  const auto make = [&]() -> FieldEditor* {
    switch (field.kind) {
      case FieldKind::toggle: return new ToggleEditor(field, parent);
      case FieldKind::whole:
        if (field.key.ends_only) return new EndsEditor(field, parent);
        return new NumberEditor(field, parent);
      case FieldKind::real: return new RealEditor(field, parent);
      case FieldKind::choice:
        if (SegmentsEditor::suits(field)) return new SegmentsEditor(field, parent);
        return new ComboEditor(field, parent);
      case FieldKind::text: return new TextEditor(field, parent);
      case FieldKind::list: return new ListEditor(field, parent);
      case FieldKind::method: return new MethodEditor(field, parent);
    }
    return nullptr;
  };
  FieldEditor* editor = make();
  editor->setAccessibleName(text(field.key.title));
  return editor;
}

FieldEditor* make_optional_editor(const Field& field, const FieldValue& otherwise, QWidget* parent) {
  if (field.kind == FieldKind::toggle) return new OptionalToggleEditor(field, parent);
  Field inner = field;
  inner.value = otherwise;
  return new OptionalEditor(make_editor(inner, parent), otherwise, field, parent);
}

}  // namespace qs
