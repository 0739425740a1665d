// The output channels of the selected layers as a table: one row each, and a column for each scheme's SQNR.
#pragma once

#include <QAbstractTableModel>
#include <QStringList>
#include <optional>
#include <string>
#include <vector>

#include "views/plots/sqnr_histogram.h"

namespace qs {

/// Sort by `Qt::UserRole`: numbers there. Dead and exact channels come last.
class ChannelModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  using QAbstractTableModel::QAbstractTableModel;

  /// All channels of `plot`, in the order of its series; those that a bar counts where `bar` is given.
  void show(const SqnrHistogramPlot& plot, const std::optional<SqnrBar>& bar);

  struct Row {
    std::string layer;
    int channel = 0;
    Range range;
    std::vector<std::optional<ChannelError>> errors;  ///< by series
  };
  [[nodiscard]] const Row& row(int index) const { return rows_[static_cast<std::size_t>(index)]; }
  /// -1 where it is not shown.
  [[nodiscard]] int find(const std::string& layer, int channel) const;

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  QStringList titles_;
  QStringList short_titles_;
  std::vector<Row> rows_;
};

}  // namespace qs
