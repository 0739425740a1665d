#include "app/window/main_window.h"

#include <QApplication>
#include <QCloseEvent>
#include <QDateTime>
#include <QDockWidget>
#include <QFileDialog>
#include <QLabel>
#include <QMimeData>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QScrollArea>
#include <QSettings>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTabBar>
#include <QTimer>
#include <QToolButton>
#include <QVBoxLayout>

#include "app/window/narrow_tabs.h"
#include "core/model/builtin_models.h"
#include "datasets/builtin_datasets.h"
#include "views/banner.h"
#include "views/panels/panels.h"
#include "views/start_page.h"

namespace qs {

namespace {

constexpr int kMostRecent = 10;
constexpr int kUnsavedOffered = 3;
constexpr const char* kLogDock = "log";

QString text(std::string_view view) {
  return QString::fromUtf8(view.data(), static_cast<qsizetype>(view.size()));
}

/// A panel that becomes smaller than it can be drawn is scrolled: together, all wish for more than a small screen has.
QScrollArea* scrolled(QWidget* panel) {
  auto* area = new QScrollArea;
  area->setWidget(panel);
  area->setWidgetResizable(true);
  area->setFrameShape(QFrame::NoFrame);
  area->setMinimumSize(120, 80);
  area->setFocusProxy(panel);
  return area;
}

/// Layouts are restored only where there are as many panels as when they were saved.
int layout_version() {
  return static_cast<int>(panel_kinds().size());
}

Qt::DockWidgetArea area_of(PanelPlace place) {
  switch (place) {
    case PanelPlace::left: return Qt::LeftDockWidgetArea;
    case PanelPlace::centre: return Qt::TopDockWidgetArea;  // there is no central widget: the top area is the middle
    case PanelPlace::right: return Qt::RightDockWidgetArea;
    case PanelPlace::bottom: return Qt::BottomDockWidgetArea;
  }
  return Qt::TopDockWidgetArea;
}

}  // namespace

MainWindow::MainWindow(Workspace& workspace, QWidget* parent)
    : QMainWindow(parent),
      workspace_(workspace),
      pages_(new QStackedWidget),
      start_page_(new StartPage),
      bench_(new QMainWindow),
      banner_(new Banner),
      log_(new QPlainTextEdit) {
  setWindowTitle(tr("Quantoscope"));
  setAcceptDrops(true);
  resize(1280, 800);
  bench_->setWindowFlags(Qt::Widget);
  bench_->setDockOptions(QMainWindow::AllowNestedDocks | QMainWindow::AllowTabbedDocks | QMainWindow::AnimatedDocks);
  bench_->setTabPosition(Qt::TopDockWidgetArea, QTabWidget::North);
  bench_->setTabPosition(Qt::BottomDockWidgetArea, QTabWidget::North);
  bench_->setCorner(Qt::TopLeftCorner, Qt::LeftDockWidgetArea);
  bench_->setCorner(Qt::BottomLeftCorner, Qt::BottomDockWidgetArea);  // the table of experiments is wide
  for (const Qt::Corner corner : {Qt::TopRightCorner, Qt::BottomRightCorner}) {
    bench_->setCorner(corner, Qt::RightDockWidgetArea);
  }
  pages_->addWidget(start_page_);
  pages_->addWidget(bench_);
  auto* all = new QWidget;
  auto* rows = new QVBoxLayout(all);
  rows->setContentsMargins(0, 0, 0, 0);
  rows->setSpacing(0);
  rows->addWidget(banner_);
  rows->addWidget(pages_, 1);
  setCentralWidget(all);
  make_docks();
  make_status_bar();
  make_menus();
  connect(start_page_, &StartPage::example_wanted, this, &MainWindow::open_example);
  connect(start_page_, &StartPage::open_model_wanted, this, &MainWindow::choose_model);
  connect(start_page_, &StartPage::open_images_wanted, this, &MainWindow::choose_images);
  connect(start_page_, &StartPage::open_project_wanted, this, &MainWindow::choose_project);
  connect(start_page_, &StartPage::recent_chosen, this, &MainWindow::open_path);
  connect(banner_, &Banner::log_wanted, this, [this] { show_panel(kLogDock); });
  connect(&workspace_, &Workspace::told, this, &MainWindow::log);
  connect(&workspace_, &Workbench::panel_wanted, this, &MainWindow::show_panel);
  connect(&workspace_, &Workbench::changed, this, &MainWindow::show_snapshot);
  connect(&workspace_, &Workspace::project_opened, this,
          [this] { bench_->restoreState(workspace_.kept_layout(), layout_version()); });
  restore_settings();
  show_snapshot();
}

MainWindow::~MainWindow() = default;

void MainWindow::make_docks() {
  const auto add = [&](const QString& id, const QString& title, QWidget* content, Qt::DockWidgetArea area) {
    auto* dock = new QDockWidget(title, bench_);
    dock->setObjectName(id);  // layouts are saved by it
    dock->setWidget(content);
    bench_->addDockWidget(area, dock);
    docks_[id] = dock;
  };
  for (const PanelKind* kind : panel_kinds()) {
    Panel* panel = kind->make(workspace_, nullptr);
    panels_[text(kind->id)] = panel;
    add(text(kind->id), QApplication::translate("Panel", kind->title.data()), scrolled(panel), area_of(kind->place));
    connect(docks_[text(kind->id)], &QDockWidget::visibilityChanged, panel, &Panel::set_in_front);
    docks_[text(kind->id)]->toggleViewAction()->setToolTip(text(kind->summary));
  }
  log_->setReadOnly(true);
  log_->setPlaceholderText(tr("Messages appear here."));
  log_->setAccessibleName(tr("Log"));
  add(kLogDock, tr("Log"), log_, Qt::BottomDockWidgetArea);
  reset_layout();
}

void MainWindow::reset_layout() {
  QMap<Qt::DockWidgetArea, QDockWidget*> first;
  const auto place = [&](QDockWidget* dock, Qt::DockWidgetArea area) {
    dock->setFloating(false);
    bench_->addDockWidget(area, dock);
    if (first.contains(area)) {
      bench_->tabifyDockWidget(first[area], dock);
    } else {
      first[area] = dock;
    }
    dock->show();
  };
  for (const PanelKind* kind : panel_kinds()) place(docks_[text(kind->id)], area_of(kind->place));
  place(docks_[kLogDock], Qt::BottomDockWidgetArea);
  for (QDockWidget* dock : first) dock->raise();
  QTimer::singleShot(0, this, &MainWindow::size_docks);  // once they have their places
}

/// Shares of the window; called when it has its size, which the docks do not learn before they are first seen.
void MainWindow::size_docks() {
  const auto size = [&](PanelPlace place, int share, int whole, Qt::Orientation orientation) {
    for (const PanelKind* kind : panel_kinds()) {
      if (kind->place == place)
        return bench_->resizeDocks({docks_[text(kind->id)]}, {share * whole / 100}, orientation);
    }
  };
  size(PanelPlace::left, 25, bench_->width(), Qt::Horizontal);
  size(PanelPlace::right, 27, bench_->width(), Qt::Horizontal);
  size(PanelPlace::centre, 48, bench_->width(), Qt::Horizontal);
  size(PanelPlace::bottom, 26, bench_->height(), Qt::Vertical);
  size(PanelPlace::centre, 74, bench_->height(), Qt::Vertical);
  size(PanelPlace::left, 74, bench_->height(), Qt::Vertical);
  for (QTabBar* bar : bench_->findChildren<QTabBar*>()) {
    bar->setElideMode(Qt::ElideNone);  // rather scrolled than cut to a letter
    bar->setDocumentMode(true);
    narrow_tabs(*bar);
  }
}

void MainWindow::make_status_bar() {
  open_text_ = new QLabel;
  open_text_->setTextFormat(Qt::PlainText);
  activity_text_ = new QLabel;
  activity_text_->setTextFormat(Qt::PlainText);
  activity_bar_ = new QProgressBar;
  activity_bar_->setMaximumWidth(160);
  activity_bar_->setTextVisible(false);
  activity_cancel_ = new QToolButton;
  activity_cancel_->setText(tr("Cancel"));
  activity_cancel_->setAutoRaise(true);
  statusBar()->addWidget(open_text_, 1);
  for (QWidget* each : {static_cast<QWidget*>(activity_text_), static_cast<QWidget*>(activity_bar_),
                        static_cast<QWidget*>(activity_cancel_)}) {
    statusBar()->addPermanentWidget(each);
  }
  connect(activity_cancel_, &QToolButton::clicked, this, &MainWindow::activity_cancel);
}

void MainWindow::log(const QString& message, bool is_error) {
  log_->appendPlainText(
      QString("%1  %2%3")
          .arg(QDateTime::currentDateTime().toString("HH:mm:ss"), is_error ? tr("Error: ") : QString(), message));
  banner_->show_message(message, is_error);
}

void MainWindow::show_snapshot() {
  const Snapshot& now = workspace_.now();
  const bool was_start_page = pages_->currentIndex() == 0;
  pages_->setCurrentIndex(now.model || !now.schemes.empty() || !now.runs.empty() ? 1 : 0);
  if (was_start_page && pages_->currentIndex() == 1) bench_shown();
  QStringList open;
  if (now.model) open << QString::fromStdString(now.model->report.name);
  if (now.images) open << QString::fromStdString(now.images->dataset.summary);
  if (now.model && !now.images) open << tr("no images open: accuracy and activations need some (Ctrl+I)");
  open_text_->setText(open.join("  ·  "));
  setWindowTitle(now.model ? tr("%1 – Quantoscope").arg(QString::fromStdString(now.model->report.name))
                           : tr("Quantoscope"));
  const bool busy = !now.activities.empty();
  for (QWidget* each : {static_cast<QWidget*>(activity_text_), static_cast<QWidget*>(activity_bar_),
                        static_cast<QWidget*>(activity_cancel_)}) {
    each->setVisible(busy);
  }
  if (busy) {
    const Activity& activity = now.activities.back();
    activity_text_->setText(QString::fromStdString(activity.title));
    activity_bar_->setRange(0, activity.fraction < 0 ? 0 : 1000);
    if (activity.fraction >= 0) activity_bar_->setValue(static_cast<int>(activity.fraction * 1000));
  }
  run_action_->setEnabled(now.model && now.images);
  cancel_action_->setEnabled(busy);
  report_action_->setEnabled(!chosen_experiments(now).empty());
  report_action_->setToolTip(report_action_->isEnabled() ? report_action_->statusTip()
                                                         : tr("Reports are about runs: run some schemes first"));
}

void MainWindow::open_path(const QString& path) {
  if (find_builtin_model(path.toStdString()) != nullptr) return workspace_.open_model(path);
  if (is_builtin(path.toStdString())) return workspace_.open_images(path);
  const QFileInfo file(path);
  const QString suffix = file.suffix().toLower();
  if (!file.exists()) return workspace_.tell(tr("%1: there is no such file or folder.").arg(path), true);
  if (suffix == "onnx") {
    remember(file.absoluteFilePath());
    return workspace_.open_model(file.absoluteFilePath());
  }
  if (suffix == "qscope") {
    remember(file.absoluteFilePath());
    return workspace_.open_project(file.absoluteFilePath());
  }
  if (suffix == "json") {
    try {
      return workspace_.add_scheme(find_scheme(path.toStdString()));
    } catch (const Error& error) {
      return workspace_.tell(QString::fromStdString(error.what()), true);
    }
  }
  workspace_.open_images(file.absoluteFilePath());
}

void MainWindow::open_example() {
  const BuiltinModel& example = builtin_models().front();
  open_path(text(example.name));
  open_path(text(example.images));  // waits for the model
}

void MainWindow::show_panel(const QString& id) {
  QDockWidget* dock = docks_.value(id);
  if (dock == nullptr) return;
  dock->show();
  dock->raise();
  (panels_.contains(id) ? panels_[id] : dock->widget())->setFocus(Qt::ShortcutFocusReason);
}

QWidget* MainWindow::panel(const QString& id) const {
  return panels_.value(id);
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
  if (event->mimeData()->hasUrls()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
  for (const QUrl& url : event->mimeData()->urls()) {
    if (url.isLocalFile()) open_path(url.toLocalFile());
  }
  event->acceptProposedAction();
}

void MainWindow::closeEvent(QCloseEvent* event) {
  QSettings settings;
  settings.setValue("geometry", saveGeometry());
  workspace_.keep_layout(bench_->saveState(layout_version()));
  if (pages_->currentIndex() == 1) settings.setValue("layout", bench_->saveState(layout_version()));
  QMainWindow::closeEvent(event);
}

void MainWindow::restore_settings() {
  const QSettings settings;
  restoreGeometry(settings.value("geometry").toByteArray());
  set_look(settings.value("look", "system").toString());
  start_page_->show_recent(settings.value("recent").toStringList() +
                           workspace_.unsaved_projects().mid(0, kUnsavedOffered));
}

/// The layout of the project, that of the last time, or the usual one.
void MainWindow::bench_shown() {
  QTimer::singleShot(0, this, [this] {
    size_docks();
    const QByteArray of_project = workspace_.kept_layout();
    bench_->restoreState(of_project.isEmpty() ? QSettings().value("layout").toByteArray() : of_project,
                         layout_version());
  });
}

void MainWindow::remember(const QString& path) {
  QSettings settings;
  QStringList recent = settings.value("recent").toStringList();
  recent.removeAll(path);
  recent.prepend(path);
  recent = recent.mid(0, kMostRecent);
  settings.setValue("recent", recent);
}

}  // namespace qs
