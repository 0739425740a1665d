// The noise of plot 4, split by its cause.
#include <qcustomplot.h>

#include <algorithm>

#include "views/plots/layer_error.h"

#include "views/plots/series_style.h"

namespace qs {

namespace {

double share(const SquaredError& error) {
  return error.signal > 0 ? error.noise / error.signal : 0;
}

QString hover_text(const QString& scheme, const LayerError& layer) {
  return QObject::tr("\n%1: clipping %2, rounding %3 of the signal's power; %4 of %5 values at an end of the grid")
      .arg(scheme)
      .arg(share(layer.clipping), 0, 'g', 3)
      .arg(share(layer.rounding), 0, 'g', 3)
      .arg(layer.saturated)
      .arg(layer.values);
}

/// Rounding below, clipping above it.
struct Stack {
  QCPBars* rounding;
  QCPBars* clipping;
};

Stack add_stack(PlotView& view, const QString& title, int color_index, double width) {
  QCustomPlot& plot = view.plot();
  const Stack stack{new QCPBars(plot.xAxis, plot.yAxis), new QCPBars(plot.xAxis, plot.yAxis)};
  const QColor color = view.theme().series_color(color_index);
  QColor fill = color;
  fill.setAlpha(110);
  stack.rounding->setBrush(fill);
  stack.clipping->setBrush(QBrush(color, Qt::BDiagPattern));
  stack.rounding->setName(QObject::tr("%1, rounding").arg(title));
  stack.clipping->setName(QObject::tr("%1, clipping").arg(title));
  for (QCPBars* bars : {stack.rounding, stack.clipping}) {
    bars->setPen(QPen(color, 1));
    bars->setWidth(width);
  }
  stack.clipping->moveAbove(stack.rounding);
  return stack;
}

}  // namespace

void draw(const LayerNoisePlot& data, PlotView& view) {
  QCustomPlot& plot = view.plot();
  view.set_title(QObject::tr("Noise of each result's quantizer"));
  const std::vector<std::string> layers = layer_names(data.layers);
  mark_selected(view, layers, data.layers.selected, true);
  NumberTable numbers{{"scheme", "layer", "clipping_share", "rounding_share"}, {}};
  std::vector<QString> hovers;
  for (const std::string& layer : layers) hovers.push_back(QString::fromStdString(layer));
  const double width = 0.8 / static_cast<double>(std::max<std::size_t>(1, data.layers.series.size()));
  double offset = -0.4 + width / 2;
  double highest = 0;
  const std::vector<QString> titles = short_titles(data.layers);
  for (std::size_t s = 0; s < titles.size(); ++s) {
    const LayerErrorSeries& series = data.layers.series[s];
    if (series.layers.empty()) continue;
    const Stack stack = add_stack(view, titles[s], series.color, width);
    for (const LayerError& layer : series.layers) {
      const auto at = std::find(layers.begin(), layers.end(), layer.name) - layers.begin();
      const double clipping = share(layer.clipping);
      const double rounding = share(layer.rounding);
      stack.rounding->addData(static_cast<double>(at) + offset, rounding);
      stack.clipping->addData(static_cast<double>(at) + offset, clipping);
      highest = std::max(highest, rounding + clipping);
      numbers.rows.push_back({series.title.toStdString(), layer.name, number_text(clipping), number_text(rounding)});
      hovers[static_cast<std::size_t>(at)] += hover_text(series.title, layer);
    }
    offset += width;
  }
  view.set_numbers(std::move(numbers));
  legend_below(plot);
  plot.yAxis->setRange(0, highest > 0 ? highest * 1.1 : 1);
  plot.yAxis->setLabel(QObject::tr("noise / signal power"));
  set_layer_axis(view, layers);
  view.set_reading(
      QObject::tr("Plain: rounding to the grid; hatched: values cut off at its ends. Much hatching asks for a wider "
                  "range, plain bars for more bits or finer scales."));
  set_hovers(view, std::move(hovers));
}

}  // namespace qs
