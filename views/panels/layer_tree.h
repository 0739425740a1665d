// The table of layers: columns that can be hidden, rows that can be copied, open groups that stay open.
#pragma once

#include <QTreeView>
#include <set>
#include <string>

#include "views/models/layer_filter.h"

class QMenu;

namespace qs {

class LayerTree : public QTreeView {
  Q_OBJECT

 public:
  LayerTree(LayerModel& layers, LayerFilter& filter, QWidget* parent = nullptr);

  /// Names of the groups that are selected, the current one first, then in the network's order.
  [[nodiscard]] std::vector<std::string> selected_groups() const;
  /// Selects exactly these, as far as they are shown, unless they are selected already.
  void select_groups(const std::vector<std::string>& names);
  /// A check box for each column but the first.
  [[nodiscard]] QMenu* column_menu() const { return column_menu_; }
  void show_column(std::string_view id);
  /// Sorts the worst rows of a column first; without a column back to the network's order.
  void sort_worst_first(const LayerColumn* column);
  /// Puts the selected rows on the clipboard as tab-separated text.
  void copy_selection() const;

 private:
  void make_columns();
  void remember_open_groups();
  void open_groups_again();
  [[nodiscard]] const LayerRow& row_at(const QModelIndex& shown) const;

  LayerModel& layers_;
  LayerFilter& filter_;
  QMenu* column_menu_;
  std::set<std::string> open_groups_;
};

}  // namespace qs
