#include "views/plots/logits.h"

#include <qcustomplot.h>

#include <algorithm>

#include "views/plots/series_style.h"

namespace qs {

namespace {

std::optional<float> logit_of(const Prediction& prediction, int index, std::optional<int> label) {
  if (!prediction.finite) return {};
  const auto found = std::find(prediction.top.begin(), prediction.top.end(), index);
  if (found != prediction.top.end()) return prediction.logits[static_cast<std::size_t>(found - prediction.top.begin())];
  return label == index ? prediction.label_logit : std::nullopt;
}

QCPBars* add_bars(PlotView& view, const QString& name, const QColor& color, Qt::BrushStyle pattern) {
  auto* bars = new QCPBars(view.plot().yAxis, view.plot().xAxis);
  QColor fill = color;
  fill.setAlpha(130);
  bars->setName(name);
  bars->setPen(QPen(color, 1));
  bars->setBrush(pattern == Qt::SolidPattern ? QBrush(fill) : QBrush(color, pattern));
  bars->setWidth(0.36);
  return bars;
}

QString number(const std::optional<float>& value) {
  return value ? QString::number(static_cast<double>(*value), 'g', 4) : QObject::tr("below the fifth");
}

std::string cell(const std::optional<float>& value) {
  return value ? number_text(static_cast<double>(*value)) : std::string();
}

}  // namespace

QString class_text(const std::vector<std::string>& names, int index) {
  if (index < 0) return QObject::tr("no answer");
  const auto i = static_cast<std::size_t>(index);
  if (i >= names.size()) return QObject::tr("class %1").arg(index);
  // "tabby, tabby cat": the first name says enough in a list.
  return QString::fromStdString(names[i]).section(QLatin1Char(','), 0, 0);
}

std::vector<ClassLogits> class_logits(const Prediction& reference, const Prediction& candidate,
                                      std::optional<int> label) {
  std::vector<ClassLogits> all;
  const auto add = [&](int index) {
    const bool known = std::any_of(all.begin(), all.end(), [&](const ClassLogits& c) { return c.index == index; });
    if (index < 0 || known) return;
    all.push_back({index, logit_of(reference, index, label), logit_of(candidate, index, label)});
  };
  for (const int index : reference.top) add(index);
  for (const int index : candidate.top) add(index);
  if (label) add(*label);
  return all;
}

void draw(const LogitPlot& data, PlotView& view) {
  QCustomPlot& plot = view.plot();
  view.set_title(data.image);
  plot.xAxis->setLabel(data.probabilities ? QObject::tr("probability") : QObject::tr("output (logit)"));
  const std::vector<ClassLogits> classes = class_logits(data.reference, data.candidate, data.label);
  QCPBars* reference = add_bars(view, QObject::tr("Float"), view.theme().weak_text, Qt::Dense6Pattern);
  constexpr int kSign = 80;  // pixels
  const QString scheme =
      QFontMetrics(plot.legend->font()).elidedText(data.scheme, Qt::ElideMiddle, plot.viewport().width() - kSign);
  QCPBars* candidate = add_bars(view, scheme, view.theme().series_color(data.color), Qt::SolidPattern);
  std::vector<QString> names;
  std::vector<QString> hovers;
  NumberTable numbers{{"class", "name", "is_label", "float", "scheme"}, {}};
  for (std::size_t i = 0; i < classes.size(); ++i) {
    const ClassLogits& each = classes[i];
    const auto at = static_cast<double>(i);
    if (each.reference) reference->addData(at - 0.19, static_cast<double>(*each.reference));
    if (each.candidate) candidate->addData(at + 0.19, static_cast<double>(*each.candidate));
    const bool is_label = data.label == each.index;
    const QString name = class_text(data.class_names, each.index);
    names.push_back(is_label ? QObject::tr("✓ %1").arg(name) : name);
    hovers.push_back(QObject::tr("%1%2\nfloat: %3\n%4: %5")
                         .arg(name, is_label ? QObject::tr(" (the label)") : QString(), number(each.reference),
                              data.scheme, number(each.candidate)));
    numbers.rows.push_back({std::to_string(each.index), name.toStdString(), is_label ? "yes" : "no",
                            cell(each.reference), cell(each.candidate)});
  }
  legend_below(plot);
  plot.rescaleAxes(true);
  const QCPRange range = plot.xAxis->range();
  plot.xAxis->setRange(std::min(0.0, range.lower * 1.05), std::max(0.0, range.upper * 1.05));
  plot.yAxis->setRange(-0.6, static_cast<double>(classes.size()) - 0.4);
  plot.yAxis->setRangeReversed(true);
  set_names(*plot.yAxis, names, 22);
  view.set_numbers(std::move(numbers));
  set_hovers(view, std::move(hovers), false);
  view.set_reading(
      QObject::tr("Outputs of the classes that either network puts into its first five, by float's order; "
                  "✓ is the label. A bar that is missing lies below that network's fifth."));
}

}  // namespace qs
