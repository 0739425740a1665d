#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/run/evaluation_report.h"
#include "core/base/csv.h"

namespace qs {

namespace {

using Json = nlohmann::ordered_json;

/// Null where nothing was labelled.
Json fraction(const Proportion& proportion) {
  return proportion.total > 0 ? Json(proportion.fraction()) : Json(nullptr);
}

Json interval(const Proportion& proportion) {
  if (proportion.total == 0) return nullptr;
  const Interval wilson = wilson_interval(proportion);
  return Json::array({wilson.low, wilson.high});
}

Json against_float(const VariantResult& reference, const VariantResult& result) {
  const bool is_labelled = result.top1.total > 0;
  return {
      {"top1_difference", is_labelled ? Json(result.top1.fraction() - reference.top1.fraction()) : Json(nullptr)},
      {"only_float_right", result.only_first_right},
      {"only_scheme_right", result.only_this_right},
      {"mcnemar_p",
       is_labelled ? Json(mcnemar_p_value(result.only_first_right, result.only_this_right)) : Json(nullptr)},
      {"logit_sqnr", sqnr_json(result.difference.mean_sqnr())},
      {"logit_kl", result.difference.mean_divergence()},
      {"logit_difference",
       {{"images", result.difference.images},
        {"exact", result.difference.exact},
        {"sqnr_sum", sqnr_json(result.difference.sqnr_sum)},
        {"kl_sum", result.difference.divergence_sum}}},
  };
}

Json result_json(const EvaluationReport& report, std::size_t index) {
  const VariantResult& result = report.evaluation.results[index];
  const VariantReport& variant = report.variants[index];
  Json json = {
      {"scheme", variant.scheme},
      {"backend", variant.backend},
      {"top1", fraction(result.top1)},
      {"top5", fraction(result.top5)},
      {"top1_interval", interval(result.top1)},
      {"top5_interval", interval(result.top5)},
      {"top1_right", result.top1.hits},
      {"top5_right", result.top5.hits},
      {"labelled", result.top1.total},
      {"agreement", result.agreement ? fraction(*result.agreement) : Json(1.0)},
      {"images_per_second", result.images_per_second()},
      {"seconds", result.seconds},
      {"model_bytes", variant.model_bytes},
      {"bit_operations", variant.bit_operations},
      {"not_finite", images_without_answer(report, index)},
  };
  if (variant.details) {
    json.update(against_float(report.evaluation.results.front(), result));
    json.update(to_json(*variant.details));
  }
  return json;
}

Json data_json(const DataReport& data, std::int64_t evaluated) {
  Json skipped = Json::array();
  for (const SkippedReport& image : data.skipped) skipped.push_back({{"image", image.image}, {"reason", image.reason}});
  std::vector<std::string> notes = data.notes;
  notes.insert(notes.end(), data.reading_notes.begin(), data.reading_notes.end());
  return {
      {"path", data.path},
      {"layout", data.layout},
      {"summary", data.summary},
      {"images", evaluated},
      {"found", data.found},
      {"selected", data.selected},
      {"classes", data.classes},
      {"preprocessing", data.preprocessing},
      {"preprocessing_source", data.preprocessing_source},
      {"decoded", data.decoded},
      {"cached", data.cached},
      {"decode_seconds", data.decode_seconds},
      {"decode_images_per_second", decode_images_per_second(data)},
      {"skipped", skipped},
      {"notes", notes},
  };
}

std::string prediction_cells(const Prediction& prediction) {
  if (!prediction.finite) return ",,,";
  std::string top5;
  for (int c : prediction.top) {
    if (c >= 0) top5 += fmt::format("{}{}", top5.empty() ? "" : " ", c);
  }
  return fmt::format("{},{},{:.9g},{}", prediction.top1(), top5, prediction.max_logit(),
                     prediction.label_logit ? fmt::format("{:.9g}", *prediction.label_logit) : "");
}

}  // namespace

nlohmann::ordered_json to_json(const EvaluationReport& report) {
  const ModelReport& model = report.model;
  Json results = Json::array();
  for (std::size_t i = 0; i < report.evaluation.results.size(); ++i) results.push_back(result_json(report, i));
  return {
      {"model",
       {{"name", model.name},
        {"path", model.path},
        {"sha256", model.sha256},
        {"parameters", model.parameters},
        {"multiply_accumulates", model.multiply_accumulates},
        {"classes", model.classes},
        {"output", model.probabilities ? "probabilities" : "logits"}}},
      {"data", data_json(report.data, evaluated_images(report))},
      {"environment",
       {{"isa", report.environment.isa},
        {"saturating_products", report.environment.saturating_products},
        {"onednn", report.environment.onednn},
        {"threads", report.environment.threads},
        {"batch", report.batch},
        {"peak_memory_bytes", report.peak_memory_bytes}}},
      {"partial", report.evaluation.stopped},
      {"seconds", report.seconds},
      {"results", results},
  };
}

std::string predictions_csv(const Evaluation& evaluation) {
  std::string csv = "image,label,top1,top5,max_logit,label_logit";
  for (std::size_t v = 1; v < evaluation.results.size(); ++v) {
    for (const char* column : {"top1", "top5", "max_logit", "label_logit"}) {
      csv += "," + csv_cell(fmt::format("{}:{}", column, evaluation.results[v].id));
    }
  }
  csv += "\n";
  for (std::size_t i = 0; i < evaluation.images.size(); ++i) {
    const ImageRecord& image = evaluation.images[i];
    csv += fmt::format("{},{}", csv_cell(image.name), image.label ? std::to_string(*image.label) : "");
    for (const VariantResult& result : evaluation.results) csv += "," + prediction_cells(result.predictions[i]);
    csv += "\n";
  }
  return csv;
}

}  // namespace qs
