// A project keeps what it is given, and says what is wrong with a file.
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest/QtTest>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "app/run/evaluation_report.h"
#include "app/store/database.h"
#include "app/store/migrations.h"
#include "app/store/packed_predictions.h"
#include "app/store/project.h"
#include "app/store/settings_json.h"
#include "core/base/error.h"
#include "tests/support/small_report.h"
#include "tests/support/test_files.h"

namespace qs {
namespace {

ProjectRun small_run(std::int64_t id, RunState state = RunState::done) {
  ProjectRun run;
  run.view.id = id;
  run.view.state = state;
  run.view.started = "2024-05-06T07:08:09";
  run.view.fraction = 1;
  run.view.model_name = "tiny";
  run.view.data_path = "pictures";
  run.view.backend = "integer";
  run.view.schemes = {find_scheme("w8a8-channel-sym")};
  run.view.report = std::make_shared<const EvaluationReport>(small_report());
  run.settings.images = "pictures";
  run.settings.limit = 4;
  run.settings.input_size = 224;
  run.settings.schemes = {"w8a8-channel-sym"};
  return run;
}

std::string complaint(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

std::string complaint_of_opening(const std::string& path) {
  return complaint([&] { (void)Project::open(path); });
}

/// Runs this program with arguments of `main` below, and returns what it printed.
QString in_another_process(const QStringList& arguments) {
  QProcess process;
  process.start(QCoreApplication::applicationFilePath(), arguments);
  return process.waitForFinished() ? QString::fromUtf8(process.readAllStandardOutput()) : QString("hangs");
}

}  // namespace

class TestProject : public QObject {
  Q_OBJECT

 private slots:
  void init() { folder_ = std::make_unique<QTemporaryDir>(); }

  void everything_is_there_again() {
    const ModelReference model{"models/tiny.onnx", "00ff", "tiny"};
    const ImagesReference images{"pictures", "folders", "labels.csv", "abcd"};
    Scheme edited = find_scheme("w8a8-tensor-asym");
    edited.title = "L'été \"8\"; DROP TABLE run";
    edited.weights.bits = 5;
    const std::vector<ProjectScheme> schemes = {{find_scheme("w8a8-channel-sym"), true, 3}, {edited, false, 0}};
    {
      Project project = Project::create(path());
      project.write_model(model);
      project.write_images(images);
      project.write_schemes({{find_scheme("w4a8-channel-sym"), true, 1}}, "w4a8-channel-sym");
      project.write_schemes(schemes, edited.id);
      project.write_selected_layers({"conv1", "fc"});
      project.write_backend("simulated");
      project.write_notes("Why is conv1 bad?");
      project.write_layout("window", QByteArray("\0\1\2", 3));
      project.write_run(small_run(7));
      project.write_run(small_run(3));
    }
    const ProjectContents found = Project::open(path()).read();
    QVERIFY(found.problems.empty());
    QVERIFY(found.model == model);
    QVERIFY(found.images == images);
    QVERIFY(found.schemes == schemes);
    QCOMPARE(found.current_scheme, edited.id);
    QCOMPARE(found.selected_layers, (std::vector<std::string>{"conv1", "fc"}));
    QCOMPARE(found.backend, std::string("simulated"));
    QCOMPARE(found.notes, std::string("Why is conv1 bad?"));
    QCOMPARE(found.layouts.at("window"), QByteArray("\0\1\2", 3));
    QCOMPARE(found.runs.size(), std::size_t{2});
    QCOMPARE(found.runs.front().view.id, 3);
    verify_same(found.runs.back(), small_run(7));
  }

  // A training that was under way when the program ended is stopped: its checkpoint lies beside the model.
  void a_training_is_there_again() {
    TrainingView training;
    training.request = {.recipe = find_recipe("qat_w4a8_per_channel"),
                        .images = "pictures",
                        .model = "tiny.onnx",
                        .out = "tuned.onnx",
                        .limit = 500};
    training.state = TrainingState::running;
    training.fraction = 0.25;
    training.curves = {{.epoch = 1,
                        .train_loss = 2.5,
                        .train_accuracy = 0.5,
                        .validation_loss = {},
                        .validation_accuracy = 0.625,
                        .average_accuracy = {},
                        .learning_rate = 0.01,
                        .seconds = 3}};
    training.losses = {{0.5, 3.5}, {1, 2.25}};
    training.twin_accuracy = 0.125;
    training.scheme = find_scheme("w4a8-channel-sym");
    Project::create(path()).write_training(training);
    const ProjectContents found = Project::open(path()).read();
    QVERIFY(found.problems.empty());
    QVERIFY(found.training.has_value());
    const TrainingView& read = *found.training;
    QCOMPARE(read.state, TrainingState::stopped);
    QVERIFY(read.request.recipe == training.request.recipe);
    QCOMPARE(read.request.out, std::string("tuned.onnx"));
    QCOMPARE(read.request.limit, std::optional<std::int64_t>(500));
    QVERIFY(read.curves == training.curves);
    QCOMPARE(read.losses.size(), std::size_t{2});
    QCOMPARE(read.losses[1].loss, 2.25);
    QCOMPARE(read.twin_accuracy, std::optional(0.125));
    QVERIFY(!read.float_accuracy);
    QVERIFY(read.scheme == training.scheme);
    Database(path()).run("UPDATE setting SET value = '{\"state\": 3}' WHERE name = 'training'");
    const ProjectContents damaged = Project::open(path()).read();
    QVERIFY(!damaged.training);
    QCOMPARE(damaged.problems.size(), std::size_t{1});
  }

