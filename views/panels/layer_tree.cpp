#include "views/panels/layer_tree.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QHeaderView>
#include <QMenu>
#include <QStyledItemDelegate>
#include <algorithm>

namespace qs {

namespace {

constexpr int kNameWidth = 122;
constexpr int kTypeWidth = 88;
constexpr int kColumnMargin = 14;
constexpr int kRowMargin = 5;

/// Rows with some air.
class RowDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;
  [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override {
    return QStyledItemDelegate::sizeHint(option, index) + QSize(0, kRowMargin);
  }
};

int width_of(const QTreeView& view, int index) {
  if (index == 0) return kNameWidth;
  const LayerColumn& column = layer_columns()[static_cast<std::size_t>(index)];
  if (column.id == "type") return kTypeWidth;
  const QSize text = view.header()->fontMetrics().size(0, QObject::tr(column.header));
  const QString wide = *column.unit == '\0' ? QStringLiteral("512×112×112") : QStringLiteral("100.0");
  return std::max(text.width(), view.fontMetrics().horizontalAdvance(wide)) + kColumnMargin;
}

QAction* action(QWidget* owner, const QString& text, const QKeySequence& key) {
  auto* made = new QAction(text, owner);
  made->setShortcut(key);
  made->setShortcutContext(Qt::WidgetShortcut);
  owner->addAction(made);
  return made;
}

}  // namespace

LayerTree::LayerTree(LayerModel& layers, LayerFilter& filter, QWidget* parent)
    : QTreeView(parent), layers_(layers), filter_(filter), column_menu_(new QMenu(tr("Columns"), this)) {
  setModel(&filter);
  setItemDelegate(new RowDelegate(this));
  setUniformRowHeights(true);
  setSelectionMode(QAbstractItemView::ExtendedSelection);
  setAllColumnsShowFocus(true);
  setTextElideMode(Qt::ElideMiddle);
  setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
  setAccessibleName(tr("Layers"));
  setSortingEnabled(true);
  header()->setSortIndicatorClearable(true);
  header()->setSortIndicator(-1, Qt::AscendingOrder);
  header()->setFirstSectionMovable(false);
  header()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
  make_columns();
  setContextMenuPolicy(Qt::ActionsContextMenu);
  connect(action(this, tr("&Copy rows"), QKeySequence::Copy), &QAction::triggered, this, &LayerTree::copy_selection);
  connect(action(this, tr("&Expand all"), {}), &QAction::triggered, this, &QTreeView::expandAll);
  connect(action(this, tr("C&ollapse all"), {}), &QAction::triggered, this, &QTreeView::collapseAll);
  connect(&layers, &QAbstractItemModel::modelAboutToBeReset, this, &LayerTree::remember_open_groups);
  connect(&filter, &QAbstractItemModel::modelReset, this, &LayerTree::open_groups_again, Qt::QueuedConnection);
}

void LayerTree::make_columns() {
  header()->setContextMenuPolicy(Qt::CustomContextMenu);
  connect(header(), &QWidget::customContextMenuRequested, this,
          [this](const QPoint& at) { column_menu_->popup(header()->mapToGlobal(at)); });
  const auto columns = layer_columns();
  for (int i = 0; i < static_cast<int>(columns.size()); ++i) {
    const LayerColumn& column = columns[static_cast<std::size_t>(i)];
    setColumnWidth(i, width_of(*this, i));
    setColumnHidden(i, !column.shown);
    if (i == 0) continue;
    QAction* choice = column_menu_->addAction(column.heading());
    choice->setCheckable(true);
    choice->setChecked(column.shown);
    connect(choice, &QAction::toggled, this, [this, i](bool is_shown) { setColumnHidden(i, !is_shown); });
  }
}

void LayerTree::show_column(std::string_view id) {
  const int index = layer_column_index(id);
  if (index > 0) column_menu_->actions()[index - 1]->setChecked(true);
}

const LayerRow& LayerTree::row_at(const QModelIndex& shown) const {
  return layers_.row(filter_.mapToSource(shown));
}

std::vector<std::string> LayerTree::selected_groups() const {
  std::set<int> rows;  // top-level rows of the source
  const auto group_row = [&](const QModelIndex& shown) {
    const QModelIndex source = filter_.mapToSource(shown);
    return source.parent().isValid() ? source.parent().row() : source.row();
  };
  for (const QModelIndex& index : selectionModel()->selectedRows()) rows.insert(group_row(index));
  std::vector<std::string> names;
  const QModelIndex current = currentIndex();
  if (current.isValid() && rows.erase(group_row(current)) > 0) {
    names.push_back(layers_.group(filter_.mapToSource(current)).name);
  }
  for (const int row : rows) names.push_back(layers_.rows()[static_cast<std::size_t>(row)].name);
  return names;
}

void LayerTree::select_groups(const std::vector<std::string>& names) {
  QItemSelection wanted;
  QModelIndex first;
  std::set<std::string> shown;
  for (const std::string& name : names) {
    const LayerRow* group = find_group(layers_.rows(), name);
    if (group == nullptr) continue;
    const QModelIndex index = filter_.mapFromSource(layers_.find(group->name));
    if (!index.isValid()) continue;
    if (!first.isValid()) first = index;
    shown.insert(group->name);
    wanted.select(index, index);
  }
  const std::vector<std::string> now = selected_groups();
  if (std::set<std::string>(now.begin(), now.end()) == shown) return;
  selectionModel()->select(wanted, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
  if (!first.isValid()) return;
  selectionModel()->setCurrentIndex(first, QItemSelectionModel::NoUpdate);
  scrollTo(first);
}

void LayerTree::sort_worst_first(const LayerColumn* column) {
  if (column == nullptr) return sortByColumn(-1, Qt::AscendingOrder);
  show_column(column->id);
  sortByColumn(layer_column_index(column->id), column->worse == Worse::high ? Qt::DescendingOrder : Qt::AscendingOrder);
  scrollToTop();
}

void LayerTree::copy_selection() const {
  QModelIndexList selected = selectionModel()->selectedRows();
  std::sort(selected.begin(), selected.end(),
            [this](const QModelIndex& a, const QModelIndex& b) { return visualRect(a).top() < visualRect(b).top(); });
  std::vector<const LayerRow*> rows;
  for (const QModelIndex& index : selected) rows.push_back(&row_at(index));
  if (rows.empty()) return;
  std::vector<const LayerColumn*> columns;
  for (int place = 0; place < header()->count(); ++place) {
    const int column = header()->logicalIndex(place);
    if (!isColumnHidden(column)) columns.push_back(&layer_columns()[static_cast<std::size_t>(column)]);
  }
  QGuiApplication::clipboard()->setText(layer_table_text(rows, columns));
}

void LayerTree::remember_open_groups() {
  open_groups_.clear();
  for (int row = 0; row < filter_.rowCount(); ++row) {
    const QModelIndex index = filter_.index(row, 0);
    if (isExpanded(index)) open_groups_.insert(row_at(index).name);
  }
}

void LayerTree::open_groups_again() {
  for (const std::string& name : open_groups_) {
    const QModelIndex index = filter_.mapFromSource(layers_.find(name));
    if (index.isValid()) expand(index);
  }
}

}  // namespace qs
