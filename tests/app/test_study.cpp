// Studies: how claims are judged, on numbers made by hand; what is kept and what is run anew; one small real study.
#include <QtTest/QtTest>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "app/run/training_run.h"
#include "app/study/study_claims.h"
#include "app/study/study_figures.h"
#include "app/study/study_recipes.h"
#include "app/study/study_report.h"
#include "app/study/study_result_file.h"
#include "tests/support/command.h"
#include "tests/support/test_files.h"

namespace qs {
namespace {

namespace fs = std::filesystem;

ArmResults trained_arm(const std::string& arm, const std::vector<double>& accuracies) {
  ArmResults results{arm, {}};
  for (std::size_t i = 0; i < accuracies.size(); ++i) {
    results.runs.push_back(
        {.seed = i + 1, .accuracy = accuracies[i], .average_accuracy = {}, .images = 10000, .curves = {}});
  }
  return results;
}

ArmResults fixed_arm(const std::string& arm, double accuracy) {
  return {arm, {{.seed = {}, .accuracy = accuracy, .average_accuracy = {}, .images = 10000, .curves = {}}}};
}

std::vector<EpochRecord> curve(const std::vector<double>& accuracies) {
  std::vector<EpochRecord> records;
  for (double accuracy : accuracies) {
    EpochRecord record;
    record.epoch = static_cast<int>(records.size()) + 1;
    record.validation_accuracy = accuracy;
    records.push_back(record);
  }
  return records;
}

QString verdict(const std::string& study, const std::string& claim, const NetworkResults& results) {
  for (const StudyClaim& each : find_study(study).claims) {
    if (each.id == claim) return QString::fromStdString(std::string(to_string(each.judge(results).verdict)));
  }
  return "no such claim";
}

/// Three numbers around a middle, whose mean has the 95 % interval middle ± 4.303 spread / √3.
std::vector<double> around(double middle, double spread = 0.001) {
  return {middle - spread, middle, middle + spread};
}

NetworkResults table4(const std::vector<double>& tensor, const std::vector<double>& channel) {
  return {"net",
          {fixed_arm("float", 0.9), fixed_arm("ptq-tensor-asym", 0.5), fixed_arm("ptq-channel-sym", 0.88),
           trained_arm("qat-tensor-asym", tensor), trained_arm("qat-channel-sym", channel)}};
}

NetworkResults table5(double post_training, const std::vector<double>& tuned) {
  return {"net",
          {fixed_arm("float", 0.9), fixed_arm("ptq-tensor-asym", 0.1), fixed_arm("ptq-channel-sym", post_training),
           trained_arm("qat-channel-sym", tuned)}};
}

Recipe small_recipe() {
  Recipe recipe;
  recipe.id = "small";
  recipe.network = {"plain_cnn", {{"width", 8}}};
  recipe.data.validation_share = 0.2;
  recipe.batch = 16;
  recipe.epochs = 1;
  recipe.learning_rate = 0.05;
  return recipe;
}

/// Float, post-training, and one arm that is trained.
Study small_study(double learning_rate) {
  Study study{.id = "small", .title = "Small", .arms = {}, .claims = {}};
  study.arms = {{"float", "float", FloatNetwork{}},
                {"post-training", "post-training", PostTraining{"w8a8-channel-sym"}},
                {"trained", "trained", Trained{[=](const StudyNetwork& network) {
                   Recipe recipe = shortened(fine_tuning_of(network, "qat_w8a8_per_channel"));
                   recipe.learning_rate = learning_rate;
                   recipe.ema_decay = 0.9;
                   return recipe;
                 }}},
                {"average", "average", AverageOf{"trained"}}};
  return study;
}

StudySettings small_settings(const fs::path& folder) {
  StudySettings settings;
  settings.train = "builtin:shapes/train";
  settings.test = "builtin:shapes";
  settings.networks = {small_recipe()};
  settings.folder = (folder / "out").string();
  settings.seeds = 2;
  settings.train_limit = 300;
  settings.test_limit = 100;
  return settings;
}

std::vector<double> accuracies(const StudyReport& report) {
  std::vector<double> all;
  for (const ArmResults& arm : report.networks.at(0).arms) {
    for (const ArmRun& run : arm.runs) all.push_back(run.accuracy);
  }
  return all;
}

}  // namespace

class TestStudy : public QObject {
  Q_OBJECT

  QTemporaryDir folder_;
  fs::path path() const { return folder_.path().toStdString(); }

