// Draws a share of work as a bar in a cell.
#pragma once

#include <QStyledItemDelegate>

namespace qs {

/// Where the model's `role` is a number from 0 to 1, a progress bar with the cell's text; else the cell as usual.
class ProgressDelegate : public QStyledItemDelegate {
 public:
  ProgressDelegate(int role, QObject* parent) : QStyledItemDelegate(parent), role_(role) {}
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;

 private:
  int role_;
};

}  // namespace qs
