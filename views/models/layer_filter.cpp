#include "views/models/layer_filter.h"

#include <algorithm>

#include "views/models/plain_text.h"

namespace qs {

LayerFilter::LayerFilter(LayerModel& layers, QObject* parent) : QSortFilterProxyModel(parent), layers_(layers) {
  setSortRole(LayerModel::kSortRole);
  setSourceModel(&layers);
}

void LayerFilter::set_text(const QString& text) {
  words_ = text.split(' ', Qt::SkipEmptyParts);
  invalidateFilter();
}

void LayerFilter::set_only_quantizable(bool only) {
  only_quantizable_ = only;
  invalidateFilter();
}

void LayerFilter::set_below(std::string_view column, std::optional<double> limit) {
  column_ = find_layer_column(column);
  below_ = limit;
  invalidateFilter();
}

bool LayerFilter::filterAcceptsRow(int row, const QModelIndex& parent) const {
  if (parent.isValid()) return true;
  const LayerRow& layer = layers_.rows()[static_cast<std::size_t>(row)];
  if (only_quantizable_ && !layer.quantizable) return false;
  if (below_ && column_ != nullptr) {
    const std::optional<double> number = column_->cell(layer).number;
    if (!number || !(*number < *below_)) return false;
  }
  QString text = plain_text(layer.name) + ' ' + plain_text(layer.type);
  for (const LayerRow& part : layer.parts) text += ' ' + plain_text(part.name);
  return std::all_of(words_.begin(), words_.end(),
                     [&](const QString& word) { return text.contains(word, Qt::CaseInsensitive); });
}

bool LayerFilter::lessThan(const QModelIndex& left, const QModelIndex& right) const {
  // Descending order asks with the sides changed, which must not turn these two rules round.
  const bool ascending = sortOrder() == Qt::AscendingOrder;
  if (left.parent().isValid()) return (left.row() < right.row()) == ascending;
  const QVariant x = left.data(sortRole());
  const QVariant y = right.data(sortRole());
  if (x.isValid() != y.isValid()) return x.isValid() == ascending;
  if (x.typeId() == QMetaType::Double && y.typeId() == QMetaType::Double) return x.toDouble() < y.toDouble();
  return QString::localeAwareCompare(x.toString(), y.toString()) < 0;
}

}  // namespace qs
