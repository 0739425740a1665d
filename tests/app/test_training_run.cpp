// Trainings from images to files: resumed to the bit, stopped, refused, and what int8 inference makes of the result.
#include <QtTest/QtTest>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <thread>

#include "app/run/training_run.h"
#include "core/engine/executable.h"
#include "core/model/importers.h"
#include "core/quant/trained_encodings.h"
#include "core/train/trainable.h"
#include "tests/support/test_files.h"

namespace qs {

namespace {

/// Seconds, not minutes: 300 pictures of 32 x 32 pixels, a small network.
TrainingSettings small_training(const std::filesystem::path& folder) {
  TrainingSettings settings;
  settings.recipe.id = "small";
  settings.recipe.title = "Small";
  settings.recipe.network = {"plain_cnn", {{"width", 8}}};
  settings.recipe.data.validation_share = 0.2;
  settings.recipe.batch = 16;
  settings.recipe.epochs = 2;
  settings.recipe.learning_rate = 0.05;
  settings.data = "builtin:shapes/train";
  settings.limit = 300;
  settings.out = (folder / "small.onnx").string();
  return settings;
}

TrainingSettings small_fine_tuning(const std::filesystem::path& folder, const std::string& model) {
  TrainingSettings settings = small_training(folder);
  settings.recipe.start = Start::model;
  settings.recipe.learning_rate = 0.005;
  settings.recipe.quantization.emplace();
  settings.recipe.quantization->freeze_after_epochs = 1;
  settings.recipe.quantization->range_decay = 0.9;
  settings.model = model;
  settings.out = (folder / "tuned.onnx").string();
  return settings;
}

TrainingOutcome trained(const TrainingSettings& settings, const Progress& progress = {}) {
  return run_training(settings, prepare_training(settings, progress), {}, progress);
}

/// All constants of a graph, in order of their names.
std::map<std::string, std::vector<float>> constants(const Graph& graph) {
  std::map<std::string, std::vector<float>> result;
  for (const auto& [id, tensor] : graph.constants) {
    if (tensor.dtype() != DType::f32) continue;
    const auto values = tensor.values<float>();
    result[graph.value(id).name] = {values.begin(), values.end()};
  }
  return result;
}

QString error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

}  // namespace

class TestTrainingRun : public QObject {
  Q_OBJECT

 private:
  QTemporaryDir folder_;
  std::filesystem::path path() const { return folder_.path().toStdString(); }
  std::string float_model_;

 private slots:
  void initTestCase() {
    const TrainingSettings settings = small_training(path());
    const TrainingOutcome outcome = trained(settings);
    QCOMPARE(outcome.model.curves.size(), std::size_t{2});
    QVERIFY(outcome.model.curves[1].train_loss < outcome.model.curves[0].train_loss);
    float_model_ = settings.out;
  }

  // Everything needed to use the model is in it and beside it.
  void model_is_read_back_with_its_preprocessing_and_classes() {
    const Classifier classifier = load_classifier({.path = float_model_, .preprocessing = {}, .input_size = {}});
    QCOMPARE(classifier.class_names.size(), std::size_t{20});
    QCOMPARE(classifier.preprocessing.preprocessing.mean[0], 127.5);
    QCOMPARE(classifier.report.classes, std::int64_t{20});
  }

