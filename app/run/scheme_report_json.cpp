#include <cmath>
#include <nlohmann/json.hpp>

#include "app/run/scheme_report.h"

namespace qs {

namespace {

using Json = nlohmann::ordered_json;

Json weights_json(const std::optional<SqnrSummary>& weights) {
  if (!weights) return nullptr;
  return {{"min", sqnr_json(weights->min)},
          {"median", sqnr_json(weights->median)},
          {"max", sqnr_json(weights->max)},
          {"channels", weights->channels},
          {"dead_channels", weights->dead}};
}

/// Noise power as a share of the signal's.
Json share_json(const SquaredError& error) {
  return error.signal > 0 ? Json(error.noise / error.signal) : Json(nullptr);
}

/// The sums behind the layer's SQNR and shares, [signal, noise] each, so that they can be added up with others.
Json sums_json(const LayerError& layer) {
  const auto pair = [](const SquaredError& error) { return Json::array({error.signal, error.noise}); };
  return {{"local", pair(layer.local)},
          {"accumulated", pair(layer.accumulated)},
          {"clipping", pair(layer.clipping)},
          {"rounding", pair(layer.rounding)}};
}

Json stability_json(const StabilityReport& stability) {
  Json top1 = Json::array();
  Json counts = Json::array();
  for (const Proportion& each : stability.top1) {
    top1.push_back(each.fraction());
    counts.push_back({{"right", each.hits}, {"labelled", each.total}});
  }
  return {{"subsets", stability.subsets},
          {"images", stability.images},
          {"top1", top1},
          {"top1_counts", counts},
          {"median_scale_ratio", stability.median_ratio},
          {"largest_scale_ratio", stability.largest_ratio},
          {"least_stable", stability.least_stable}};
}

}  // namespace

nlohmann::ordered_json sqnr_json(double db) {
  if (db > 0 && std::isinf(db)) return "exact";
  return std::isfinite(db) ? Json(db) : Json(nullptr);
}

nlohmann::ordered_json to_json(const LayerError& layer) {
  return {{"name", layer.name},
          {"type", layer.type},
          {"weight_bits", layer.weight_bits > 0 ? Json(layer.weight_bits) : Json(nullptr)},
          {"activation_bits", layer.activation_bits > 0 ? Json(layer.activation_bits) : Json(nullptr)},
          {"local_sqnr", sqnr_json(sqnr_db(layer.local))},
          {"accumulated_sqnr", sqnr_json(sqnr_db(layer.accumulated))},
          {"weight_sqnr", weights_json(layer.weights)},
          {"channel_range_ratio", layer.channel_ratio > 0 ? Json(layer.channel_ratio) : Json(nullptr)},
          {"clipping_noise", share_json(layer.clipping)},
          {"rounding_noise", share_json(layer.rounding)},
          {"values", layer.values},
          {"saturated", layer.saturated},
          {"accumulator_headroom_bits", layer.headroom_bits ? Json(*layer.headroom_bits) : Json(nullptr)},
          {"kernel", layer.kernel},
          {"why_float", layer.reason.empty() ? Json(nullptr) : Json(layer.reason)},
          {"seconds", layer.seconds},
          {"sums", sums_json(layer)}};
}

nlohmann::ordered_json to_json(const Sensitivity& sensitivity) {
  Json layers = Json::array();
  for (const LayerSensitivity& layer : sensitivity.layers) {
    layers.push_back({{"name", layer.name},
                      {"sqnr_alone", sqnr_json(layer.sqnr_alone)},
                      {"sqnr_without", sqnr_json(layer.sqnr_without)},
                      {"agreement_alone", layer.agreement_alone},
                      {"agreement_without", layer.agreement_without}});
  }
  return {{"images", sensitivity.images},
          {"sqnr", sqnr_json(sensitivity.sqnr)},
          {"agreement", sensitivity.agreement},
          {"layer_executions", sensitivity.layer_executions},
          {"layer_executions_saved", sensitivity.layer_executions_saved},
          {"layers", layers}};
}

nlohmann::ordered_json to_json(const SchemeReport& report) {
  Json layers = Json::array();
  for (const LayerError& layer : report.layers) layers.push_back(to_json(layer));
  Json remarks = Json::array();
  for (const LayerRemark& remark : report.remarks) remarks.push_back({{"layer", remark.layer}, {"text", remark.text}});
  Json json = {{"definition", to_json(report.scheme)},
               {"calibration",
                {{"images", report.calibration.images},
                 {"batch", report.calibration.batch},
                 {"seed", report.calibration.seed},
                 {"cached", report.calibration.from_cache},
                 {"seconds", report.calibration.seconds}}},
               {"remarks", remarks},
               {"layer_images", report.layer_images},
               {"layers", layers}};
  if (!report.calibration.path.empty()) json["calibration"]["path"] = report.calibration.path;
  if (report.sensitivity) json["sensitivity"] = to_json(*report.sensitivity);
  if (report.stability) json["calibration_stability"] = stability_json(*report.stability);
  return json;
}

}  // namespace qs