 private slots:
  // 1, 2, 3: deviation 1, t = 4.303: 2 ± 2.484.
  void spread_is_students() {
    const Spread spread = spread_of(std::vector<double>{1, 2, 3});
    QCOMPARE(spread.mean, 2.0);
    QCOMPARE(spread.deviation, 1.0);
    QVERIFY(std::abs(spread.high - 4.484) < 1e-3 && std::abs(spread.low + 0.484) < 1e-3);
    QCOMPARE(spread_of(std::vector<double>{5}).deviation, 0.0);
    QVERIFY(std::abs(spread_of(std::vector<double>{2, 2, 2}, 1).high - 4.484) < 1e-3);
    QCOMPARE(spread_of({}).count, std::int64_t{0});
  }

  void claims_are_judged_over_seeds() {
    // ±0.25 points around the mean: 89.5 % is half a point below float.
    QCOMPARE(verdict("table4", "qat-closes-gap", table4(around(0.895), around(0.896))), QString("holds"));
    QCOMPARE(verdict("table4", "qat-closes-gap", table4(around(0.880), around(0.896))), QString("does not hold"));
    QCOMPARE(verdict("table4", "qat-closes-gap", table4(around(0.891), around(0.896))), QString("too few runs"));
    QCOMPARE(verdict("table4", "qat-closes-gap", table4({0.9}, {0.9})), QString("too few runs"));
    QCOMPARE(verdict("table4", "qat-closes-gap", table4({0.9, 0.9}, {0.9, 0.9})), QString("too few runs"));
    QCOMPARE(verdict("table4", "qat-is-best", table4(around(0.895), around(0.895))), QString("holds"));
    QCOMPARE(verdict("table4", "qat-is-best", table4(around(0.895), around(0.870))), QString("does not hold"));
    QCOMPARE(verdict("table4", "qat-is-best", table4(around(0.895), around(0.881))), QString("too few runs"));
    QCOMPARE(verdict("table4", "qat-evens-schemes", table4(around(0.895), around(0.896))), QString("holds"));
    QCOMPARE(verdict("table4", "qat-evens-schemes", table4(around(0.880), around(0.900))), QString("does not hold"));
    // Post-training 50 %, float 90 %: the middle is 70 %.
    QCOMPARE(verdict("table5", "four-bit-training-recovers", table5(0.5, around(0.71))), QString("holds"));
    QCOMPARE(verdict("table5", "four-bit-training-recovers", table5(0.5, around(0.69))), QString("does not hold"));
    QCOMPARE(verdict("table5", "four-bit-comes-close", table5(0.5, around(0.86))), QString("holds"));
    QCOMPARE(verdict("table5", "four-bit-comes-close", table5(0.5, around(0.84))), QString("does not hold"));
  }

  // Seeds differ much, but the first arm is better by the same with each: what counts is the pair.
  void runs_are_paired_by_seed() {
    const NetworkResults results{
        "net", {trained_arm("fine-tuned", {0.60, 0.70, 0.80}), trained_arm("scratch", {0.58, 0.679, 0.779})}};
    QCOMPARE(verdict("figure13", "fine-tuning-wins", results), QString("holds"));
    const Contrast contrast = difference(results, "fine-tuned", "scratch", "gain");
    QCOMPARE(contrast.points.size(), std::size_t{3});
    QVERIFY(std::abs(contrast.points[1] - 2.1) < 1e-9);
    QCOMPARE(contrast.grain, 0.01);
    NetworkResults shuffled = results;
    std::swap(shuffled.arms[1].runs[0], shuffled.arms[1].runs[2]);
    QVERIFY(std::abs(difference(shuffled, "fine-tuned", "scratch", "").points[1] - 2.1) < 1e-9);
    QCOMPARE(find_study("figure13").claims[0].judge(results).numbers,
             std::string("fine-tuned over scratch +2.07 (+2.00 to +2.10)"));
  }

  // The second half only: 80, 90, 80 has the deviation 5.77.
  void jitter_is_of_the_second_half() {
    QVERIFY(std::abs(jitter(curve({0.1, 0.5, 0.8, 0.9, 0.8})) - 5.7735) < 1e-3);
    QCOMPARE(jitter(curve({0.1, 0.9, 0.5, 0.5})), 0.0);
    QVERIFY(std::isnan(jitter(curve({0.5}))));
    NetworkResults results{"net", {}};
    const std::vector<std::pair<const char*, double>> arms = {
        {"naive", 0.1}, {"renormalization", 0.05}, {"correction", 0.04}, {"freezing", 0.01}};
    for (const auto& [arm, size] : arms) {
      results.arms.push_back(trained_arm(arm, {0.8, 0.8, 0.8}));
      for (ArmRun& run : results.arms.back().runs) run.curves = curve({0.1, 0.2, 0.8 - size, 0.8 + size});
    }
    QCOMPARE(verdict("figure14", "freezing-stops-jitter", results), QString("holds"));
    QCOMPARE(verdict("figure14", "renormalization-calms", results), QString("holds"));
    std::swap(results.arms[0].runs, results.arms[3].runs);
    QCOMPARE(verdict("figure14", "freezing-stops-jitter", results), QString("does not hold"));
    for (ArmRun& run : results.arms[0].runs) run.curves.clear();
    QCOMPARE(verdict("figure14", "renormalization-calms", results), QString("too few runs"));
  }

