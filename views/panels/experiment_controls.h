// What starts a run: schemes, images, backend.
#pragma once

#include <QWidget>

#include "views/workbench.h"

class QComboBox;
class QLabel;
class QPushButton;

namespace qs {

class ExperimentControls : public QWidget {
  Q_OBJECT

 public:
  explicit ExperimentControls(Workbench& workbench, QWidget* parent = nullptr);

  void show_snapshot(const Snapshot& snapshot);

 private:
  void make_choices();
  void run();

  Workbench& workbench_;
  QPushButton* run_;
  QComboBox* limit_;
  QComboBox* backend_;
  QLabel* hint_;
};

/// Ids of the schemes that a run of what is shown takes: those that quantize something and can be used.
[[nodiscard]] std::vector<std::string> schemes_to_run(const Snapshot& snapshot);

/// What is missing before anything can be run, and how to get it; empty when nothing is.
[[nodiscard]] QString why_not_run(const Snapshot& snapshot);

}  // namespace qs
