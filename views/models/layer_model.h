// The layers of a network for tree views: groups as rows, what is fused into them as children.
#pragma once

#include <QAbstractItemModel>
#include <vector>

#include "views/models/layer_columns.h"
#include "views/theme.h"

namespace qs {

class LayerModel : public QAbstractItemModel {
  Q_OBJECT

 public:
  enum Role {
    kSortRole = Qt::UserRole,  ///< a double, or text; invalid where nothing is known
  };

  explicit LayerModel(QObject* parent = nullptr);

  /// Where the layers are those shown already, only their numbers change: no reset.
  void show(std::vector<LayerRow> rows);
  /// Colors rows by a column's damage; an unknown id: by none.
  void color_by(std::string_view column, const Theme& theme);

  [[nodiscard]] const std::vector<LayerRow>& rows() const { return rows_; }
  /// The layer, or what is fused into one, at a valid index.
  [[nodiscard]] const LayerRow& row(const QModelIndex& index) const;
  /// The group it belongs to: itself, if it is one.
  [[nodiscard]] const LayerRow& group(const QModelIndex& index) const;
  /// Of the group with this name; invalid if there is none.
  [[nodiscard]] QModelIndex find(const std::string& group) const;

  [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
  [[nodiscard]] QModelIndex parent(const QModelIndex& child) const override;
  using QObject::parent;
  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  void tell_changed(const QList<int>& roles);
  [[nodiscard]] QVariant background(const LayerRow& row) const;

  std::vector<LayerRow> rows_;
  const LayerColumn* color_column_ = nullptr;
  DamageScale scale_;
  Theme theme_{};
};

/// Rows of a table as tab-separated text for a spreadsheet: headings with units, numbers in full.
[[nodiscard]] QString layer_table_text(const std::vector<const LayerRow*>& rows,
                                       const std::vector<const LayerColumn*>& columns);

}  // namespace qs
