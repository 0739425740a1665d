#include "views/plots/series_style.h"

#include <qcustomplot.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace qs {

namespace {

/// How many words all lists begin with (from the end: end with).
qsizetype common(const QList<QStringList>& all, bool from_end) {
  qsizetype most = all.front().size();
  for (const QStringList& words : all) most = std::min(most, words.size());
  for (qsizetype i = 0; i < most; ++i) {
    for (const QStringList& words : all) {
      const auto word = [&](const QStringList& of) {
        QString each = of[from_end ? of.size() - 1 - i : i];
        if (each.endsWith(',')) each.chop(1);  // what follows tells titles apart, not the comma before it
        return each;
      };
      if (word(words) != word(all.front())) return i;
    }
  }
  return most;
}

}  // namespace

QStringList distinct_titles(const QStringList& titles) {
  if (titles.size() < 2) return titles;
  QList<QStringList> all;
  for (const QString& title : titles) all << title.split(' ', Qt::SkipEmptyParts);
  qsizetype first = common(all, false);
  const qsizetype last = common(all, true);
  if (first > 0 && all.front()[first - 1] == QStringLiteral("per")) --first;  // says nothing without what follows
  QStringList distinct;
  for (const QStringList& words : all) {
    QString rest = words.mid(first, words.size() - first - last).join(' ');
    while (rest.endsWith(',')) rest.chop(1);
    if (rest.isEmpty() || distinct.contains(rest)) return titles;
    distinct << rest;
  }
  return distinct;
}

QString counted(std::int64_t count, const QString& one, const QString& many) {
  return QStringLiteral("%1 %2").arg(count).arg(count == 1 ? one : many);
}

QBrush series_brush(const Theme& theme, int index) {
  constexpr std::array kHatches{Qt::SolidPattern, Qt::BDiagPattern,     Qt::FDiagPattern, Qt::Dense5Pattern,
                                Qt::CrossPattern, Qt::DiagCrossPattern, Qt::HorPattern,   Qt::VerPattern};
  constexpr int kTranslucent = 110;
  const Qt::BrushStyle hatch = kHatches[static_cast<std::size_t>(index) % kHatches.size()];
  QColor color = theme.series_color(index);
  if (hatch == Qt::SolidPattern) color.setAlpha(kTranslucent);
  return {color, hatch};
}

QPen series_pen(const Theme& theme, int index, double width) {
  constexpr std::array kStrokes{Qt::SolidLine, Qt::DashLine, Qt::DotLine, Qt::DashDotLine, Qt::DashDotDotLine};
  return {theme.series_color(index), width, kStrokes[static_cast<std::size_t>(index) % kStrokes.size()]};
}

QCPItemText* add_reference(PlotView& view, double x, const QString& label, const QCPItemText* above) {
  QCustomPlot& plot = view.plot();
  view.add_vertical_line(x, {});
  constexpr double kTop = 0.01;
  QColor behind = view.theme().background;
  behind.setAlpha(210);
  auto* text = new QCPItemText(&plot);
  text->setColor(view.theme().text);
  text->setFont(view.font());
  text->setText(label);
  text->setBrush(behind);
  text->setPadding(QMargins(4, 1, 4, 1));
  const QCPRange shown = plot.xAxis->range();
  const bool log = plot.xAxis->scaleType() == QCPAxis::stLogarithmic;
  const bool left = x > (log ? std::sqrt(shown.lower * shown.upper) : shown.center());
  text->setPositionAlignment(Qt::AlignTop | (left ? Qt::AlignRight : Qt::AlignLeft));
  if (above == nullptr) {
    text->position->setTypeY(QCPItemPosition::ptAxisRectRatio);
    text->position->setCoords(x, kTop);
  } else {  // whatever size the plot gets
    text->position->setTypeY(QCPItemPosition::ptAbsolute);
    text->position->setParentAnchorY(above->bottom);
    text->position->setCoords(x, 0);
  }
  return text;
}

void legend_below(QCustomPlot& plot) {
  QCPLegend& legend = *plot.legend;
  if (legend.layout() != plot.plotLayout()) {  // once: the plot is drawn again and again
    plot.plotLayout()->addElement(plot.plotLayout()->rowCount(), 0, &legend);
    plot.plotLayout()->setRowStretchFactor(plot.plotLayout()->rowCount() - 1, 0.001);
    legend.setFillOrder(QCPLayoutGrid::foColumnsFirst);
    legend.setBorderPen(Qt::NoPen);
  }
  legend.setBorderPen(Qt::NoPen);
  legend.setVisible(true);
  fit_legend(plot, plot.width());
}

void fit_legend(QCustomPlot& plot, int width) {
  constexpr int kBetween = 24;  // entries and their parts
  QCPLegend& legend = *plot.legend;
  if (legend.layout() != plot.plotLayout()) return;
  int widest = 1;
  const QFontMetrics font(legend.font());
  for (int i = 0; i < plot.plottableCount(); ++i) {
    const QCPAbstractPlottable& series = *plot.plottable(i);
    if (legend.itemWithPlottable(&series) == nullptr) continue;
    widest = std::max(widest, font.horizontalAdvance(series.name()) + legend.iconSize().width() + kBetween);
  }
  const int columns = std::max(1, width / widest);
  if (columns == legend.wrap() && legend.columnCount() <= columns) return;
  legend.setWrap(columns);
  legend.setFillOrder(QCPLayoutGrid::foColumnsFirst, true);
}

}  // namespace qs
