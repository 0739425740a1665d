// Plot 1: how many output channels of some layers have which SQNR (Krishnamoorthi, arXiv:1806.08342, figures 18, 19).
#pragma once

#include <QString>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/analysis/weight_sqnr.h"
#include "views/plots/plot_view.h"

namespace qs {

/// One output channel of a layer under one scheme.
struct SqnrChannel {
  std::string layer;
  int channel = 0;
  ChannelError error;
  Range range;  ///< of its weights
  /// See `uniform_noise_sqnr_db`, for a scale that serves this channel alone; NaN where its weights stay float.
  double uniform_noise_db = std::numeric_limits<double>::quiet_NaN();
};

/// One scheme's channels.
struct SqnrSeries {
  QString title;
  int color = 0;
  QString grid;  ///< "8 bits, symmetric"; empty where nothing is quantized
  std::vector<SqnrChannel> channels;
};

struct SqnrHistogramPlot {
  QString subject;      ///< "conv_dw_1, 8 channels"
  double width_db = 1;  ///< of the bins
  std::vector<SqnrSeries> series;
};

/// SQNR in dB of `count` weights with this sum of squares under noise spread evenly over a step: noise power step^2 /
/// 12 each, nothing clipped, no weight on a grid point by more than chance. With step = peak / 2^(bits-1) that is 6.02
/// bits + 4.77 - 20 log10(peak / rms). Channels with few weights scatter around it.
[[nodiscard]] double uniform_noise_sqnr_db(double sum_of_squares, std::int64_t count, double step);

/// The channels of the layers named, in their order. `network` is what `all` was made of.
[[nodiscard]] SqnrSeries sqnr_series(const Scheme& scheme, int color, const Graph& network,
                                     std::span<const WeightSqnr> all, std::span<const std::string> layers);

/// With bins of 1, 2, 3 or 6 dB: as narrow as leaves room for all series' bars.
[[nodiscard]] SqnrHistogramPlot sqnr_histogram(std::vector<SqnrSeries> series, std::span<const std::string> layers);

/// The bar that is drawn at `x` dB, or would be, had it a channel: whose series and which bin.
struct SqnrBar {
  std::size_t series = 0;
  double from_db = 0;
  double to_db = 0;
  friend bool operator==(const SqnrBar&, const SqnrBar&) = default;
};
[[nodiscard]] std::optional<SqnrBar> bar_at(const SqnrHistogramPlot& plot, double x);

/// The channels a bar counts.
[[nodiscard]] std::vector<SqnrChannel> channels_of(const SqnrHistogramPlot& plot, const SqnrBar& bar);

/// Draws it; exact, dead and noise-only channels, which have no place on the axis, are told in the reading.
void draw(const SqnrHistogramPlot& data, PlotView& view);

}  // namespace qs
