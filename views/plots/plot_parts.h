// What several plots draw alike: names along an axis, markers told apart without color, layers of several results in
// one order.
#pragma once

#include <QString>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "views/plots/plot_view.h"

class QCPAbstractPlottable;
class QCPAxis;
class QCPScatterStyle;

namespace qs {

/// Color of a scheme, by its id: an index for `Theme::series_color`.
using SchemeColor = std::function<int(const std::string& id)>;

/// Colors by the place in a list, for results of schemes that no workbench has colored.
[[nodiscard]] SchemeColor colors_in_order(std::vector<std::string> ids);

/// Names at 0, 1, 2, ... of an axis. Where there is no room for all, every second, third ... is shown. On a horizontal
/// axis they stand upright. Long names are shortened in the middle to `longest` characters,
/// or to fewer where a plot is low.
void set_names(QCPAxis& axis, const std::vector<QString>& names, int longest = 24);
[[nodiscard]] QString shortened(const QString& name, int longest);

/// The i-th of several markers that differ in shape, for series of this color; filled or open.
[[nodiscard]] QCPScatterStyle marker(int index, const QColor& color, bool filled = true, double size = 7);

/// Without what the titles of all schemes share, where they stay different; "Float" stays as it is.
[[nodiscard]] std::vector<QString> short_titles(const std::vector<QString>& titles);

/// Switches `followers` off and on with `leader`, whose entry in the legend is theirs too.
void follow(QCustomPlot& plot, QCPAbstractPlottable* leader, std::vector<QCPAbstractPlottable*> followers);

/// Layers in order of depth at 0, 1, 2, ... of the x axis.
void set_layer_axis(PlotView& view, const std::vector<std::string>& layers);
/// What the mouse tells at 0, 1, 2, ... of the x or the y axis.
void set_hovers(PlotView& view, std::vector<QString> hovers, bool along_x = true);

/// A band across the plot at each selected layer.
void mark_selected(PlotView& view, const std::vector<std::string>& layers, const std::vector<std::string>& selected,
                   bool along_x);

/// One order for lists that agree on the order of what they share: of the first, with what only others have put behind
/// what stands before it there.
[[nodiscard]] std::vector<std::string> merged_order(std::span<const std::vector<std::string>> lists);

}  // namespace qs