  // Stopped in the middle of an epoch and gone on: the same bytes as never having stopped.
  void resumed_training_is_the_same_to_the_bit_data() {
    QTest::addColumn<bool>("quantized");
    QTest::addColumn<int>("stop_after");
    QTest::newRow("float") << false << 20;  // 15 steps an epoch
    QTest::newRow("quantized") << true << 20;
    QTest::newRow("in validation") << true << 15;
  }
  void resumed_training_is_the_same_to_the_bit() {
    QFETCH(bool, quantized);
    QFETCH(int, stop_after);
    QTemporaryDir here;
    const std::filesystem::path at = here.path().toStdString();
    TrainingSettings settings = quantized ? small_fine_tuning(at, float_model_) : small_training(at);
    settings.recipe.ema_decay = 0.9;
    const TrainingOutcome straight = trained(settings);

    settings.out = (at / "stopped.onnx").string();
    std::stop_source stop;
    const PreparedTraining prepared = prepare_training(settings, Progress(stop.get_token(), {}));
    int steps = 0;
    TrainingWatch watch;
    watch.step = [&](double, double) {
      if (++steps == stop_after) stop.request_stop();
    };
    const TrainingOutcome part = run_training(settings, prepared, watch, Progress(stop.get_token(), {}));
    QVERIFY(part.model.stopped);
    QVERIFY(part.files.empty());
    QVERIFY(!std::filesystem::exists(settings.out));
    QCOMPARE(steps, stop_after);
    QCOMPARE(std::ssize(part.model.curves), std::ptrdiff_t{(stop_after - 1) / 15});
    const TrainingOutcome rest = trained(settings);
    QVERIFY(!rest.model.stopped);
    QCOMPARE(constants(rest.model.graph), constants(straight.model.graph));
    QCOMPARE(constants(*rest.model.average), constants(*straight.model.average));
    QCOMPARE(rest.model.graph.metadata, straight.model.graph.metadata);
    QCOMPARE(rest.model.curves.size(), std::size_t{2});
    for (std::size_t e = 0; e < 2; ++e) {
      QCOMPARE(rest.model.curves[e].train_loss, straight.model.curves[e].train_loss);
      QCOMPARE(rest.model.curves[e].train_accuracy, straight.model.curves[e].train_accuracy);
      QCOMPARE(rest.model.curves[e].validation_loss, straight.model.curves[e].validation_loss);
    }
  }

  // A stop does not wait for the end of a step, and leaves no trace of it: neither weights nor moving averages move.
  void a_stop_within_a_step_undoes_it() {
    QTemporaryDir here;
    const TrainingSettings settings =
        small_fine_tuning(here.path().toStdString(), QS_SOURCE_DIR "/resources/builtin_shapes.onnx");
    const PreparedTraining prepared = prepare_training(settings, {});
    Trainable trainable(prepared.task);
    const TrainingBatch batch = prepared.task.source.at(0, 0);
    const auto values = [&] {
      std::vector<std::vector<float>> all;
      for (const NamedTensor& each : trainable.tensors()) {
        all.emplace_back(each.tensor.values<float>().begin(), each.tensor.values<float>().end());
      }
      return all;
    };
    const auto before = values();
    int stopped = 0;
    for (int i = 0; i < 40; ++i) {
      std::stop_source stop;
      std::jthread later([&] {
        std::this_thread::sleep_for(std::chrono::microseconds(200 * i));
        stop.request_stop();
      });
      try {
        (void)trainable.step(batch, {.mode = Mode::training, .stop = stop.get_token()}, 0.01);
        later.join();
        break;  // the machine was faster: the step is over
      } catch (const Error& error) {
        QCOMPARE(error.code(), ErrorCode::stopped);
        ++stopped;
      }
      QVERIFY(values() == before);
    }
    QVERIFY(stopped > 1);  // the first of them before anything was computed
  }

