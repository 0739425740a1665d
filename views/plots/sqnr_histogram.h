// Plot 1: how many output channels of a layer have which SQNR (Krishnamoorthi, arXiv:1806.08342, figures 18 and 19).
#pragma once

#include <QString>
#include <optional>
#include <vector>

#include "core/analysis/sqnr.h"
#include "views/plots/plot_view.h"

namespace qs {

/// One scheme's channels.
struct SqnrSeries {
  QString title;
  int color = 0;
  std::vector<ChannelError> channels;
  int bits = 8;
};

struct SqnrHistogramPlot {
  QString subject;  ///< "conv_dw_1, 8 channels"
  double width_db = 1;
  std::vector<SqnrSeries> series;
};

/// Draws it; exact and dead channels, which have no place on the axis, are told in the reading.
void draw(const SqnrHistogramPlot& data, PlotView& view);

}  // namespace qs
