#include "views/panel.h"

namespace qs {

Panel::Panel(Workbench& workbench, QWidget* parent) : QWidget(parent), workbench_(workbench) {
  connect(&workbench, &Workbench::changed, this, &Panel::refresh);
}

void Panel::refresh() {
  stale_ = !isVisible();
  if (!stale_) show_snapshot(workbench_.now());
}

void Panel::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  if (!stale_) return;
  stale_ = false;
  show_snapshot(workbench_.now());
}

}  // namespace qs
