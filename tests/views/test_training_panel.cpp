// The panel of trainings in front of recorded values, its plot, and the fields of recipes. Where QS_PICTURES names a
// folder, the panel is saved there as it is seen.
#include <QAbstractButton>
#include <QLabel>
#include <QtTest/QtTest>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/support/recorded_workbench.h"
#include "views/panels/panels.h"
#include "views/panels/training_setup.h"
#include "views/plots/training_curves.h"
#include "views/theme.h"

namespace qs {
namespace {

EpochRecord epoch(int number, double loss, double accuracy, double validation) {
  return {.epoch = number,
          .train_loss = loss,
          .train_accuracy = accuracy,
          .validation_loss = loss + 0.1,
          .validation_accuracy = validation,
          .average_accuracy = validation - 0.01,
          .learning_rate = 0.005,
          .seconds = 3};
}

std::shared_ptr<TrainingView> recorded(TrainingState state) {
  auto view = std::make_shared<TrainingView>();
  view->request.recipe = find_recipe("qat_w8a8_per_tensor");
  view->request.recipe.epochs = 8;
  view->request.out = "/nowhere/net-qat_w8a8_per_tensor.onnx";
  view->state = state;
  view->fraction = 0.4;
  view->stage = "epoch 4 of 8: loss 0.402, 87.1 % right, 3110 images/s";
  view->seconds_left = 65;
  view->training = 19000;
  view->validation = 1000;
  view->float_accuracy = 0.902;
  view->twin_accuracy = 0.551;
  view->curves = {epoch(1, 0.61, 0.801, 0.842), epoch(2, 0.47, 0.852, 0.871), epoch(3, 0.42, 0.866, 0.889)};
  for (int i = 0; i < 60; ++i) view->losses.push_back({i / 20.0, 0.4 + 0.5 / (1 + i) + (i % 3) * 0.02});
  return view;
}

Snapshot with_model() {
  Snapshot snapshot;
  auto model = std::make_shared<OpenModel>();
  model->report.path = "/nowhere/net.onnx";
  model->report.name = "net";
  auto images = std::make_shared<OpenImages>();
  images->path = "builtin:shapes";
  images->labelled = true;
  snapshot.model = model;
  snapshot.images = images;
  return snapshot;
}

struct ShownPanel {
  RecordedWorkbench workbench;
  std::unique_ptr<QWidget> panel{training_panel.make(workbench, nullptr)};

  explicit ShownPanel(const Snapshot& snapshot, QSize size = {900, 520}) {
    workbench.snapshot = snapshot;
    panel->resize(size);
    panel->show();
    workbench.show();
    QTest::qWait(20);
  }
  [[nodiscard]] QAbstractButton* button(const QString& text) const {
    for (auto* each : panel->findChildren<QAbstractButton*>()) {
      if (each->isVisible() && each->text().remove('&') == text) return each;
    }
    return nullptr;
  }
  [[nodiscard]] bool says(const QString& text) const {
    for (const auto* each : panel->findChildren<QLabel*>()) {
      if (each->isVisible() && each->text().contains(text)) return true;
    }
    return false;
  }
  void picture(const char* name) const {
    const QString folder = qEnvironmentVariable("QS_PICTURES");
    if (!folder.isEmpty()) panel->grab().save(folder + "/" + name + ".png");
  }
};

/// Paths of all values in JSON but of arrays, and of what stands in `whole`.
void collect(const nlohmann::ordered_json& json, const std::string& path, std::set<std::string>& paths) {
  static const std::set<std::string> kWhole = {"network", "optimiser", "schedule", "quantization.scheme"};
  if (json.is_array()) return;
  if (!json.is_object() || kWhole.contains(path)) {
    paths.insert(path);
    return;
  }
  for (const auto& [key, value] : json.items()) collect(value, path.empty() ? key : path + "." + key, paths);
}

}  // namespace

class TestTrainingPanel : public QObject {
  Q_OBJECT

 private slots:
  void says_what_to_do() {
    const ShownPanel empty({});
    QVERIFY(empty.says("Open a model"));
    QVERIFY(!empty.button("Start training")->isEnabled());
    empty.picture("training-empty");
  }

  void starts_what_it_shows() {
    const ShownPanel shown(with_model());
    QVERIFY(shown.button("Start training")->isEnabled());
    shown.picture("training-ready");
    QTest::mouseClick(shown.button("Start training"), Qt::LeftButton);
    QCOMPARE(shown.workbench.asked, QStringList{"train qat_w8a8_per_tensor builtin:shapes/train 0"});
    QCOMPARE(shown.workbench.trained.model, std::string("/nowhere/net.onnx"));
    QCOMPARE(shown.workbench.trained.recipe, find_recipe("qat_w8a8_per_tensor"));
  }

  void watches_and_stops() {
    for (const bool dark : {false, true}) {
      QApplication::setPalette(dark ? dark_palette() : light_palette());
      Snapshot snapshot = with_model();
      snapshot.training = recorded(TrainingState::running);
      const ShownPanel shown(snapshot);
      QVERIFY(shown.says("epoch 4 of 8"));
      QVERIFY(shown.says("1 min 5 s left"));
      QVERIFY(!shown.panel->findChild<PlotView*>()->is_empty());
      shown.picture(dark ? "training-running-dark" : "training-running");
      QTest::mouseClick(shown.button("Stop"), Qt::LeftButton);
      QCOMPARE(shown.workbench.asked, QStringList{"stop_training"});
    }
    QApplication::setPalette(light_palette());
  }

