#include "views/plots/pareto.h"

#include <qcustomplot.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "views/plots/series_style.h"

namespace qs {

namespace {

double cost_of(const VariantReport& variant, const VariantResult& result, ParetoCost cost) {
  if (cost == ParetoCost::size) return static_cast<double>(variant.model_bytes) / 1e6;
  if (cost == ParetoCost::bit_operations) return static_cast<double>(variant.bit_operations) / 1e9;
  return result.rows > 0 ? 1e3 * result.seconds / static_cast<double>(result.rows) : 0;
}

QString hover_text(const ParetoPoint& point, const ParetoPlot& data) {
  return QObject::tr("%1\n%2: %3 %\n%4: %5")
      .arg(point.title, title_of(data.measure))
      .arg(100 * point.accuracy.fraction(), 0, 'f', 1)
      .arg(title_of(data.cost))
      .arg(point.cost, 0, 'g', 4);
}

NumberTable numbers_of(const ParetoPlot& data, const std::vector<std::size_t>& front) {
  static constexpr std::array kColumns = {"latency_ms_per_image", "size_mb", "bit_operations_1e9"};
  NumberTable table{{"scheme", kColumns[static_cast<std::size_t>(data.cost)], "percent", "images", "on_front"}, {}};
  for (std::size_t i = 0; i < data.points.size(); ++i) {
    const ParetoPoint& point = data.points[i];
    const bool is_on = std::find(front.begin(), front.end(), i) != front.end();
    table.rows.push_back({point.title.toStdString(), number_text(point.cost),
                          number_text(100 * point.accuracy.fraction()), std::to_string(point.accuracy.total),
                          is_on ? "yes" : "no"});
  }
  return table;
}

void draw_point(PlotView& view, const ParetoPoint& point, const QString& title, int index) {
  QCustomPlot& plot = view.plot();
  const QColor color = point.is_float ? view.theme().float_line : view.theme().series_color(point.color);
  auto* graph = plot.addGraph();
  graph->setName(title);
  graph->setPen(QPen(color));
  graph->setLineStyle(QCPGraph::lsNone);
  graph->setScatterStyle(marker(index, color, !point.is_float, 9));
  graph->addData(point.cost, 100 * point.accuracy.fraction());
  const Interval interval = wilson_interval(point.accuracy);
  auto* error = new QCPErrorBars(plot.xAxis, plot.yAxis);
  error->setDataPlottable(graph);
  error->setPen(QPen(color, 1));
  error->setSymbolGap(9);
  error->addData(100 * (point.accuracy.fraction() - interval.low), 100 * (interval.high - point.accuracy.fraction()));
  follow(plot, graph, {error});
}

/// What can be had at most for each cost: level from one point of the front to the next.
void draw_front(PlotView& view, const ParetoPlot& data, const std::vector<std::size_t>& front) {
  if (front.empty()) return;
  auto* line = view.plot().addGraph();
  line->setName(QObject::tr("Pareto front"));
  line->setPen(QPen(view.theme().weak_text, 1.4, Qt::DotLine));
  line->setLineStyle(QCPGraph::lsStepLeft);
  for (const std::size_t i : front) line->addData(data.points[i].cost, 100 * data.points[i].accuracy.fraction());
}

}  // namespace

QString title_of(ParetoCost cost) {
  if (cost == ParetoCost::size) return QObject::tr("Size of the weights (MB)");
  if (cost == ParetoCost::bit_operations) return QObject::tr("Bit operations per image (10⁹)");
  return QObject::tr("Measured time per image (ms)");
}

ParetoPlot pareto_plot(std::span<const AccuracySource> sources, ParetoCost cost, AccuracyMeasure measure,
                       const SchemeColor& color) {
  ParetoPlot plot{.cost = cost, .measure = measure, .points = {}};
  for (const AccuracySource& source : sources) {
    const EvaluationReport& report = *source.report;
    for (const std::size_t v : source.variants) {
      const VariantResult& result = report.evaluation.results[v];
      ParetoPoint point{.title = variant_title(report.variants[v]),
                        .color = v == 0 ? 0 : color(report.variants[v].scheme),
                        .is_float = v == 0,
                        .cost = cost_of(report.variants[v], result, cost),
                        .accuracy = proportion(report.evaluation, v, measure)};
      if (point.accuracy.total == 0) continue;
      if (sources.size() > 1) {
        point.title = QObject::tr("%1, %2").arg(QString::fromStdString(report.model.name), point.title);
      }
      if (point.cost > 0)
        plot.points.push_back(std::move(point));
      else
        ++plot.without_cost;
    }
  }
  return plot;
}

std::vector<std::size_t> pareto_front(std::span<const ParetoPoint> points) {
  std::vector<std::size_t> front;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const auto beats = [&](const ParetoPoint& other) {
      const double gain = other.accuracy.fraction() - points[i].accuracy.fraction();
      return other.cost <= points[i].cost && gain >= 0 && (other.cost < points[i].cost || gain > 0);
    };
    if (std::none_of(points.begin(), points.end(), beats)) front.push_back(i);
  }
  std::stable_sort(front.begin(), front.end(),
                   [&](std::size_t a, std::size_t b) { return points[a].cost < points[b].cost; });
  return front;
}

void draw(const ParetoPlot& data, PlotView& view) {
  QCustomPlot& plot = view.plot();
  view.set_title(QObject::tr("%1 against cost").arg(title_of(data.measure)));
  plot.xAxis->setLabel(title_of(data.cost));
  plot.yAxis->setLabel(QObject::tr("%1 (%)").arg(title_of(data.measure)));
  const std::vector<std::size_t> front = pareto_front(data.points);
  draw_front(view, data, front);
  std::vector<QString> titles;
  for (const ParetoPoint& point : data.points) titles.push_back(point.title);
  titles = short_titles(titles);
  double dearest = 0;
  double lowest = 100;
  double highest = 0;
  for (std::size_t i = 0; i < data.points.size(); ++i) {
    draw_point(view, data.points[i], titles[i], static_cast<int>(i));
    const Interval interval = wilson_interval(data.points[i].accuracy);
    dearest = std::max(dearest, data.points[i].cost);
    lowest = std::min(lowest, 100 * interval.low);
    highest = std::max(highest, 100 * interval.high);
  }
  const double margin = std::max(1.0, 0.05 * (highest - lowest));
  plot.xAxis->setRange(0, dearest > 0 ? dearest * 1.08 : 1);
  plot.yAxis->setRange(lowest - margin, highest + margin);
  legend_below(plot);
  view.set_numbers(numbers_of(data, front));
  QString text = QObject::tr(
      "Up and left is better. No scheme beats those on the dotted line in both; whiskers are "
      "95 % intervals, and the accuracy axis does not begin at 0.");
  if (data.without_cost > 0) text += QObject::tr(" Left out, cost unknown: %1.").arg(data.without_cost);
  view.set_reading(text);
  view.set_hover([data, &plot](double x, double y) {
    constexpr double kNear = 14;  // pixels
    for (const ParetoPoint& point : data.points) {
      const double dx = plot.xAxis->coordToPixel(point.cost) - plot.xAxis->coordToPixel(x);
      const double dy = plot.yAxis->coordToPixel(100 * point.accuracy.fraction()) - plot.yAxis->coordToPixel(y);
      if (std::hypot(dx, dy) < kNear) return hover_text(point, data);
    }
    return QString();
  });
}

}  // namespace qs
