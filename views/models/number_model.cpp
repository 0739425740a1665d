#include "views/models/number_model.h"

#include <algorithm>
#include <limits>

#include "views/models/plain_text.h"

namespace qs {

void NumberModel::show(NumberTable table, QStringList headings) {
  const bool same_shape = table.columns == table_.columns && table.rows.size() == table_.rows.size();
  if (!same_shape) beginResetModel();
  table_ = std::move(table);
  headings_ = std::move(headings);
  if (!same_shape) return endResetModel();
  if (!table_.rows.empty()) emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
}

int NumberModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(table_.rows.size());
}

int NumberModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(table_.columns.size());
}

QVariant NumberModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  const std::string& cell =
      table_.rows[static_cast<std::size_t>(index.row())][static_cast<std::size_t>(index.column())];
  bool is_number = false;
  const double number = QString::fromStdString(cell).toDouble(&is_number);
  if (role == kSortRole) {
    if (cell == "exact") return std::numeric_limits<double>::infinity();
    return is_number ? QVariant(number) : QVariant(plain_text(cell));
  }
  if (role == Qt::DisplayRole) return is_number ? QString::number(number, 'g', 4) : plain_text(cell);
  if (role == Qt::ToolTipRole) return plain_tool_tip(plain_text(cell));
  if (role == Qt::TextAlignmentRole) {
    return QVariant((is_number || cell == "exact" ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
  }
  return {};
}

QVariant NumberModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0 || section >= columnCount()) return {};
  if (headings_.size() == columnCount()) return headings_[section];
  return QString::fromStdString(table_.columns[static_cast<std::size_t>(section)]);
}

}  // namespace qs