  void opens_the_result() {
    Snapshot snapshot = with_model();
    auto view = recorded(TrainingState::done);
    view->run = 7;
    snapshot.training = view;
    const ShownPanel shown(snapshot);
    shown.picture("training-done");
    QTest::mouseClick(shown.button("Open the trained model"), Qt::LeftButton);
    QTest::mouseClick(shown.button("Compare accuracy"), Qt::LeftButton);
    QCOMPARE(shown.workbench.asked, (QStringList{"open_trained", "select_experiments 3"}));
    QCOMPARE(shown.workbench.chosen, (std::vector<ExperimentId>{{7, 0}, {7, 1}, {7, 2}}));
  }

  void what_went_wrong_is_shown() {
    Snapshot snapshot = with_model();
    auto view = recorded(TrainingState::failed);
    view->message = "the loss became NaN";
    view->request.out = default_trained_model(snapshot, view->request.recipe);
    snapshot.training = view;
    QVERIFY(ShownPanel(snapshot).says("the loss became NaN"));
  }

  void the_plot_tells_what_was_gained() {
    const auto view = recorded(TrainingState::running);
    QVERIFY(has_points({view, TrainingMeasure::accuracy}));
    PlotView plot("training", "Training");
    plot.show_plot([&](PlotView& p) { draw(TrainingCurves{view, TrainingMeasure::accuracy}, p); });
    // 0.889 - 0.551 and 0.902 - 0.889.
    QVERIFY2(plot.reading().contains("33.8 points more than without training") &&
                 plot.reading().contains("1.3 points less than float") &&
                 plot.reading().contains("After 3 of 8 epochs"),
             qPrintable(plot.reading()));
    const NumberTable table = training_table(*view);
    const std::vector<std::string> last = {"validation_accuracy", "3", "0.889"};
    QVERIFY(std::find(table.rows.begin(), table.rows.end(), last) != table.rows.end());
    // Two references of two points; three accuracies, two losses and the rate of three epochs; 60 means of steps.
    QCOMPARE(table.rows.size(), std::size_t{2 * 2 + 6 * 3 + 60});
    for (const TrainingMeasure each : {TrainingMeasure::loss, TrainingMeasure::learning_rate}) {
      plot.show_plot([&](PlotView& p) { draw(TrainingCurves{view, each}, p); });
      QVERIFY(!plot.title().isEmpty());
    }
    const auto nothing = std::make_shared<TrainingView>();
    QVERIFY(!has_points({nothing, TrainingMeasure::accuracy}));
    QVERIFY(!has_points({nullptr, TrainingMeasure::loss}));
  }

  void every_key_is_a_field() {
    for (const Recipe& recipe : preset_recipes()) {
      std::set<std::string> keys;
      collect(to_json(recipe), {}, keys);
      for (const char* each : {"format", "version", "quantization.scheme"}) keys.erase(each);
      std::set<std::string> paths;
      Recipe copy = recipe;
      for (const Field& field : fields_of(recipe)) {
        paths.insert(field.path);
        QVERIFY(!text_of(field).empty() || field.kind == FieldKind::text);
        set_field(copy, field.path, field.value);
      }
      QCOMPARE(copy, recipe);
      QCOMPARE(paths, keys);
    }
  }

  void fields_are_set_and_checked() {
    Recipe recipe = find_recipe("qat_w8a8_per_tensor");
    set_field(recipe, "learning_rate", 0.25);
    set_field(recipe, "quantization.batch_norm", std::string("long_term_averages"));
    QCOMPARE(recipe.learning_rate, 0.25);
    QCOMPARE(recipe.quantization->batch_norm, BatchNormTraining::long_term_averages);
    QVERIFY(!problem_of(recipe));
    set_field(recipe, "quantization.quant_delay_epochs", 100.0);
    QCOMPARE(problem_of(recipe)->path, std::string("quantization.quant_delay_epochs"));
  }

  void a_changed_preset_is_saved_under_its_own_name() {
    const QTemporaryDir folder;
    const std::string path = folder.filePath("my own.json").toStdString();
    Recipe recipe = find_recipe("qat_w8a8_per_tensor");
    recipe.epochs = 5;
    save_recipe(recipe, path);
    const Recipe read = find_recipe(path);
    QCOMPARE(read.id, std::string("my-own"));
    QCOMPARE(read.epochs, 5);
  }

  void images_to_train_with() {
    QCOMPARE(training_images_for("builtin:shapes"), std::string("builtin:shapes/train"));
    QCOMPARE(training_images_for("builtin:shapes/train"), std::string("builtin:shapes/train"));
    const QTemporaryDir folder;
    const auto path = [&](const char* name) { return folder.filePath(name).toStdString(); };
    for (const char* name : {"train", "test", "contest", "cifar-train.tar", "cifar-val.tar", "latest"}) {
      QVERIFY(QDir(folder.path()).mkpath(name));
    }
    QCOMPARE(training_images_for(path("test")), path("train"));
    QCOMPARE(training_images_for(path("cifar-val.tar")), path("cifar-train.tar"));
    QCOMPARE(training_images_for(path("contest")), path("contest"));
    QCOMPARE(training_images_for(path("nowhere/test")), path("nowhere/test"));
  }
};

}  // namespace qs

QTEST_MAIN(qs::TestTrainingPanel)
#include "test_training_panel.moc"
