// Some of the layers, in some order.
#pragma once

#include <QSortFilterProxyModel>
#include <optional>

#include "views/models/layer_model.h"

namespace qs {

/// Of a `LayerModel`. Sorts by value, with what is not known last in either direction; what is fused into a layer stays
/// in the order of execution. Hides groups; what is fused is shown with its group.
class LayerFilter : public QSortFilterProxyModel {
  Q_OBJECT

 public:
  explicit LayerFilter(LayerModel& layers, QObject* parent = nullptr);

  /// Only layers whose names and types (those of fused nodes too) hold all words of this text; any case.
  void set_text(const QString& text);
  void set_only_quantizable(bool only);
  /// Only layers whose number in this column is known and below `limit`.
  void set_below(std::string_view column, std::optional<double> limit);

 protected:
  [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex& parent) const override;
  [[nodiscard]] bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;

 private:
  LayerModel& layers_;
  QStringList words_;
  bool only_quantizable_ = false;
  const LayerColumn* column_ = nullptr;
  std::optional<double> below_;
};

}  // namespace qs
