#include "views/plots/channel_weights.h"

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>

#include "views/plots/series_style.h"

namespace qs {

namespace {

// Heights within a row, from its lower edge.
constexpr double kGridLow = 0.06;
constexpr double kGridHigh = 0.30;
constexpr double kQuantizedAt = 0.18;
constexpr double kWeightsAt = 0.52;
constexpr double kWeightsHigh = 0.68;
constexpr double kLabelAt = 0.98;
constexpr std::size_t kMostSingle = 64;  // weights drawn one by one; more as a histogram
constexpr int kMostTicks = 2048;         // grid points drawn one by one; more as a band
constexpr int kBars = 80;

QString number(double value) {
  return QString::number(value, 'g', 4);
}

QString row_label(const ChannelOnGrid& row, const QString& title) {
  if (!row.why_float.empty()) {
    return QObject::tr("%1: float (%2)").arg(title, QString::fromStdString(row.why_float));
  }
  const double db = sqnr_db(row.error.error);
  const QString quality = row.error.dead      ? QObject::tr("dead channel")
                          : std::isfinite(db) ? QObject::tr("%1 dB").arg(db, 0, 'f', 1)
                          : db > 0            ? QObject::tr("exact")
                                              : QObject::tr("noise only");
  return QObject::tr("%1: %2, scale %3, zero point %4")
      .arg(title, quality, number(row.encoding.scale))
      .arg(row.encoding.zero_point);
}

/// One stroke after another in one graph: points, parted by NaN.
struct Strokes {
  QVector<double> x;
  QVector<double> y;

