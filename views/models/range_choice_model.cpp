#include "views/models/range_choice_model.h"

#include <QFont>
#include <cmath>

#include "core/analysis/sqnr.h"
#include "core/quant/range_estimator.h"

namespace qs {

namespace {

constexpr int kColumns = 4;

QString range_words(const Range& range) {
  return QObject::tr("%1 to %2")
      .arg(static_cast<double>(range.min), 0, 'g', 4)
      .arg(static_cast<double>(range.max), 0, 'g', 4);
}

QString noise_words(const RangeNoise& noise, double power) {
  const double db = sqnr_db({power, noise.total()});
  return std::isfinite(db) ? QObject::tr("%1 dB").arg(db, 0, 'f', 2) : db > 0 ? QObject::tr("exact") : QString();
}

QString clipping_words(const RangeNoise& noise) {
  if (noise.total() == 0) return QStringLiteral("0 %");
  return QObject::tr("%1 %").arg(100 * noise.clipping / noise.total(), 0, 'f', 0);
}

}  // namespace

void RangeChoiceModel::show(std::vector<RangeChoice> choices, double power) {
  beginResetModel();
  choices_ = std::move(choices);
  power_ = power;
  endResetModel();
}

int RangeChoiceModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(choices_.size());
}

int RangeChoiceModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : kColumns;
}

QVariant RangeChoiceModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const RangeChoice& shown = choice(index.row());
  const QString obstacle = QString::fromStdString(shown.obstacle);
  if (role == Qt::FontRole && shown.current) {
    QFont bold;
    bold.setBold(true);
    return bold;
  }
  if (role == Qt::ToolTipRole) {
    const QString summary = QString::fromUtf8(range_estimator(shown.id).summary.data(),
                                              static_cast<qsizetype>(range_estimator(shown.id).summary.size()));
    return obstacle.isEmpty() ? summary : tr("%1 Here it %2.").arg(summary, obstacle);
  }
  if (role != Qt::DisplayRole) return {};
  if (index.column() == 0) {
    const QString title = QString::fromStdString(shown.title);
    return shown.current ? tr("%1 (in use)").arg(title) : title;
  }
  if (!obstacle.isEmpty()) return index.column() == 1 ? obstacle : QVariant();
  switch (index.column()) {
    case 1: return range_words(shown.range);
    case 2: return noise_words(shown.noise, power_);
    default: return clipping_words(shown.noise);
  }
}

QVariant RangeChoiceModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0 || section >= kColumns) return {};
  return QStringList{tr("Estimator"), tr("Range"), tr("SQNR"), tr("Clipping's part of the noise")}[section];
}

Qt::ItemFlags RangeChoiceModel::flags(const QModelIndex& index) const {
  const Qt::ItemFlags usual = QAbstractTableModel::flags(index);
  // One that cannot answer cannot be chosen, but its reason can be read.
  return index.isValid() && !choice(index.row()).obstacle.empty() ? usual & ~Qt::ItemIsEnabled : usual;
}

}  // namespace qs
