#include "views/plots/sqnr_histogram.h"

#include <qcustomplot.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "views/models/layer_weights.h"
#include "views/plots/series_style.h"

namespace qs {

namespace {

constexpr double kFilled = 0.86;  // of a bin's width; the rest parts it from the next
constexpr int kMostNamed = 12;    // channels in a hover text

std::vector<ChannelError> errors(const SqnrSeries& series) {
  std::vector<ChannelError> all;
  for (const SqnrChannel& each : series.channels) all.push_back(each.error);
  return all;
}

bool has_place(const SqnrChannel& channel) {
  return !channel.error.dead && std::isfinite(sqnr_db(channel.error.error));
}

QString grid_words(const Grid& grid) {
  return QObject::tr("%1-bit %2").arg(grid.bits).arg(grid.kind == GridKind::affine ? "asymmetric" : "symmetric");
}

/// Where a series' bar stands in its bin.
double centre(const SqnrHistogramPlot& data, std::size_t series, double from_db) {
  const double share = (static_cast<double>(series) + 0.5) / static_cast<double>(data.series.size());
  return from_db + data.width_db * ((1 - kFilled) / 2 + kFilled * share);
}

/// "Float: 8 exact. Per tensor: 1 dead."
QString without_place(const SqnrHistogramPlot& data) {
  QStringList all;
  for (const SqnrSeries& series : data.series) {
    const SqnrHistogram bins = histogram(errors(series), data.width_db);
    QStringList parts;
    if (bins.exact > 0) parts << QObject::tr("%1 exact").arg(bins.exact);
    if (bins.dead > 0) parts << QObject::tr("%1 dead (all weights 0)").arg(bins.dead);
    if (bins.noise_only > 0) parts << QObject::tr("%1 with noise only").arg(bins.noise_only);
    if (!parts.empty()) all << QObject::tr("%1: %2").arg(series.title, parts.join(", "));
  }
  return all.empty() ? QString() : QObject::tr(" Channels not on the axis: %1.").arg(all.join("; "));
}

struct Reference {
  QString label;
  double db;
};

/// One per grid: the median over the channels of what uniform noise would leave.
std::vector<Reference> references(const SqnrHistogramPlot& data) {
  std::vector<Reference> all;
  for (const SqnrSeries& series : data.series) {
    std::vector<double> ideal;
    for (const SqnrChannel& each : series.channels) {
      if (!each.error.dead && std::isfinite(each.uniform_noise_db)) ideal.push_back(each.uniform_noise_db);
    }
    if (ideal.empty()) continue;
    std::nth_element(ideal.begin(), ideal.begin() + std::ssize(ideal) / 2, ideal.end());
    const double db = ideal[ideal.size() / 2];
    const auto same = [&](const Reference& other) { return std::abs(other.db - db) < 0.05; };
    if (std::any_of(all.begin(), all.end(), same)) continue;
    all.push_back({QObject::tr("uniform noise, %1: %2 dB").arg(series.grid).arg(db, 0, 'f', 1), db});
  }
  return all;
}

QString bar_text(const SqnrHistogramPlot& data, const SqnrBar& bar) {
  const std::vector<SqnrChannel> channels = channels_of(data, bar);
  if (channels.empty()) return {};
  QStringList named;
  for (const SqnrChannel& each : channels) {
    if (named.size() == kMostNamed) break;
    named << QString::number(each.channel);
  }
  if (std::ssize(channels) > kMostNamed) named << QStringLiteral("…");
  return QObject::tr("%1\n%2 to %3 dB: %4 (%5)")
      .arg(data.series[bar.series].title)
      .arg(bar.from_db)
      .arg(bar.to_db)
      .arg(counted(std::ssize(channels), QObject::tr("channel"), QObject::tr("channels")), named.join(", "));
}

QString hover_text(const SqnrHistogramPlot& data, const std::vector<Reference>& lines, double x, double reach) {
  for (const Reference& line : lines) {
    if (std::abs(line.db - x) > reach) continue;
    return QObject::tr(
               "%1\nNoise spread evenly over a step (power step²/12), nothing clipped,\n"
               "each channel with a scale of its own: the median channel would have this SQNR.\n"
               "6.02 dB per bit + 4.77 dB − 20 log₁₀(peak / rms of the weights)")
        .arg(line.label);
  }
  const std::optional<SqnrBar> bar = bar_at(data, x);
  return bar ? bar_text(data, *bar) : QString();
}

/// What the axes have to show.
struct Extent {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
  double highest = 1;

