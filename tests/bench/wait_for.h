// Waiting as a window does.
#pragma once

#include <QCoreApplication>
#include <QEventLoop>
#include <QTimer>
#include <functional>

namespace qs {

/// Runs the event loop until `ready`.
inline void wait_for(const std::function<bool()>& ready) {
  QTimer look;  // conditions may come true without an event
  look.start(1);
  while (!ready()) QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
}

}  // namespace qs
