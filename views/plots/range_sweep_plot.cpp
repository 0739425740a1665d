#include "views/plots/range_sweep_plot.h"

#include <qcustomplot.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/analysis/sqnr.h"
#include "views/plots/series_style.h"

namespace qs {

namespace {

constexpr double kLeast = 1e-3;  // of the largest value: nearer to 0 no end can be dragged
constexpr std::int64_t kMostTicks = 1024;

bool is_mirrored(const Grid& grid) {
  return grid.kind != GridKind::affine && grid.is_signed;
}

double largest(const RangeSweep& sweep) {
  return std::max(-static_cast<double>(sweep.seen.min), static_cast<double>(sweep.seen.max));
}

QString number(double value) {
  return QString::number(value, 'g', 4);
}

QString decibels(double power, double noise) {
  const double db = sqnr_db({power, noise});
  return std::isfinite(db) ? QObject::tr("%1 dB").arg(db, 0, 'f', 1) : QObject::tr("exact");
}

/// Four significant digits: what a person would have typed.
double rounded(double value) {
  return QString::number(value, 'g', 4).toDouble();
}

/// Places of a curve; what cannot stand on a log axis leaves a gap.
void add_curve(const RangeSweepPlot& data, double (*part)(const RangeNoise&), const QString& name, const QPen& pen,
               PlotView& view) {
  auto* graph = new QCPGraph(view.plot().xAxis, view.plot().yAxis);
  graph->setName(name);
  graph->setPen(pen);
  double before = -1;
  for (const SweepPoint& point : data.sweep.points) {
    if (before < 0 && point.at > 0) graph->addData(0, qQNaN());  // two curves: one for each end
    const double noise = part(point.noise) / data.sweep.power;
    graph->addData(point.at, noise > 0 ? noise : qQNaN());
    before = point.at;
  }
}

/// Behind the curves, in the lower part, on a log scale of its own; the hover text tells the numbers.
void draw_shares(const RangeSweepPlot& data, PlotView& view) {
  QCustomPlot& plot = view.plot();
  const std::vector<double>& shares = data.sweep.shares;
  double least = 1;
  double most = 0;
  for (const double each : shares) {
    if (each > 0) least = std::min(least, each);
    most = std::max(most, each);
  }
  if (most == 0) return;
  const double floor = 50 * least;
  auto* graph = new QCPGraph(plot.xAxis, plot.yAxis2);
  graph->setName(data.what == RangeOf::weights ? QObject::tr("weights (log count)")
                                               : QObject::tr("activations (log count)"));
  graph->setLineStyle(QCPGraph::lsStepLeft);
  QColor fill = view.theme().weak_text;
  graph->setPen(QPen(fill, 1));
  fill.setAlpha(60);
  graph->setBrush(fill);
  const double low = data.sweep.seen.min;
  const double width = (static_cast<double>(data.sweep.seen.max) - low) / static_cast<double>(shares.size());
  graph->addData(low, floor);
  for (std::size_t i = 0; i < shares.size(); ++i) {
    graph->addData(low + static_cast<double>(i) * width, std::max(floor, 100 * shares[i]));
  }
  graph->addData(data.sweep.seen.max, floor);
  plot.yAxis2->setScaleType(QCPAxis::stLogarithmic);
  plot.yAxis2->setTicker(QSharedPointer<QCPAxisTickerLog>::create());
  plot.yAxis2->setRange(floor, 100 * most * std::pow(100 * most / floor, 0.8));
}

/// The values that codes stand for, as ticks along the bottom. Channels with ranges of their own share them only where
/// all are cut alike on both sides.
void draw_grid(const RangeSweepPlot& data, PlotView& view) {
  if (data.sweep.relative && !is_mirrored(data.sweep.grid)) return;
  const Grid& grid = data.sweep.grid;
  const ScaleZeroPoint encoding = cover(data.current, grid);
  const std::int64_t codes = static_cast<std::int64_t>(grid.quant_max()) - grid.quant_min();
  const std::int64_t stride = std::max<std::int64_t>(1, codes / kMostTicks);
  QCustomPlot& plot = view.plot();
  const double low = plot.yAxis->range().lower;
  const bool log = plot.yAxis->scaleType() == QCPAxis::stLogarithmic;
  const double high =
      log ? low * std::pow(plot.yAxis->range().upper / low, 0.035) : low + plot.yAxis->range().size() * 0.035;
  QVector<double> x;
  QVector<double> y;
  for (std::int64_t code = grid.quant_min(); code <= grid.quant_max(); code += stride) {
    const double at = dequantize(static_cast<std::int32_t>(code), encoding);
    x << at << at << at;
    y << low << high << qQNaN();
  }
  auto* ticks = new QCPCurve(plot.xAxis, plot.yAxis);
  ticks->setName(QObject::tr("grid"));
  ticks->setData(x, y);
  ticks->setPen(QPen(view.theme().series_color(data.color), 1));
}

void draw_choices(const RangeSweepPlot& data, PlotView& view) {
  constexpr std::array kMarks{
      QCPScatterStyle::ssSquare,     QCPScatterStyle::ssTriangle,         QCPScatterStyle::ssDiamond,
      QCPScatterStyle::ssCircle,     QCPScatterStyle::ssTriangleInverted, QCPScatterStyle::ssCrossSquare,
      QCPScatterStyle::ssPlusCircle, QCPScatterStyle::ssCrossCircle,      QCPScatterStyle::ssStar};
  for (std::size_t i = 0; i < data.choices.size(); ++i) {
    const RangeChoice& choice = data.choices[i];
    const double noise = choice.noise.total() / data.sweep.power;
    if (!choice.obstacle.empty() || !(noise > 0)) continue;
    auto* marks = new QCPGraph(view.plot().xAxis, view.plot().yAxis);
    marks->setName(QString::fromStdString(choice.title));
    marks->setLineStyle(QCPGraph::lsNone);
    marks->setScatterStyle(QCPScatterStyle(kMarks[i % kMarks.size()],
                                           QPen(view.theme().series_color(static_cast<int>(i)), 1.8),
                                           view.theme().background, 10));
    for (const RangeEnd end : {RangeEnd::lower, RangeEnd::upper}) {
      const double at = end == RangeEnd::lower ? choice.range.min : choice.range.max;
      if (moves(data.sweep, end) && at != 0) marks->addData(at, noise);
    }
  }
}

void draw_ends(const RangeSweepPlot& data, PlotView& view) {
  for (const RangeEnd end : {RangeEnd::lower, RangeEnd::upper}) {
    const bool upper = end == RangeEnd::upper;
    const bool follows = is_mirrored(data.sweep.grid) && !upper && data.sweep.seen.min < 0;
    if (!moves(data.sweep, end) && !follows) continue;
    const double at = upper ? data.current.max : data.current.min;
    add_reference(view, at, number(at));
    auto* line = new QCPItemStraightLine(&view.plot());
    const bool active = data.active == end || is_mirrored(data.sweep.grid);
    line->setPen(QPen(view.theme().series_color(data.color), active ? 3 : 2));
    line->point1->setCoords(at, 1);
    line->point2->setCoords(at, 2);
    line->point1->setTypeY(QCPItemPosition::ptAxisRectRatio);
    line->point2->setTypeY(QCPItemPosition::ptAxisRectRatio);
    line->point1->setCoords(at, 0);
    line->point2->setCoords(at, 1);
  }
}

void set_axes(const RangeSweepPlot& data, PlotView& view) {
  QCustomPlot& plot = view.plot();
  double least = 1;
  double most = 0;
  for (const SweepPoint& point : data.sweep.points) {
    const double noise = point.noise.total() / data.sweep.power;
    if (noise > 0) least = std::min(least, noise);
    most = std::max(most, noise);
  }
  const double reach = largest(data.sweep);
  const double low = data.sweep.points.front().at;
  const double high = data.sweep.points.back().at;
  plot.xAxis->setRange(std::min(low, 0.0) - 0.04 * reach, std::max(high, 0.0) + 0.04 * reach);
  const bool weights = data.what == RangeOf::weights;
  plot.xAxis->setLabel(data.sweep.relative ? QObject::tr("weight / end of its channel's range (1: the largest)")
                       : weights           ? QObject::tr("weight, clip point")
                                           : QObject::tr("activation, clip point"));
  plot.yAxis->setLabel(QObject::tr("noise / signal power"));
  if (view.log_y(true)) {
    plot.yAxis->setScaleType(QCPAxis::stLogarithmic);
    plot.yAxis->setTicker(QSharedPointer<QCPAxisTickerLog>::create());
    plot.yAxis->setNumberFormat("eb");
    plot.yAxis->setNumberPrecision(0);
    plot.yAxis->setRange(least / 30, std::max(most, least) * 3);
  } else {
    plot.yAxis->setRange(0, most * 1.15);
  }
}

QString reading_of(const RangeSweepPlot& data) {
  QString words = data.remark.isEmpty() ? QString() : data.remark + " ";
  words += QObject::tr(
      "Each curve tells the noise if the range ended there: a wider one clips less and rounds more "
      "coarsely. ");
  const SweepPoint* best = nullptr;  // of those within the values
  for (const SweepPoint& point : data.sweep.points) {
    if (std::abs(point.at) > largest(data.sweep) * 1.0001) continue;
    if (best == nullptr || point.noise.total() < best->noise.total()) best = &point;
  }
  words += QObject::tr("SQNR in use %1; best place on the curve: %2, with %3.")
               .arg(decibels(data.sweep.power, data.sweep.noise.total()), number(best->at),
                    decibels(data.sweep.power, best->noise.total()));
  QStringList silent;
  for (const RangeChoice& each : data.choices) {
    if (each.obstacle.empty()) continue;
    silent << QString::fromStdString(each.title);
  }
  if (!silent.empty()) words += QObject::tr(" Cannot answer here: %1.").arg(silent.join(", "));
  return words;
}

QString hover_text(const RangeSweepPlot& data, double x) {
  QString text = QObject::tr("Drag the thick lines, or move them with the arrow keys.\n");
  if (const auto noise = noise_at(data.sweep, x)) {
    text += QObject::tr("range ends at %1: SQNR %2\nrounding alone %3, clipping alone %4\n")
                .arg(number(x), decibels(data.sweep.power, noise->total()), decibels(data.sweep.power, noise->rounding),
                     decibels(data.sweep.power, noise->clipping));
  }
  const double low = data.sweep.seen.min;
  const auto bins = static_cast<double>(data.sweep.shares.size());
  const double place = (x - low) / (static_cast<double>(data.sweep.seen.max) - low) * bins;
  if (!(place >= 0 && place < bins)) return text;
  const double share = data.sweep.shares[static_cast<std::size_t>(place)];
  return text + QObject::tr("%1 % of the values in this bar").arg(100 * share, 0, 'g', 3);
}

NumberTable numbers_of(const RangeSweepPlot& data) {
  NumberTable numbers{{"what", "range_min", "range_max", "rounding_noise", "clipping_noise", "sqnr_db"}, {}};
  const auto add = [&](const std::string& what, double low, double high, const RangeNoise& noise) {
    numbers.rows.push_back({what, number_text(low), number_text(high), number_text(noise.rounding),
                            number_text(noise.clipping), number_text(sqnr_db({data.sweep.power, noise.total()}))});
  };
  for (const SweepPoint& point : data.sweep.points) {
    const Range range =
        moved(data.sweep, data.sweep.current, point.at < 0 ? RangeEnd::lower : RangeEnd::upper, point.at);
    add("curve", range.min, range.max, point.noise);
  }
  for (const RangeChoice& each : data.choices) {
    if (each.obstacle.empty()) add(each.id, each.range.min, each.range.max, each.noise);
  }
  return numbers;
}

}  // namespace

bool moves(const RangeSweep& sweep, RangeEnd end) {
  if (is_mirrored(sweep.grid)) return end == RangeEnd::upper;
  return end == RangeEnd::upper ? sweep.seen.max > 0 : sweep.seen.min < 0 && sweep.grid.kind == GridKind::affine;
}

Range moved(const RangeSweep& sweep, Range range, RangeEnd end, double x) {
  const double reach = largest(sweep);
  const bool upper = end == RangeEnd::upper;
  const double farthest = sweep.relative ? 1 : 1e9;
  if (is_mirrored(sweep.grid)) {
    const auto both = static_cast<float>(std::clamp(std::abs(x), kLeast * reach, farthest));
    return {-both, both};
  }
  if (upper) {
    range.max = static_cast<float>(std::clamp(x, kLeast * reach, farthest));
  } else {
    range.min = static_cast<float>(std::clamp(x, -farthest, -kLeast * reach));
  }
  return range;
}

MethodChoice range_by_hand(const RangeSweep& sweep, Range range) {
  if (!sweep.relative) {
    return {"fixed", {{"min", rounded(std::min(range.min, 0.0F))}, {"max", rounded(std::max(range.max, 0.0F))}}};
  }
  return {"scaled_min_max",
          {{"low", rounded(100 * std::min(-static_cast<double>(range.min), 1.0))},
           {"high", rounded(100 * std::min(static_cast<double>(range.max), 1.0))}}};
}

std::optional<RangeNoise> noise_at(const RangeSweep& sweep, double x) {
  const auto& points = sweep.points;
  const auto after = std::lower_bound(points.begin(), points.end(), x,
                                      [](const SweepPoint& point, double place) { return point.at < place; });
  if (after == points.end()) return std::nullopt;
  if (after->at == x) return after->noise;
  if (after == points.begin()) return std::nullopt;
  const SweepPoint& before = *(after - 1);
  if (before.at < 0 && after->at > 0) return std::nullopt;
  const double share = (x - before.at) / (after->at - before.at);
  const auto between = [&](double a, double b) { return a + share * (b - a); };
  return RangeNoise{between(before.noise.rounding, after->noise.rounding),
                    between(before.noise.clipping, after->noise.clipping)};
}

void draw(const RangeSweepPlot& data, PlotView& view) {
  const QString layer = QString::fromStdString(data.layer);
  view.set_title(data.what == RangeOf::weights ? QObject::tr("Range of the weights: %1").arg(layer)
                                               : QObject::tr("Range of what %1 puts out").arg(layer));
  set_axes(data, view);
  draw_shares(data, view);
  const Theme& theme = view.theme();
  QColor broad = theme.float_line;  // beneath the other two, one of which it mostly coincides with
  broad.setAlpha(90);
  const auto both = [](const RangeNoise& noise) { return noise.total(); };
  const auto clipping = [](const RangeNoise& noise) { return noise.clipping; };
  const auto rounding = [](const RangeNoise& noise) { return noise.rounding; };
  add_curve(data, both, QObject::tr("both"), QPen(broad, 5), view);
  add_curve(data, clipping, QObject::tr("clipping"), QPen(theme.bad, 1.5, Qt::DashLine), view);
  add_curve(data, rounding, QObject::tr("rounding"), QPen(theme.good, 1.5, Qt::DotLine), view);
  draw_grid(data, view);
  draw_choices(data, view);
  draw_ends(data, view);
  legend_below(view.plot());
  view.set_numbers(numbers_of(data));
  view.set_hover([data](double x, double) { return hover_text(data, x); });
  view.set_reading(reading_of(data), QObject::tr("Drag a thick line, or move it with the arrow keys."));
}

}  // namespace qs
