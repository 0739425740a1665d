#include <cmath>
#include <nlohmann/json.hpp>

#include "app/cli/analysis_report.h"
#include "app/run/model_file.h"

namespace qs {

namespace {

using Json = nlohmann::ordered_json;

constexpr double kBinWidth = 1;  // dB

Json decibels(double db) {
  if (std::isfinite(db)) return db;
  return decibel_text(db);
}

std::string_view name_of(BatchNormState state) {
  switch (state) {
    case BatchNormState::none: return "none";
    case BatchNormState::trivial: return "trivial";
    case BatchNormState::real: return "real";
  }
  return "?";
}

Json power_json(const WeightPower& power) {
  return {{"max", power.max},
          {"percentile999", power.percentile999},
          {"channel_ratio", power.channel_ratio},
          {"zeros", power.histogram.zeros},
          {"counts", power.histogram.counts}};
}

Json layer_json(const LayerPower& layer) {
  return {{"name", layer.layer},
          {"power_before", layer.before ? power_json(*layer.before) : Json(nullptr)},
          {"power_after", power_json(layer.after)}};
}

Json histogram_json(const SqnrHistogram& histogram) {
  return {{"first_db", histogram.first_db}, {"width_db", histogram.width_db}, {"counts", histogram.counts},
          {"exact", histogram.exact},       {"dead", histogram.dead},         {"noise_only", histogram.noise_only}};
}

/// One list per property, each by output channel.
Json channels_json(const WeightSqnr& layer) {
  Json json = {{"sqnr_db", Json::array()}, {"dead", Json::array()}, {"min", Json::array()}, {"max", Json::array()}};
  for (std::size_t c = 0; c < layer.channels.size(); ++c) {
    json["sqnr_db"].push_back(decibels(sqnr_db(layer.channels[c].error)));
    json["dead"].push_back(layer.channels[c].dead);
    json["min"].push_back(layer.ranges[c].min);
    json["max"].push_back(layer.ranges[c].max);
  }
  return json;
}

Json encoding_json(const Encoding& encoding) {
  Json json = {{"bits", encoding.grid.bits},
               {"grid", name_of(encoding.grid.kind)},
               {"quant_min", encoding.grid.quant_min()},
               {"quant_max", encoding.grid.quant_max()},
               {"scale", Json::array()},
               {"zero_point", Json::array()}};
  for (const ScaleZeroPoint& channel : encoding.channels) {
    json["scale"].push_back(channel.scale);
    json["zero_point"].push_back(channel.zero_point);
  }
  return json;
}

Json sqnr_json(const WeightSqnr& layer) {
  const SqnrSummary summary = summarize(layer.channels);
  const bool quantized = layer.why_float.empty();
  Json json = {{"name", layer.layer},
               {"sqnr_db", decibels(sqnr_db(layer.total))},
               {"min_db", decibels(summary.min)},
               {"median_db", decibels(summary.median)},
               {"max_db", decibels(summary.max)},
               {"dead_channels", summary.dead},
               {"channel_ratio", channel_ratio(layer.ranges)},
               {"histogram", histogram_json(histogram(layer.channels, kBinWidth))},
               {"encoding", quantized ? encoding_json(layer.encoding) : Json(nullptr)},
               {"channels", channels_json(layer)}};
  if (!quantized) json["why_float"] = layer.why_float;
  if (!layer.range_obstacle.empty()) json["range_obstacle"] = layer.range_obstacle;
  return json;
}

Json activation_json(const ActivationSqnr& value) {
  const ScaleZeroPoint& encoding = value.encoding.channels[0];
  const Range limits = covered(encoding, value.encoding.grid);
  return {{"value", value.value},
          {"layer", value.layer.empty() ? Json(nullptr) : Json(value.layer)},
          {"sqnr_db", decibels(sqnr_db(value.total()))},
          {"rounding_db", decibels(sqnr_db(value.rounding))},
          {"clipping_db", decibels(sqnr_db(value.clipping))},
          {"clipped_share", value.clipped_share},
          {"zero_share", value.zero_share},
          {"seen", {value.seen.min, value.seen.max}},
          {"covered", {limits.min, limits.max}},
          {"bits", value.encoding.grid.bits},
          {"grid", name_of(value.encoding.grid.kind)},
          {"quant_min", value.encoding.grid.quant_min()},
          {"quant_max", value.encoding.grid.quant_max()},
          {"scale", encoding.scale},
          {"zero_point", encoding.zero_point}};
}

/// What is known about a scheme's activations; nothing without images.
void add_activations(const SchemeAnalysis& scheme, Json& json) {
  if (scheme.calibrated_with == 0) return;
  json["calibrated_with"] = scheme.calibrated_with;
  json["activations"] = Json::array();
  for (const ActivationSqnr& value : scheme.activations) json["activations"].push_back(activation_json(value));
  json["remarks"] = Json::array();
  for (const LayerRemark& remark : scheme.remarks) {
    json["remarks"].push_back({{"layer", remark.layer}, {"text", remark.text}});
  }
}

}  // namespace

nlohmann::ordered_json to_json(const AnalysisReport& report) {
  Json layers = Json::array();
  for (const LayerPower& layer : report.power) layers.push_back(layer_json(layer));
  Json schemes = Json::array();
  for (const SchemeAnalysis& each : report.schemes) {
    Json rows = Json::array();
    for (const WeightSqnr& layer : each.layers) rows.push_back(sqnr_json(layer));
    schemes.push_back({{"scheme", each.scheme.id}, {"settings", to_json(each.scheme)}, {"layers", std::move(rows)}});
    add_activations(each, schemes.back());
  }
  Json json = {{"model",
                {{"name", name_of_model(report.path)},
                 {"path", report.path},
                 {"sha256", report.sha256},
                 {"batch_norm", name_of(report.batch_norm)},
                 {"folded_batch_norms", report.folded}}},
               {"power_bins",
                {{"first_log10", PowerHistogram::kFirst},
                 {"width_log10", PowerHistogram::kWidth},
                 {"count", PowerHistogram::kBins}}},
               {"layers", std::move(layers)},
               {"schemes", std::move(schemes)}};
  if (!report.images.path.empty()) {
    json["images"] = {{"path", report.images.path},
                      {"preprocessing", report.images.preprocessing},
                      {"preprocessing_source", report.images.preprocessing_source}};
  }
  return json;
}

}  // namespace qs
