#include "views/forms/section.h"

#include <QEvent>

namespace qs {

namespace {

// A checked button would look pressed.
constexpr const char* kHeadingStyle =
    "QPushButton { border: none; font-weight: bold; padding: 3px; text-align: left; }"
    "QPushButton:focus { text-decoration: underline; }";

}  // namespace

Section::Section(const QString& title, bool open, QWidget* parent)
    : QWidget(parent), title_(title), heading_(new QPushButton(this)), body_(new QWidget(this)) {
  heading_->setCheckable(true);
  heading_->setFlat(true);
  heading_->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  heading_->setFocusPolicy(Qt::StrongFocus);
  heading_->setToolTip(tr("Show or hide these settings"));
  heading_->setStyleSheet(kHeadingStyle);
  rows_ = new QVBoxLayout(body_);
  rows_->setContentsMargins(4, 0, 0, 6);
  rows_->setSpacing(2);
  auto* all = new QVBoxLayout(this);
  all->setContentsMargins(0, 0, 0, 0);
  all->setSpacing(0);
  all->addWidget(heading_);
  all->addWidget(body_);
  connect(heading_, &QPushButton::toggled, this, &Section::refresh);
  heading_->setChecked(open);
  refresh();
}

void Section::set_note(const QString& note) {
  if (note == note_) return;
  note_ = note;
  refresh();
}

/// Widgets with a style sheet keep the colors they had when it was set.
void Section::changeEvent(QEvent* event) {
  QWidget::changeEvent(event);
  if (event->type() != QEvent::PaletteChange) return;
  heading_->setStyleSheet({});
  heading_->setStyleSheet(kHeadingStyle);
}

void Section::refresh() {
  const QString words = note_.isEmpty() ? title_ : QString::fromUtf8("%1 · %2").arg(title_, note_);
  // Style sheets draw no arrows.
  heading_->setText((is_open() ? QString::fromUtf8("▾ ") : QString::fromUtf8("▸ ")) + words);
  heading_->setAccessibleName(words);
  heading_->setAccessibleDescription(is_open() ? tr("open") : tr("closed"));
  body_->setVisible(is_open());
}

}  // namespace qs
