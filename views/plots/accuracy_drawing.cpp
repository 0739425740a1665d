#include <qcustomplot.h>

#include <cmath>

#include "views/plots/accuracy.h"

namespace qs {

namespace {

/// One line of the plot: a bar, or the heading of a group.
struct Row {
  const AccuracyGroup* group = nullptr;
  const AccuracyBar* bar = nullptr;
};

std::vector<Row> rows_of(const AccuracyPlot& data) {
  std::vector<Row> rows;
  for (const AccuracyGroup& group : data.groups) {
    if (data.groups.size() > 1) rows.push_back({&group, nullptr});
    for (const AccuracyBar& bar : group.bars) rows.push_back({&group, &bar});
  }
  return rows;
}

QString percent(double share) {
  return QObject::tr("%1 %").arg(100 * share, 0, 'f', 1);
}

double points_lost(const Row& row) {
  return 100 * (row.bar->value.fraction() - row.group->reference.fraction());
}

QString hover_text(const Row& row, AccuracyMeasure measure) {
  if (row.bar == nullptr) return row.group->title;
  const Interval interval = wilson_interval(row.bar->value);
  QString text = QObject::tr("%1\n%2: %3 (%4 of %5)\n95 % interval %6 to %7")
                     .arg(row.bar->scheme, title_of(measure), percent(row.bar->value.fraction()))
                     .arg(row.bar->value.hits)
                     .arg(row.bar->value.total)
                     .arg(percent(interval.low), percent(interval.high));
  if (!row.bar->p) return text;
  text += QObject::tr("\n%1%2 points against float: %3\nright: float alone %4, this alone %5")
              .arg(points_lost(row) < 0 ? QChar(0x2212) : QChar('+'))
              .arg(std::abs(points_lost(row)), 0, 'f', 1)
              .arg(verdict_text(*row.bar))
              .arg(row.bar->only_float)
              .arg(row.bar->only_this);
  return text;
}

void draw_bar(PlotView& view, const Row& row, double at) {
  QCustomPlot& plot = view.plot();
  const Theme& theme = view.theme();
  auto* bars = new QCPBars(plot.yAxis, plot.xAxis);
  const QColor color = row.bar->is_float ? theme.weak_text : theme.series_color(row.bar->color);
  QColor fill = color;
  fill.setAlpha(row.bar->is_float ? 60 : 130);
  bars->setPen(QPen(color, 1.2));
  bars->setBrush(fill);
  bars->setWidth(0.62);
  bars->addData(at, 100 * row.bar->value.fraction());
  bars->setName(row.bar->scheme);
  const Interval interval = wilson_interval(row.bar->value);
  auto* error = new QCPErrorBars(plot.yAxis, plot.xAxis);
  error->setDataPlottable(bars);
  error->setErrorType(QCPErrorBars::etValueError);
  error->setPen(QPen(theme.text, 1.3));
  error->setWhiskerWidth(7);
  error->setSymbolGap(0);
  error->addData(100 * (row.bar->value.fraction() - interval.low), 100 * (interval.high - row.bar->value.fraction()));
}

/// Float's value over the rows of its group.
void draw_reference(PlotView& view, const AccuracyGroup& group, double from, double to) {
  auto* line = new QCPItemLine(&view.plot());
  line->setPen(QPen(view.theme().float_line, 1.2, Qt::DashLine));
  line->start->setCoords(100 * group.reference.fraction(), from - 0.5);
  line->end->setCoords(100 * group.reference.fraction(), to + 0.5);
}

void draw_heading(PlotView& view, const AccuracyGroup& group, double at) {
  auto* text = new QCPItemText(&view.plot());
  text->position->setTypeX(QCPItemPosition::ptAxisRectRatio);
  text->position->setCoords(0, at + 0.45);
  text->setPositionAlignment(Qt::AlignLeft | Qt::AlignBottom);
  text->setText(group.partial ? QObject::tr("%1, so far").arg(group.title) : group.title);
  text->setColor(view.theme().text);
  QFont font = view.font();
  font.setBold(true);
  text->setFont(font);
  text->setPadding({4, 0, 0, 0});
}

NumberTable numbers_of(const AccuracyPlot& data) {
  NumberTable table{{"model", "scheme", "measure", "right", "images", "percent", "low_95_percent", "high_95_percent",
                     "points_against_float", "p_adjusted", "verdict"},
                    {}};
  for (const Row& row : rows_of(data)) {
    if (row.bar == nullptr) continue;
    const Interval interval = wilson_interval(row.bar->value);
    table.rows.push_back({row.group->title.section(QStringLiteral(" · "), 0, 0).toStdString(),
                          row.bar->scheme.toStdString(), title_of(data.measure).toStdString(),
                          std::to_string(row.bar->value.hits), std::to_string(row.bar->value.total),
                          number_text(100 * row.bar->value.fraction()), number_text(100 * interval.low),
                          number_text(100 * interval.high), number_text(points_lost(row)),
                          row.bar->p ? number_text(*row.bar->p) : std::string(), verdict_text(*row.bar).toStdString()});
  }
  return table;
}

QString reading(const AccuracyPlot& data) {
  if (data.measure == AccuracyMeasure::agreement) {
    return QObject::tr(
        "How often a scheme gives float's first class; whiskers are 95 % intervals. Agreement needs no "
        "labels and says nothing about who is right.");
  }
  QString text = QObject::tr(
      "Whiskers are 95 % intervals (Wilson), the dashed line is float. Differences are tested "
      "on the same images (McNemar), which sees more than overlapping whiskers do");
  if (data.comparisons > 1) text += QObject::tr("; p is raised for %1 comparisons (Holm)").arg(data.comparisons);
  return text + QStringLiteral(".");
}

/// "76.3 %  differs (p = 0.012)".
QString outcome(const AccuracyBar& bar) {
  const QString verdict = verdict_text(bar);
  return percent(bar.value.fraction()) + (verdict.isEmpty() ? QString() : "  " + verdict);
}

/// Whether names and whole verdicts would leave the bars too little of the width; p is among the values of each bar.
bool leaves_no_room(const std::vector<Row>& rows, const std::vector<QString>& names, QCustomPlot& plot) {
  constexpr int kAround = 50;  // pixels of ticks and margins
  constexpr int kLeastBars = 170;
  const QFontMetrics font(plot.yAxis->tickLabelFont());
  int left = 0;
  int right = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].bar == nullptr) continue;
    left = std::max(left, font.horizontalAdvance(shortened(names[i], 30)));
    right = std::max(right, font.horizontalAdvance(outcome(*rows[i].bar)));
  }
  return plot.viewport().width() - left - right - kAround < kLeastBars;
}

