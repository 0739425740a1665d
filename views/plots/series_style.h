// How series are told apart besides by color: patterns of bars, strokes of lines, and a legend that covers no data.
#pragma once

#include <QBrush>
#include <QPen>
#include <QStringList>
#include <cstdint>

#include "views/plots/plot_view.h"

class QCPItemText;
class QCustomPlot;

namespace qs {

/// Of bars: a translucent fill for the first series, hatches that differ for those after it.
[[nodiscard]] QBrush series_brush(const Theme& theme, int index);
/// Of lines: solid, dashed, dotted, ...
[[nodiscard]] QPen series_pen(const Theme& theme, int index, double width = 1.5);

/// Titles without the words that all of them begin or end with: "per tensor, asymmetric" instead of "8-bit weights per
/// tensor, asymmetric, 8-bit activations". Unchanged where there is one only, or where one would be left empty.
[[nodiscard]] QStringList distinct_titles(const QStringList& titles);

/// "1 channel", "8 channels".
[[nodiscard]] QString counted(std::int64_t count, const QString& one, const QString& many);

/// A dashed line across the plot with a label on the side where there is more room, at the top or below the label
/// `above`. Call when the axes have their ranges. The label belongs to the plot.
QCPItemText* add_reference(PlotView& view, double x, const QString& label, const QCPItemText* above = nullptr);

/// Puts the legend under the axes, in as many columns as fit. Call when all series have been added.
void legend_below(QCustomPlot& plot);
/// Arranges such a legend for a plot of this width.
void fit_legend(QCustomPlot& plot, int width);

}  // namespace qs
