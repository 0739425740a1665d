#include "views/plots/seed_curves.h"

#include <qcustomplot.h>

#include <algorithm>

#include "views/plots/plot_parts.h"
#include "views/plots/series_style.h"

namespace qs {

namespace {

constexpr double kPercent = 100;

/// A line without a stroke, for an end of a band.
QCPGraph* add_edge(QCustomPlot& plot, const std::vector<EpochSpread>& spreads, double EpochSpread::*edge) {
  QCPGraph* graph = plot.addGraph();
  graph->setPen(Qt::NoPen);
  for (std::size_t e = 0; e < spreads.size(); ++e) {
    graph->addData(static_cast<double>(e + 1), kPercent * (spreads[e].*edge));
  }
  return graph;
}

void add_curve(const SeedCurve& curve, int index, PlotView& view) {
  const std::vector<EpochSpread> spreads = epoch_spreads(curve);
  const QColor color = view.theme().series_color(curve.color);
  QCPGraph* low = add_edge(view.plot(), spreads, &EpochSpread::least);
  QCPGraph* high = add_edge(view.plot(), spreads, &EpochSpread::most);
  QColor band = color;
  band.setAlpha(40);
  high->setBrush(band);
  high->setChannelFillGraph(low);
  QCPGraph* mean = view.plot().addGraph();
  mean->setName(curve.title);
  mean->setPen(series_pen(view.theme(), curve.color, 1.8));
  mean->setScatterStyle(marker(index, color, true, 6));
  for (std::size_t e = 0; e < spreads.size(); ++e) {
    mean->addData(static_cast<double>(e + 1), kPercent * spreads[e].mean);
  }
  follow(view.plot(), mean, {low, high});
}

QString hover_text(const SeedCurves& data, double x) {
  const auto epoch = static_cast<std::size_t>(std::max(1.0, x + 0.5));
  QString text = QObject::tr("Epoch %1").arg(epoch);
  for (const SeedCurve& curve : data.curves) {
    const std::vector<EpochSpread> spreads = epoch_spreads(curve);
    if (epoch > spreads.size()) continue;
    const EpochSpread& spread = spreads[epoch - 1];
    text += QObject::tr("\n%1: %2 % (%3 to %4)")
                .arg(curve.title)
                .arg(kPercent * spread.mean, 0, 'f', 2)
                .arg(kPercent * spread.least, 0, 'f', 2)
                .arg(kPercent * spread.most, 0, 'f', 2);
  }
  return text;
}

NumberTable numbers_of(const SeedCurves& data) {
  NumberTable table{{"series", "run", "epoch", "right"}, {}};
  for (const SeedCurve& curve : data.curves) {
    for (std::size_t r = 0; r < curve.runs.size(); ++r) {
      for (std::size_t e = 0; e < curve.runs[r].size(); ++e) {
        table.rows.push_back(
            {curve.title.toStdString(), std::to_string(r + 1), std::to_string(e + 1), number_text(curve.runs[r][e])});
      }
    }
  }
  return table;
}

}  // namespace

std::vector<EpochSpread> epoch_spreads(const SeedCurve& curve) {
  std::vector<EpochSpread> spreads;
  for (std::size_t epoch = 0;; ++epoch) {
    std::vector<double> values;
    for (const std::vector<double>& run : curve.runs) {
      if (epoch < run.size()) values.push_back(run[epoch]);
    }
    if (values.empty()) return spreads;
    double sum = 0;
    for (double value : values) sum += value;
    const auto [least, most] = std::minmax_element(values.begin(), values.end());
    spreads.push_back({sum / static_cast<double>(values.size()), *least, *most});
  }
}

void draw(const SeedCurves& data, PlotView& view) {
  QCustomPlot& plot = view.plot();
  view.set_title(data.title);
  for (std::size_t c = 0; c < data.curves.size(); ++c) add_curve(data.curves[c], static_cast<int>(c), view);
  plot.rescaleAxes();
  const QCPRange x = plot.xAxis->range();
  plot.xAxis->setRange(x.lower - 0.3, x.upper + 0.3);
  const QCPRange y = plot.yAxis->range();
  const double margin = std::max(0.06 * y.size(), 0.2);
  plot.yAxis->setRange(y.lower - margin, y.upper + margin);
  QSharedPointer<QCPAxisTickerFixed> whole(new QCPAxisTickerFixed);
  whole->setTickStep(1);
  whole->setScaleStrategy(QCPAxisTickerFixed::ssMultiples);
  plot.xAxis->setTicker(whole);
  plot.xAxis->setLabel(QObject::tr("epoch"));
  plot.yAxis->setLabel(QObject::tr("right (%)"));
  legend_below(plot);
  view.set_numbers(numbers_of(data));
  view.set_hover([data](double x_at, double) { return hover_text(data, x_at); });
  view.set_reading(data.reading);
}

}  // namespace qs
