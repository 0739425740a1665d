#include "views/panel.h"

namespace qs {

Panel::Panel(Workbench& workbench, QWidget* parent) : QWidget(parent), workbench_(workbench) {
  connect(&workbench, &Workbench::changed, this, &Panel::refresh);
}

void Panel::refresh() {
  stale_ = !isVisible() || !in_front_;
  if (!stale_) show_snapshot(workbench_.now());
}

void Panel::set_in_front(bool in_front) {
  in_front_ = in_front;
  if (stale_) refresh();
}

void Panel::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  if (stale_) refresh();
}

}  // namespace qs
