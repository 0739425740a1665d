#include <nlohmann/json.hpp>

#include "app/study/seed_statistics.h"
#include "app/study/study_report.h"
#include "app/study/study_result_file.h"

namespace qs {

namespace {

using Json = nlohmann::ordered_json;

Json arm_json(const StudyArm& arm, const ArmResults& results) {
  Json runs = Json::array();
  std::vector<double> accuracies;
  for (const ArmRun& run : results.runs) {
    runs.push_back(to_json(run));
    accuracies.push_back(run.accuracy);
  }
  const Spread spread = spread_of(accuracies);
  Json json = {{"id", arm.id}, {"title", arm.title}, {"top1", spread.mean}};
  if (spread.count > 1) json["top1_deviation"] = spread.deviation;
  json["runs"] = std::move(runs);
  return json;
}

Json network_json(const Study& study, const NetworkResults& results, const StudyNetwork& network) {
  Json arms = Json::array();
  for (std::size_t a = 0; a < study.arms.size(); ++a) arms.push_back(arm_json(study.arms[a], results.arms[a]));
  return {{"network", results.network}, {"model", network.model}, {"sha256", network.sha256}, {"arms", arms}};
}

Json claim_json(const StudyClaim& claim, const std::vector<NetworkResults>& networks) {
  Json judgements = Json::array();
  for (const NetworkResults& network : networks) {
    const StudyJudgement judgement = claim.judge(network);
    judgements.push_back(
        {{"network", network.network}, {"verdict", to_string(judgement.verdict)}, {"numbers", judgement.numbers}});
  }
  return {{"id", claim.id},
          {"text", claim.text},
          {"source", claim.source},
          {"rule", claim.rule},
          {"judgements", judgements}};
}

}  // namespace

nlohmann::ordered_json to_json(const StudyReport& report) {
  const StudySettings& settings = report.settings;
  Json json = {{"format", "quantoscope.study"},
               {"version", 1},
               {"study", report.study.id},
               {"title", report.study.title},
               {"quick", settings.quick}};
  if (settings.quick) json["notice"] = quick_notice(settings);
  json["train"] = settings.train;
  if (settings.train_limit) json["train_limit"] = *settings.train_limit;
  json["test"] = settings.test;
  json["test_images"] = report.test_images;
  json["seeds"] = settings.seeds;
  json["environment"] = {
      {"isa", report.environment.isa}, {"onednn", report.environment.onednn}, {"threads", report.environment.threads}};
  json["networks"] = Json::array();
  for (std::size_t n = 0; n < report.networks.size(); ++n) {
    json["networks"].push_back(network_json(report.study, report.networks[n], report.models[n]));
  }
  json["claims"] = Json::array();
  for (const StudyClaim& claim : report.study.claims) json["claims"].push_back(claim_json(claim, report.networks));
  if (report.study.published) json["published"] = published_json(*report.study.published);
  return json;
}

}  // namespace qs