  // A picture and its numbers for each network, of the arms that have curves; none for a table.
  void curves_become_pictures() {
    QTemporaryDir here;
    StudyReport report;
    report.study = find_study("figure13");
    report.settings.folder = here.path().toStdString();
    report.settings.seeds = 2;
    NetworkResults results{
        "net", {fixed_arm("float", 0.9), trained_arm("fine-tuned", {0.8, 0.8}), trained_arm("scratch", {0.7, 0.7})}};
    for (std::size_t a = 1; a < 3; ++a) {
      for (ArmRun& run : results.arms[a].runs) run.curves = curve({0.6, 0.7, 0.8});
    }
    report.networks = {results};
    const std::vector<std::string> written = write_study_figures(report);
    QCOMPARE(written.size(), std::size_t{2});
    QFile picture(here.filePath("figure13-net.svg"));
    QVERIFY(picture.open(QIODevice::ReadOnly));
    const QByteArray svg = picture.readAll();
    QVERIFY(svg.contains("fine-tuned") && svg.contains("from scratch") && svg.contains("2 seeds"));
    QFile numbers(here.filePath("figure13-net.csv"));
    QVERIFY(numbers.open(QIODevice::ReadOnly));
    QCOMPARE(numbers.readAll().count('\n'), 1 + 2 * 2 * 3);
    report.study = find_study("table4");
    QVERIFY(write_study_figures(report).empty());
  }

  void every_study_is_whole() {
    StudyNetwork network{.name = "net", .model = "net.onnx", .sha256 = "", .recipe = find_recipe("cifar10_mobilenet")};
    for (const Study& study : studies()) {
      for (const StudyArm& arm : study.arms) {
        if (const auto* trained = std::get_if<Trained>(&arm.kind)) {
          check(trained->recipe(network));
          check(shortened(trained->recipe(network)));
        }
        if (const auto* post_training = std::get_if<PostTraining>(&arm.kind)) (void)find_scheme(post_training->scheme);
      }
      if (!study.published) continue;
      for (const PublishedColumn& column : study.published->columns) {
        QVERIFY2(std::ranges::find(study.arms, column.scheme, &StudyArm::id) != study.arms.end(), study.id.c_str());
      }
      for (const PublishedRow& row : study.published->rows) {
        QCOMPARE(row.accuracy.size(), study.published->columns.size());
      }
    }
  }

  void results_belong_to_their_inputs() {
    Recipe recipe = small_recipe();
    recipe.quantization.emplace();
    const nlohmann::ordered_json inputs = inputs_of(recipe);
    Recipe renamed = recipe;
    renamed.id = "another";
    renamed.title = "Another";
    QCOMPARE(inputs_of(renamed), inputs);
    Recipe changed = recipe;
    changed.learning_rate *= 2;
    QVERIFY(inputs_of(changed) != inputs);
    ArmRun run{.seed = 7, .accuracy = 0.25, .average_accuracy = 0.5, .images = 100, .curves = curve({0.125, 0.25})};
    const fs::path file = path() / "run.json";
    QVERIFY(!read_result(file, inputs));
    write_result(file, inputs, run);
    const std::optional<ArmRun> back = read_result(file, inputs);
    QVERIFY(back && back->seed == run.seed && back->average_accuracy == run.average_accuracy);
    QCOMPARE(back->curves, run.curves);
    QVERIFY(!read_result(file, inputs_of(changed)));
    std::ofstream(file) << "{\"format\": ";
    QVERIFY_EXCEPTION_THROWN((void)read_result(file, inputs), Error);
  }

  void images_are_known_by_what_they_are() {
    fs::create_directories(path() / "a" / "cat");
    fs::create_directories(path() / "b" / "cat");
    write_text(path() / "a" / "cat" / "1.png", "123");
    write_text(path() / "b" / "cat" / "1.png", "456");
    QCOMPARE(identity_of_images((path() / "a").string()), identity_of_images((path() / "b").string()));
    write_text(path() / "b" / "cat" / "2.png", "456");
    QVERIFY(identity_of_images((path() / "a").string()) != identity_of_images((path() / "b").string()));
    QCOMPARE(identity_of_images("builtin:shapes"), std::string("builtin:shapes"));
  }

