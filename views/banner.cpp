#include "views/banner.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>

#include "views/theme.h"

namespace qs {

namespace {

constexpr int kRemarkStays = 8000;  // ms

}  // namespace

Banner::Banner(QWidget* parent) : QFrame(parent), text_(new QLabel(this)) {
  setFrameShape(QFrame::StyledPanel);
  setAutoFillBackground(true);
  text_->setTextFormat(Qt::PlainText);
  text_->setWordWrap(true);
  text_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(12, 6, 6, 6);
  row->addWidget(text_, 1);
  const auto add = [&](const QString& label, const QString& tip) {
    auto* button = new QToolButton(this);
    button->setText(label);
    button->setToolTip(tip);
    button->setAutoRaise(true);
    row->addWidget(button, 0, Qt::AlignTop);
    return button;
  };
  copy_ = add(tr("Copy"), tr("Copy the message"));
  connect(copy_, &QToolButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(message()); });
  connect(add(tr("Log"), tr("Show all messages")), &QToolButton::clicked, this, &Banner::log_wanted);
  connect(add(tr("Close"), tr("Close this message")), &QToolButton::clicked, this, &QWidget::hide);
  leaving_.setSingleShot(true);
  leaving_.setInterval(kRemarkStays);
  connect(&leaving_, &QTimer::timeout, this, &QWidget::hide);
  hide();
}

QString Banner::message() const {
  return text_->text();
}

void Banner::show_message(const QString& message, bool is_error) {
  text_->setText(message);
  setAccessibleName(is_error ? tr("Error: %1").arg(message) : message);
  is_error_ = is_error;
  color();
  show();
  if (is_error) {
    leaving_.stop();
  } else {
    leaving_.start();
  }
}

void Banner::color() {
  const Theme theme = theme_for(parentWidget() == nullptr ? palette() : parentWidget()->palette());
  QColor back = is_error_ ? theme.bad : theme.series[0];
  back.setAlpha(40);
  QPalette mine = palette();
  mine.setColor(QPalette::Window, back);
  setPalette(mine);
}

}  // namespace qs
