#include "views/plots/sqnr_histogram.h"

#include <qcustomplot.h>

#include <cmath>

namespace qs {

void draw(const SqnrHistogramPlot& data, PlotView& view) {
  QCustomPlot& plot = view.plot();
  view.set_title(QObject::tr("SQNR of output channels: %1").arg(data.subject));
  plot.xAxis->setLabel(QObject::tr("SQNR of a channel's weights (dB)"));
  plot.yAxis->setLabel(QObject::tr("channels"));
  NumberTable numbers{{"scheme", "from_db", "to_db", "channels"}, {}};
  double highest = 1;
  for (const SqnrSeries& series : data.series) {
    const SqnrHistogram bins = histogram(series.channels, data.width_db);
    auto* bars = new QCPBars(plot.xAxis, plot.yAxis);
    const QColor color = view.theme().series_color(series.color);
    bars->setName(series.title);
    bars->setPen(QPen(color, 1.5));
    QColor fill = color;
    fill.setAlpha(90);
    bars->setBrush(fill);
    bars->setWidth(data.width_db);
    for (std::size_t i = 0; i < bins.counts.size(); ++i) {
      const double from = bins.first_db + static_cast<double>(i) * bins.width_db;
      bars->addData(from + bins.width_db / 2, static_cast<double>(bins.counts[i]));
      highest = std::max(highest, static_cast<double>(bins.counts[i]));
      numbers.rows.push_back({series.title.toStdString(), number_text(from), number_text(from + bins.width_db),
                              std::to_string(bins.counts[i])});
    }
  }
  view.set_numbers(std::move(numbers));
  plot.legend->setVisible(true);
  plot.rescaleAxes(true);
  plot.yAxis->setRange(0, highest * 1.15);
  view.set_reading(
      QObject::tr("Each bar counts the output channels whose weights keep this much signal over "
                  "quantization noise. Further right is better; 6 dB are worth one bit."));
}

}  // namespace qs
