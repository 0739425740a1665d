// The window: menus, the start page, and the panels as docks around the workspace.
#pragma once

#include <QMainWindow>
#include <QMap>

#include "app/window/workspace.h"

class QDockWidget;
class QLabel;
class QPlainTextEdit;
class QProgressBar;
class QStackedWidget;
class QToolButton;

namespace qs {

class Banner;
class StartPage;

class MainWindow : public QMainWindow {
  Q_OBJECT

 public:
  explicit MainWindow(Workspace& workspace, QWidget* parent = nullptr);
  ~MainWindow() override;

  /// A model, images, a scheme (JSON) or a project, told apart by what it is.
  void open_path(const QString& path);
  /// A report of the selected experiments, in the format that the file's name says.
  void write_report_to(const QString& path);
  /// Brings the panel with this id to the front.
  void show_panel(const QString& id);
  [[nodiscard]] QWidget* panel(const QString& id) const;

 protected:
  void dragEnterEvent(QDragEnterEvent* event) override;
  void dropEvent(QDropEvent* event) override;
  void closeEvent(QCloseEvent* event) override;

 private:
  void make_docks();
  void make_menus();
  void make_status_bar();
  void reset_layout();
  void size_docks();
  void bench_shown();
  void restore_settings();
  void show_snapshot();
  void log(const QString& message, bool is_error);
  void remember(const QString& path);
  void open_example();
  void choose_model();
  void choose_images();
  void choose_archive();
  void choose_project();
  void choose_project_name();
  void export_report();
  void run_shown_schemes();
  void set_look(const QString& look);
  void activity_cancel();

  Workspace& workspace_;
  QStackedWidget* pages_;
  StartPage* start_page_;
  QMainWindow* bench_;  ///< holds the docks
  Banner* banner_;
  QPlainTextEdit* log_;
  QMap<QString, QDockWidget*> docks_;
  QMap<QString, QWidget*> panels_;
  QLabel* open_text_ = nullptr;
  QLabel* activity_text_ = nullptr;
  QProgressBar* activity_bar_ = nullptr;
  QToolButton* activity_cancel_ = nullptr;
  QAction* run_action_ = nullptr;
  QAction* cancel_action_ = nullptr;
  QAction* report_action_ = nullptr;
};

}  // namespace qs
