#include "views/plots/channel_ranges.h"

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>

#include "core/analysis/weight_sqnr.h"
#include "core/quant/weight_quantizer.h"
#include "views/models/layer_weights.h"
#include "views/plots/series_style.h"

namespace qs {

namespace {

double reach(const Range& range) {
  return std::max(std::abs(static_cast<double>(range.min)), std::abs(static_cast<double>(range.max)));
}

QString number(double value) {
  return QString::number(value, 'g', 4);
}

/// Ranges as boxes, `offset` beside the channel's place.
void add_boxes(const std::vector<Range>& ranges, double offset, double width, const QString& name, const QPen& pen,
               const QBrush& brush, QCustomPlot& plot) {
  auto* boxes = new QCPFinancial(plot.xAxis, plot.yAxis);
  boxes->setName(name);
  boxes->setChartStyle(QCPFinancial::csCandlestick);
  boxes->setTwoColored(false);
  boxes->setWidthType(QCPFinancial::wtPlotCoords);
  boxes->setWidth(width);
  boxes->setPen(pen);
  boxes->setBrush(brush);
  for (std::size_t c = 0; c < ranges.size(); ++c) {
    boxes->addData(static_cast<double>(c) + offset, ranges[c].min, ranges[c].max, ranges[c].min, ranges[c].max);
  }
}

void add_points(const std::vector<Range>& ranges, const QString& name, const QCPScatterStyle& style,
                QCustomPlot& plot) {
  auto* points = new QCPGraph(plot.xAxis, plot.yAxis);
  points->setName(name);
  points->setLineStyle(QCPGraph::lsNone);
  points->setScatterStyle(style);
  for (std::size_t c = 0; c < ranges.size(); ++c) {
    if (reach(ranges[c]) > 0) points->addData(static_cast<double>(c), reach(ranges[c]));
  }
}

void draw_ranges(const ChannelRangesPlot& data, PlotView& view) {
  QCustomPlot& plot = view.plot();
  const QColor color = view.theme().series_color(data.color);
  const bool both = !data.before.empty();
  if (both) {
    add_boxes(data.before, -0.21, 0.36, QObject::tr("before folding"), QPen(view.theme().float_line, 1),
              view.theme().background, plot);
  }
  add_boxes(data.after, both ? 0.21 : 0, both ? 0.36 : 0.7,
            both ? QObject::tr("after folding") : QObject::tr("weights"), QPen(color, 1),
            series_brush(view.theme(), data.color), plot);
  double low = 0;
  double high = 0;
  for (const std::vector<Range>* ranges : {&data.after, &data.before}) {
    for (const Range& each : *ranges) {
      low = std::min<double>(low, each.min);
      high = std::max<double>(high, each.max);
    }
  }
  if (low == high) high = 1;
  const double margin = (high - low) * 0.05;
  plot.yAxis->setRange(low - margin, high + margin);
  plot.yAxis->setLabel(QObject::tr("weight"));
}

void draw_reaches(const ChannelRangesPlot& data, PlotView& view) {
  QCustomPlot& plot = view.plot();
  const QColor color = view.theme().series_color(data.color);
  if (!data.before.empty()) {
    add_points(data.before, QObject::tr("before folding"),
               QCPScatterStyle(QCPScatterStyle::ssCircle, view.theme().float_line, view.theme().background, 6), plot);
  }
  add_points(data.after, data.before.empty() ? QObject::tr("weights") : QObject::tr("after folding"),
             QCPScatterStyle(QCPScatterStyle::ssDiamond, color, color, 7), plot);
  plot.yAxis->setScaleType(QCPAxis::stLogarithmic);
  plot.yAxis->setTicker(QSharedPointer<QCPAxisTickerLog>::create());
  double low = std::numeric_limits<double>::infinity();
  double high = 0;
  for (const std::vector<Range>* ranges : {&data.after, &data.before}) {
    for (const Range& each : *ranges) {
      if (reach(each) > 0) low = std::min(low, reach(each));
      high = std::max(high, reach(each));
    }
  }
  if (high == 0) low = high = 1;
  plot.yAxis->setRange(low / 2, high * 2);
  plot.yAxis->setNumberFormat("gb");
  plot.yAxis->setLabel(QObject::tr("largest magnitude of a weight"));
}

QString hover_text(const ChannelRangesPlot& data, double x) {
  const auto channel = static_cast<std::int64_t>(std::llround(x));
  if (channel < 0 || channel >= std::ssize(data.after)) return {};
  const auto at = static_cast<std::size_t>(channel);
  QString text =
      QObject::tr("channel %1: from %2 to %3").arg(channel).arg(number(data.after[at].min), number(data.after[at].max));
  if (at < data.before.size()) {
    text +=
        QObject::tr("\nbefore folding: from %1 to %2").arg(number(data.before[at].min), number(data.before[at].max));
  }
  return text + QObject::tr("\nClick to choose it.");
}

QString reading_of(const ChannelRangesPlot& data) {
  QString words = data.remark.isEmpty() ? QString() : data.remark + " ";
  words += QObject::tr("One scale for all has to serve the widest channel. It reaches %1 times as far as the narrowest")
               .arg(channel_ratio(data.after), 0, 'g', 3);
  if (!data.before.empty())
    words += QObject::tr(" (before folding %1 times)").arg(channel_ratio(data.before), 0, 'g', 3);
  return words + QLatin1Char('.');
}

NumberTable numbers_of(const ChannelRangesPlot& data) {
  NumberTable numbers{{"channel", "min", "max", "min_before_folding", "max_before_folding"}, {}};
  for (std::size_t c = 0; c < data.after.size(); ++c) {
    const bool known = c < data.before.size();
    numbers.rows.push_back({std::to_string(c), number_text(data.after[c].min), number_text(data.after[c].max),
                            known ? number_text(data.before[c].min) : "",
                            known ? number_text(data.before[c].max) : ""});
  }
  return numbers;
}

}  // namespace

std::vector<Range> ranges_before_folding(const Graph& graph, const std::string& layer) {
  const auto found = layer_weights(graph, layer);
  if (!found || found->folded == nullptr || found->folded->weights.shape() != found->weights->shape()) return {};
  return weight_ranges(found->node->op, found->folded->weights);
}

void draw(const ChannelRangesPlot& data, PlotView& view) {
  QCustomPlot& plot = view.plot();
  view.set_title(QObject::tr("Ranges of output channels: %1").arg(data.layer));
  if (view.log_y()) {
    draw_reaches(data, view);
  } else {
    draw_ranges(data, view);
  }
  plot.xAxis->setLabel(QObject::tr("output channel"));
  plot.xAxis->setRange(-0.7, std::max(0.7, static_cast<double>(data.after.size()) - 0.3));
  auto ticker = QSharedPointer<QCPAxisTickerFixed>::create();  // whole channels
  ticker->setScaleStrategy(QCPAxisTickerFixed::ssMultiples);
  plot.xAxis->setTicker(ticker);
  if (data.selected) add_reference(view, *data.selected, QObject::tr("channel %1").arg(*data.selected));
  legend_below(plot);
  view.set_numbers(numbers_of(data));
  view.set_hover([data](double x, double) { return hover_text(data, x); });
  view.set_reading(reading_of(data), QObject::tr("Click a channel to choose it."));
}

}  // namespace qs