  void a_run_is_replaced_and_removed() {
    Project project = Project::create(path());
    ProjectRun run = small_run(1, RunState::waiting);
    run.view.report = nullptr;
    project.write_run(run);
    QVERIFY(project.read().runs.at(0).view.report == nullptr);
    project.write_run(small_run(1));
    QCOMPARE(project.read().runs.size(), std::size_t{1});
    verify_same(project.read().runs.at(0), small_run(1));
    project.remove_runs({1, 99});
    QVERIFY(project.read().runs.empty());
    QCOMPARE(Database_value("SELECT count(*) FROM run_predictions", std::move(project)), 0);
  }

  void measurements_belong_to_what_they_were_made_from() {
    Project project = Project::create(path());
    const SchemeReport details = *small_report().variants.at(1).details;
    MeasurementKey key{"00ff", "8 images of abcd", find_scheme("w8a8-channel-sym")};
    QVERIFY(!project.kept_layers(key));
    project.keep_layers(key, details.layers);
    project.keep_sensitivity(key, {.layers = {{"conv1", 20, 30, 0.5, 0.75}}, .sqnr = 18, .agreement = 0.5});
    BenchResult latency;
    latency.scheme = "w8a8-channel-sym";
    latency.batch = 8;
    latency.seconds = 0.002;
    latency.layers = {{"conv1", "jit", "", 0.001, 0.0005}, {"softmax", "jit", "not linear", 0.001, std::nullopt}};
    project.keep_latency(key, latency);
    key.scheme.title = "other words";
    QCOMPARE(project.kept_layers(key)->at(0).name, std::string("conv1"));
    QVERIFY(project.kept_layers(key)->at(0).clipping == details.layers.at(0).clipping);
    QCOMPARE(project.kept_sensitivity(key)->layers.at(0).sqnr_without, 30.0);
    QCOMPARE(project.kept_latency(key)->batch, std::int64_t{8});
    QCOMPARE(project.kept_latency(key)->layers.at(1).reason, std::string("not linear"));
    QVERIFY(!project.kept_latency(key)->layers.at(1).chain);
    MeasurementKey other = key;
    other.scheme.weights.bits = 4;
    QVERIFY(!project.kept_layers(other));
    other = key;
    other.conditions = "9 images of abcd";
    QVERIFY(!project.kept_layers(other));
    other = key;
    other.model_sha256 = "00fe";
    QVERIFY(!project.kept_layers(other));
  }

  void measurements_do_not_pile_up() {
    Project project = Project::create(path());
    MeasurementKey key{"00ff", "", find_scheme("w8a8-channel-sym")};
    for (int i = 0; i <= Project::kMostMeasurements; ++i) {
      key.conditions = std::to_string(i);
      project.keep_layers(key, {});
    }
    QVERIFY(project.kept_layers(key));
    key.conditions = "0";
    QVERIFY(!project.kept_layers(key));
    key.conditions = "1";
    QVERIFY(project.kept_layers(key));
  }

  void a_copy_is_gone_on_with() {
    const std::string copy = path("copy.qscope");
    write_text(copy, "something else that was there");
    Project project = Project::create(path());
    project.write_notes("before");
    project.save_as(copy);
    project.write_notes("after");
    QCOMPARE(project.path(), copy);
    QCOMPARE(Project::open(path()).read().notes, std::string("before"));
    QCOMPARE(project.read().notes, std::string("after"));
    QVERIFY(complaint([&] { project.save_as(path("no/such/folder.qscope")); }).find("cannot") != std::string::npos);
    project.write_notes("still there");
    QCOMPARE(project.read().notes, std::string("still there"));
  }

  void the_one_file_is_the_project() {
    write_text(path("p.qscope.part"), "left by a process that was killed");
    { Project::create(path()).write_run(small_run(1)); }
    QCOMPARE(QDir(folder_->path()).entryList(QDir::Files), QStringList("p.qscope"));
  }