  void finished_runs_are_kept_and_changed_ones_run_anew() {
    const StudySettings settings = small_settings(path());
    std::vector<std::string> said;
    const StudyWatch watch{.run = {}, .say = [&](const std::string& line) { said.push_back(line); }};
    const StudyReport first = run_study(small_study(0.005), settings, watch);
    QCOMPARE(first.runs, 5);  // the network, float, post-training, two seeds
    QCOMPARE(first.reused, 0);
    QCOMPARE(QString::fromStdString(said.at(0)), QString("run 1 of 5: small in float"));
    QCOMPARE(first.networks.at(0).arms.at(3).runs.size(), std::size_t{2});
    QVERIFY(first.networks.at(0).arms.at(3).runs[0].curves.at(0).validation_accuracy.has_value());

    const StudyReport again = run_study(small_study(0.005), settings, watch);
    QCOMPARE(again.reused, 5);
    QCOMPARE(accuracies(again), accuracies(first));

    const StudyReport changed = run_study(small_study(0.05), settings, watch);
    QCOMPARE(changed.reused, 3);  // all but the two trainings
    StudySettings other_images = settings;
    other_images.test_limit = 80;
    QCOMPARE(run_study(small_study(0.005), other_images, watch).reused, 0);
    QCOMPARE(run_study(small_study(0.005), settings, watch).reused, 5);  // nothing was overwritten
  }

  // Stopped in the fourth run: what was finished stays, and the rest comes out as if nothing had happened.
  void stopped_study_goes_on() {
    StudySettings settings = small_settings(path());
    settings.folder = (path() / "stopped").string();
    const Study study = small_study(0.005);
    std::stop_source stop;
    StudyWatch watch;
    watch.run.stop = stop.get_token();
    watch.run.show = [&](std::string_view, std::int64_t) -> Progress::Sink { return [&](double, std::string_view) {}; };
    watch.say = [&](const std::string& line) {
      if (line.starts_with("run 4 of 5")) stop.request_stop();
    };
    try {
      (void)run_study(study, settings, watch);
      QFAIL("it was not stopped");
    } catch (const Error& error) {
      QCOMPARE(error.code(), ErrorCode::stopped);
      QVERIFY2(QString(error.what()).contains("run 4 of 5"), error.what());
    }
    const StudyReport rest = run_study(study, settings, {});
    QCOMPARE(rest.reused, 3);
    StudySettings straight = settings;
    straight.folder = (path() / "out").string();
    QCOMPARE(accuracies(rest), accuracies(run_study(study, straight, {})));
  }

  // The program itself, on a network given as a file.
  void command_prints_table_and_claims() {
    TrainingSettings training;
    training.recipe = small_recipe();
    training.data = "builtin:shapes/train";
    training.limit = 300;
    training.out = (path() / "given.onnx").string();
    (void)run_training(training, prepare_training(training, {}), {}, {});
    const QStringList arguments = {"reproduce",
                                   "table6",
                                   "--train",
                                   "builtin:shapes/train",
                                   "--images",
                                   "builtin:shapes",
                                   QString::fromStdString(training.out),
                                   "--out",
                                   folder_.filePath("table6"),
                                   "--quick",
                                   "--train-limit",
                                   "300",
                                   "--limit",
                                   "60",
                                   "--json",
                                   folder_.filePath("table6.json")};
    const CommandResult result = run_command(arguments);
    QVERIFY2(result.status == 0, result.err);
    QVERIFY2(result.out.startsWith("A shortened version (--quick): 1 seed"), result.out);
    QVERIFY(result.out.contains("run 4 of 4: given, trained (4,8), seed 1"));
    QVERIFY(result.out.contains("Mobilenet_v1_1_224"));
    QVERIFY(result.out.contains("given: too few runs"));
    for (const QByteArray& line : result.out.split('\n').mid(1)) {
      QVERIFY2(QString::fromUtf8(line).size() <= 100, line);
    }
    std::ifstream file(folder_.filePath("table6.json").toStdString());
    const nlohmann::json json = nlohmann::json::parse(file);
    QVERIFY(json.at("quick").get<bool>());
    QCOMPARE(json.at("networks").at(0).at("arms").size(), std::size_t{4});
    QCOMPARE(json.at("claims").size(), std::size_t{2});
    const CommandResult again = run_command(arguments);
    QVERIFY2(again.out.contains("run 4 of 4: given, trained (4,8), seed 1: "), again.out);
    QVERIFY(again.out.contains("finished before"));
    // Without --limit a shortened study takes its own number of test images.
    QStringList unlimited = arguments;
    unlimited.remove(unlimited.indexOf("--limit"), 2);
    const CommandResult longer = run_command(unlimited);
    QVERIFY2(longer.status == 0, longer.err);
    QVERIFY2(longer.out.simplified().contains("top-1 on 1000 images of builtin:shapes"), longer.out);
  }
};

}  // namespace qs

QTEST_MAIN(qs::TestStudy)  // curves are drawn by widgets
#include "test_study.moc"