  void line(double x0, double y0, double x1, double y1) {
    x << x0 << x1 << x1;
    y << y0 << y1 << qQNaN();
  }
};

QCPCurve* add_strokes(QCustomPlot& plot, const Strokes& strokes, const QPen& pen) {
  auto* curve = new QCPCurve(plot.xAxis, plot.yAxis);
  curve->setData(strokes.x, strokes.y);
  curve->setPen(pen);
  curve->removeFromLegend();
  return curve;
}

void draw_grid(const ChannelOnGrid& row, double base, const QCPRange& shown, PlotView& view) {
  const QColor color = view.theme().series_color(row.color);
  const auto code_at = [&](double x) { return x / row.encoding.scale + row.encoding.zero_point; };
  const auto first = static_cast<std::int64_t>(
      std::clamp<double>(std::ceil(code_at(shown.lower)), row.grid.quant_min(), row.grid.quant_max()));
  const auto last = static_cast<std::int64_t>(
      std::clamp<double>(std::floor(code_at(shown.upper)), row.grid.quant_min(), row.grid.quant_max()));
  const auto real = [&](std::int64_t code) {
    return static_cast<double>(row.encoding.scale) * static_cast<double>(code - row.encoding.zero_point);
  };
  Strokes ticks;
  const std::int64_t stride = std::max<std::int64_t>(1, (last - first) / kMostTicks);
  for (std::int64_t code = first; code <= last; code += stride) {
    ticks.line(real(code), base + kGridLow, real(code), base + kGridHigh);
  }
  ticks.line(real(first), base + kGridLow, real(last), base + kGridLow);
  add_strokes(view.plot(), ticks, QPen(color, 1));
}

void draw_single(const ChannelOnGrid& row, double base, PlotView& view) {
  const QColor color = view.theme().series_color(row.color);
  const bool quantized = row.why_float.empty();
  Strokes links;
  QVector<double> weights;
  QVector<double> points;
  for (std::size_t i = 0; i < row.weights.size(); ++i) {
    weights << row.weights[i];
    points << row.quantized[i];
    links.line(row.weights[i], base + kWeightsAt, row.quantized[i], base + kQuantizedAt);
  }
  const auto scatter = [&](QVector<double> x, double y, const QCPScatterStyle& style) {
    auto* graph = new QCPGraph(view.plot().xAxis, view.plot().yAxis);
    std::sort(x.begin(), x.end());
    graph->setData(x, QVector<double>(x.size(), y), true);
    graph->setLineStyle(QCPGraph::lsNone);
    graph->setScatterStyle(style);
    graph->removeFromLegend();
  };
  if (quantized) add_strokes(view.plot(), links, QPen(view.theme().weak_text, 1));
  scatter(weights, base + kWeightsAt,
          QCPScatterStyle(QCPScatterStyle::ssCircle, view.theme().float_line, view.theme().background, 6));
  if (quantized) {
    scatter(points, base + kQuantizedAt, QCPScatterStyle(QCPScatterStyle::ssDiamond, color, color, 7));
  }
}

void draw_many(const ChannelOnGrid& row, double base, const QCPRange& shown, PlotView& view) {
  const double width = shown.size() / kBars;
  std::vector<int> counts(kBars, 0);
  for (const float weight : row.weights) {
    const auto bin = static_cast<int>((weight - shown.lower) / width);
    ++counts[static_cast<std::size_t>(std::clamp(bin, 0, kBars - 1))];
  }
  const double highest = *std::max_element(counts.begin(), counts.end());
  const double floor = base + kGridHigh + 0.02;
  Strokes outline;
  double before = floor;
  for (int i = 0; i <= kBars; ++i) {
    const double x = shown.lower + i * width;
    const double height =
        i == kBars ? floor : floor + (base + kWeightsHigh - floor) * counts[static_cast<std::size_t>(i)] / highest;
    if (height != before) outline.line(x, before, x, height);
    if (i < kBars) outline.line(x, height, x + width, height);
    before = height;
  }
  add_strokes(view.plot(), outline, QPen(view.theme().float_line, 1));
  if (!row.why_float.empty()) return;
  std::vector<float> codes = row.quantized;
  std::sort(codes.begin(), codes.end());
  codes.erase(std::unique(codes.begin(), codes.end()), codes.end());
  Strokes used;  // grid points that some weight becomes, thick
  for (const float code : codes) used.line(code, base + kGridLow, code, base + kGridHigh);
  add_strokes(view.plot(), used, QPen(view.theme().series_color(row.color), 2.5));
}

void draw_label(const QString& label, double base, PlotView& view) {
  auto* text = new QCPItemText(&view.plot());
  text->setText(label);
  text->setFont(view.font());
  text->setColor(view.theme().text);
  text->setPositionAlignment(Qt::AlignTop | Qt::AlignLeft);
  text->position->setTypeX(QCPItemPosition::ptAxisRectRatio);
  text->position->setCoords(0.01, base + kLabelAt);
}

QCPRange shown_range(const ChannelWeightsPlot& data) {
  double low = 0;
  double high = 0;
  for (const ChannelOnGrid& row : data.schemes) {
    for (const std::vector<float>* values : {&row.weights, &row.quantized}) {
      for (const float value : *values) {
        low = std::min<double>(low, value);
        high = std::max<double>(high, value);
      }
    }
  }
  if (low == high) high = low + 1;
  const double margin = (high - low) * 0.05;
  return {low - margin, high + margin};
}

NumberTable numbers_of(const ChannelWeightsPlot& data) {
  NumberTable numbers{{"scheme", "index", "weight", "quantized"}, {}};
  for (const ChannelOnGrid& row : data.schemes) {
    for (std::size_t i = 0; i < row.weights.size(); ++i) {
      numbers.rows.push_back(
          {row.title.toStdString(), std::to_string(i), number_text(row.weights[i]), number_text(row.quantized[i])});
    }
  }
  return numbers;
}

QString reading_of(const ChannelWeightsPlot& data) {
  const ChannelOnGrid& first = data.schemes.front();
  const auto [low, high] = std::minmax_element(first.weights.begin(), first.weights.end());
  QString words = QObject::tr("Ticks are the values that integers stand for; thick or with a diamond: those taken. ");
  words += counted(std::ssize(first.weights), QObject::tr("weight"), QObject::tr("weights"));
  if (low != first.weights.end()) words += QObject::tr(" from %1 to %2").arg(number(*low), number(*high));
  if (data.batch_norm) {
    words += QObject::tr("; BatchNorm γ = %1, σ = %2: folding multiplied them by %3")
                 .arg(number(data.batch_norm->gamma), number(data.batch_norm->sigma),
                      number(data.batch_norm->gamma / data.batch_norm->sigma));
  }
  return words + ".";
}

QString hover_text(const ChannelWeightsPlot& data, double x, double y) {
  const auto from_top = static_cast<std::int64_t>(std::floor(static_cast<double>(data.schemes.size()) - y));
  if (from_top < 0 || from_top >= std::ssize(data.schemes)) return {};
  const ChannelOnGrid& row = data.schemes[static_cast<std::size_t>(from_top)];
  if (row.weights.empty()) return {};
  std::size_t nearest = 0;
  for (std::size_t i = 1; i < row.weights.size(); ++i) {
    if (std::abs(row.weights[i] - x) < std::abs(row.weights[nearest] - x)) nearest = i;
  }
  QString text = QObject::tr("%1\nweight %2: %3").arg(row.title).arg(nearest).arg(number(row.weights[nearest]));
  if (!row.why_float.empty()) return text;
  return text + QObject::tr(" becomes %1 (code %2)")
                    .arg(number(row.quantized[nearest]))
                    .arg(quantize(row.quantized[nearest], row.encoding, row.grid));
}

}  // namespace

ChannelOnGrid channel_on_grid(const Scheme& scheme, int color, const Graph& network, const WeightSqnr& layer,
                              int channel) {
  ChannelOnGrid row{QString::fromStdString(scheme.title), color, {}, {}, layer.why_float, {}, {}, {}};
  const auto at = static_cast<std::size_t>(channel);
  row.error = layer.channels.at(at);
  const auto found = layer_weights(network, layer.layer);
  if (!found) return row;
  row.weights = channel_values(found->node->op, *found->weights, channel);
  row.quantized = row.weights;
  if (!layer.why_float.empty()) return row;
  row.grid = layer.encoding.grid;
  row.encoding = layer.encoding.at(at);
  if (scheme.weights.rounding == Rounding::stochastic) {  // the numbers `weight_sqnr` drew
    fake_quantize_stochastic(row.weights, row.encoding, row.grid,
                             scheme.seed + static_cast<std::uint64_t>(found->id.index), at * row.weights.size(),
                             row.quantized);
  } else {
    fake_quantize(row.weights, row.encoding, row.grid, row.quantized);
  }
  return row;
}

void draw(const ChannelWeightsPlot& data, PlotView& view) {
  QCustomPlot& plot = view.plot();
  view.set_title(QObject::tr("Weights of %1, channel %2").arg(data.layer).arg(data.channel));
  plot.xAxis->setLabel(QObject::tr("weight"));
  plot.yAxis->setLabel(QObject::tr("schemes"));
  plot.yAxis->setTicks(false);
  plot.yAxis->setTickLabels(false);
  const QCPRange shown = shown_range(data);
  plot.xAxis->setRange(shown);
  plot.yAxis->setRange(0, static_cast<double>(std::max<std::size_t>(1, data.schemes.size())));
  QStringList titles;
  for (const ChannelOnGrid& row : data.schemes) titles << row.title;
  titles = distinct_titles(titles);
  for (std::size_t i = 0; i < data.schemes.size(); ++i) {
    const ChannelOnGrid& row = data.schemes[i];
    const auto base = static_cast<double>(data.schemes.size() - 1 - i);
    if (row.why_float.empty()) draw_grid(row, base, shown, view);
    if (row.weights.size() <= kMostSingle) {
      draw_single(row, base, view);
    } else {
      draw_many(row, base, shown, view);
    }
    draw_label(row_label(row, titles[static_cast<qsizetype>(i)]), base, view);
  }
  view.set_numbers(numbers_of(data));
  if (!data.schemes.empty()) view.set_reading(reading_of(data));
  view.set_hover([data](double x, double y) { return hover_text(data, x, y); });
}

}  // namespace qs