  void take_in(double from, double to) {
    low = std::min(low, from);
    high = std::max(high, to);
  }
};

QStringList short_titles(const SqnrHistogramPlot& data) {
  QStringList titles;
  for (const SqnrSeries& series : data.series) titles << series.title;
  return distinct_titles(titles);
}

Extent draw_bars(const SqnrHistogramPlot& data, PlotView& view) {
  Extent extent;
  NumberTable numbers{{"scheme", "from_db", "to_db", "channels"}, {}};
  const QStringList titles = short_titles(data);
  for (std::size_t s = 0; s < data.series.size(); ++s) {
    const SqnrSeries& series = data.series[s];
    const SqnrHistogram bins = histogram(errors(series), data.width_db);
    auto* bars = new QCPBars(view.plot().xAxis, view.plot().yAxis);
    bars->setName(titles[static_cast<qsizetype>(s)]);
    bars->setPen(QPen(view.theme().series_color(series.color), 1));
    bars->setBrush(series_brush(view.theme(), series.color));
    bars->setWidth(data.width_db * kFilled / static_cast<double>(data.series.size()));
    for (std::size_t i = 0; i < bins.counts.size(); ++i) {
      const double from = bins.first_db + static_cast<double>(i) * bins.width_db;
      extent.take_in(from, from + bins.width_db);
      if (bins.counts[i] > 0) bars->addData(centre(data, s, from), static_cast<double>(bins.counts[i]));
      extent.highest = std::max(extent.highest, static_cast<double>(bins.counts[i]));
      numbers.rows.push_back({series.title.toStdString(), number_text(from), number_text(from + bins.width_db),
                              std::to_string(bins.counts[i])});
    }
  }
  view.set_numbers(std::move(numbers));
  return extent;
}

}  // namespace

double uniform_noise_sqnr_db(double sum_of_squares, std::int64_t count, double step) {
  return sqnr_db({sum_of_squares, static_cast<double>(count) * step * step / 12});
}

SqnrSeries sqnr_series(const Scheme& scheme, int color, const Graph& network, std::span<const WeightSqnr> all,
                       std::span<const std::string> layers) {
  SqnrSeries series{QString::fromStdString(scheme.title), color, {}, {}};
  for (const WeightSqnr& layer : all) {
    if (std::find(layers.begin(), layers.end(), layer.layer) == layers.end()) continue;
    const bool quantized = layer.why_float.empty();
    const auto weights = layer_weights(network, layer.layer);
    if (quantized && series.grid.isEmpty()) series.grid = grid_words(layer.encoding.grid);
    for (std::size_t c = 0; c < layer.channels.size(); ++c) {
      SqnrChannel channel{layer.layer, static_cast<int>(c), layer.channels[c], layer.ranges[c]};
      if (quantized && weights) {
        const double step = cover(channel.range, layer.encoding.grid).scale;
        channel.uniform_noise_db = uniform_noise_sqnr_db(channel.error.error.signal, weights->per_channel(), step);
      }
      series.channels.push_back(std::move(channel));
    }
  }
  return series;
}

SqnrHistogramPlot sqnr_histogram(std::vector<SqnrSeries> series, std::span<const std::string> layers) {
  constexpr double kMostBars = 100;
  SqnrHistogramPlot plot{{}, 6, std::move(series)};
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  std::size_t channels = 0;
  for (const SqnrSeries& each : plot.series) {
    channels = std::max(channels, each.channels.size());
    for (const SqnrChannel& channel : each.channels) {
      if (!has_place(channel)) continue;
      low = std::min(low, sqnr_db(channel.error.error));
      high = std::max(high, sqnr_db(channel.error.error));
    }
  }
  for (const double width : {3.0, 2.0, 1.0}) {
    if ((high - low) / width * static_cast<double>(plot.series.size()) <= kMostBars) plot.width_db = width;
  }
  const QString what =
      layers.size() == 1 ? QString::fromStdString(layers.front()) : QObject::tr("%1 layers").arg(layers.size());
  const auto count = static_cast<std::int64_t>(channels);
  plot.subject = what + ", " + counted(count, QObject::tr("channel"), QObject::tr("channels"));
  return plot;
}

std::optional<SqnrBar> bar_at(const SqnrHistogramPlot& plot, double x) {
  if (plot.series.empty() || !std::isfinite(x)) return std::nullopt;
  const double bin = std::floor(x / plot.width_db);
  const double inside = (x / plot.width_db - bin - (1 - kFilled) / 2) / kFilled;
  if (inside < 0 || inside >= 1) return std::nullopt;
  return SqnrBar{static_cast<std::size_t>(inside * static_cast<double>(plot.series.size())), bin * plot.width_db,
                 (bin + 1) * plot.width_db};
}

std::vector<SqnrChannel> channels_of(const SqnrHistogramPlot& plot, const SqnrBar& bar) {
  std::vector<SqnrChannel> found;
  for (const SqnrChannel& each : plot.series.at(bar.series).channels) {
    const double bin = std::floor(sqnr_db(each.error.error) / plot.width_db);
    if (has_place(each) && bin * plot.width_db == bar.from_db) found.push_back(each);
  }
  return found;
}

void draw(const SqnrHistogramPlot& data, PlotView& view) {
  QCustomPlot& plot = view.plot();
  view.set_title(QObject::tr("SQNR of output channels: %1").arg(data.subject));
  plot.xAxis->setLabel(QObject::tr("SQNR of a channel's weights (dB)"));
  plot.yAxis->setLabel(QObject::tr("channels"));
  Extent extent = draw_bars(data, view);
  const std::vector<Reference> lines = references(data);
  for (const Reference& line : lines) extent.take_in(line.db - data.width_db, line.db + data.width_db);
  if (extent.low > extent.high) extent.take_in(0, 60);  // nothing has a place: an empty axis, and words below it
  plot.xAxis->setRange(extent.low - data.width_db / 2, extent.high + data.width_db / 2);
  plot.yAxis->setRange(0, extent.highest * (1.15 + 0.12 * static_cast<double>(lines.size())));
  auto ticker = QSharedPointer<QCPAxisTickerFixed>::create();  // whole channels
  ticker->setScaleStrategy(QCPAxisTickerFixed::ssMultiples);
  plot.yAxis->setTicker(ticker);
  legend_below(plot);
  const QCPItemText* above = nullptr;
  for (const Reference& line : lines) above = add_reference(view, line.db, line.label, above);
  view.set_hover([data, lines, &plot](double x, double) {
    return hover_text(data, lines, x, plot.xAxis->range().size() * 0.006);
  });
  view.set_reading(QObject::tr("Each bar counts output channels by how far their weights stand above quantization "
                               "noise. Further right is better; 6 dB are worth one bit.") +
                   without_place(data));
}

}  // namespace qs
