// quantoscope schemes, as a user meets it.
#include <QTemporaryDir>
#include <QtTest/QtTest>
#include <fstream>
#include <nlohmann/json.hpp>

#include "app/run/scheme_text.h"
#include "core/quant/range_estimator.h"
#include "core/quant/scheme.h"
#include "core/train/recipe.h"
#include "tests/support/command.h"
#include "tests/support/table.h"

namespace qs {
namespace {

constexpr int kWidth = 100;

QString listing(const QString& kind) {
  return QString::fromUtf8(run_command({"schemes", "--list", kind}).out);
}

}  // namespace

class TestSchemesCommand : public QObject {
  Q_OBJECT

 private slots:
  void presets_stand_in_a_table() {
    const CommandResult result = run_command({"schemes"});
    QCOMPARE(result.status, 0);
    const QStringList lines = QString::fromUtf8(result.out).split('\n');
    QCOMPARE(lines[0].simplified(), QString("id weights activations source"));
    QCOMPARE(lines[1].simplified(), QString("float float float Table 1"));
    QCOMPARE(lines[2].simplified(), QString("w8-tensor-asym 8-bit affine per tensor float Table 2"));
    QVERIFY(result.out.contains("quantoscope schemes --list range-estimators"));
  }

  void every_text_fits_the_screen_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::newRow("overview") << QStringList{"schemes"};
    QTest::newRow("help") << QStringList{"schemes", "--help"};
    for (const char* kind : {"presets", "weight-methods", "range-estimators", "passes"}) {
      QTest::newRow(kind) << QStringList{"schemes", "--list", kind};
    }
  }
  void every_text_fits_the_screen() {
    QFETCH(QStringList, arguments);
    const CommandResult result = run_command(arguments);
    QCOMPARE(result.status, 0);
    for (const QString& line : QString::fromUtf8(result.out).split('\n')) {
      QVERIFY2(line.size() <= kWidth, qPrintable(line));
      QVERIFY2(!line.endsWith(' '), qPrintable(line));
    }
  }

  void a_preset_is_printed_as_json_that_is_read_again() {
    const CommandResult result = run_command({"schemes", "w4a8-channel-sym"});
    QCOMPARE(result.status, 0);
    const Scheme read = scheme_from_json(nlohmann::ordered_json::parse(result.out.toStdString()));
    QVERIFY(read == find_scheme("w4a8-channel-sym"));
  }

  void a_recipe_is_printed_as_json_that_is_read_again() {
    const QTemporaryDir folder;
    const QString file = folder.filePath("mine.json");
    for (const QString& name : {QString("qat_w4a8_per_channel"), file}) {
      const CommandResult result = run_command({"schemes", name});
      QCOMPARE(result.status, 0);
      const Recipe read = recipe_from_json(nlohmann::ordered_json::parse(result.out.toStdString()));
      QVERIFY(read == find_recipe("qat_w4a8_per_channel"));
      std::ofstream(file.toStdString()) << result.out.toStdString();
    }
    std::ofstream(file.toStdString()) << R"({"format": "quantoscope.recipe", "version": 1, "id": "mine", "epoch": 3})";
    const CommandResult refused = run_command({"schemes", file});
    QCOMPARE(refused.status, 2);
    QVERIFY2(refused.err.contains("epoch is no key of a recipe"), refused.err);
  }

  void a_file_is_checked_and_completed() {
    const QTemporaryDir folder;
    const QString path = folder.filePath("mine.json");
    std::ofstream(path.toStdString()) << R"({"format": "quantoscope.scheme", "id": "mine", "weights": {"bits": 6}})";
    const CommandResult result = run_command({"schemes", path});
    QCOMPARE(result.status, 0);
    const auto json = nlohmann::json::parse(result.out.toStdString());
    QCOMPARE(json["weights"]["bits"].get<int>(), 6);
    QCOMPARE(json["calibration"]["images"].get<int>(), 256);
    std::ofstream(path.toStdString()) << R"({"format": "quantoscope.scheme", "id": "mine", "weights": {"bits": 60}})";
    const CommandResult refused = run_command({"schemes", path});
    QCOMPARE(refused.status, 2);
    QVERIFY(refused.out.isEmpty());
    QCOMPARE(refused.err, "quantoscope: " + path.toUtf8() + ": weights.bits is 60, but must lie from 2 to 16\n");
  }

  void lists_name_everything_there_is() {
    const QString presets = listing("presets");
    for (const Scheme& scheme : preset_schemes()) QVERIFY(presets.contains(QString::fromStdString(scheme.id)));
    const QString estimators = listing("range-estimators");
    for (const RangeEstimator* each : range_estimators()) {
      QVERIFY(estimators.contains(QString::fromStdString(std::string(each->id))));
      for (const Param& param : each->params) {
        QVERIFY(estimators.contains(QString::fromStdString(std::string(param.id))));
      }
    }
    QVERIFY(listing("passes").contains("fold_batch_norm"));
    QVERIFY(listing("weight-methods").contains("uniform"));
  }

  void the_schema_is_json() {
    const auto schema = nlohmann::json::parse(listing("schema").toStdString());
    QCOMPARE(schema["$schema"].get<std::string>(), std::string("https://json-schema.org/draft/2020-12/schema"));
    QVERIFY(schema["properties"].contains("weights"));
  }

  void wrong_usage_is_told_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("message");
    QTest::newRow("unknown list") << QStringList{"--list", "colors"} << 1
                                  << "there is no list \"colors\"; lists: presets, weight-methods, range-estimators";
    QTest::newRow("scheme and list") << QStringList{"a8", "--list", "passes"} << 1 << "it takes no scheme";
    QTest::newRow("unknown scheme") << QStringList{"a9"} << 2
                                    << "\"a9\" is neither a scheme nor a file; schemes: float";
    QTest::newRow("two schemes") << QStringList{"a8", "float"} << 1 << "float";
  }
  void wrong_usage_is_told() {
    QFETCH(QStringList, arguments);
    QFETCH(int, status);
    QFETCH(QString, message);
    const CommandResult result = run_command(QStringList{"schemes"} + arguments);
    QCOMPARE(result.status, status);
    QVERIFY(result.out.isEmpty());
    QS_CONTAINS(result.err.toStdString(), message.toStdString());
  }

  void a_method_tells_its_parameters() {
    const std::vector<Param> params = {
        {"share", "Share", "%", "How much is covered.", 99.5, 50, 100, false},
        {"number_of_bins", "Bins", "", "How many.", 128, 2, 2048, true},
    };
    QCOMPARE(method_text("short", "Short", "Does it.", "Someone, 2020", params),
             std::string("short         Short. Does it.\n"
                         "              Someone, 2020\n"
                         "  share       Share, %, from 50 to 100, 99.5 by default: How much is covered.\n"
                         "  number_of_bins\n"
                         "              Bins, whole, from 2 to 2048, 128 by default: How many.\n"));
  }
};

}  // namespace qs

QTEST_GUILESS_MAIN(qs::TestSchemesCommand)
#include "test_schemes_command.moc"