  // What training saw is what int8 inference computes: the same class on at least 99.5 % of images, for every strategy.
  // With the built-in model: a network that knows nothing has ties among its 8-bit logits.
  void integers_agree_with_training_data() {
    QTest::addColumn<int>("strategy");
    QTest::addColumn<int>("activations");
    QTest::addColumn<int>("weights");
    const auto row = [](const char* name, BatchNormTraining strategy, ActivationRanges activations,
                        WeightRanges weights) {
      QTest::newRow(name) << static_cast<int>(strategy) << static_cast<int>(activations) << static_cast<int>(weights);
    };
    using Strategy = BatchNormTraining;
    row("batch statistics", Strategy::batch_statistics, ActivationRanges::moving_average, WeightRanges::min_max);
    row("correction", Strategy::correction, ActivationRanges::moving_average, WeightRanges::min_max);
    row("freezing", Strategy::correction_and_freezing, ActivationRanges::moving_average, WeightRanges::min_max);
    row("renormalization", Strategy::batch_renormalization, ActivationRanges::moving_average, WeightRanges::min_max);
    row("averages", Strategy::long_term_averages, ActivationRanges::fixed, WeightRanges::min_max);
    row("learned", Strategy::correction, ActivationRanges::learned, WeightRanges::learned);
  }
  void integers_agree_with_training() {
    QFETCH(int, strategy);
    QFETCH(int, activations);
    QFETCH(int, weights);
    QTemporaryDir here;
    TrainingSettings settings =
        small_fine_tuning(here.path().toStdString(), QS_SOURCE_DIR "/resources/builtin_shapes.onnx");
    settings.recipe.epochs = 1;
    QuantizationRecipe& quantization = *settings.recipe.quantization;
    quantization.freeze_after_epochs = 0.5;
    quantization.batch_norm = static_cast<BatchNormTraining>(strategy);
    quantization.activation_ranges = static_cast<ActivationRanges>(activations);
    quantization.weight_ranges = static_cast<WeightRanges>(weights);
    const PreparedTraining prepared = prepare_training(settings, {});
    Trainable trainable(prepared.task);
    for (std::int64_t i = 0; i < 12; ++i) {
      const auto step =
          trainable.step(prepared.task.source.at(0, i),
                         {.mode = Mode::training, .number = i, .epoch = static_cast<double>(i) / 15}, 0.005);
      QVERIFY(std::isfinite(step.loss));
    }
    const Scheme scheme = trained_scheme(quantization);
    const Graph graph = trainable.graph();
    const QuantizedGraph quantized =
        quantize(prepare_for_quantization(graph, scheme), calibration_of(prepared, graph, scheme, {}), scheme);
    QVERIFY2(quantized.remarks.empty(), quantized.remarks.empty() ? "" : quantized.remarks[0].text.c_str());
    const auto integers =
        backend("integer").compile_quantized(quantized, {.batch = settings.recipe.batch, .threads = 0, .taps = {}});
    const auto pictures = std::make_shared<const TrainingImages>(
        load_training_images(open_dataset("builtin:shapes", {.classes = prepared.classes}), prepared.preprocessing));
    const BatchSource batches = in_order(pictures, settings.recipe.batch);
    int same = 0;
    int images = 0;
    while (const auto batch = batches()) {
      const Tensor seen = trainable.logits(batch->tensor);
      const Tensor got = integers->run(std::vector<Tensor>{batch->tensor}).outputs[0];
      const std::size_t classes = seen.values<float>().size() / batch->images.size();
      for (std::size_t n = 0; n < batch->images.size(); ++n, ++images) {
        const auto best = [&](const Tensor& logits) {
          const auto row = logits.values<float>().subspan(n * classes, classes);
          return std::max_element(row.begin(), row.end()) - row.begin();
        };
        same += best(seen) == best(got) ? 1 : 0;
      }
    }
    QCOMPARE(images, 2000);
    QVERIFY2(same >= 1990, qPrintable(QString("%1 of 2000").arg(same)));
  }

  // The file alone is enough: model and scheme, read back, quantize to the encodings that training learned.
  void trained_model_carries_its_encodings() {
    const TrainingSettings settings = small_fine_tuning(path(), float_model_);
    const TrainingOutcome outcome = trained(settings);
    const Graph graph = import_model(settings.out, {});
    const TrainedEncodings encodings = trained_encodings(graph);
    QCOMPARE(encodings, trained_encodings(outcome.model.graph));
    QVERIFY(encodings.activations.size() > 4);
    const Scheme scheme = find_scheme((path() / "tuned.scheme.json").string());
    QCOMPARE(scheme, *outcome.model.scheme);
    QCOMPARE(QString::fromStdString(scheme.activations.range.id), QString("trained"));
  }

