// A report read back from its JSON: nothing is lost, and no JSON does harm.
#include <QTemporaryDir>
#include <QtTest/QtTest>
#include <nlohmann/json.hpp>

#include "app/run/evaluation_reading.h"
#include "app/run/evaluation_report.h"
#include "app/run/evaluation_run.h"
#include "core/base/error.h"
#include "tests/support/shared_data.h"
#include "tests/support/test_files.h"

namespace qs {
namespace {

using Json = nlohmann::ordered_json;

/// A run with everything that can be asked for; made once.
const EvaluationReport& real_report() {
  static const EvaluationReport report = [] {
    EvaluationSettings settings;
    settings.model = (shared_data() / "models/mobilenet_v1_0.25_224.onnx").string();
    settings.images = (shared_data() / "imagenet-val").string();
    settings.limit = 24;
    settings.schemes = {"w8a8-channel-sym"};
    settings.calibration = 8;
    settings.layer_images = 2;
    settings.sensitivity = 2;
    settings.stability = 2;
    return run_evaluation(prepare_evaluation(settings), chosen_schemes(settings), {});
  }();
  return report;
}

std::string message_of(const Json& json) {
  try {
    (void)read_evaluation_report(json);
  } catch (const Error& error) {
    return error.code() == ErrorCode::bad_input ? error.what() : "another code";
  }
  return "";
}

/// Every place of a document.
void add_places(const Json& json, const Json::json_pointer& place, std::vector<Json::json_pointer>& places) {
  places.push_back(place);
  if (json.is_object()) {
    for (const auto& [key, value] : json.items()) add_places(value, place / key, places);
  } else if (json.is_array() && !json.empty()) {
    add_places(json.back(), place / (json.size() - 1), places);
  }
}

}  // namespace

class TestEvaluationReading : public QObject {
  Q_OBJECT

 private slots:
  void initTestCase() { QS_NEEDS_SHARED_DATA(); }

  void writing_what_was_read_gives_the_same_json() {
    const Json written = to_json(real_report());
    QVERIFY(written["results"][1].contains("sensitivity") && written["results"][1].contains("calibration_stability"));
    const EvaluationReport read = parse_evaluation_report(written.dump());
    QCOMPARE(to_json(read).dump(1), written.dump(1));
  }

  void numbers_are_those_of_the_run() {
    const EvaluationReport& before = real_report();
    const EvaluationReport after = read_evaluation_report(to_json(before));
    QCOMPARE(evaluated_images(after), 24);
    QVERIFY(after.evaluation.images.empty());
    QCOMPARE(after.data.summary, before.data.summary);
    const VariantResult& result = after.evaluation.results.at(1);
    const VariantResult& expected = before.evaluation.results.at(1);
    QCOMPARE(result.top1, expected.top1);
    QCOMPARE(*result.agreement, *expected.agreement);
    QCOMPARE(result.rows, expected.rows);
    const SchemeReport& details = *after.variants.at(1).details;
    QVERIFY(details.scheme == before.variants.at(1).details->scheme);
    const std::vector<LayerError>& layers = before.variants.at(1).details->layers;
    QCOMPARE(details.layers.size(), layers.size());
    for (std::size_t i = 0; i < layers.size(); ++i) {
      QVERIFY(details.layers[i].accumulated == layers[i].accumulated);
      QVERIFY(details.layers[i].clipping == layers[i].clipping);
    }
  }

  void text_is_that_of_the_run() {
    const EvaluationReport read = read_evaluation_report(to_json(real_report()));
    QCOMPARE(result_text(read), result_text(real_report()));
  }

  void files_of_versions_without_sums_give_the_same_decibels() {
    Json old = to_json(real_report());
    old["data"].erase("summary");
    old["data"].erase("decode_seconds");
    old["results"][1].erase("logit_difference");
    old["results"][1]["calibration_stability"].erase("top1_counts");
    for (Json& layer : old["results"][1]["layers"]) layer.erase("sums");
    const Json again = to_json(read_evaluation_report(old));
    const Json& result = old["results"][1];
    QCOMPARE(again["results"][1]["logit_sqnr"].get<double>(), result["logit_sqnr"].get<double>());
    for (std::size_t i = 0; i < result["layers"].size(); ++i) {
      for (const char* key : {"local_sqnr", "accumulated_sqnr", "clipping_noise"}) {
        const Json& before = result["layers"][i][key];
        const Json& after = again["results"][1]["layers"][i][key];
        if (before.is_number()) {
          QVERIFY2(std::abs(after.get<double>() - before.get<double>()) < 1e-9, key);
        } else {
          QVERIFY2(after == before, key);
        }
      }
    }
  }

  void errors_name_the_key() {
    Json json = to_json(real_report());
    json["results"][1]["layers"][0].erase("kernel");
    QCOMPARE(message_of(json), std::string("results[1].layers[0].kernel is missing"));
    json = to_json(real_report());
    json["model"]["classes"] = "many";
    QCOMPARE(message_of(json), std::string("model.classes must be a whole number of at least 0, but is \"many\""));
    json = to_json(real_report());
    json["results"][1]["definition"]["weights"]["bits"] = 99;
    QVERIFY2(message_of(json).starts_with("results[1].definition: "), message_of(json).c_str());
    QCOMPARE(message_of(Json::array()), std::string("the document must be an object, but is a list"));
    QVERIFY_EXCEPTION_THROWN((void)parse_evaluation_report("{\"model\":"), Error);
  }

  /// Each place of the document in turn is taken away or becomes something else: an `Error` or a report, nothing worse.
  void hostile_documents_do_no_harm() {
    const Json json = to_json(real_report());
    std::vector<Json::json_pointer> places;
    add_places(json, Json::json_pointer(""), places);
    QVERIFY(places.size() > 100);
    const std::vector<Json> others = {nullptr,       true,          -1, 1.5, std::uint64_t{1} << 63, 1e300, "text",
                                      Json::array(), Json::object()};
    for (const Json::json_pointer& place : places) {
      for (const Json& other : others) {
        Json changed = json;
        changed[place] = other;
        const std::string message = message_of(changed);
        QVERIFY2(message != "another code", place.to_string().c_str());
        if (message.empty()) (void)to_json(read_evaluation_report(changed)).dump();
      }
    }
  }

  void names_without_answer_are_kept() {
    Json json = to_json(real_report());
    json["results"][1]["not_finite"] = {"a.png", "b.png"};
    const EvaluationReport read = read_evaluation_report(json);
    QCOMPARE(images_without_answer(read, 1), (std::vector<std::string>{"a.png", "b.png"}));
    QCOMPARE(to_json(read).dump(), json.dump());
  }
};

}  // namespace qs

QTEST_GUILESS_MAIN(qs::TestEvaluationReading)
#include "test_evaluation_reading.moc"
