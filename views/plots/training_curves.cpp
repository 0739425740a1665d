#include "views/plots/training_curves.h"

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>

#include "views/plots/plot_parts.h"
#include "views/plots/series_style.h"

namespace qs {

namespace {

struct Point {
  double epoch = 0;
  double value = 0;
};

enum class Stroke : std::uint8_t { epochs, steps, reference };

struct Series {
  const char* id;  ///< in tables
  QString title;
  TrainingMeasure measure;
  Stroke stroke = Stroke::epochs;
  int color = 0;
  std::vector<Point> points;
};

template <class Read>
std::vector<Point> by_epoch(const TrainingView& training, Read read) {
  std::vector<Point> points;
  for (const EpochRecord& record : training.curves) {
    const std::optional<double> value = read(record);
    if (value) points.push_back({static_cast<double>(record.epoch), *value});
  }
  return points;
}

std::vector<Point> across(const TrainingView& training, const std::optional<double>& value) {
  if (!value) return {};
  return {{0, *value}, {static_cast<double>(training.request.recipe.epochs), *value}};
}

std::vector<Point> of_steps(const TrainingView& training) {
  std::vector<Point> points;
  for (const LossPoint& each : training.losses) points.push_back({each.epoch, each.loss});
  return points;
}

bool quantizes(const TrainingView& training) {
  return training.request.recipe.quantization.has_value();
}

void add_accuracies(const TrainingView& training, std::vector<Series>& all) {
  constexpr auto kMeasure = TrainingMeasure::accuracy;
  all.push_back({"float_before", QObject::tr("Float, before training"), kMeasure, Stroke::reference, -1,
                 across(training, training.float_accuracy)});
  all.push_back({"post_training_twin", QObject::tr("Quantized, not trained"), kMeasure, Stroke::reference, 5,
                 across(training, training.twin_accuracy)});
  all.push_back({"train_accuracy", QObject::tr("Training images"), kMeasure, Stroke::epochs, 1,
                 by_epoch(training, [](const EpochRecord& r) { return std::optional(r.train_accuracy); })});
  all.push_back({"average_accuracy", QObject::tr("Validation, average of weights"), kMeasure, Stroke::epochs, 2,
                 by_epoch(training, [](const EpochRecord& r) { return r.average_accuracy; })});
  all.push_back({"validation_accuracy",
                 quantizes(training) ? QObject::tr("Validation, quantized") : QObject::tr("Validation"), kMeasure,
                 Stroke::epochs, 0, by_epoch(training, [](const EpochRecord& r) { return r.validation_accuracy; })});
}

/// In the order in which they are drawn: what matters most comes last, and so on top.
std::vector<Series> all_series(const TrainingView& training) {
  std::vector<Series> all;
  add_accuracies(training, all);
  all.push_back({"step_loss", QObject::tr("Steps"), TrainingMeasure::loss, Stroke::steps, -1, of_steps(training)});
  all.push_back({"train_loss", QObject::tr("Training images"), TrainingMeasure::loss, Stroke::epochs, 1,
                 by_epoch(training, [](const EpochRecord& r) { return std::optional(r.train_loss); })});
  all.push_back({"validation_loss",
                 quantizes(training) ? QObject::tr("Validation, quantized") : QObject::tr("Validation"),
                 TrainingMeasure::loss, Stroke::epochs, 0,
                 by_epoch(training, [](const EpochRecord& r) { return r.validation_loss; })});
  all.push_back({"learning_rate", QObject::tr("Learning rate"), TrainingMeasure::learning_rate, Stroke::epochs, 0,
                 by_epoch(training, [](const EpochRecord& r) { return std::optional(r.learning_rate); })});
  std::erase_if(all, [](const Series& each) { return each.points.empty(); });
  return all;
}

std::vector<Series> drawn_series(const TrainingCurves& data) {
  std::vector<Series> series = all_series(*data.training);
  std::erase_if(series, [&](const Series& each) { return each.measure != data.measure; });
  return series;
}

QString percent(double fraction) {
  return QObject::tr("%1 %").arg(100 * fraction, 0, 'f', 1);
}

QString value_text(TrainingMeasure measure, double value) {
  return measure == TrainingMeasure::accuracy ? percent(value) : QString::number(value, 'g', 3);
}

void add_series(const Series& series, double factor, PlotView& view) {
  QCPGraph* graph = view.plot().addGraph();
  const QColor color = series.color < 0 ? view.theme().float_line : view.theme().series_color(series.color);
  graph->setName(series.title);
  for (const Point& point : series.points) graph->addData(point.epoch, factor * point.value);
  if (series.stroke == Stroke::steps) return graph->setPen(QPen(view.theme().weak_text, 1));
  if (series.stroke == Stroke::reference) return graph->setPen(QPen(color, 1.6, Qt::DashLine));
  graph->setPen(QPen(color, 1.8));
  graph->setScatterStyle(marker(series.color, color, true, 6));
}

void set_axes(const TrainingCurves& data, PlotView& view) {
  QCustomPlot& plot = view.plot();
  const bool is_log = data.measure != TrainingMeasure::accuracy && view.log_y(false);
  if (is_log) {
    plot.yAxis->setScaleType(QCPAxis::stLogarithmic);
    plot.yAxis->setTicker(QSharedPointer<QCPAxisTickerLog>::create());
  }
  plot.yAxis->rescale(true);
  QCPRange y = plot.yAxis->range();
  if (is_log) {
    y = QCPRange(y.lower / 1.2, y.upper * 1.2);
  } else {
    const double margin = std::max(0.06 * y.size(), data.measure == TrainingMeasure::accuracy ? 0.5 : 1e-9);
    y = QCPRange(y.lower - margin, y.upper + margin);
    if (data.measure != TrainingMeasure::accuracy) y.lower = 0;
  }
  plot.yAxis->setRange(y);
  plot.yAxis->setLabel(data.measure == TrainingMeasure::accuracy ? QObject::tr("right (%)") : title_of(data.measure));
  QSharedPointer<QCPAxisTicker> whole(new QCPAxisTickerFixed);
  const int epochs = std::max(1, data.training->request.recipe.epochs);
  static_cast<QCPAxisTickerFixed&>(*whole).setTickStep(1);
  static_cast<QCPAxisTickerFixed&>(*whole).setScaleStrategy(QCPAxisTickerFixed::ssMultiples);
  plot.xAxis->setTicker(whole);
  plot.xAxis->setRange(0, epochs * 1.02);
  plot.xAxis->setLabel(QObject::tr("epoch"));
}

QString hover_text(const std::vector<Series>& series, TrainingMeasure measure, double x) {
  QString text = QObject::tr("Epoch %1").arg(std::max(0.0, x), 0, 'f', 1);
  for (auto each = series.rbegin(); each != series.rend(); ++each) {
    const auto nearest =
        std::min_element(each->points.begin(), each->points.end(),
                         [&](const Point& a, const Point& b) { return std::abs(a.epoch - x) < std::abs(b.epoch - x); });
    const QString where = each->stroke == Stroke::epochs ? QObject::tr(" (epoch %1)").arg(nearest->epoch) : QString();
    text += QString("\n%1: %2%3").arg(each->title, value_text(measure, nearest->value), where);
  }
  return text;
}

/// "12.3 points more than", "as many as".
QString compared(double difference) {
  if (std::abs(difference) < 0.0005) return QObject::tr("as many as");
  return difference > 0 ? QObject::tr("%1 points more than").arg(100 * difference, 0, 'f', 1)
                        : QObject::tr("%1 points less than").arg(-100 * difference, 0, 'f', 1);
}

QString accuracy_reading(const TrainingView& training, const EpochRecord& last) {
  if (!last.validation_accuracy)
    return QObject::tr("%1 of the training images are right.").arg(percent(last.train_accuracy));
  QString text = quantizes(training) ? QObject::tr("%1 of %2 validation images are right, quantized")
                                     : QObject::tr("%1 of %2 validation images are right");
  text = text.arg(percent(*last.validation_accuracy)).arg(training.validation);
  if (training.twin_accuracy) {
    text += QObject::tr("; %1 without training").arg(compared(*last.validation_accuracy - *training.twin_accuracy));
  }
  if (training.float_accuracy) {
    text += QObject::tr(", %1 float").arg(compared(*last.validation_accuracy - *training.float_accuracy));
  }
  return text + ".";
}

}  // namespace

QString title_of(TrainingMeasure measure) {
  switch (measure) {
    case TrainingMeasure::accuracy: return QObject::tr("Accuracy");
    case TrainingMeasure::loss: return QObject::tr("Loss");
    case TrainingMeasure::learning_rate: return QObject::tr("Learning rate");
  }
  return {};
}

bool has_points(const TrainingCurves& data) {
  return data.training != nullptr && !drawn_series(data).empty();
}

NumberTable training_table(const TrainingView& training) {
  NumberTable table{{"series", "epoch", "value"}, {}};
  for (const Series& series : all_series(training)) {
    for (const Point& point : series.points) {
      table.rows.push_back({series.id, number_text(point.epoch), number_text(point.value)});
    }
  }
  return table;
}

QString training_reading(const TrainingView& training) {
  if (training.curves.empty()) return QObject::tr("The first point comes with the end of the first epoch.");
  const EpochRecord& last = training.curves.back();
  return QObject::tr("After %1 of %2 epochs: %3")
      .arg(last.epoch)
      .arg(training.request.recipe.epochs)
      .arg(accuracy_reading(training, last));
}

void draw(const TrainingCurves& data, PlotView& view) {
  const std::vector<Series> series = drawn_series(data);
  view.set_title(QObject::tr("%1 in training").arg(title_of(data.measure)));
  const double factor = data.measure == TrainingMeasure::accuracy ? 100 : 1;
  for (const Series& each : series) add_series(each, factor, view);
  set_axes(data, view);
  legend_below(view.plot());
  view.set_numbers(training_table(*data.training));
  view.set_hover([series, measure = data.measure](double x, double) { return hover_text(series, measure, x); });
  view.set_reading(training_reading(*data.training));
}

}  // namespace qs
