#include "views/plots/layer_error.h"

#include <qcustomplot.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>

#include "views/plots/series_style.h"

namespace qs {

namespace {

/// The quantities of which a line may show the SQNR.
struct Quantity {
  const char* id;
  QString title;
  Qt::PenStyle pen;
  bool filled;
};

struct Line {
  Quantity quantity;
  std::map<std::string, double> sqnr;  ///< in dB, by layer; may be infinite
};

std::vector<Line> lines_of(const LayerErrorSeries& series) {
  if (series.layers.empty()) {
    Line weights{{"weights", QObject::tr("weights alone"), Qt::DotLine, false}, {}};
    for (const auto& [layer, error] : series.weights) weights.sqnr[layer] = sqnr_db(error);
    return {weights};
  }
  Line accumulated{{"accumulated", QObject::tr("accumulated"), Qt::SolidLine, true}, {}};
  Line local{{"local", QObject::tr("this layer alone"), Qt::DashLine, false}, {}};
  for (const LayerError& layer : series.layers) {
    accumulated.sqnr[layer.name] = sqnr_db(layer.accumulated);
    local.sqnr[layer.name] = sqnr_db(layer.local);
  }
  return {accumulated, local};
}

QCPGraph* draw_line(PlotView& view, const Line& line, const std::vector<std::string>& layers, const QColor& color,
                    int index) {
  QCPGraph* graph = view.plot().addGraph();
  graph->setPen(QPen(color, line.quantity.filled ? 1.8 : 1.3, line.quantity.pen));
  graph->setScatterStyle(marker(index, color, line.quantity.filled, line.quantity.filled ? 6 : 7));
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const auto found = line.sqnr.find(layers[i]);
    if (found == line.sqnr.end()) continue;  // the line goes on over layers this scheme does not have
    graph->addData(static_cast<double>(i),
                   std::isfinite(found->second) ? found->second : std::numeric_limits<double>::quiet_NaN());
  }
  return graph;
}

QString db_text(double db) {
  if (std::isinf(db)) return db > 0 ? QObject::tr("exact") : QObject::tr("noise only");
  return QObject::tr("%1 dB").arg(db, 0, 'f', 1);
}

QString hover_text(const LayerErrorPlot& data, const std::string& layer) {
  QString text = QString::fromStdString(layer);
  for (const LayerErrorSeries& series : data.series) {
    text += "\n" + series.title + ":";
    for (const Line& line : lines_of(series)) {
      const auto found = line.sqnr.find(layer);
      if (found != line.sqnr.end()) text += QStringLiteral(" %1 %2;").arg(line.quantity.title, db_text(found->second));
    }
    for (const LayerError& each : series.layers) {
      if (each.name != layer) continue;
      text += QObject::tr(" %1, weights %2 bit, result %3 bit")
                  .arg(QString::fromStdString(each.type),
                       each.weight_bits > 0 ? QString::number(each.weight_bits) : QObject::tr("no"),
                       each.activation_bits > 0 ? QString::number(each.activation_bits) : QObject::tr("float"));
    }
  }
  return text + QObject::tr("\nClick to select it.");
}

QString reading(const LayerErrorPlot& data) {
  if (!data.is_measured()) {
    return QObject::tr(
        "SQNR of each layer's weights (dotted); higher is better. Measure on images to see what reaches "
        "the results.");
  }
  return QObject::tr(
      "Higher is better. Solid: with everything up to here quantized; dashed: with this layer alone "
      "quantized; dotted: the weights alone. A dip of the dashed line is this layer's own doing.");
}

}  // namespace

bool LayerErrorPlot::is_measured() const {
  return std::any_of(series.begin(), series.end(), [](const LayerErrorSeries& each) { return !each.layers.empty(); });
}

std::vector<std::pair<std::string, SquaredError>> weight_noise(const std::vector<WeightSqnr>& layers) {
  std::vector<std::pair<std::string, SquaredError>> noise;
  for (const WeightSqnr& layer : layers) {
    if (layer.why_float.empty()) noise.emplace_back(layer.layer, layer.total);
  }
  return noise;
}

std::vector<std::string> layer_names(const LayerErrorPlot& data) {
  std::vector<std::vector<std::string>> lists;
  for (const LayerErrorSeries& series : data.series) {
    std::vector<std::string>& names = lists.emplace_back();
    for (const LayerError& layer : series.layers) names.push_back(layer.name);
    if (!series.layers.empty()) continue;
    for (const auto& weights : series.weights) names.push_back(weights.first);
  }
  // Those with the most layers say the order best.
  std::stable_sort(lists.begin(), lists.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
  return merged_order(lists);
}

std::vector<QString> short_titles(const LayerErrorPlot& data) {
  std::vector<QString> titles;
  for (const LayerErrorSeries& series : data.series) titles.push_back(series.title);
  return short_titles(titles);
}

void draw(const LayerErrorPlot& data, PlotView& view) {
  QCustomPlot& plot = view.plot();
  view.set_title(data.is_measured() ? QObject::tr("Error along the network") : QObject::tr("Error of the weights"));
  const std::vector<std::string> layers = layer_names(data);
  mark_selected(view, layers, data.selected, true);
  NumberTable numbers{{"scheme", "layer", "quantity", "sqnr_db"}, {}};
  const std::vector<QString> titles = short_titles(data);
  int index = 0;
  for (const LayerErrorSeries& series : data.series) {
    const QColor color = view.theme().series_color(series.color);
    std::vector<QCPAbstractPlottable*> graphs;
    for (const Line& line : lines_of(series)) {
      graphs.push_back(draw_line(view, line, layers, color, index));
      for (const std::string& layer : layers) {
        const auto found = line.sqnr.find(layer);
        if (found == line.sqnr.end()) continue;
        numbers.rows.push_back({series.title.toStdString(), layer, line.quantity.id, number_text(found->second)});
      }
    }
    graphs.front()->setName(titles[static_cast<std::size_t>(index)]);
    follow(plot, graphs.front(), {graphs.begin() + 1, graphs.end()});
    ++index;
  }
  view.set_numbers(std::move(numbers));
  legend_below(plot);
  plot.rescaleAxes(true);
  plot.yAxis->scaleRange(1.1);
  plot.yAxis->setLabel(QObject::tr("SQNR (dB)"));
  set_layer_axis(view, layers);
  view.set_reading(reading(data), QObject::tr("Click a layer to select it."));
  std::vector<QString> hovers;
  for (const std::string& layer : layers) hovers.push_back(hover_text(data, layer));
  set_hovers(view, std::move(hovers));
}

}  // namespace qs