  void early_end_gives_the_best_weights() {
    QTemporaryDir here;
    TrainingSettings settings = small_training(here.path().toStdString());
    settings.recipe.epochs = 30;
    settings.recipe.learning_rate = 1e-6;  // nothing to gain: the first epoch stays the best, or the second
    settings.recipe.early_stop_epochs = 2;
    const TrainingOutcome outcome = trained(settings);
    QVERIFY(outcome.model.early);
    QVERIFY(outcome.model.curves.size() < 30);
    QCOMPARE(static_cast<int>(outcome.model.curves.size()), outcome.model.best->epoch + 2);
  }

  void diverged_training_says_so_and_keeps_the_checkpoint() {
    QTemporaryDir here;
    TrainingSettings settings = small_training(here.path().toStdString());
    std::stop_source stop;
    TrainingWatch watch;
    watch.epoch = [&](const std::vector<EpochRecord>&) { stop.request_stop(); };
    QVERIFY(
        run_training(settings, prepare_training(settings, {}), watch, Progress(stop.get_token(), {})).model.stopped);
    // The same training with steps so long that no f32 holds the result.
    TrainingSettings wild = settings;
    wild.recipe.learning_rate = 10;
    wild.recipe.weight_decay = 1;  // weights times 1 - 10 in each step
    wild.checkpoint = (std::filesystem::path(here.path().toStdString()) / "wild.checkpoint").string();
    wild.out = (std::filesystem::path(here.path().toStdString()) / "wild.onnx").string();
    const QString message = error_of([&] { (void)trained(wild); });
    QVERIFY2(message.contains("diverged"), qPrintable(message));
    QVERIFY(message.contains("learning_rate"));
    QVERIFY(!std::filesystem::exists(wild.out));
    QCOMPARE(load_checkpoint(checkpoint_path(settings)).epoch, 1);  // untouched
  }

  void wrong_checkpoints_are_refused() {
    QTemporaryDir here;
    TrainingSettings settings = small_training(here.path().toStdString());
    settings.recipe.epochs = 1;
    (void)trained(settings);
    settings.recipe.network = {"resnet_cifar", {{"depth", 8}}};
    const QString message = error_of([&] { (void)trained(settings); });
    QVERIFY2(message.contains("small.checkpoint"), qPrintable(message));
    settings.resume = false;  // --restart
    settings.recipe.network = {"plain_cnn", {{"width", 8}}};
    QCOMPARE(trained(settings).model.curves.size(), std::size_t{1});
  }

  void one_class_is_no_data_set() {
    QTemporaryDir here;
    const std::filesystem::path images = std::filesystem::path(here.path().toStdString()) / "images" / "only";
    std::filesystem::create_directories(images);
    for (int i = 0; i < 4; ++i) {
      QImage picture(32, 32, QImage::Format_RGB32);
      picture.fill(qRgb(10 * i, 20, 30));
      QVERIFY(picture.save(QString::fromStdString((images / (std::to_string(i) + ".png")).string())));
    }
    TrainingSettings settings = small_training(here.path().toStdString());
    settings.data = images.parent_path().string();
    settings.limit.reset();
    const QString message = error_of([&] { (void)trained(settings); });
    QVERIFY2(message.contains("class"), qPrintable(message));
  }

  void network_for_other_images_is_refused() {
    TrainingSettings settings = small_fine_tuning(path(), float_model_);
    settings.recipe.batch = 1000;
    const QString message = error_of([&] { (void)trained(settings); });
    QVERIFY2(message.contains("batch"), qPrintable(message));
  }
};

}  // namespace qs

QTEST_GUILESS_MAIN(qs::TestTrainingRun)
#include "test_training_run.moc"
