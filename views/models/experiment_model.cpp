#include "views/models/experiment_model.h"

#include <QFont>
#include <QIcon>
#include <QPainter>
#include <algorithm>

#include "core/base/error.h"

namespace qs {

namespace {

constexpr quintptr kTopLevel = 0;  // internal id of runs; that of variants is their run's id, which is above 0
constexpr int kSwatch = 10;        // pixels

QFont bold() {
  QFont font;
  font.setBold(true);
  return font;
}

const ExperimentColumn& column_at(int column) {
  return experiment_columns()[static_cast<std::size_t>(column)];
}

}  // namespace

void ExperimentModel::show(const std::vector<std::shared_ptr<const RunView>>& runs,
                           const std::vector<SchemeView>& schemes, const Theme& theme) {
  remove_others(runs);
  for (std::size_t place = 0; place < runs.size(); ++place) add_or_update(place, runs[place]);
  show_colors(schemes, theme);
}

/// Also those that stand in another order than before, which no workspace does; they are added again.
void ExperimentModel::remove_others(const std::vector<std::shared_ptr<const RunView>>& runs) {
  std::size_t next = 0;
  for (std::size_t place = 0; place < runs_.size();) {
    const auto found = std::find_if(runs.begin() + static_cast<std::ptrdiff_t>(next), runs.end(),
                                    [&](const auto& run) { return run->id == runs_[place].view->id; });
    if (found != runs.end()) {
      next = static_cast<std::size_t>(found - runs.begin()) + 1;
      ++place;
      continue;
    }
    beginRemoveRows({}, static_cast<int>(place), static_cast<int>(place));
    runs_.erase(runs_.begin() + static_cast<std::ptrdiff_t>(place));
    endRemoveRows();
  }
}

void ExperimentModel::add_or_update(std::size_t place, const std::shared_ptr<const RunView>& view) {
  QS_ASSERT(view->id > 0);
  if (place < runs_.size() && runs_[place].view->id == view->id) {
    if (runs_[place].view != view) update(place, view);
    return;
  }
  beginInsertRows({}, static_cast<int>(place), static_cast<int>(place));
  runs_.insert(runs_.begin() + static_cast<std::ptrdiff_t>(place), experiment_run(view));
  endInsertRows();
}

void ExperimentModel::update(std::size_t place, const std::shared_ptr<const RunView>& view) {
  const QModelIndex run = index(static_cast<int>(place), 0);
  const auto before = static_cast<int>(variant_count(*runs_[place].view));
  const auto after = static_cast<int>(variant_count(*view));
  if (after > before) beginInsertRows(run, before, after - 1);
  if (after < before) beginRemoveRows(run, after, before - 1);
  runs_[place] = experiment_run(view);
  if (after > before) endInsertRows();
  if (after < before) endRemoveRows();
  const int last = columnCount() - 1;
  emit dataChanged(run, run.siblingAtColumn(last));
  if (after > 0) emit dataChanged(index(0, 0, run), index(after - 1, last, run));
}

void ExperimentModel::show_colors(const std::vector<SchemeView>& schemes, const Theme& theme) {
  std::map<std::string, QColor> colors;
  for (const SchemeView& each : schemes) colors[each.scheme.id] = theme.series_color(each.color);
  if (colors == colors_ && float_color_ == theme.float_line) return;
  colors_ = std::move(colors);
  float_color_ = theme.float_line;
  edge_color_ = theme.background;
  bad_color_ = theme.bad;
  for (int place = 0; place < rowCount(); ++place) {
    const QModelIndex run = index(place, 0);
    if (rowCount(run) > 0) emit dataChanged(index(0, 0, run), index(rowCount(run) - 1, 0, run), {Qt::DecorationRole});
  }
}

int ExperimentModel::place_of(quintptr run) const {
  const auto found = std::find_if(runs_.begin(), runs_.end(), [&](const ExperimentRun& each) {
    return static_cast<quintptr>(each.view->id) == run;
  });
  return found == runs_.end() ? -1 : static_cast<int>(found - runs_.begin());
}

ExperimentRow ExperimentModel::row(const QModelIndex& index) const {
  if (index.internalId() == kTopLevel) return {&runs_.at(static_cast<std::size_t>(index.row())), std::nullopt};
  return {&runs_.at(static_cast<std::size_t>(place_of(index.internalId()))), static_cast<std::size_t>(index.row())};
}

QModelIndex ExperimentModel::find(std::int64_t run, std::optional<std::size_t> variant) const {
  const int place = place_of(static_cast<quintptr>(run));
  if (place < 0) return {};
  const QModelIndex found = index(place, 0);
  return variant ? index(static_cast<int>(*variant), 0, found) : found;
}

QModelIndex ExperimentModel::index(int row, int column, const QModelIndex& parent) const {
  if (!hasIndex(row, column, parent)) return {};
  if (!parent.isValid()) return createIndex(row, column, kTopLevel);
  return createIndex(row, column, static_cast<quintptr>(runs_[static_cast<std::size_t>(parent.row())].view->id));
}

QModelIndex ExperimentModel::parent(const QModelIndex& child) const {
  if (!child.isValid() || child.internalId() == kTopLevel) return {};
  const int place = place_of(child.internalId());
  return place < 0 ? QModelIndex() : createIndex(place, 0, kTopLevel);
}

int ExperimentModel::rowCount(const QModelIndex& parent) const {
  if (!parent.isValid()) return static_cast<int>(runs_.size());
  if (parent.internalId() != kTopLevel || parent.column() != 0) return 0;
  return static_cast<int>(variant_count(*runs_[static_cast<std::size_t>(parent.row())].view));
}

int ExperimentModel::columnCount(const QModelIndex& /*parent*/) const {
  return static_cast<int>(experiment_columns().size());
}

/// The color that the scheme has in plots, while there is one of its id.
QVariant ExperimentModel::swatch(const ExperimentRow& row) const {
  if (!row.variant) return {};
  QColor color = float_color_;
  if (*row.variant > 0) {
    const std::vector<Scheme>& schemes = row.view().schemes;
    const auto found = *row.variant <= schemes.size() ? colors_.find(schemes[*row.variant - 1].id) : colors_.end();
    if (found == colors_.end()) return {};
    color = found->second;
  }
  QPixmap picture(kSwatch, kSwatch);
  picture.fill(edge_color_);  // without it the highlight of a selected row may swallow the color
  QPainter(&picture).fillRect(1, 1, kSwatch - 2, kSwatch - 2, color);
  QIcon icon(picture);
  icon.addPixmap(picture, QIcon::Selected);
  return icon;
}

QVariant ExperimentModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const ExperimentRow cell = row(index);
  const ExperimentColumn& column = column_at(index.column());
  const bool speaks = column.id == "scheme" || column.of_runs == !cell.variant;
  switch (role) {
    case Qt::DisplayRole: return speaks ? QVariant(column.text(cell)) : QVariant();
    case Qt::ToolTipRole: return experiment_details(cell).toHtmlEscaped();
    case Qt::DecorationRole: return index.column() == 0 ? swatch(cell) : QVariant();
    case Qt::TextAlignmentRole:
      return QVariant::fromValue(Qt::AlignVCenter | (column.is_number ? Qt::AlignRight : Qt::AlignLeft));
    case Qt::FontRole: return cell.variant || index.column() > 0 ? QVariant() : QVariant(bold());
    case Qt::ForegroundRole:
      return column.id == "state" && cell.view().state == RunState::failed ? QVariant(bad_color_) : QVariant();
    case kSortRole: return column.value(cell);
    case kProgressRole:
      if (column.id != "state" || cell.variant || cell.view().state != RunState::running) return {};
      return std::clamp(cell.view().fraction, 0.0, 1.0);
    default: return {};
  }
}