  void what_is_wrong_with_a_file_is_said_and_nothing_changed_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("words");
    QByteArray project;
    {
      const QTemporaryDir folder;
      const std::string path = folder.filePath("p").toStdString();
      {
        Project made = Project::create(path);
        for (int i = 1; i < 20; ++i) made.write_run(small_run(i));
      }
      const FileBytes bytes = read_file(path);
      project = QByteArray(reinterpret_cast<const char*>(bytes.data()), std::ssize(bytes));
    }
    QTest::newRow("empty") << QByteArray() << "is no Quantoscope project";
    QTest::newRow("text") << QByteArray(200, 'x') << "is no Quantoscope project";
    QTest::newRow("another program's database")
        << QByteArray(project).replace(68, 4, "\0\0\0\0", 4) << "is no Quantoscope project";
    QTest::newRow("newer") << QByteArray(project).replace(60, 4, "\0\0\0\7", 4) << "newer Quantoscope (format 7";
    QTest::newRow("cut") << project.left(project.size() / 2) << "damaged";
    QByteArray flipped = project;
    for (qsizetype page = 4096; page < flipped.size(); page += 4096) flipped[page] = '\x55';
    QTest::newRow("overwritten") << flipped << "damaged";
  }
  void what_is_wrong_with_a_file_is_said_and_nothing_changed() {
    QFETCH(QByteArray, bytes);
    QFETCH(QString, words);
    write_text(path(), {bytes.constData(), static_cast<std::size_t>(bytes.size())});
    const std::string message = complaint_of_opening(path());
    QVERIFY2(QString::fromStdString(message).contains(words), message.c_str());
    QVERIFY2(message.starts_with(path()), message.c_str());
    QFile file(QString::fromStdString(path()));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), bytes);
  }

  void missing_files_folders_and_taken_names_are_refused() {
    QVERIFY(complaint_of_opening(path()).find("no such project") != std::string::npos);
    QVERIFY(complaint_of_opening(folder_->path().toStdString()).find("folder") != std::string::npos);
    write_text(path(), "mine");
    QVERIFY(complaint([&] { (void)Project::create(path()); }).find("already") != std::string::npos);
    QVERIFY(complaint([&] { (void)Project::create(path("no/where")); }) != "");
  }

  void a_project_that_is_open_elsewhere_is_refused() {
    const Project here = Project::create(path());
    const QString printed = in_another_process({"--open", QString::fromStdString(path())});
    QVERIFY2(printed.contains("open in another window"), qPrintable(printed));
    QVERIFY(complaint_of_opening(path()).find("open in another window") != std::string::npos);
    Project other = Project::create(path("other.qscope"));
    QVERIFY(complaint([&] { other.save_as(path()); }).find("open in another window") != std::string::npos);
  }

  void a_project_that_may_not_be_written_to_is_refused() {
    { Project::create(path()).write_notes("kept"); }
    QFile::setPermissions(folder_->path(), QFile::Permissions(0x5555));
    QFile::setPermissions(QString::fromStdString(path()), QFile::Permissions(0x4444));
    const QString printed = in_another_process({"--open-as-nobody", QString::fromStdString(path())});
    QFile::setPermissions(folder_->path(), QFile::Permissions(0x7777));
    if (printed.contains("cannot become nobody") || printed.isEmpty()) QSKIP("needs to be another user");
    QVERIFY2(printed.contains("may not be written to; copy the project"), qPrintable(printed));
  }

  void a_full_disk_loses_nothing() {
    { Project::create(path()).write_notes("kept"); }
    const QString printed = in_another_process({"--fill", QString::fromStdString(path())});
    QVERIFY2(printed.contains("what was saved before is still in the file"), qPrintable(printed));
    const ProjectContents found = Project::open(path()).read();
    QVERIFY(found.problems.empty());
    QCOMPARE(found.notes, std::string("kept"));
  }

  void version_1_opens_in_the_newest() {
    {
      Database database(path());
      QFile script(QS_SOURCE_DIR "/tests/data/project_v1.sql");
      QVERIFY(script.open(QIODevice::ReadOnly));
      for (const QByteArray& line : script.readAll().split('\n')) {  // one statement per line
        if (!line.isEmpty() && !line.startsWith("--")) database.run(QString::fromUtf8(line));
      }
      QCOMPARE(database.value("PRAGMA user_version").toInt(), 1);
    }
    for (int i = 0; i < 2; ++i) {
      const ProjectContents found = Project::open(path()).read();
      QVERIFY2(found.problems.empty(), found.problems.empty() ? "" : found.problems.front().c_str());
      QCOMPARE(found.model.name, std::string("tiny"));
      QCOMPARE(found.schemes.size(), std::size_t{1});
      QCOMPARE(found.notes, std::string("Made with version 1."));
      verify_same(found.runs.at(0), small_run(1));
    }
    Database database(path());
    QCOMPARE(database.value("PRAGMA user_version").toInt(), kProjectFormat);
    QCOMPARE(database.value("SELECT count(*) FROM run_predictions").toInt(), 1);
  }

  void what_is_damaged_inside_is_left_out_and_told() {
    {
      Project project = Project::create(path());
      for (int i = 1; i <= 4; ++i) project.write_run(small_run(i));
      project.write_notes("kept");
    }
    {
      Database database(path());
      database.run("UPDATE run SET report = '{\"model\":' WHERE id = 1");
      database.run("UPDATE run_predictions SET packed = x'00000010deadbeef' WHERE run = 2");
      database.run("UPDATE run SET state = 'dancing' WHERE id = 3");
    }
    const ProjectContents found = Project::open(path()).read();
    QCOMPARE(found.problems.size(), std::size_t{3});
    QCOMPARE(found.notes, std::string("kept"));
    QCOMPARE(found.runs.size(), std::size_t{3});
    QVERIFY(found.runs.at(0).view.report == nullptr);
    QVERIFY(found.runs.at(1).view.report->evaluation.images.empty());
    verify_same(found.runs.at(2), small_run(4));
  }

  void damaged_predictions_do_no_harm() {
    const EvaluationReport report = small_report();
    const QByteArray bytes = qUncompress(pack_predictions(report.evaluation));
    const auto is_refused = [&](const QByteArray& changed) {
      EvaluationReport read = report;
      return !complaint([&] { unpack_predictions(qCompress(changed), read); }).empty();
    };
    QVERIFY(!is_refused(bytes));
    for (qsizetype length = 0; length < bytes.size(); ++length) QVERIFY(is_refused(bytes.left(length)));
    for (qsizetype i = 0; i < bytes.size(); ++i) {
      QByteArray changed = bytes;
      changed[i] = static_cast<char>(changed[i] ^ 0x80);
      (void)is_refused(changed);
    }
  }

 private:
  [[nodiscard]] std::string path(const char* name = "p.qscope") const { return folder_->filePath(name).toStdString(); }

  static int Database_value(const QString& statement, Project project) {
    const std::string path = project.path();
    { const Project closed = std::move(project); }
    return Database(path).value(statement).toInt();
  }

  static void verify_same(const ProjectRun& found, const ProjectRun& expected) {
    QCOMPARE(found.view.state, expected.view.state);
    QCOMPARE(found.view.started, expected.view.started);
    QCOMPARE(found.view.model_name, expected.view.model_name);
    QCOMPARE(found.view.backend, expected.view.backend);
    QVERIFY(found.view.schemes == expected.view.schemes);
    QCOMPARE(to_json(found.settings).dump(), to_json(expected.settings).dump());
    QVERIFY(found.view.report != nullptr);
    QCOMPARE(to_json(*found.view.report).dump(1), to_json(*expected.view.report).dump(1));
    QCOMPARE(predictions_csv(found.view.report->evaluation), predictions_csv(expected.view.report->evaluation));
    for (std::size_t v = 0; v < 2; ++v) {
      const std::vector<Prediction>& predictions = found.view.report->evaluation.results[v].predictions;
      for (std::size_t i = 0; i < predictions.size(); ++i) {
        QVERIFY(predictions[i].logits == expected.view.report->evaluation.results[v].predictions[i].logits);
      }
    }
  }

  std::unique_ptr<QTemporaryDir> folder_;
};

}  // namespace qs

#include <sys/resource.h>
#include <unistd.h>

#include <csignal>

/// What the tests do in another process; prints why it failed.
static int other_process(const std::string& what, const std::string& path) {
  using namespace qs;
  const std::string message = complaint([&] {
    if (what == "--open-as-nobody" && setuid(65534) != 0) bad_input("cannot become nobody");
    Project project = Project::open(path);
    if (what != "--fill") return;
    (void)std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{256 << 10, 256 << 10};  // bytes: stands for a full disk
    setrlimit(RLIMIT_FSIZE, &limit);
    project.write_notes(std::string(1 << 20, 'x'));
  });
  std::puts(message.c_str());
  return 0;
}

int main(int argc, char** argv) {
  if (argc == 3 && argv[1][0] == '-' && argv[1][1] == '-') {
    const QCoreApplication application(argc, argv);
    return other_process(argv[1], argv[2]);
  }
  const QCoreApplication application(argc, argv);
  qs::TestProject test;
  return QTest::qExec(&test, argc, argv);
}
#include "test_project.moc"
