#include "views/plots/plot_parts.h"

#include <qcustomplot.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "views/plots/series_style.h"

namespace qs {

namespace {

/// Knows how much room there is when ticks are made, not when they are asked for: after zooming there may be more.
class NameTicker : public QCPAxisTicker {
 public:
  NameTicker(const QCPAxis& axis, QVector<QString> names, int longest)
      : axis_(axis), names_(std::move(names)), longest_(longest) {}

  void generate(const QCPRange& range, const QLocale& /*locale*/, QChar /*format*/, int /*precision*/,
                QVector<double>& ticks, QVector<double>* sub_ticks, QVector<QString>* labels) override {
    ticks.clear();
    if (sub_ticks != nullptr) sub_ticks->clear();
    if (labels != nullptr) labels->clear();
    const QRect rect = axis_.axisRect()->rect();
    const bool is_horizontal = axis_.orientation() == Qt::Horizontal;
    const double room = std::max(1, is_horizontal ? rect.width() : rect.height()) / std::max(1e-9, range.size());
    const QFontMetricsF font(axis_.tickLabelFont());
    const double needed = 0.85 * font.height();  // letters are lower than their line
    // Upright names leave most of the height to the plot.
    const double letters = 0.28 * axis_.parentPlot()->viewport().height() / font.averageCharWidth();
    const int longest = is_horizontal ? std::clamp(static_cast<int>(letters), 6, longest_) : longest_;
    const int step = std::max(1, static_cast<int>(std::ceil(needed / room)));
    for (int i = 0; i < names_.size(); i += step) {
      if (!range.contains(i) || names_[i].isEmpty()) continue;
      ticks.append(i);
      if (labels != nullptr) labels->append(shortened(names_[i], longest));
    }
  }

 private:
  const QCPAxis& axis_;
  QVector<QString> names_;
  int longest_;
};

}  // namespace

SchemeColor colors_in_order(std::vector<std::string> ids) {
  return [ids = std::move(ids)](const std::string& id) {
    const auto found = std::find(ids.begin(), ids.end(), id);
    return static_cast<int>(found - ids.begin());
  };
}

QString shortened(const QString& name, int longest) {
  if (name.size() <= longest) return name;
  const int end = (longest - 1) / 2;
  return name.left(longest - 1 - end) + QChar(0x2026) + name.right(end);
}

void set_names(QCPAxis& axis, const std::vector<QString>& names, int longest) {
  QVector<QString> shown;
  for (const QString& name : names) shown.append(name);
  axis.setTicker(QSharedPointer<QCPAxisTicker>(new NameTicker(axis, shown, longest)));
  axis.setTickLabelRotation(axis.orientation() == Qt::Horizontal ? -90 : 0);
  axis.grid()->setVisible(false);
}

QCPScatterStyle marker(int index, const QColor& color, bool filled, double size) {
  static constexpr std::array kShapes = {QCPScatterStyle::ssCircle,
                                         QCPScatterStyle::ssSquare,
                                         QCPScatterStyle::ssTriangle,
                                         QCPScatterStyle::ssDiamond,
                                         QCPScatterStyle::ssTriangleInverted,
                                         QCPScatterStyle::ssCross,
                                         QCPScatterStyle::ssPlus,
                                         QCPScatterStyle::ssStar};
  return {kShapes[static_cast<std::size_t>(index) % kShapes.size()], QPen(color, 1.4),
          filled ? QBrush(color) : QBrush(Qt::NoBrush), size};
}

std::vector<QString> short_titles(const std::vector<QString>& titles) {
  const QString in_float = QObject::tr("Float");
  QStringList schemes;
  for (const QString& title : titles) {
    if (!title.isEmpty() && title != in_float && !schemes.contains(title)) schemes << title;
  }
  const QStringList distinct = distinct_titles(schemes);
  std::vector<QString> shown;
  for (const QString& title : titles) {
    const qsizetype at = schemes.indexOf(title);
    shown.push_back(at < 0 ? title : distinct[at]);
  }
  return shown;
}

void follow(QCustomPlot& plot, QCPAbstractPlottable* leader, std::vector<QCPAbstractPlottable*> followers) {
  for (QCPAbstractPlottable* each : followers) each->removeFromLegend();
  // Behind the view's own answer to the click, and gone with the leader.
  QObject::connect(&plot, &QCustomPlot::legendClick, leader, [&plot, leader, followers = std::move(followers)] {
    for (QCPAbstractPlottable* each : followers) each->setVisible(leader->visible());
    plot.replot(QCustomPlot::rpQueuedReplot);
  });
}

void set_layer_axis(PlotView& view, const std::vector<std::string>& layers) {
  QCPAxis& axis = *view.plot().xAxis;
  std::vector<QString> names;
  for (const std::string& layer : layers) names.push_back(QString::fromStdString(layer));
  set_names(axis, names, 18);
  axis.setRange(-0.7, static_cast<double>(layers.size()) - 0.3);
  axis.setLabel(QObject::tr("layer, from input to output"));
}

void set_hovers(PlotView& view, std::vector<QString> hovers, bool along_x) {
  view.set_hover([hovers = std::move(hovers), along_x](double x, double y) {
    const auto i = std::lround(along_x ? x : y);
    return i >= 0 && i < std::ssize(hovers) ? hovers[static_cast<std::size_t>(i)] : QString();
  });
}

void mark_selected(PlotView& view, const std::vector<std::string>& layers, const std::vector<std::string>& selected,
                   bool along_x) {
  for (const std::string& name : selected) {
    const auto found = std::find(layers.begin(), layers.end(), name);
    if (found == layers.end()) continue;
    const auto at = static_cast<double>(found - layers.begin());
    auto* band = new QCPItemRect(&view.plot());
    QColor color = view.theme().text;
    color.setAlpha(28);
    band->setBrush(color);
    band->setPen(Qt::NoPen);
    for (QCPItemPosition* corner : {band->topLeft, band->bottomRight}) {
      along_x ? corner->setTypeY(QCPItemPosition::ptAxisRectRatio) : corner->setTypeX(QCPItemPosition::ptAxisRectRatio);
    }
    band->topLeft->setCoords(along_x ? at - 0.5 : 0, along_x ? 0 : at - 0.5);
    band->bottomRight->setCoords(along_x ? at + 0.5 : 1, along_x ? 1 : at + 0.5);
  }
}

std::vector<std::string> merged_order(std::span<const std::vector<std::string>> lists) {
  std::vector<std::string> order;
  for (const std::vector<std::string>& list : lists) {
    std::size_t behind = 0;  // where the next name that is not there yet goes
    for (const std::string& name : list) {
      const auto found = std::find(order.begin(), order.end(), name);
      if (found == order.end()) {
        order.insert(order.begin() + static_cast<std::ptrdiff_t>(behind), name);
        ++behind;
      } else {
        behind = static_cast<std::size_t>(found - order.begin()) + 1;
      }
    }
  }
  return order;
}

}  // namespace qs
