// A training by hand through the window: started, watched, stopped, resumed, compared, opened.
#include <QDoubleSpinBox>
#include <QLabel>
#include <QPushButton>
#include <filesystem>

#include "app/run/training_run.h"
#include "datasets/builtin_datasets.h"
#include "tests/support/open_window.h"
#include "tests/support/test_files.h"
#include "views/panels/training_setup.h"

namespace qs {
namespace {

constexpr int kClasses = 4;
constexpr int kEpochs = 16;
constexpr const char* kOut = "base-qat_w8a8_per_tensor.onnx";

/// Pictures of the first few kinds of shapes in class folders.
void write_images(const std::filesystem::path& folder, const char* name, int per_class) {
  const BuiltinDataset& shapes = builtin_dataset(name);
  std::map<int, int> written;
  for (std::int64_t i = 0; i < shapes.images && std::ssize(written) <= kClasses; ++i) {
    const int label = shapes.label(i);
    if (label >= kClasses || written[label] == per_class) continue;
    ++written[label];
    const std::filesystem::path place = folder / std::to_string(label);
    std::filesystem::create_directories(place);
    write_file(place / fmt::format("{}.ppm", i), builtin_file(shapes, i));
    const auto is_full = [&](const auto& each) { return each.second == per_class; };
    if (std::ssize(written) == kClasses && std::all_of(written.begin(), written.end(), is_full)) return;
  }
}

/// A network that can tell the shapes apart a little, trained in float.
void write_model(const std::filesystem::path& folder) {
  TrainingSettings settings;
  settings.recipe.id = "base";
  settings.recipe.network = {"plain_cnn", {{"width", 8}}};
  settings.recipe.data.validation_share = 0.2;
  settings.recipe.data.augmentation.flip = false;
  settings.recipe.batch = 16;
  settings.recipe.epochs = 8;
  settings.recipe.learning_rate = 0.05;
  settings.data = (folder / "train").string();
  settings.out = (folder / "base.onnx").string();
  (void)run_training(settings, prepare_training(settings, {}), {}, {});
}

/// Where QS_PICTURES names a folder, the window is saved there as it is seen.
void save_picture(OpenWindow& open, const char* name) {
  const QString folder = qEnvironmentVariable("QS_PICTURES");
  if (folder.isEmpty()) return;
  QTest::qWait(100);
  for (const char* look : {"Dark", "Light"}) {
    open.action(look)->trigger();
    QTest::qWait(50);
    open.window.grab().save(QString("%1/%2-%3.png").arg(folder, name, look));
  }
}

void set_number(OpenWindow& open, const char* path, double value) {
  FieldRow* row = open.window.panel("training")->findChild<RecipeForm*>()->row(path);
  QVERIFY2(row != nullptr, path);
  row->editor().findChild<QDoubleSpinBox*>()->setValue(value);
}

}  // namespace

class TestWindowTraining : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() {
    write_images(path("train"), "builtin:shapes/train", 40);
    write_images(path("test"), "builtin:shapes", 15);
    write_model(path(""));
  }

  void cleanup() {
    for (const char* each : {kOut, "base-qat_w8a8_per_tensor.checkpoint"}) std::filesystem::remove(path(each));
  }

  void started_stopped_resumed_and_compared() {
    OpenWindow open;
    open_panel(open);
    open.click(button(open, "Start training"));
    wait_for_epochs(open, 2);
    QVERIFY(!open.plot("training").is_empty());
    QVERIFY(open.now().training->float_accuracy && open.now().training->twin_accuracy);
    slides_meanwhile(open);
    save_picture(open, "window-training");

    open.click(button(open, "Stop"));
    QTRY_VERIFY_WITH_TIMEOUT(state(open) == TrainingState::stopped, kPatience);
    const std::vector<EpochRecord> before = open.now().training->curves;
    QVERIFY(std::ssize(before) < kEpochs);
    QVERIFY(std::filesystem::exists(checkpoint_beside(path(kOut).string())));
    QVERIFY(!std::filesystem::exists(path(kOut)));
    QTRY_VERIFY_WITH_TIMEOUT(button(open, "Resume") != nullptr, kPatience);

    open.click(button(open, "Resume"));
    QTRY_VERIFY_WITH_TIMEOUT(state(open) == TrainingState::done, kPatience);
    const std::vector<EpochRecord>& after = open.now().training->curves;
    QCOMPARE(std::ssize(after), std::ptrdiff_t{kEpochs});
    QVERIFY(std::equal(before.begin(), before.end(), after.begin()));
    QVERIFY(std::filesystem::exists(path(kOut)));
    is_compared(open);
  }

  /// Closing keeps what was trained; the next window offers to go on.
  void closed_and_gone_on_with() {
    {
      OpenWindow open;
      open_panel(open);
      open.click(button(open, "Start training"));
      wait_for_epochs(open, 1);
    }
    const Checkpoint kept = load_checkpoint(checkpoint_beside(path(kOut).string()));
    QVERIFY(kept.epoch >= 1 && kept.epoch < kEpochs);
    OpenWindow open;
    open_panel(open, false);
    QTRY_VERIFY_WITH_TIMEOUT(button(open, "Resume") != nullptr, kPatience);
    open.click(button(open, "Resume"));
    QTRY_VERIFY_WITH_TIMEOUT(state(open) == TrainingState::done, kPatience);
    QCOMPARE(std::ssize(open.now().training->curves), std::ptrdiff_t{kEpochs});
    open.settle();
  }

