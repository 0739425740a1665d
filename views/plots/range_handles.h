// The ends of a range in plot 5, to be moved by mouse and keys.
#pragma once

#include <QObject>
#include <optional>

#include "views/plots/range_sweep_plot.h"

namespace qs {

/// Watches the plot of a view. Drag an end; or, with the focus in the plot, move one with Left and Right (with Shift in
/// larger steps) and go to the other with Up and Down. Everywhere else the plot works as ever.
class RangeHandles : public QObject {
  Q_OBJECT

 public:
  explicit RangeHandles(PlotView& view);

  /// What is drawn now; nothing: no ends.
  void show(std::optional<RangeSweepPlot> plot) { shown_ = std::move(plot); }
  [[nodiscard]] bool dragging() const { return held_.has_value(); }

 signals:
  void moved(const RangeSweepPlot& plot);  ///< to be drawn: an end is elsewhere, or the other one is active
  void dropped(const Range& range);        ///< an end has been moved

 protected:
  bool eventFilter(QObject* object, QEvent* event) override;

 private:
  [[nodiscard]] std::optional<RangeEnd> end_near(double pixel) const;
  void move(RangeEnd end, double x);
  [[nodiscard]] bool key(int key, bool large);

  PlotView& view_;
  std::optional<RangeSweepPlot> shown_;
  std::optional<RangeEnd> held_;
};

}  // namespace qs