/// The right-hand axis carries the numbers and verdicts of the rows.
void set_right_names(QCustomPlot& plot, const std::vector<QString>& names) {
  set_names(*plot.yAxis2, names, 48);
  plot.yAxis2->setVisible(true);
  plot.yAxis2->setTickLabels(true);
  plot.yAxis2->setRangeReversed(true);
  plot.yAxis2->setRange(plot.yAxis->range());
  QObject::connect(plot.yAxis, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), plot.yAxis2,
                   qOverload<const QCPRange&>(&QCPAxis::setRange), Qt::UniqueConnection);
}

}  // namespace

void draw(const AccuracyPlot& data, PlotView& view) {
  QCustomPlot& plot = view.plot();
  const bool alone = data.groups.size() == 1;
  view.set_title(alone ? QObject::tr("%1: %2%3")
                             .arg(title_of(data.measure), data.groups.front().title,
                                  data.groups.front().partial ? QObject::tr(" so far") : QString())
                       : title_of(data.measure));
  plot.xAxis->setLabel(QObject::tr("%1 (%)").arg(title_of(data.measure)));
  const std::vector<Row> rows = rows_of(data);
  std::vector<QString> names;
  for (const Row& row : rows) names.push_back(row.bar != nullptr ? row.bar->scheme : QString());
  names = short_titles(names);
  const bool is_narrow = leaves_no_room(rows, names, plot);
  std::vector<QString> verdicts(rows.size());
  double highest = 1;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto at = static_cast<double>(i);
    if (rows[i].bar == nullptr) {
      draw_heading(view, *rows[i].group, at);
      continue;
    }
    draw_bar(view, rows[i], at);
    verdicts[i] = outcome(*rows[i].bar);
    if (is_narrow) verdicts[i] = verdicts[i].section(QStringLiteral(" ("), 0, 0);
    highest = std::max(highest, 100 * wilson_interval(rows[i].bar->value).high);
  }
  double from = 0;
  for (const AccuracyGroup& group : data.groups) {
    if (!alone) ++from;
    const double to = from + static_cast<double>(group.bars.size()) - 1;
    draw_reference(view, group, from, to);
    from = to + 1;
    highest = std::max(highest, 100 * group.reference.fraction());
  }
  plot.xAxis->setRange(0, std::min(100.0, highest * 1.04));
  plot.yAxis->setRange(-0.6, static_cast<double>(rows.size()) - 0.4);
  plot.yAxis->setRangeReversed(true);
  set_names(*plot.yAxis, names, is_narrow ? 24 : 30);
  set_right_names(plot, verdicts);
  view.set_numbers(numbers_of(data));
  view.set_reading(reading(data));
  std::vector<QString> hovers;
  for (const Row& row : rows) hovers.push_back(hover_text(row, data.measure));
  set_hovers(view, std::move(hovers), false);
}

}  // namespace qs