  void what_goes_wrong_is_told() {
    OpenWindow open;
    open_panel(open);
    open.window.panel("training")->findChild<TrainingSetup*>()->use_recipe(find_recipe("cifar10_plain"));
    QTRY_VERIFY(button(open, "Start training")->isEnabled());
    set_number(open, "batch", 4096);  // more than there are images
    open.click(button(open, "Start training"));
    QTRY_VERIFY_WITH_TIMEOUT(state(open) == TrainingState::failed, kPatience);
    QTRY_VERIFY(open.banner().contains("batch"));
    QTRY_VERIFY(button(open, "Start training") != nullptr);
  }

 private:
  [[nodiscard]] std::filesystem::path path(const char* name) const {
    return std::filesystem::path(folder_.path().toStdString()) / name;
  }
  static QAbstractButton* button(OpenWindow& open, const char* text) {
    return open.button(text, open.window.panel("training"));
  }
  static TrainingState state(OpenWindow& open) {
    return open.now().training == nullptr ? TrainingState::waiting : open.now().training->state;
  }
  static void wait_for_epochs(OpenWindow& open, int epochs) {
    QTRY_VERIFY_WITH_TIMEOUT(open.now().training && std::ssize(open.now().training->curves) >= epochs, kPatience);
  }

  void open_panel(OpenWindow& open, bool with_settings = true) {
    open.window.open_path(QString::fromStdString(path("base.onnx").string()));
    QTRY_VERIFY_WITH_TIMEOUT(open.now().model != nullptr, kPatience);
    open.window.open_path(QString::fromStdString(path("test").string()));
    QTRY_VERIFY_WITH_TIMEOUT(open.now().images != nullptr, kPatience);
    open.settle();
    open.action("Train…")->trigger();
    open.settle();
    const auto* setup = open.window.panel("training")->findChild<TrainingSetup*>();
    QTRY_COMPARE(setup->request().images, path("train").string());  // those beside the ones that are open
    QCOMPARE(setup->request().out, path(kOut).string());
    if (!with_settings) return;
    set_number(open, "epochs", kEpochs);
    set_number(open, "batch", 16);
    set_number(open, "data.validation_share", 0.2);
    QCOMPARE(setup->request().recipe.epochs, kEpochs);
    QCOMPARE(setup->request().recipe.data.validation_share, 0.2);
    QTRY_VERIFY(button(open, "Start training")->isEnabled());
    save_picture(open, "window-ready");
  }

  /// Sliders go on working beside a training.
  static void slides_meanwhile(OpenWindow& open) {
    Scheme scheme = open.now().current()->scheme;
    const auto weights = open.now().current()->weights;
    scheme.weights.bits = 5;
    open.workspace.edit_scheme(scheme.id, scheme, "bits");
    QTRY_VERIFY_WITH_TIMEOUT(open.now().current()->weights != weights, kPatience);
    QVERIFY(open.now().training->is_busy());
  }

  /// Float, twin and result stand side by side; the trained file alone gives the same answers.
  void is_compared(OpenWindow& open) {
    open.wait_for_run(RunState::done);
    open.settle();
    const std::int64_t id = open.now().training->run;
    const RunView run = *open.now().runs.back();
    QCOMPARE(run.id, id);
    QCOMPARE(run.report->evaluation.results.size(), std::size_t{3});
    QCOMPARE(run.schemes[0], find_scheme("w8a8-tensor-asym"));
    QVERIFY(QString::fromStdString(run.schemes[1].title).startsWith("Trained: "));
    open.click(button(open, "Compare accuracy"));
    QTRY_COMPARE(open.plot("accuracy").numbers().rows.size(), std::size_t{3});
    save_picture(open, "window-compared");
    open.window.show_panel("training");
    open.settle();
    save_picture(open, "window-trained");
    open.click(button(open, "Open the trained model"));
    QTRY_COMPARE_WITH_TIMEOUT(open.now().model->report.path, path(kOut).string(), kPatience);
    open.settle();
    QCOMPARE(open.now().current()->scheme.id, std::string("w8a8-tensor-asym-trained"));
    QVERIFY2(open.now().current()->problem.empty(), open.now().current()->problem.c_str());
    open.workspace.run({open.now().current_scheme}, 0);
    QTRY_VERIFY_WITH_TIMEOUT(open.now().runs.back()->id != id, kPatience);
    open.wait_for_run(RunState::done);
    const auto& alone = open.now().runs.back()->report->evaluation.results[1];
    QCOMPARE(alone.top1, run.report->evaluation.results[2].top1);
    open.settle();
  }

  OwnSettings own_settings_;
  QTemporaryDir folder_;
};

}  // namespace qs

QTEST_MAIN(qs::TestWindowTraining)
#include "test_window_training.moc"
