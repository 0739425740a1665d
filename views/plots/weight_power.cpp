#include "views/plots/weight_power.h"

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "views/plots/series_style.h"

namespace qs {

namespace {

constexpr double kTail = 10;  // times the mean power
constexpr std::size_t kTailBin = static_cast<std::size_t>((1 - PowerHistogram::kFirst) / PowerHistogram::kWidth);

double edge(std::size_t bin) {
  return std::pow(10.0, PowerHistogram::kFirst + static_cast<double>(bin) * PowerHistogram::kWidth);
}

double total(const PowerHistogram& histogram) {
  const auto counted = std::accumulate(histogram.counts.begin(), histogram.counts.end(), histogram.zeros);
  return static_cast<double>(std::max<std::int64_t>(1, counted));
}

double percent(const PowerSeries& series, std::size_t bin) {
  return 100 * static_cast<double>(series.power.histogram.counts[bin]) / total(series.power.histogram);
}

/// "before folding 4.17 %, after folding 6.94 %".
QString tails(const WeightPowerPlot& data) {
  QStringList all;
  for (const PowerSeries& series : data.series) {
    QString words = QObject::tr("%1 %2 %").arg(series.title).arg(100 * tail_share(series.power), 0, 'g', 3);
    if (series.power.histogram.zeros > 0) words += QObject::tr(" (%1 are 0)").arg(series.power.histogram.zeros);
    all << words;
  }
  return all.join(", ");
}

QString percentiles(const WeightPowerPlot& data) {
  QStringList all;
  for (const PowerSeries& series : data.series) all << QString::number(series.power.percentile999, 'g', 3);
  return all.join(", ");
}

/// The bins that any series needs: [first, last).
struct Bins {
  std::size_t first = PowerHistogram::kBins;
  std::size_t last = 0;
};

Bins occupied(const WeightPowerPlot& data) {
  Bins bins;
  for (const PowerSeries& series : data.series) {
    for (std::size_t i = 0; i < PowerHistogram::kBins; ++i) {
      if (series.power.histogram.counts[i] == 0) continue;
      bins.first = std::min(bins.first, i);
      bins.last = std::max(bins.last, i + 1);
    }
  }
  if (bins.first >= bins.last) return {kTailBin - 8, kTailBin + 4};  // all weights are 0
  return {bins.first, std::max(bins.last, kTailBin + 2)};
}

void add_steps(const PowerSeries& series, const Bins& bins, double floor, PlotView& view) {
  QCustomPlot& plot = view.plot();
  auto* graph = new QCPGraph(plot.xAxis, plot.yAxis);
  graph->setName(series.title);
  graph->setLineStyle(QCPGraph::lsStepLeft);
  if (series.color) {
    graph->setPen(QPen(view.theme().series_color(*series.color), 2));
    QColor fill = view.theme().series_color(*series.color);
    fill.setAlpha(50);
    graph->setBrush(fill);
  } else {
    graph->setPen(QPen(view.theme().float_line, 1.5, Qt::DashLine));
  }
  graph->addData(edge(bins.first), floor);
  for (std::size_t i = bins.first; i < bins.last; ++i) graph->addData(edge(i), std::max(floor, percent(series, i)));
  graph->addData(edge(bins.last), floor);
}

NumberTable numbers_of(const WeightPowerPlot& data, const Bins& bins) {
  NumberTable numbers{{"weights", "from_power", "to_power", "count", "percent"}, {}};
  for (const PowerSeries& series : data.series) {
    for (std::size_t i = bins.first; i < bins.last; ++i) {
      numbers.rows.push_back({series.title.toStdString(), number_text(edge(i)), number_text(edge(i + 1)),
                              std::to_string(series.power.histogram.counts[i]), number_text(percent(series, i))});
    }
  }
  return numbers;
}

QString hover_text(const WeightPowerPlot& data, double x) {
  if (x <= 0) return {};
  const double place = (std::log10(x) - PowerHistogram::kFirst) / PowerHistogram::kWidth;
  if (place < 0 || place >= static_cast<double>(PowerHistogram::kBins)) return {};
  const auto bin = static_cast<std::size_t>(place);
  QString text = QObject::tr("%1 to %2 times the mean power").arg(edge(bin), 0, 'g', 3).arg(edge(bin + 1), 0, 'g', 3);
  for (const PowerSeries& series : data.series) {
    text += QObject::tr("\n%1: %2 % (%3 weights)")
                .arg(series.title)
                .arg(percent(series, bin), 0, 'g', 3)
                .arg(series.power.histogram.counts[bin]);
  }
  return text;
}

void set_axes(const WeightPowerPlot& data, const Bins& bins, bool log_y, double floor, PlotView& view) {
  QCustomPlot& plot = view.plot();
  double highest = floor;
  for (const PowerSeries& series : data.series) {
    for (std::size_t i = bins.first; i < bins.last; ++i) highest = std::max(highest, percent(series, i));
  }
  plot.xAxis->setScaleType(QCPAxis::stLogarithmic);
  plot.xAxis->setTicker(QSharedPointer<QCPAxisTickerLog>::create());
  plot.xAxis->setNumberFormat("eb");
  plot.xAxis->setNumberPrecision(0);
  plot.xAxis->setRange(edge(bins.first) / 1.3, edge(bins.last) * 1.3);
  plot.xAxis->setLabel(QObject::tr("power of a weight, W² / E[W²]"));
  plot.yAxis->setLabel(QObject::tr("weights (%)"));
  if (log_y) {
    plot.yAxis->setScaleType(QCPAxis::stLogarithmic);
    plot.yAxis->setTicker(QSharedPointer<QCPAxisTickerLog>::create());
    plot.yAxis->setRange(floor, highest * 3);
  } else {
    plot.yAxis->setRange(0, highest * 1.15);
  }
}

}  // namespace

double tail_share(const WeightPower& power) {
  const auto& counts = power.histogram.counts;
  const auto tail = std::accumulate(counts.begin() + kTailBin, counts.end(), std::int64_t{0});
  return static_cast<double>(tail) / total(power.histogram);
}

QString folding_remark(const Scheme& scheme, BatchNormState state, bool layer_was_folded) {
  const auto& passes = scheme.passes;
  if (std::find(passes.begin(), passes.end(), "fold_batch_norm") == passes.end()) {
    return QObject::tr("The current scheme folds no BatchNorm.");
  }
  if (state == BatchNormState::none) {
    return QObject::tr("The file came without BatchNorm: already folded, or never there. So there is no “before”.");
  }
  if (!layer_was_folded) return QObject::tr("No BatchNorm was folded into this layer.");
  if (state == BatchNormState::trivial) {
    return QObject::tr("The file came already folded: its BatchNorms have mean 0 and variance 1.");
  }
  return {};
}

void draw(const WeightPowerPlot& data, PlotView& view) {
  QCustomPlot& plot = view.plot();
  view.set_title(QObject::tr("Power of weights: %1").arg(data.layer));
  const Bins bins = occupied(data);
  double floor = 100;  // below the share of a single weight
  for (const PowerSeries& series : data.series) floor = std::min(floor, 50 / total(series.power.histogram));
  const bool log_y = view.log_y(true);
  set_axes(data, bins, log_y, floor, view);
  for (const PowerSeries& series : data.series) add_steps(series, bins, log_y ? floor : 0, view);
  const QCPItemText* mean = add_reference(view, 1, QObject::tr("mean"));
  add_reference(view, kTail, QObject::tr("10 times"), mean);
  legend_below(plot);
  view.set_numbers(numbers_of(data, bins));
  view.set_hover([data](double x, double) { return hover_text(data, x); });
  QString reading = QObject::tr(
                        "Few weights far right of the mean set the scale for all. Share of weights with at least "
                        "10 times the mean power: %1; in a normal distribution 0.16 %. 99.9 % of the weights "
                        "have at most %2 times; normal: 10.8.")
                        .arg(tails(data), percentiles(data));
  if (!data.remark.isEmpty()) reading = data.remark + " " + reading;
  view.set_reading(reading);
}

}  // namespace qs
