// A report for other programs: JSON and CSV.
#include <nlohmann/json.hpp>

#include "app/report/report.h"
#include "app/run/evaluation_report.h"
#include "app/run/scheme_report.h"
#include "views/plots/number_table.h"

namespace qs {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kFormat = "quantoscope.report";
constexpr int kVersion = 1;

Json finding_json(const Finding& finding) {
  Json numbers = Json::object();
  for (const auto& [name, value] : finding.numbers) numbers[name] = sqnr_json(value);
  return {{"severity", word_of(finding.severity)},
          {"kind", finding.kind},
          {"scheme", finding.scheme},
          {"layer", finding.layer},
          {"sentence", finding.sentence},
          {"numbers", numbers}};
}

Json weights_json(const WeightFacts& facts) {
  Json all = Json::array();
  for (const SchemeWeights& scheme : facts.schemes) {
    Json layers = Json::array();
    for (const WeightSqnr& layer : scheme.layers) {
      Json channels = Json::array();
      for (const ChannelError& channel : layer.channels) {
        channels.push_back(channel.dead ? Json("dead") : sqnr_json(sqnr_db(channel.error)));
      }
      layers.push_back({{"name", layer.layer}, {"sqnr", sqnr_json(sqnr_db(layer.total))}, {"channel_sqnr", channels}});
    }
    all.push_back({{"scheme", scheme.scheme}, {"layers", layers}});
  }
  return all;
}

Json latency_json(const BenchResult& result) {
  const auto images = static_cast<double>(result.batch);
  return {{"scheme", result.scheme},
          {"backend", result.backend},
          {"batch", result.batch},
          {"ms_per_image", 1e3 * result.seconds / images},
          {"chain_ms_per_image", 1e3 * result.chain_seconds / images}};
}

Json latencies_json(const ReportedRun& run) {
  Json all = Json::array();
  if (run.float_latency != nullptr) all.push_back(latency_json(*run.float_latency));
  for (const SchemeView& each : run.schemes) {
    if (each.latency != nullptr) all.push_back(latency_json(*each.latency));
  }
  return all;
}

/// What `evaluate --json` writes, with what else is known.
Json run_json(const ReportedRun& run) {
  Json json = to_json(run.evaluation);
  const WeightFacts weights = weight_facts(run);
  if (!run.started.empty()) json["started"] = run.started;
  if (!weights.schemes.empty()) json["weights"] = weights_json(weights);
  if (Json latency = latencies_json(run); !latency.empty()) json["latency"] = std::move(latency);
  Json list = Json::array();
  for (const Finding& finding : findings(run.evaluation, weights)) list.push_back(finding_json(finding));
  json["findings"] = list;
  return json;
}

using Row = std::vector<std::string>;

/// Empty where nothing is known.
std::string number(bool known, double value) {
  return known ? number_text(value) : "";
}

Row csv_row(std::size_t index, const ReportedRun& run, std::size_t variant) {
  const EvaluationReport& report = run.evaluation;
  const VariantResult& result = report.evaluation.results[variant];
  const VariantResult& reference = report.evaluation.results.front();
  const bool labelled = result.top1.total > 0;
  const bool compared = labelled && variant > 0;
  const Interval wilson = wilson_interval(result.top1);
  return {std::to_string(index + 1),
          report.model.name,
          report.model.sha256,
          report.data.path,
          report.variants[variant].scheme,
          report.variants[variant].backend,
          std::to_string(result.top1.total),
          number(labelled, result.top1.fraction()),
          number(labelled, wilson.low),
          number(labelled, wilson.high),
          number(labelled, result.top5.fraction()),
          number(compared, result.top1.fraction() - reference.top1.fraction()),
          compared ? std::to_string(result.only_first_right) : "",
          compared ? std::to_string(result.only_this_right) : "",
          number(compared, mcnemar_p_value(result.only_first_right, result.only_this_right)),
          number(result.agreement.has_value(), result.agreement ? result.agreement->fraction() : 0),
          number(variant > 0, result.difference.mean_sqnr()),
          std::to_string(report.variants[variant].model_bytes),
          report.variants[variant].bit_operations > 0 ? std::to_string(report.variants[variant].bit_operations) : "",
          number_text(result.images_per_second())};
}

}  // namespace

nlohmann::ordered_json report_json(const ReportRequest& request) {
  Json runs = Json::array();
  for (const ReportedRun& run : request.runs) runs.push_back(run_json(run));
  return {{"format", kFormat},      {"version", kVersion},    {"quantoscope", QS_VERSION},
          {"title", request.title}, {"notes", request.notes}, {"runs", runs}};
}

std::string report_csv(const ReportRequest& request) {
  NumberTable table{{"run",
                     "model",
                     "sha256",
                     "data",
                     "scheme",
                     "backend",
                     "labelled",
                     "top1",
                     "top1_low",
                     "top1_high",
                     "top5",
                     "top1_difference",
                     "only_float_right",
                     "only_scheme_right",
                     "mcnemar_p",
                     "agreement",
                     "logit_sqnr",
                     "model_bytes",
                     "bit_operations",
                     "images_per_second"},
                    {}};
  for (std::size_t r = 0; r < request.runs.size(); ++r) {
    for (std::size_t v = 0; v < request.runs[r].evaluation.variants.size(); ++v) {
      table.rows.push_back(csv_row(r, request.runs[r], v));
    }
  }
  return to_csv(table);
}

}  // namespace qs
