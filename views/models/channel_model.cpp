#include "views/models/channel_model.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "views/plots/series_style.h"

namespace qs {

namespace {

constexpr int kLayer = 0;
constexpr int kChannel = 1;
constexpr int kFirstScheme = 2;  // after the schemes: smallest and largest weight

QString words(const std::optional<ChannelError>& error) {
  if (!error) return {};
  if (error->dead) return QObject::tr("dead");
  const double db = sqnr_db(error->error);
  if (std::isfinite(db)) return QObject::tr("%1 dB").arg(db, 0, 'f', 2);
  return db > 0 ? QObject::tr("exact") : QObject::tr("noise only");
}

double sort_key(const std::optional<ChannelError>& error) {
  if (!error || error->dead) return std::numeric_limits<double>::max();
  return std::clamp(sqnr_db(error->error), -1e9, 1e9);
}

}  // namespace

void ChannelModel::show(const SqnrHistogramPlot& plot, const std::optional<SqnrBar>& bar) {
  beginResetModel();
  titles_.clear();
  rows_.clear();
  std::map<std::pair<std::string, int>, std::size_t> places;
  const auto place = [&](const SqnrChannel& channel) {
    const auto [found, added] = places.try_emplace({channel.layer, channel.channel}, rows_.size());
    if (added) {
      rows_.push_back({channel.layer, channel.channel, channel.range,
                       std::vector<std::optional<ChannelError>>(plot.series.size())});
    }
    return found->second;
  };
  if (bar && bar->series < plot.series.size()) {
    for (const SqnrChannel& channel : channels_of(plot, *bar)) place(channel);
  }
  for (std::size_t s = 0; s < plot.series.size(); ++s) {
    titles_ << plot.series[s].title;
    for (const SqnrChannel& channel : plot.series[s].channels) {
      if (bar && !places.contains({channel.layer, channel.channel})) continue;
      rows_[place(channel)].errors[s] = channel.error;
    }
  }
  short_titles_ = distinct_titles(titles_);
  endResetModel();
}

int ChannelModel::find(const std::string& layer, int channel) const {
  const auto found = std::find_if(rows_.begin(), rows_.end(),
                                  [&](const Row& row) { return row.layer == layer && row.channel == channel; });
  return found == rows_.end() ? -1 : static_cast<int>(found - rows_.begin());
}

int ChannelModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int ChannelModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : kFirstScheme + static_cast<int>(titles_.size()) + 2;
}

QVariant ChannelModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  if (role == Qt::TextAlignmentRole) {
    return static_cast<int>((index.column() == kLayer ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
  }
  const bool sorting = role == Qt::UserRole;
  if (role != Qt::DisplayRole && !sorting) return {};
  const Row& shown = row(index.row());
  const auto real = [&](float value) -> QVariant {
    return sorting ? QVariant(static_cast<double>(value))
                   : QVariant(QString::number(static_cast<double>(value), 'g', 4));
  };
  if (index.column() == kLayer) return QString::fromStdString(shown.layer);
  if (index.column() == kChannel) return shown.channel;
  const auto column = static_cast<std::size_t>(index.column() - kFirstScheme);
  if (column == shown.errors.size()) return real(shown.range.min);
  if (column > shown.errors.size()) return real(shown.range.max);
  return sorting ? QVariant(sort_key(shown.errors[column])) : QVariant(words(shown.errors[column]));
}

QVariant ChannelModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || section < 0 || section >= columnCount()) return {};
  const int count = static_cast<int>(titles_.size());
  if (section < kFirstScheme || section >= kFirstScheme + count) {
    const QStringList names{tr("Layer"), tr("Channel"), tr("Smallest"), tr("Largest")};
    return role == Qt::DisplayRole ? names[section < kFirstScheme ? section : section - count] : QVariant();
  }
  const auto scheme = static_cast<qsizetype>(section - kFirstScheme);
  if (role == Qt::DisplayRole) return QVariant(short_titles_[scheme]);
  if (role != Qt::ToolTipRole) return {};
  return tr("SQNR of the channel's weights in dB under %1").arg(titles_[scheme].toHtmlEscaped());
}

}  // namespace qs
