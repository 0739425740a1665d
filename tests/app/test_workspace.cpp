// The state of the window without a window: what requests lead to, on a network small enough to know by hand.
#include <QTemporaryDir>
#include <QtTest/QtTest>

#include "app/window/workspace.h"
#include "tests/support/small_project.h"
#include "tests/support/test_files.h"

namespace qs {
namespace {

constexpr int kPatience = 60'000;  // ms; the machine may be busy

void open_all(Workspace& workspace, const SmallProject& files) {
  workspace.open_model(files.model());
  QTRY_VERIFY_WITH_TIMEOUT(workspace.now().model != nullptr, kPatience);
  workspace.open_images(files.images());
  QTRY_VERIFY_WITH_TIMEOUT(workspace.now().images != nullptr, kPatience);
}

bool all_known(const Snapshot& now) {
  return std::all_of(now.schemes.begin(), now.schemes.end(), [](const SchemeView& each) {
    return each.network && each.power && each.weights && each.calibrated && each.layers;
  });
}

}  // namespace

class TestWorkspace : public QObject {
  Q_OBJECT

 private slots:
  void init() { qputenv("QS_CACHE_DIR", cache_.path().toUtf8()); }

  void a_model_brings_two_schemes_and_their_weights() {
    const SmallProject files;
    Workspace workspace;
    workspace.open_model(files.model());
    QTRY_VERIFY_WITH_TIMEOUT(workspace.now().schemes.size() == 2 && workspace.now().schemes[1].power, kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(workspace.is_idle(), kPatience);
    const Snapshot& now = workspace.now();
    QCOMPARE(now.model->report.classes, 3);
    QCOMPARE(now.current_scheme, std::string("w8a8-channel-sym"));
    QCOMPARE(now.schemes[0].weights->size(), std::size_t{2});
    QCOMPARE(now.selected_layers.size(), std::size_t{1});
    // Per channel every weight here is a point of its grid; one scale of 100 / 255 cannot tell 1 from 1.18.
    QVERIFY(std::isinf(sqnr_db((*now.schemes[1].weights)[0].total)));
    QVERIFY(!std::isinf(sqnr_db((*now.schemes[0].weights)[0].total)));
    QVERIFY(now.schemes[0].calibrated == nullptr);  // no images yet
  }

  void images_bring_activations_and_layers() {
    const SmallProject files;
    Workspace workspace;
    open_all(workspace, files);
    QTRY_VERIFY_WITH_TIMEOUT(all_known(workspace.now()), kPatience);
    QVERIFY(workspace.now().images->labelled);
    QVERIFY(!workspace.now().schemes[0].calibrated->activations.empty());
  }

  void a_run_counts_and_can_be_seen() {
    const SmallProject files;
    Workspace workspace;
    open_all(workspace, files);
    QTRY_VERIFY_WITH_TIMEOUT(all_known(workspace.now()), kPatience);
    workspace.run({"w8a8-tensor-asym", "w8a8-channel-sym"}, 0);
    QCOMPARE(workspace.now().runs.size(), std::size_t{1});
    QTRY_VERIFY_WITH_TIMEOUT(workspace.now().runs[0]->state == RunState::done, kPatience);
    const Evaluation& evaluation = workspace.now().runs[0]->report->evaluation;
    QCOMPARE(evaluation.images.size(), std::size_t{24});
    QCOMPARE(evaluation.results.size(), std::size_t{3});
    QCOMPARE(evaluation.results[0].top1, (Proportion{24, 24}));
    QCOMPARE(evaluation.results[2].top1, (Proportion{24, 24}));
    QCOMPARE(chosen_experiments(workspace.now()).size(), std::size_t{3});
    workspace.select_experiments({{1, 2}});
    QCOMPARE(chosen_experiments(workspace.now()).size(), std::size_t{1});
    workspace.remove_runs({1});
    QVERIFY(workspace.now().runs.empty());
    QVERIFY(workspace.now().selected_experiments.empty());
  }

  void a_waiting_run_is_cancelled_at_once() {
    const SmallProject files;
    Workspace workspace;
    open_all(workspace, files);
    QTRY_VERIFY_WITH_TIMEOUT(all_known(workspace.now()), kPatience);
    for (int i = 0; i < 3; ++i) workspace.run({"w8a8-channel-sym"}, 0);
    workspace.cancel_run(3);
    QTRY_VERIFY_WITH_TIMEOUT(workspace.now().runs[2]->state == RunState::stopped, kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(workspace.now().runs[1]->state == RunState::done, kPatience);
    QVERIFY(workspace.now().runs[2]->report == nullptr);
  }

  void an_edit_changes_what_follows_and_can_be_undone() {
    const SmallProject files;
    Workspace workspace;
    open_all(workspace, files);
    QTRY_VERIFY_WITH_TIMEOUT(all_known(workspace.now()), kPatience);
    const auto before = workspace.now().schemes[0].weights;
    Scheme edited = workspace.now().schemes[0].scheme;
    for (int bits = 7; bits >= 2; --bits) {  // as a slider does
      edited.weights.bits = bits;
      workspace.edit_scheme("w8a8-tensor-asym", edited, "bits");
    }
    QVERIFY(workspace.now().schemes[0].layers == nullptr);  // of the scheme as it was
    QTRY_VERIFY_WITH_TIMEOUT(workspace.now().schemes[0].weights != before && workspace.is_idle(), kPatience);
    QCOMPARE((*workspace.now().schemes[0].weights)[0].encoding.grid.bits, 2);
    QTRY_VERIFY_WITH_TIMEOUT(all_known(workspace.now()), kPatience);
    QCOMPARE(workspace.undo_stack().count(), 1);  // one gesture
    workspace.undo_stack().undo();
    QCOMPARE(workspace.now().schemes[0].scheme, find_scheme("w8a8-tensor-asym"));
    QTRY_VERIFY_WITH_TIMEOUT((*workspace.now().schemes[0].weights)[0].encoding.grid.bits == 8, kPatience);
  }

  void impossible_schemes_say_why() {
    const SmallProject files;
    Workspace workspace;
    workspace.open_model(files.model());
    QTRY_VERIFY_WITH_TIMEOUT(!workspace.now().schemes.empty(), kPatience);
    Scheme edited = workspace.now().schemes[0].scheme;
    edited.weights.bits = 40;
    workspace.edit_scheme(edited.id, edited, "bits");
    QVERIFY(!workspace.now().schemes[0].problem.empty());
    edited.weights.bits = 8;
    workspace.edit_scheme(edited.id, edited, "bits");
    QVERIFY(workspace.now().schemes[0].problem.empty());
  }

  void schemes_come_and_go() {
    Workspace workspace;
    workspace.add_scheme(find_scheme("w8a8-channel-sym"));
    workspace.add_scheme(find_scheme("w8a8-channel-sym"));
    QCOMPARE(workspace.now().schemes[1].scheme.id, std::string("w8a8-channel-sym-2"));
    QVERIFY(workspace.now().schemes[0].color != workspace.now().schemes[1].color);
    QCOMPARE(workspace.now().current_scheme, std::string("w8a8-channel-sym-2"));
    workspace.remove_scheme("w8a8-channel-sym-2");
    QCOMPARE(workspace.now().current_scheme, std::string("w8a8-channel-sym"));
    workspace.remove_scheme("w8a8-channel-sym");
    QVERIFY(workspace.now().current() == nullptr);
    workspace.undo_stack().undo();
    workspace.undo_stack().undo();
    QCOMPARE(workspace.now().schemes.size(), std::size_t{2});
  }

  void bad_files_are_told_and_change_nothing() {
    const SmallProject files;
    Workspace workspace;
    QSignalSpy told(&workspace, &Workspace::told);
    workspace.open_images(files.images());  // before any model
    QCOMPARE(told.count(), 1);
    write_text(files.path("broken.onnx").toStdString(), "this is no model");
    workspace.open_model(files.path("broken.onnx"));
    QTRY_COMPARE_WITH_TIMEOUT(told.count(), 2, kPatience);
    QVERIFY(told.last()[0].toString().contains("broken.onnx"));
    QVERIFY(workspace.now().model == nullptr);
    workspace.open_model(files.model());
    QTRY_VERIFY_WITH_TIMEOUT(workspace.now().model != nullptr, kPatience);
    workspace.open_model(files.path("broken.onnx"));
    QTRY_COMPARE_WITH_TIMEOUT(told.count(), 3, kPatience);
    QCOMPARE(workspace.now().model->report.name, std::string("uneven"));
    workspace.open_images("/no/such/folder");
    QTRY_COMPARE_WITH_TIMEOUT(told.count(), 4, kPatience);
    QVERIFY(workspace.now().images == nullptr);
  }

  void the_diagnosis_finds_what_was_done_to_the_network() {
    const SmallProject files;
    Workspace workspace;
    open_all(workspace, files);
    QTRY_VERIFY_WITH_TIMEOUT(all_known(workspace.now()), kPatience);
    workspace.set_current_scheme("w8a8-tensor-asym");
    const auto answer = [&](std::size_t step) -> const GuideStepView& { return workspace.now().guide[step]; };
    for (std::size_t i = 0; i < workspace.now().guide.size(); ++i) {
      workspace.diagnose(answer(i).id);
      QTRY_VERIFY_WITH_TIMEOUT(answer(i).state != GuideState::running, kPatience);
      QCOMPARE(answer(i).message, std::string());
      QVERIFY(answer(i).state == GuideState::done);
      QVERIFY(!answer(i).verdict.sentence.empty());
    }
    QCOMPARE(answer(0).id, std::string("float_sane"));
    QVERIFY(answer(0).verdict.judgement == GuideJudgement::fine);
    QCOMPARE(answer(4).id, std::string("range_or_rounding"));
    QVERIFY2(answer(4).verdict.sentence.find("100 times") != std::string::npos, answer(4).verdict.sentence.c_str());
    workspace.set_current_scheme("w8a8-channel-sym");
    QVERIFY(answer(0).state == GuideState::open);  // answers were about the other scheme
  }

  void thumbnails_come_one_by_one() {
    const SmallProject files;
    Workspace workspace;
    open_all(workspace, files);
    QSignalSpy pictures(&workspace, &Workbench::thumbnail);
    const std::string first = workspace.now().images->dataset.entries.front().record.name;
    workspace.request_thumbnails({first, "no such image"}, 4);
    QTRY_COMPARE_WITH_TIMEOUT(pictures.count(), 1, kPatience);
    const auto image = pictures[0][1].value<QImage>();
    QCOMPARE(image.size(), QSize(4, 4));
    QVERIFY(image.pixelColor(1, 1).red() > 200);
  }

 private:
  QTemporaryDir cache_;
};

}  // namespace qs

QTEST_MAIN(qs::TestWorkspace)
#include "test_workspace.moc"
