#include "views/plots/sensitivity.h"

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>

namespace qs {

namespace {

bool is_sqnr(const SensitivityPlot& data) {
  return data.measure == SensitivityMeasure::sqnr;
}

QString value_text(const SensitivityPlot& data, double value) {
  if (!is_sqnr(data)) return QObject::tr("%1 %").arg(100 * value, 0, 'f', 1);
  if (std::isinf(value)) return value > 0 ? QObject::tr("exact") : QObject::tr("noise only");
  return QObject::tr("%1 dB").arg(value, 0, 'f', 1);
}

QString hover_text(const SensitivityPlot& data, const std::string& name) {
  const auto found = std::find_if(data.result.layers.begin(), data.result.layers.end(),
                                  [&](const LayerSensitivity& layer) { return layer.name == name; });
  SensitivityPlot as_sqnr = data;
  as_sqnr.measure = SensitivityMeasure::sqnr;
  SensitivityPlot as_agreement = data;
  as_agreement.measure = SensitivityMeasure::agreement;
  return QObject::tr("%1\nquantized alone: %2, agreement %3\nleft in float alone: %4, agreement %5")
      .arg(QString::fromStdString(name), value_text(as_sqnr, found->sqnr_alone),
           value_text(as_agreement, found->agreement_alone), value_text(as_sqnr, found->sqnr_without),
           value_text(as_agreement, found->agreement_without));
}

NumberTable numbers_of(const SensitivityPlot& data, const std::vector<LayerEffect>& sorted) {
  NumberTable table{
      {"layer", "sqnr_alone_db", "agreement_alone_percent", "sqnr_left_float_db", "agreement_left_float_percent"}, {}};
  for (const LayerEffect& effect : sorted) {
    for (const LayerSensitivity& layer : data.result.layers) {
      if (layer.name != effect.layer) continue;
      table.rows.push_back({layer.name, number_text(layer.sqnr_alone), number_text(100 * layer.agreement_alone),
                            number_text(layer.sqnr_without), number_text(100 * layer.agreement_without)});
    }
  }
  return table;
}

QString reading(const SensitivityPlot& data) {
  const QString all = value_text(data, all_quantized(data.result, data.measure));
  const QString text =
      data.question == SensitivityQuestion::quantized_alone
          ? QObject::tr(
                "Each layer quantized alone, worst first: the shorter the bar, the more this layer hurts. All "
                "layers together (dashed): %1.")
          : QObject::tr(
                "Each layer left in float alone, most useful first: what a bar exceeds the dashed line by (all "
                "layers quantized: %1) is what that layer costs.");
  return text.arg(all) + QObject::tr(" On %1 images.").arg(data.result.images);
}

/// Where bars of values without an end stop.
double longest(const std::vector<LayerEffect>& sorted, double all) {
  double highest = std::isfinite(all) ? all : 0;
  for (const LayerEffect& effect : sorted) {
    if (std::isfinite(effect.value)) highest = std::max(highest, effect.value);
  }
  return highest > 0 ? highest : 1;
}

}  // namespace

std::vector<LayerEffect> effects(const Sensitivity& sensitivity, SensitivityQuestion question,
                                 SensitivityMeasure measure) {
  const bool alone = question == SensitivityQuestion::quantized_alone;
  const bool sqnr = measure == SensitivityMeasure::sqnr;
  std::vector<LayerEffect> sorted;
  for (const LayerSensitivity& layer : sensitivity.layers) {
    const double value = alone ? (sqnr ? layer.sqnr_alone : layer.agreement_alone)
                               : (sqnr ? layer.sqnr_without : layer.agreement_without);
    sorted.push_back({layer.name, value});
  }
  std::stable_sort(sorted.begin(), sorted.end(), [&](const LayerEffect& a, const LayerEffect& b) {
    return alone ? a.value < b.value : a.value > b.value;
  });
  return sorted;
}

double all_quantized(const Sensitivity& sensitivity, SensitivityMeasure measure) {
  return measure == SensitivityMeasure::sqnr ? sensitivity.sqnr : sensitivity.agreement;
}

void draw(const SensitivityPlot& data, PlotView& view) {
  QCustomPlot& plot = view.plot();
  const std::vector<LayerEffect> sorted = effects(data.result, data.question, data.measure);
  const double all = all_quantized(data.result, data.measure);
  const double unit = is_sqnr(data) ? 1 : 100;
  view.set_title(QObject::tr("Sensitivity: %1").arg(data.scheme));
  plot.xAxis->setLabel(is_sqnr(data) ? QObject::tr("SQNR of the outputs (dB)")
                                     : QObject::tr("agreement with float (%)"));
  std::vector<std::string> layers;
  std::vector<QString> names;
  std::vector<QString> hovers;
  for (const LayerEffect& effect : sorted) {
    layers.push_back(effect.layer);
    names.push_back(QString::fromStdString(effect.layer));
    hovers.push_back(hover_text(data, effect.layer));
  }
  mark_selected(view, layers, data.selected, false);
  auto* bars = new QCPBars(plot.yAxis, plot.xAxis);
  const QColor color = view.theme().series_color(data.color);
  QColor fill = color;
  fill.setAlpha(130);
  bars->setPen(QPen(color, 1));
  bars->setBrush(fill);
  bars->setWidth(0.7);
  const double end = longest(sorted, all) * unit * 1.06;
  double lowest = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const double value = sorted[i].value;
    bars->addData(static_cast<double>(i), std::isfinite(value) ? value * unit : (value > 0 ? end : 0));
    if (std::isfinite(value)) lowest = std::min(lowest, value * unit);
  }
  if (std::isfinite(all)) view.add_vertical_line(all * unit, QObject::tr("all quantized"));
  const std::size_t in_sight = std::min(sorted.size(), kLayersInSight);
  plot.xAxis->setRange(lowest * 1.06, end);
  plot.yAxis->setRange(std::isfinite(all) ? -1.8 : -0.6, static_cast<double>(in_sight) - 0.4);  // room for the label
  plot.yAxis->setRangeReversed(true);
  set_names(*plot.yAxis, names);
  view.set_numbers(numbers_of(data, sorted));
  QString text = reading(data);
  QString handling;
  if (in_sight < sorted.size()) {
    text += QObject::tr(" The first %1 of %2 layers.").arg(in_sight).arg(sorted.size());
    handling = QObject::tr("Drag to see the others.");
  }
  view.set_reading(text, handling);
  set_hovers(view, std::move(hovers), false);
}

}  // namespace qs