QVariant ExperimentModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) return {};
  const ExperimentColumn& column = column_at(section);
  if (role == Qt::DisplayRole) return QObject::tr(column.title);
  if (role == Qt::ToolTipRole) return QObject::tr(column.tip);
  if (role == Qt::TextAlignmentRole) {
    return QVariant::fromValue(Qt::AlignVCenter | (column.is_number ? Qt::AlignRight : Qt::AlignLeft));
  }
  return {};
}

ExperimentOrder::ExperimentOrder(ExperimentModel& model, QObject* parent) : QSortFilterProxyModel(parent) {
  setSortRole(ExperimentModel::kSortRole);
  setSourceModel(&model);
}

bool ExperimentOrder::lessThan(const QModelIndex& left, const QModelIndex& right) const {
  const bool is_ascending = sortOrder() == Qt::AscendingOrder;
  const auto& model = dynamic_cast<const ExperimentModel&>(*sourceModel());
  if (!left.parent().isValid() && (left.column() == 0 || !column_at(left.column()).of_runs)) {
    const bool is_newer = model.row(left).view().id > model.row(right).view().id;
    return left.column() == 0 || is_ascending ? is_newer : !is_newer;
  }
  const QVariant first = left.data(sortRole());
  const QVariant second = right.data(sortRole());
  if (first.isValid() != second.isValid()) return first.isValid() == is_ascending;
  return QSortFilterProxyModel::lessThan(left, right);
}

}  // namespace qs
