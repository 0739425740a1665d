// What each range estimator chooses, as a table.
#pragma once

#include <QAbstractTableModel>
#include <vector>

#include "core/analysis/range_sweep.h"

namespace qs {

class RangeChoiceModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  using QAbstractTableModel::QAbstractTableModel;

  /// `power`: of the values, see `RangeSweep::power`.
  void show(std::vector<RangeChoice> choices, double power);
  [[nodiscard]] const RangeChoice& choice(int row) const { return choices_[static_cast<std::size_t>(row)]; }

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
  [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;

 private:
  std::vector<RangeChoice> choices_;
  double power_ = 0;
};

}  // namespace qs
