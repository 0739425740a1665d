// Runs and their variants for tree views: queue and history.
#pragma once

#include <QAbstractItemModel>
#include <QSortFilterProxyModel>
#include <map>
#include <vector>

#include "views/models/experiment_columns.h"
#include "views/theme.h"

namespace qs {

/// Top-level rows are runs, oldest first; below them float and the schemes.
class ExperimentModel : public QAbstractItemModel {
  Q_OBJECT

 public:
  enum Role {
    kSortRole = Qt::UserRole,  ///< invalid where nothing is known
    kProgressRole,             ///< 0..1 in the state of a run that is running; else invalid
  };

  using QAbstractItemModel::QAbstractItemModel;

  /// What has changed is told row by row: selections, open rows and the place in the list stay. `schemes` give their
  /// colors to variants of their id.
  void show(const std::vector<std::shared_ptr<const RunView>>& runs, const std::vector<SchemeView>& schemes,
            const Theme& theme);

  [[nodiscard]] ExperimentRow row(const QModelIndex& index) const;
  /// Of the run, or of its variant; invalid where there is none.
  [[nodiscard]] QModelIndex find(std::int64_t run, std::optional<std::size_t> variant = {}) const;

  [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
  [[nodiscard]] QModelIndex parent(const QModelIndex& child) const override;
  using QObject::parent;
  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  void remove_others(const std::vector<std::shared_ptr<const RunView>>& runs);
  void add_or_update(std::size_t place, const std::shared_ptr<const RunView>& view);
  void update(std::size_t place, const std::shared_ptr<const RunView>& view);
  void show_colors(const std::vector<SchemeView>& schemes, const Theme& theme);
  [[nodiscard]] int place_of(quintptr run) const;
  [[nodiscard]] QVariant swatch(const ExperimentRow& row) const;

  std::vector<ExperimentRun> runs_;
  std::map<std::string, QColor> colors_;  ///< by scheme
  QColor float_color_;
  QColor edge_color_;  ///< of the little squares
  QColor bad_color_;
};

/// In the order that a view asks for; runs always newest first unless they are sorted by what they say themselves, and
/// unknown values last.
class ExperimentOrder : public QSortFilterProxyModel {
  Q_OBJECT

 public:
  explicit ExperimentOrder(ExperimentModel& model, QObject* parent = nullptr);

 protected:
  [[nodiscard]] bool lessThan(const QModelIndex& left, const QModelIndex& right) const override;
};

}  // namespace qs
