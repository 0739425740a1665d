#include "views/plots/latency.h"

#include <qcustomplot.h>

#include <algorithm>

#include "views/plots/series_style.h"

namespace qs {

namespace {

constexpr double kMs = 1e3;

QString ms(double seconds) {
  return QObject::tr("%1 ms").arg(kMs * seconds, 0, 'g', 3);
}

const BenchLayer* find(const BenchResult& result, const std::string& layer) {
  const auto found =
      std::find_if(result.layers.begin(), result.layers.end(), [&](const BenchLayer& l) { return l.name == layer; });
  return found != result.layers.end() ? &*found : nullptr;
}

QString hover_text(const LatencyPlot& data, const std::string& name) {
  QString text = QString::fromStdString(name);
  for (const LatencySeries& series : data.series) {
    const BenchLayer* layer = find(series.result, name);
    if (layer == nullptr) continue;
    text += QObject::tr("\n%1: %2").arg(series.title, ms(layer->seconds));
    if (layer->chain) text += QObject::tr(", primitive alone %1").arg(ms(*layer->chain));
    text += QObject::tr(", %1").arg(QString::fromStdString(layer->kernel));
    if (!layer->reason.empty()) text += QObject::tr(" (float: %1)").arg(QString::fromStdString(layer->reason));
  }
  return text;
}

const BenchResult* float_of(const LatencyPlot& data) {
  for (const LatencySeries& each : data.series) {
    if (each.is_float) return &each.result;
  }
  return nullptr;
}

std::vector<QString> short_titles(const LatencyPlot& data) {
  std::vector<QString> titles;
  for (const LatencySeries& series : data.series) titles.push_back(series.title);
  return qs::short_titles(titles);
}

/// The bars of one series, and a dash on each where its primitive alone would be.
void draw_series(PlotView& view, const LatencySeries& series, const QString& title,
                 const std::vector<std::string>& layers, double offset, double width) {
  QCustomPlot& plot = view.plot();
  const Theme& theme = view.theme();
  const QColor color = series.is_float ? theme.weak_text : theme.series_color(series.color);
  auto* bars = new QCPBars(plot.xAxis, plot.yAxis);
  QColor fill = color;
  fill.setAlpha(120);
  bars->setName(title);
  bars->setPen(QPen(color, 1));
  bars->setBrush(series.is_float ? QBrush(color, Qt::Dense6Pattern) : QBrush(fill));
  bars->setWidth(width);
  auto* floors = new QCPErrorBars(plot.xAxis, plot.yAxis);  // error bars of no height draw a dash each
  auto* dashes = plot.addGraph();
  dashes->setPen(Qt::NoPen);
  dashes->setLineStyle(QCPGraph::lsNone);
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const BenchLayer* layer = find(series.result, layers[i]);
    if (layer == nullptr) continue;
    const double x = static_cast<double>(i) + offset;
    bars->addData(x, kMs * layer->seconds);
    if (!layer->chain) continue;
    dashes->addData(x, kMs * *layer->chain);
    floors->addData(width / 2);
  }
  floors->setErrorType(QCPErrorBars::etKeyError);
  floors->setDataPlottable(dashes);
  floors->setSymbolGap(0);
  floors->setWhiskerWidth(0);
  floors->setPen(QPen(theme.text, 1.6));
  follow(plot, bars, {dashes, floors});
}

}  // namespace

std::vector<std::string> layer_names(const LatencyPlot& data) {
  std::vector<std::vector<std::string>> lists;
  for (const LatencySeries& series : data.series) {
    std::vector<std::string>& names = lists.emplace_back();
    for (const BenchLayer& layer : series.result.layers) names.push_back(layer.name);
  }
  return merged_order(lists);
}

QString totals_text(const LatencyPlot& data) {
  const BenchResult* reference = float_of(data);
  const std::vector<QString> titles = short_titles(data);
  QStringList lines;
  for (std::size_t i = 0; i < titles.size(); ++i) {
    const LatencySeries& series = data.series[i];
    QString line = QObject::tr("%1: %2").arg(titles[i], ms(series.result.seconds));
    if (!series.is_float && reference != nullptr && series.result.seconds > 0) {
      line += QObject::tr(", %1 times as fast as float").arg(reference->seconds / series.result.seconds, 0, 'f', 2);
    }
    if (series.result.chain_seconds > 0) {
      line += QObject::tr("; its primitives alone take %1").arg(ms(series.result.chain_seconds));
    }
    lines << line;
  }
  return lines.join('\n');
}

NumberTable latency_table(const LatencyPlot& data) {
  NumberTable table{{"layer", "scheme", "ms", "primitive_ms", "times_as_fast", "kernel", "why_float"}, {}};
  const BenchResult* reference = float_of(data);
  for (const std::string& name : layer_names(data)) {
    const BenchLayer* in_float = reference != nullptr ? find(*reference, name) : nullptr;
    for (const LatencySeries& series : data.series) {
      const BenchLayer* layer = find(series.result, name);
      if (layer == nullptr) continue;
      const bool comparable = !series.is_float && in_float != nullptr && layer->seconds > 0;
      table.rows.push_back({name, series.title.toStdString(), number_text(kMs * layer->seconds),
                            layer->chain ? number_text(kMs * *layer->chain) : std::string(),
                            comparable ? number_text(in_float->seconds / layer->seconds) : std::string(), layer->kernel,
                            layer->reason});
    }
  }
  return table;
}

void draw(const LatencyPlot& data, PlotView& view) {
  QCustomPlot& plot = view.plot();
  const std::int64_t batch = data.series.empty() ? 1 : data.series.front().result.batch;
  view.set_title(QObject::tr("Time per layer, batch of %1").arg(batch));
  const std::vector<std::string> layers = layer_names(data);
  mark_selected(view, layers, data.selected, true);
  const double width = 0.84 / static_cast<double>(std::max<std::size_t>(1, data.series.size()));
  double offset = -0.42 + width / 2;
  const std::vector<QString> titles = short_titles(data);
  for (std::size_t i = 0; i < data.series.size(); ++i) {
    draw_series(view, data.series[i], titles[i], layers, offset, width);
    offset += width;
  }
  legend_below(plot);
  plot.rescaleAxes(true);
  plot.yAxis->setRange(0, plot.yAxis->range().upper * 1.1);
  plot.yAxis->setLabel(QObject::tr("ms per batch"));
  set_layer_axis(view, layers);
  std::vector<QString> hovers;
  for (const std::string& layer : layers) hovers.push_back(hover_text(data, layer));
  set_hovers(view, std::move(hovers));
  view.set_numbers(latency_table(data));
  view.set_reading(
      QObject::tr("Lower is better. Each bar is the fastest of many runs; the dash is what the layer's "
                  "oneDNN primitive takes alone, so what stands above it goes into moving data."));
}

}  // namespace qs
