#include "views/plots/range_handles.h"

#include <qcustomplot.h>

#include <QKeyEvent>
#include <QMouseEvent>
#include <cmath>

namespace qs {

namespace {

constexpr double kGrip = 6;  // pixels beside the line

RangeEnd other(RangeEnd end) {
  return end == RangeEnd::upper ? RangeEnd::lower : RangeEnd::upper;
}

}  // namespace

RangeHandles::RangeHandles(PlotView& view) : QObject(&view), view_(view) {
  view.plot().installEventFilter(this);  // after the view's own: asked before it
  view.plot().setFocusPolicy(Qt::StrongFocus);
}

std::optional<RangeEnd> RangeHandles::end_near(double pixel) const {
  if (!shown_) return std::nullopt;
  const auto near = [&](float at) { return std::abs(view_.plot().xAxis->coordToPixel(at) - pixel) <= kGrip; };
  const bool mirrored = !moves(shown_->sweep, RangeEnd::lower);
  if (moves(shown_->sweep, RangeEnd::upper) && near(shown_->current.max)) return RangeEnd::upper;
  if (shown_->current.min < 0 && near(shown_->current.min)) return mirrored ? RangeEnd::upper : RangeEnd::lower;
  return std::nullopt;
}

void RangeHandles::move(RangeEnd end, double x) {
  shown_->active = end;
  shown_->current = qs::moved(shown_->sweep, shown_->current, end, x);
  const RangeSweepPlot now = *shown_;  // whoever draws may call `show`
  emit moved(now);
}

bool RangeHandles::key(int key, bool large) {
  if (!shown_) return false;
  RangeEnd end = moves(shown_->sweep, shown_->active) ? shown_->active : other(shown_->active);
  if (!moves(shown_->sweep, end)) return false;
  if (key == Qt::Key_Up || key == Qt::Key_Down) {
    if (!moves(shown_->sweep, other(end))) return true;
    shown_->active = other(end);
    const RangeSweepPlot now = *shown_;
    emit moved(now);
    return true;
  }
  if (key != Qt::Key_Left && key != Qt::Key_Right) return false;
  const double reach =
      std::max(-static_cast<double>(shown_->sweep.seen.min), static_cast<double>(shown_->sweep.seen.max));
  const double step = reach * (large ? 0.1 : 0.01) * (key == Qt::Key_Left ? -1 : 1);
  move(end, (end == RangeEnd::upper ? shown_->current.max : shown_->current.min) + step);
  emit dropped(shown_->current);
  return true;
}

bool RangeHandles::eventFilter(QObject* object, QEvent* event) {
  QCustomPlot& plot = view_.plot();
  if (event->type() == QEvent::KeyPress) {
    const auto* press = static_cast<QKeyEvent*>(event);
    return key(press->key(), (press->modifiers() & Qt::ShiftModifier) != 0);
  }
  if (event->type() == QEvent::MouseButtonPress) {
    const auto* press = static_cast<QMouseEvent*>(event);
    const bool inside = plot.axisRect()->rect().contains(press->position().toPoint());
    held_ = inside && press->button() == Qt::LeftButton ? end_near(press->position().x()) : std::nullopt;
    if (held_) plot.setFocus(Qt::MouseFocusReason);
    return held_.has_value();
  }
  if (event->type() == QEvent::MouseMove) {
    const double pixel = static_cast<QMouseEvent*>(event)->position().x();
    plot.setCursor(held_ || end_near(pixel) ? Qt::SplitHCursor : Qt::ArrowCursor);
    if (!held_ || !shown_) return false;
    move(*held_, plot.xAxis->pixelToCoord(pixel));
    return true;
  }
  if (event->type() == QEvent::MouseButtonRelease && held_) {
    held_.reset();
    if (shown_) emit dropped(shown_->current);
    return true;
  }
  return QObject::eventFilter(object, event);
}

}  // namespace qs
