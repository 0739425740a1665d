// Starts a measurement and, while it runs, stops it.
#pragma once

#include <QPushButton>
#include <functional>
#include <string>

#include "views/workbench.h"

namespace qs {

class MeasureButton : public QPushButton {
  Q_OBJECT

 public:
  /// `activity` begins the keys of what the measurement does (`Activity::key`); `measure` asks for it.
  MeasureButton(Workbench& workbench, std::string activity, std::function<void()> measure, QWidget* parent = nullptr);

  /// `why_not` says why it cannot be measured now; empty when it can.
  void show(const Snapshot& snapshot, const QString& why_not);

 private:
  Workbench& workbench_;
  std::string activity_;
  std::function<void()> measure_;
  std::string running_;  ///< key; empty: none
};

}  // namespace qs
