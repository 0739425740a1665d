// A part of the window about one question. One pair of files in panels/, and one line in panels.cpp.
#pragma once

#include <QShowEvent>
#include <QWidget>
#include <span>
#include <string_view>

#include "views/workbench.h"

namespace qs {

/// Draws snapshots. Hidden panels draw nothing, and catch up when they are shown.
class Panel : public QWidget {
  Q_OBJECT

 public:
  explicit Panel(Workbench& workbench, QWidget* parent = nullptr);

  /// False while another tab covers it, which Qt does not count as being hidden.
  void set_in_front(bool in_front);

 protected:
  /// Draws `snapshot`; called whenever it is replaced. What has not changed should not be drawn again: compare
  /// pointers.
  virtual void show_snapshot(const Snapshot& snapshot) = 0;
  [[nodiscard]] Workbench& workbench() const { return workbench_; }
  void showEvent(QShowEvent* event) override;

 private:
  void refresh();
  Workbench& workbench_;
  bool stale_ = true;
  bool in_front_ = true;
};

/// Where a panel stands until its user moves it.
enum class PanelPlace : std::uint8_t { left, centre, right, bottom };

struct PanelKind {
  std::string_view id;     ///< persistent: layouts are saved by it
  std::string_view title;  ///< of the tab
  std::string_view summary;
  PanelPlace place;
  Panel* (*make)(Workbench&, QWidget* parent);
};

/// All panels in the order of their tabs.
[[nodiscard]] std::span<const PanelKind* const> panel_kinds();

}  // namespace qs
