// A project behind the window: nothing has to be saved, and nothing is lost.
#include <QDir>

#include <nlohmann/json.hpp>
#include "app/run/evaluation_report.h"

#include "tests/support/open_window.h"

namespace qs {
namespace {

/// The newest project in a folder.
QString newest_in(const QString& folder) {
  const QFileInfoList files = QDir(folder).entryInfoList({"*.qscope"}, QDir::Files, QDir::Time);
  return files.isEmpty() ? QString() : files.front().absoluteFilePath();
}

std::string as_json(const RunView& run) {
  return to_json(*run.report).dump(1);
}

/// Opens everything, changes this and that, runs, and leaves without saving. The report of the run as JSON.
std::string work_and_leave(const SmallProject& files) {
  OpenWindow open(files.path("unsaved"));
  open.open_all(files);
  open.workspace.add_scheme(find_scheme("w4a8-channel-sym"));
  open.workspace.set_shown("w8a8-channel-sym", false);
  open.workspace.select_layers({open.now().model->graph.nodes.back().name});
  open.settle();
  open.workspace.run({"w8a8-tensor-asym", "w4a8-channel-sym"}, 0);
  open.wait_for_run(RunState::done);
  open.workspace.set_current_scheme("w8a8-tensor-asym");
  return open.now().runs.empty() || open.now().runs[0]->report == nullptr ? std::string()
                                                                          : as_json(*open.now().runs[0]);
}

void check_all_there(OpenWindow& open, const std::string& report) {
  const Snapshot& now = open.now();
  QCOMPARE(now.schemes.size(), std::size_t{3});
  QVERIFY(!now.schemes[1].shown);
  QCOMPARE(now.schemes[2].scheme, find_scheme("w4a8-channel-sym"));
  QCOMPARE(now.current_scheme, std::string("w8a8-tensor-asym"));
  QCOMPARE(now.runs.size(), std::size_t{1});
  QVERIFY(now.runs[0]->state == RunState::done);
  QCOMPARE(as_json(*now.runs[0]), report);
  QCOMPARE(now.runs[0]->report->evaluation.images.size(), std::size_t{24});
}

}  // namespace

class TestWindowProject : public QObject {
  Q_OBJECT

 private slots:
  void everything_is_there_again() {
    const SmallProject files;
    const std::string report = work_and_leave(files);
    QVERIFY(!report.empty());
    OpenWindow open;
    open.window.open_path(newest_in(files.path("unsaved")));
    check_all_there(open, report);  // at once
    const auto run = open.now().runs[0];
    QTRY_VERIFY_WITH_TIMEOUT(open.now().images != nullptr, kPatience);
    open.settle();
    check_all_there(open, report);
    QVERIFY(open.now().runs[0] == run);  // nobody ran it again
    QCOMPARE(open.now().selected_layers, (std::vector{open.now().model->graph.nodes.back().name}));
    QVERIFY(open.banner().isEmpty());
  }

  void a_copy_is_as_good() {
    const SmallProject files;
    const std::string report = work_and_leave(files);
    {
      OpenWindow open;
      open.window.open_path(newest_in(files.path("unsaved")));
      QTRY_VERIFY_WITH_TIMEOUT(open.now().images != nullptr, kPatience);
      open.workspace.save_project_as(files.path("copy.qscope"));
      QCOMPARE(open.now().project_path, files.path("copy.qscope").toStdString());
    }
    OpenWindow open;
    open.window.open_path(files.path("copy.qscope"));
    check_all_there(open, report);
  }

  void a_model_that_was_moved_can_be_found_again() {
    const SmallProject files;
    const std::string report = work_and_leave(files);
    const QString project = newest_in(files.path("unsaved"));
    const QString moved = files.path("moved.onnx");
    QVERIFY(QFile::rename(files.model(), moved));
    {
      OpenWindow open;
      open.window.open_path(project);
      QVERIFY2(open.banner().contains("uneven"), qPrintable(open.banner()));
      QVERIFY(open.now().model == nullptr);
      check_all_there(open, report);
      open.window.open_path(moved);
      QTRY_VERIFY_WITH_TIMEOUT(open.now().images != nullptr, kPatience);  // which come with it
      open.settle();
      check_all_there(open, report);
      QVERIFY(!open.banner().contains("another file"));
    }
    QCOMPARE(Project::open(project.toStdString()).read().model.path, moved.toStdString());
  }

  void a_model_that_was_changed_is_noticed() {
    const SmallProject files;
    const std::string report = work_and_leave(files);
    files.write("uneven.onnx", uneven_network(90));
    OpenWindow open;
    open.window.open_path(newest_in(files.path("unsaved")));
    QTRY_VERIFY_WITH_TIMEOUT(open.banner().contains("another file"), kPatience);
    QVERIFY(open.banner().contains("uneven.onnx"));
    check_all_there(open, report);  // about the file as it was
  }

  /// The layout of a project goes before the one of the last window.
  void the_layout_comes_back() {
    const SmallProject files;
    const auto is_shown = [](const OpenWindow& open) { return !open.window.panel("range")->visibleRegion().isEmpty(); };
    {
      OpenWindow open(files.path("unsaved"));
      open.open_all(files);
      open.window.show_panel("range");
      open.settle();
      QTRY_VERIFY(is_shown(open));
      open.window.close();
    }
    {
      OpenWindow other;
      other.window.open_path(files.model());
      QTRY_VERIFY_WITH_TIMEOUT(other.now().model != nullptr, kPatience);
      other.settle();
      QTRY_VERIFY(is_shown(other));  // as the window was left
      other.window.show_panel("images");
      other.window.close();
    }
    OpenWindow open;
    open.window.open_path(newest_in(files.path("unsaved")));
    QTRY_VERIFY_WITH_TIMEOUT(open.now().model != nullptr, kPatience);
    open.settle();
    QTRY_VERIFY(open.window.panel("images")
                    ->visibleRegion()
                    .isEmpty());  // layouts are restored once the docks have their places
    QVERIFY(is_shown(open));
  }

 private:
  OwnSettings own_settings_;
};

}  // namespace qs

QTEST_MAIN(qs::TestWindowProject)
#include "test_window_project.moc"
