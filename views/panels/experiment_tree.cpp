#include "views/panels/experiment_tree.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <algorithm>
#include <set>

#include "views/panels/progress_delegate.h"

namespace qs {

namespace {

constexpr int kColumnMargin = 16;
constexpr int kLowest = 60;  // pixels: in a low dock

}  // namespace

ExperimentTree::ExperimentTree(ExperimentModel& model, ExperimentOrder& order, QWidget* parent)
    : QTreeView(parent), model_(model), order_(order) {
  setModel(&order);
  setSelectionMode(ExtendedSelection);
  setUniformRowHeights(true);
  setAllColumnsShowFocus(true);
  setMinimumHeight(kLowest);
  setSortingEnabled(true);
  sortByColumn(0, Qt::AscendingOrder);
  setAccessibleName(tr("Runs and their results"));
  const std::span<const ExperimentColumn> columns = experiment_columns();
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const int wide = fontMetrics().horizontalAdvance(QString::fromUtf8(columns[i].wide));
    header()->resizeSection(static_cast<int>(i),
                            std::max(wide, fontMetrics().horizontalAdvance(tr(columns[i].title))) + kColumnMargin);
    if (columns[i].id == "state") {
      setItemDelegateForColumn(static_cast<int>(i), new ProgressDelegate(ExperimentModel::kProgressRole, this));
    }
  }
  header()->setStretchLastSection(false);
  // A run shows its variants from the start; later it is for the user to close it.
  connect(&order, &QAbstractItemModel::rowsInserted, this, [this](const QModelIndex& above, int first, int last) {
    if (above.isValid()) return expand(above);
    for (int row = first; row <= last; ++row) expand(order_.index(row, 0));
  });
}

std::vector<QModelIndex> ExperimentTree::selected_rows() const {
  std::vector<QModelIndex> rows;
  for (const QModelIndex& each : selectionModel()->selectedRows()) rows.push_back(order_.mapToSource(each));
  return rows;
}

std::vector<ExperimentId> ExperimentTree::selected_experiments() const {
  std::set<ExperimentId> found;
  for (const QModelIndex& each : selected_rows()) {
    const ExperimentRow row = model_.row(each);
    const std::size_t count = row.variant ? 1 : variant_count(row.view());
    for (std::size_t i = 0; i < count; ++i) found.insert({row.view().id, row.variant.value_or(i)});
  }
  return {found.begin(), found.end()};
}

std::vector<std::int64_t> ExperimentTree::selected_runs() const {
  std::set<std::int64_t> found;
  for (const QModelIndex& each : selected_rows()) found.insert(model_.row(each).view().id);
  return {found.begin(), found.end()};
}

void ExperimentTree::select(const std::vector<ExperimentId>& experiments) {
  std::vector<ExperimentId> wanted = experiments;
  std::sort(wanted.begin(), wanted.end());
  if (wanted == selected_experiments()) return;
  QItemSelection selection;
  QModelIndex first;
  for (const ExperimentId& each : wanted) {
    const QModelIndex row = order_.mapFromSource(model_.find(each.run, each.variant));
    if (!row.isValid()) continue;
    selection.select(row, row);
    if (!first.isValid()) first = row;
  }
  if (first.isValid()) selectionModel()->setCurrentIndex(first, QItemSelectionModel::NoUpdate);
  selectionModel()->select(selection, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
}

void ExperimentTree::copy_rows() const {
  std::vector<ExperimentRow> rows;
  const auto add = [&](const QModelIndex& shown) { rows.push_back(model_.row(order_.mapToSource(shown))); };
  const bool all = !selectionModel()->hasSelection();
  for (int run = 0; run < order_.rowCount(); ++run) {  // in the order on the screen
    const QModelIndex above = order_.index(run, 0);
    const bool whole = all || selectionModel()->isSelected(above);
    if (whole && order_.rowCount(above) == 0) add(above);
    for (int v = 0; v < order_.rowCount(above); ++v) {
      const QModelIndex each = order_.index(v, 0, above);
      if (whole || selectionModel()->isSelected(each)) add(each);
    }
  }
  QGuiApplication::clipboard()->setText(experiment_table_text(rows));
}

std::optional<ExperimentRow> ExperimentTree::current_row() const {
  const QModelIndex current = order_.mapToSource(currentIndex());
  return current.isValid() ? std::optional(model_.row(current)) : std::nullopt;
}

}  // namespace qs
