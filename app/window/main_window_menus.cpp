// The menus of the main window, and the dialogs they open. Dialogs are not modal: work goes on behind them.
#include <QActionGroup>
#include <QApplication>
#include <QDockWidget>
#include <QFileDialog>
#include <QMenuBar>
#include <QMessageBox>
#include <QSettings>
#include <QStyleHints>

#include "app/report/report.h"
#include "app/window/main_window.h"
#include "core/engine/environment.h"
#include "datasets/builtin_datasets.h"
#include "views/panels/panels.h"
#include "views/theme.h"

namespace qs {

namespace {

QAction* add(QMenu& menu, const QString& title, const QKeySequence& keys, const QString& tip,
             std::function<void()> body) {
  QAction* action = menu.addAction(title, std::move(body));
  action->setShortcut(keys);
  action->setStatusTip(tip);
  return action;
}

/// Opens a dialog that outlives this call and tells `chosen` what was chosen.
void choose(QWidget& parent, const QString& title, QFileDialog::FileMode mode, const QString& filter,
            const std::function<void(const QString&)>& chosen) {
  auto* dialog = new QFileDialog(&parent, title, QSettings().value("folder").toString(), filter);
  dialog->setFileMode(mode);
  dialog->setOption(QFileDialog::ShowDirsOnly, mode == QFileDialog::Directory);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  QObject::connect(dialog, &QFileDialog::fileSelected, &parent, [chosen](const QString& path) {
    QSettings().setValue("folder", QFileInfo(path).path());
    chosen(path);
  });
  dialog->open();
}

}  // namespace

void MainWindow::choose_model() {
  choose(*this, tr("Open a model"), QFileDialog::ExistingFile, tr("ONNX models (*.onnx)"),
         [this](const QString& path) { open_path(path); });
}

void MainWindow::choose_images() {
  choose(*this, tr("Open a folder of images"), QFileDialog::Directory, {},
         [this](const QString& path) { workspace_.open_images(path); });
}

void MainWindow::choose_archive() {
  choose(*this, tr("Open an archive of images"), QFileDialog::ExistingFile,
         tr("Archives and images (*.tar *.tar.* *.tgz *.zip *.jpg *.jpeg *.png *.bmp *.webp);;All files (*)"),
         [this](const QString& path) { workspace_.open_images(path); });
}

void MainWindow::choose_project() {
  choose(*this, tr("Open a project"), QFileDialog::ExistingFile, tr("Quantoscope projects (*.qscope)"),
         [this](const QString& path) { open_path(path); });
}

void MainWindow::choose_project_name() {
  auto* dialog = new QFileDialog(this, tr("Save the project as"), QSettings().value("folder").toString(),
                                 tr("Quantoscope projects (*.qscope)"));
  dialog->setAcceptMode(QFileDialog::AcceptSave);
  dialog->setDefaultSuffix("qscope");
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
    workspace_.save_project_as(path);
    remember(path);
  });
  dialog->open();
}

void MainWindow::export_report() {
  const QString name = workspace_.now().model ? QString::fromStdString(workspace_.now().model->report.name) : "report";
  auto* dialog = new QFileDialog(this, tr("Export a report"),
                                 QDir(QSettings().value("folder").toString()).filePath(name + ".html"),
                                 tr("Web page (*.html);;PDF (*.pdf);;Table (*.csv);;All numbers (*.json)"));
  dialog->setAcceptMode(QFileDialog::AcceptSave);
  dialog->setDefaultSuffix("html");
  connect(dialog, &QFileDialog::filterSelected, dialog,
          [dialog](const QString& filter) { dialog->setDefaultSuffix(filter.section("*.", 1).chopped(1)); });
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  connect(dialog, &QFileDialog::fileSelected, this, &MainWindow::write_report_to);
  dialog->open();
}

void MainWindow::write_report_to(const QString& path) {
  // Pictures are read beside the window, plots are drawn in it.
  const auto read = [request = report_request(workspace_.now())](const Progress& progress) {
    ReportRequest filled = request;
    add_thumbnails(filled, progress);
    return filled;
  };
  workspace_.compute<ReportRequest>(this, "report", read, [this, path](const ReportRequest& request) {
    try {
      write_report(request, path.toStdString());
      workspace_.tell(tr("The report is in %1.").arg(path), false);
    } catch (const Error& error) {
      workspace_.tell(QString::fromStdString(error.what()), true);
    }
  });
}

void MainWindow::run_shown_schemes() {
  std::vector<std::string> ids;
  for (const SchemeView& each : workspace_.now().schemes) {
    if (each.shown) ids.push_back(each.scheme.id);
  }
  show_panel("experiments");
  workspace_.run(ids, 0);
}

