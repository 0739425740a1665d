#include "views/panels/progress_delegate.h"

#include <QApplication>
#include <QPainter>

namespace qs {

void ProgressDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
  QStyleOptionViewItem cell = option;
  initStyleOption(&cell, index);
  const QVariant share = index.data(role_);
  const QString text = cell.text;
  if (share.isValid()) cell.text.clear();
  const QStyle* style = cell.widget != nullptr ? cell.widget->style() : QApplication::style();
  style->drawControl(QStyle::CE_ItemViewItem, &cell, painter, cell.widget);
  if (!share.isValid()) return;
  QStyleOptionProgressBar bar;
  bar.rect = cell.rect.adjusted(2, 2, -2, -2);
  bar.palette = cell.palette;
  bar.fontMetrics = cell.fontMetrics;
  bar.state = cell.state | QStyle::State_Horizontal;
  bar.direction = cell.direction;
  bar.minimum = 0;
  bar.maximum = 1000;
  bar.progress = static_cast<int>(1000 * share.toDouble());
  bar.text = text;
  bar.textVisible = true;
  bar.textAlignment = Qt::AlignCenter;
  painter->save();
  painter->setClipRect(cell.rect);
  style->drawControl(QStyle::CE_ProgressBar, &bar, painter, cell.widget);
  painter->restore();
}

}  // namespace qs
