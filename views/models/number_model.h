// The numbers of a plot as a table that sorts by value.
#pragma once

#include <QAbstractTableModel>
#include <QStringList>

#include "views/plots/number_table.h"

namespace qs {

class NumberModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  using QAbstractTableModel::QAbstractTableModel;

  /// What `Qt::EditRole` gives: numbers as numbers, for sorting, and everything else as text.
  static constexpr int kSortRole = Qt::EditRole;

  /// `headings` are shown instead of the table's own, where there are as many.
  void show(NumberTable table, QStringList headings = {});
  [[nodiscard]] const NumberTable& table() const { return table_; }

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  NumberTable table_;
  QStringList headings_;
};

}  // namespace qs