void MainWindow::make_menus() {
  QMenu& file = *menuBar()->addMenu(tr("&File"));
  add(file, tr("Open &model…"), QKeySequence::Open, tr("Open an image classifier in ONNX"), [this] { choose_model(); });
  add(file, tr("Open &images…"), tr("Ctrl+I"), tr("Open a folder of images"), [this] { choose_images(); });
  add(file, tr("Open image &archive…"), tr("Ctrl+Shift+I"), tr("Open an archive of images, read in place"),
      [this] { choose_archive(); });
  add(file, tr("Open the built-in &example"), {}, tr("A small network and images that come with the program"),
      [this] { open_example(); });
  QMenu& builtin = *file.addMenu(tr("Open &built-in images"));
  for (const BuiltinDataset& dataset : builtin_datasets()) {
    const QString name = QString::fromUtf8(dataset.name.data(), std::ssize(dataset.name));
    add(builtin, QString::fromUtf8(dataset.title.data(), std::ssize(dataset.title)), {},
        QString::fromUtf8(dataset.summary.data(), std::ssize(dataset.summary)), [this, name] { open_path(name); });
  }
  file.addSeparator();
  add(file, tr("Open &project…"), tr("Ctrl+Shift+O"), tr("Open a project"), [this] { choose_project(); });
  add(file, tr("&Save project as…"), QKeySequence::Save,
      tr("Give the project a name; it is kept up to date from then on"), [this] { choose_project_name(); });
  file.addSeparator();
  report_action_ =
      add(file, tr("&Export report…"), tr("Ctrl+E"),
          tr("A page of HTML, PDF, CSV or JSON about the selected experiments"), [this] { export_report(); });
  file.addSeparator();
  add(file, tr("&Quit"), QKeySequence::Quit, tr("Leave; a project keeps everything"), [this] { close(); });

  QMenu& edit = *menuBar()->addMenu(tr("&Edit"));
  QAction* undo = workspace_.undo_stack().createUndoAction(this, tr("&Undo"));
  undo->setShortcut(QKeySequence::Undo);
  QAction* redo = workspace_.undo_stack().createRedoAction(this, tr("&Redo"));
  redo->setShortcuts({tr("Ctrl+Shift+Z"), tr("Ctrl+Y")});  // a platform knows only one of them
  edit.addActions({undo, redo});

  QMenu& view = *menuBar()->addMenu(tr("&View"));
  int number = 1;
  for (const PanelKind* kind : panel_kinds()) {
    const QString id = QString::fromUtf8(kind->id.data());
    const QKeySequence keys = number <= 10 ? QKeySequence(QString("Alt+%1").arg(number % 10)) : QKeySequence();
    add(view, QString::fromUtf8(kind->title.data()), keys, QString::fromUtf8(kind->summary.data()),
        [this, id] { show_panel(id); });
    ++number;
  }
  add(view, tr("&Log"), tr("Ctrl+L"), tr("All messages"), [this] { show_panel("log"); });
  view.addSeparator();
  QMenu& panels = *view.addMenu(tr("&Panels"));
  for (QDockWidget* dock : docks_) panels.addAction(dock->toggleViewAction());
  add(view, tr("Reset la&yout"), {}, tr("Put all panels back where they were"), [this] { reset_layout(); });
  QMenu& look = *view.addMenu(tr("&Appearance"));
  auto* looks = new QActionGroup(this);
  const QString chosen = QSettings().value("look", "system").toString();
  for (const auto& [id, title] :
       {std::pair{"system", tr("As the &system")}, std::pair{"light", tr("&Light")}, std::pair{"dark", tr("&Dark")}}) {
    QAction* action = look.addAction(title, [this, id = QString(id)] {
      QSettings().setValue("look", id);
      set_look(id);
    });
    action->setCheckable(true);
    action->setChecked(chosen == id);
    looks->addAction(action);
  }
  add(view, tr("&Full screen"), QKeySequence::FullScreen, tr("Use the whole screen, as in front of a class"),
      [this] { setWindowState(windowState() ^ Qt::WindowFullScreen); });

  QMenu& run = *menuBar()->addMenu(tr("&Run"));
  run_action_ = add(run, tr("&Run shown schemes"), tr("Ctrl+R"), tr("Measure accuracy of float and all shown schemes"),
                    [this] { run_shown_schemes(); });
  add(run, tr("Measure &latency"), tr("Ctrl+T"), tr("Time each layer in float and in int8"), [this] {
    show_panel("latency");
    workspace_.measure_latency(1);
  });
  add(run, tr("&Train…"), tr("Ctrl+Shift+T"), tr("Fine-tune the open model, quantized or in float, or train a new one"),
      [this] { show_panel("training"); });
  cancel_action_ =
      add(run, tr("&Cancel"), tr("Ctrl+."), tr("Stop what is being computed"), [this] { activity_cancel(); });

  QMenu& help = *menuBar()->addMenu(tr("&Help"));
  add(help, tr("&About Quantoscope"), {}, {}, [this] {
    const Environment machine = environment();
    auto* about = new QMessageBox(QMessageBox::NoIcon, tr("About Quantoscope"),
                                  tr("Quantoscope %1\nShows what quantization does to a neural network.\n\noneDNN %2, "
                                     "%3, %4 threads\nQt %5\n\nFree software under the GNU General Public License, "
                                     "version 3.")
                                      .arg(QApplication::applicationVersion(), QString::fromStdString(machine.onednn),
                                           QString::fromStdString(machine.isa))
                                      .arg(machine.threads)
                                      .arg(qVersion()),
                                  QMessageBox::Ok, this);
    about->setAttribute(Qt::WA_DeleteOnClose);
    about->setModal(false);
    about->show();
  });
}

void MainWindow::activity_cancel() {
  const std::vector<Activity> all = workspace_.now().activities;
  if (!all.empty()) workspace_.cancel(all.back().key);
}

void MainWindow::set_look(const QString& look) {
  static const QPalette of_system = QApplication::palette();
  if (look == "dark") {
    QApplication::setPalette(dark_palette());
  } else if (look == "light") {
    QApplication::setPalette(light_palette());
  } else {
    const bool is_dark = of_system.color(QPalette::Base).lightness() < 128;
    QApplication::setPalette(is_dark ? dark_palette() : light_palette());
  }
}

}  // namespace qs
