#include "views/forms/field_row.h"

#include <QEvent>
#include <QGridLayout>

#include "views/forms/choice_editors.h"
#include "views/forms/field_help.h"
#include "views/theme.h"

namespace qs {

namespace {

constexpr const char* kUsualLabel = "Last layer..";
constexpr const char* kWidestLabel = "Activation range";  // so that editors stand below each other

}  // namespace

FieldRow::FieldRow(const Field& field, FieldEditor* editor, QWidget* parent)
    : QWidget(parent),
      field_(field),
      usual_(field),
      editor_(editor),
      reset_(new QToolButton(this)),
      problem_(new QLabel(this)) {
  reset_->setText(QString::fromUtf8("↺"));
  reset_->setAutoRaise(true);
  QSizePolicy policy = reset_->sizePolicy();
  policy.setRetainSizeWhenHidden(true);
  reset_->setSizePolicy(policy);
  problem_->setWordWrap(true);
  problem_->setTextFormat(Qt::PlainText);
  problem_->hide();
  editor_->setParent(this);
  auto* grid = new QGridLayout(this);
  grid->setContentsMargins(0, 1, 0, 1);
  grid->setHorizontalSpacing(4);
  grid->setVerticalSpacing(2);
  if (!editor_->has_title()) {
    // Exceptions have longer titles, and narrower editors.
    const bool of_exception = std::holds_alternative<std::monostate>(field.value);
    const int label_width = fontMetrics().horizontalAdvance(of_exception ? kWidestLabel : kUsualLabel);
    label_ = new QLabel(text(field.key.title), this);
    label_->setBuddy(editor_->focusProxy() != nullptr ? editor_->focusProxy() : editor_);
    label_->setFixedWidth(label_width);
    grid->addWidget(label_, 0, 0, Qt::AlignTop);
    grid->addWidget(editor_, 0, 1);
  } else {
    grid->addWidget(editor_, 0, 0, 1, 2);
  }
  grid->addWidget(reset_, 0, 2, Qt::AlignTop);
  grid->addWidget(problem_, 1, 0, 1, 3);
  grid->setColumnStretch(1, 1);
  if (label_ != nullptr) label_->setMinimumHeight(reset_->sizeHint().height());
  color_problem();
  connect(editor_, &FieldEditor::edited, this, [this] { emit edited(editor_->value()); });
  connect(reset_, &QToolButton::clicked, this, [this] {
    editor_->setFocus();
    emit edited(usual_.value);
  });
}

void FieldRow::show_field(const Field& field, const Field& usual) {
  field_ = field;
  usual_ = usual;
  editor_->set_value(field.value);
  reset_->setVisible(is_changed());
  mark();
  const QString name = text(field.key.title);
  reset_->setToolTip(tr("Back to: %1").arg(QString::fromStdString(text_of(usual))));
  reset_->setAccessibleName(tr("Reset %1").arg(name));
  const QString tip = help_of(field, usual);
  editor_->setToolTip(tip);
  if (label_ != nullptr) label_->setToolTip(tip);
  editor_->setAccessibleDescription(tip);
}

void FieldRow::mark() {
  if (label_ == nullptr) return;
  QFont changed = font();
  changed.setBold(is_changed());
  label_->setFont(changed);
}

void FieldRow::show_problem(const QString& problem) {
  problem_->setText(problem.isEmpty() ? QString() : QString::fromUtf8("⚠ ") + problem);
  problem_->setVisible(!problem.isEmpty());
}

QString FieldRow::help() const {
  QString html =
      QString("<b>%1:</b> %2").arg(text(field_.key.title).toHtmlEscaped(), help_of(field_, usual_).toHtmlEscaped());
  const QString details = editor_->details().toHtmlEscaped().replace('\n', "<br>");
  if (!details.isEmpty()) html += "<br>" + details;
  return html;
}

void FieldRow::color_problem() {
  const Theme theme = theme_for(palette());
  QPalette bad = palette();
  bad.setColor(QPalette::WindowText, theme.bad);
  problem_->setPalette(bad);
  QPalette accent = palette();
  accent.setColor(QPalette::ButtonText, theme.series[0]);
  reset_->setPalette(accent);
}

void FieldRow::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() == QEvent::PaletteChange) color_problem();
}

}  // namespace qs
