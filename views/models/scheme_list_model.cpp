#include "views/models/scheme_list_model.h"

#include <QIcon>
#include <QPainter>
#include <QPixmap>

namespace qs {

namespace {

constexpr int kSwatch = 14;

/// The same when its row is chosen.
QIcon swatch(const QColor& color) {
  QPixmap picture(kSwatch, kSwatch);
  picture.fill(Qt::transparent);
  QPainter painter(&picture);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setBrush(color);
  painter.setPen(Qt::white);
  painter.drawRoundedRect(QRectF(0.5, 0.5, kSwatch - 1, kSwatch - 1), 3, 3);
  painter.end();
  QIcon icon(picture);
  icon.addPixmap(picture, QIcon::Selected);
  return icon;
}

}  // namespace

void SchemeListModel::set_schemes(const std::vector<SchemeView>& schemes, const Theme& theme) {
  std::vector<Row> rows;
  for (const SchemeView& each : schemes) rows.push_back({each.scheme, each.shown, each.color, each.problem});
  const bool same_theme = theme.background == theme_.background;
  if (rows == rows_ && same_theme) return;
  theme_ = theme;
  if (rows.size() != rows_.size()) {
    beginResetModel();
    rows_ = std::move(rows);
    endResetModel();
    return;
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i] == rows_[i] && same_theme) continue;
    rows_[i] = std::move(rows[i]);
    emit dataChanged(index(static_cast<int>(i)), index(static_cast<int>(i)));
  }
}

int SchemeListModel::row_of(const std::string& id) const {
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    if (rows_[i].scheme.id == id) return static_cast<int>(i);
  }
  return -1;
}

std::string SchemeListModel::id_at(int row) const {
  return row < 0 || row >= rowCount() ? std::string() : rows_[static_cast<std::size_t>(row)].scheme.id;
}

int SchemeListModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

QString SchemeListModel::tool_tip(const Row& row) const {
  QString tip = QString("<b>%1</b><br>%2")
                    .arg(QString::fromStdString(row.scheme.title).toHtmlEscaped(),
                         QString::fromStdString(row.scheme.summary).toHtmlEscaped());
  if (!row.problem.empty()) tip += "<br>" + QString::fromStdString(row.problem).toHtmlEscaped();
  return tip;
}

QVariant SchemeListModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid)) return {};
  const Row& row = rows_[static_cast<std::size_t>(index.row())];
  const QString title = QString::fromStdString(row.scheme.title);
  const QString id = QString::fromStdString(row.scheme.id);
  switch (role) {
    case Qt::DisplayRole: return title + "\n" + (row.problem.empty() ? id : QString::fromUtf8("⚠ ") + id);
    case Qt::EditRole: return title;
    case Qt::DecorationRole: return swatch(theme_.series_color(row.color));
    case Qt::CheckStateRole: return row.shown ? Qt::Checked : Qt::Unchecked;
    case Qt::ForegroundRole: return row.problem.empty() ? QVariant() : QVariant(theme_.bad);
    case Qt::ToolTipRole: return tool_tip(row);
    case Qt::AccessibleTextRole: return tr("%1, %2").arg(title, row.shown ? tr("shown in plots") : tr("hidden"));
    default: return {};
  }
}

bool SchemeListModel::setData(const QModelIndex& index, const QVariant& value, int role) {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return false;
  const QString id = QString::fromStdString(id_at(index.row()));
  if (role == Qt::CheckStateRole) {
    emit wants_shown(id, value.value<Qt::CheckState>() == Qt::Checked);
    return true;
  }
  const QString title = value.toString().trimmed();
  if (role != Qt::EditRole || title.isEmpty()) return false;
  emit wants_title(id, title);
  return true;
}

Qt::ItemFlags SchemeListModel::flags(const QModelIndex& index) const {
  if (!index.isValid()) return Qt::NoItemFlags;
  return Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable | Qt::ItemIsEditable |
         Qt::ItemNeverHasChildren;
}

}  // namespace qs
