#include "views/models/layer_model.h"

#include <QBrush>
#include <cmath>

#include "views/models/plain_text.h"
#include "views/plots/number_table.h"

namespace qs {

namespace {

/// Internal ids of indices: 0 for groups, one more than the group's row for what is fused into it.
constexpr quintptr kGroup = 0;

const LayerColumn& column_at(int section) {
  return layer_columns()[static_cast<std::size_t>(section)];
}

bool is_numeric(const LayerColumn& column) {
  return column.id != "name" && column.id != "type" && column.id != "runs_in";
}

}  // namespace

LayerModel::LayerModel(QObject* parent) : QAbstractItemModel(parent) {}

void LayerModel::show(std::vector<LayerRow> rows) {
  if (rows == rows_) return;
  const bool is_same = same_layers(rows, rows_);
  if (!is_same) beginResetModel();
  rows_ = std::move(rows);
  if (color_column_ != nullptr) scale_ = damage_scale(*color_column_, rows_);
  is_same ? tell_changed({}) : endResetModel();
}

void LayerModel::color_by(std::string_view column, const Theme& theme) {
  color_column_ = find_layer_column(column);
  theme_ = theme;
  if (color_column_ != nullptr) scale_ = damage_scale(*color_column_, rows_);
  tell_changed({Qt::BackgroundRole, Qt::ForegroundRole});
}

void LayerModel::tell_changed(const QList<int>& roles) {
  if (rows_.empty()) return;  // what is fused has no numbers of its own
  emit dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1), roles);
}

const LayerRow& LayerModel::row(const QModelIndex& index) const {
  const LayerRow& whole = group(index);
  return index.internalId() == kGroup ? whole : whole.parts[static_cast<std::size_t>(index.row())];
}

const LayerRow& LayerModel::group(const QModelIndex& index) const {
  const quintptr id = index.internalId();
  return rows_[id == kGroup ? static_cast<std::size_t>(index.row()) : id - 1];
}

QModelIndex LayerModel::find(const std::string& group) const {
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if (rows_[i].name == group) return index(static_cast<int>(i), 0);
  }
  return {};
}

QModelIndex LayerModel::index(int row, int column, const QModelIndex& parent) const {
  if (!hasIndex(row, column, parent)) return {};
  return createIndex(row, column, parent.isValid() ? static_cast<quintptr>(parent.row()) + 1 : kGroup);
}

QModelIndex LayerModel::parent(const QModelIndex& child) const {
  if (!child.isValid() || child.internalId() == kGroup) return {};
  return createIndex(static_cast<int>(child.internalId() - 1), 0, kGroup);
}

int LayerModel::rowCount(const QModelIndex& parent) const {
  if (!parent.isValid()) return static_cast<int>(rows_.size());
  if (parent.column() != 0 || parent.internalId() != kGroup) return 0;
  return static_cast<int>(rows_[static_cast<std::size_t>(parent.row())].parts.size());
}

int LayerModel::columnCount(const QModelIndex&) const {
  return static_cast<int>(layer_columns().size());
}

QVariant LayerModel::background(const LayerRow& row) const {
  if (color_column_ == nullptr) return {};
  const std::optional<double> share = damage(*color_column_, scale_, row);
  return share ? QVariant(QBrush(theme_.damage(*share))) : QVariant();
}

QVariant LayerModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  const LayerColumn& column = column_at(index.column());
  const LayerRow& shown = row(index);
  switch (role) {
    case Qt::DisplayRole: return column.cell(shown).text;
    case kSortRole: {
      const LayerCell cell = column.cell(shown);
      if (cell.number && column.id != "runs_in") return *cell.number;
      return cell.text.isEmpty() ? QVariant() : QVariant(cell.text);
    }
    case Qt::ToolTipRole: return plain_tool_tip(layer_description(shown));
    case Qt::TextAlignmentRole:
      return QVariant((is_numeric(column) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    case Qt::BackgroundRole: return background(shown);
    case Qt::ForegroundRole: return background(shown).isValid() ? QVariant(QBrush(theme_.text)) : QVariant();
    default: return {};
  }
}

QVariant LayerModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) return {};
  const LayerColumn& column = column_at(section);
  switch (role) {
    case Qt::DisplayRole: return tr(column.header);
    case Qt::ToolTipRole: return plain_tool_tip(QStringLiteral("%1\n%2").arg(column.heading(), tr(column.explanation)));
    case Qt::TextAlignmentRole:
      return QVariant((is_numeric(column) ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    default: return {};
  }
}

QString layer_table_text(const std::vector<const LayerRow*>& rows, const std::vector<const LayerColumn*>& columns) {
  QString text;
  const auto add_line = [&](const QStringList& cells) { text += cells.join('\t') + '\n'; };
  QStringList headings;
  for (const LayerColumn* column : columns) headings += column->heading();
  add_line(headings);
  for (const LayerRow* row : rows) {
    QStringList cells;
    for (const LayerColumn* column : columns) {
      const LayerCell cell = column->cell(*row);
      const bool is_number = cell.number && is_numeric(*column) && column->id != "shape";
      cells += is_number ? QString::fromStdString(number_text(*cell.number)) : cell.text;
    }
    add_line(cells);
  }
  return text;
}

}  // namespace qs
