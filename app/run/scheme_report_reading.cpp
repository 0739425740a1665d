#include "app/run/scheme_report_reading.h"

#include <cmath>
#include <limits>

#include "core/base/error.h"
#include "core/quant/encoding.h"

namespace qs {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// Sums whose SQNR is `db`, of a signal of 1.
SquaredError error_of(double db) {
  if (std::isinf(db)) return db > 0 ? SquaredError{1, 0} : SquaredError{0, 1};
  return {1, std::pow(10.0, -db / 10)};
}

/// Sums of a share of noise, null where there was no signal.
SquaredError error_of_share(const JsonPlace& place) {
  return place.is_null() ? SquaredError{} : SquaredError{1, place.number()};
}

double sum(const JsonPlace& place) {
  const double value = place.number();
  if (value < 0) place.refuse("a number of at least 0");
  return value;
}

SquaredError read_sums(const JsonPlace& place) {
  const std::vector<JsonPlace> both = place.elements();
  if (both.size() != 2) place.refuse("a list of two numbers");
  return {sum(both[0]), sum(both[1])};
}

int read_bits(const JsonPlace& place) {
  return place.is_null() ? 0 : static_cast<int>(place.whole(1, 64));
}

SqnrSummary read_summary(const JsonPlace& place) {
  return {.channels = place.at("channels").whole(),
          .dead = place.at("dead_channels").whole(),
          .min = read_sqnr(place.at("min")),
          .median = read_sqnr(place.at("median")),
          .max = read_sqnr(place.at("max"))};
}

CalibrationReport read_calibration(const JsonPlace& place) {
  return {.images = place.at("images").whole(),
          .batch = place.at("batch").whole(),
          .seed = place.at("seed").unsigned_whole(),
          .from_cache = place.at("cached").boolean(),
          .seconds = place.at("seconds").number(),
          .note = "",
          .path = place.has("path") ? place.at("path").text() : ""};
}

Proportion read_count(const JsonPlace& place) {
  const std::int64_t labelled = place.at("labelled").whole();
  return {place.at("right").whole(0, labelled), labelled};
}

StabilityReport read_stability(const JsonPlace& place, std::int64_t labelled) {
  StabilityReport stability;
  stability.subsets = place.at("subsets").whole();
  stability.images = place.at("images").whole();
  stability.median_ratio = place.at("median_scale_ratio").number();
  stability.largest_ratio = place.at("largest_scale_ratio").number();
  stability.least_stable = place.at("least_stable").text();
  if (place.has("top1_counts")) {
    for (const JsonPlace& each : place.at("top1_counts").elements()) stability.top1.push_back(read_count(each));
    return stability;
  }
  for (const JsonPlace& each : place.at("top1").elements()) {
    const double fraction = each.number();
    if (!(fraction >= 0 && fraction <= 1)) each.refuse("a number from 0 to 1");
    stability.top1.push_back({std::llround(fraction * static_cast<double>(labelled)), labelled});
  }
  return stability;
}

Scheme read_definition(const JsonPlace& place) {
  return with_context(place.path(), [&] { return scheme_from_json(place.json()); });
}

}  // namespace

double read_sqnr(const JsonPlace& place) {
  if (place.is_null()) return -kInfinity;
  if (place.json().is_string() && place.text() == "exact") return kInfinity;
  if (!place.json().is_number()) place.refuse("a number of dB, \"exact\" or null");
  return place.number();
}

LayerError read_layer_error(const JsonPlace& place) {
  LayerError layer;
  layer.name = place.at("name").text();
  layer.type = place.at("type").text();
  layer.weight_bits = read_bits(place.at("weight_bits"));
  layer.activation_bits = read_bits(place.at("activation_bits"));
  if (place.has("weight_sqnr")) layer.weights = read_summary(place.at("weight_sqnr"));
  if (place.has("channel_range_ratio")) layer.channel_ratio = place.at("channel_range_ratio").number();
  layer.local = error_of(read_sqnr(place.at("local_sqnr")));
  layer.accumulated = error_of(read_sqnr(place.at("accumulated_sqnr")));
  layer.clipping = error_of_share(place.at("clipping_noise"));
  layer.rounding = error_of_share(place.at("rounding_noise"));
  if (place.has("sums")) {
    const JsonPlace sums = place.at("sums");
    layer.local = read_sums(sums.at("local"));
    layer.accumulated = read_sums(sums.at("accumulated"));
    layer.clipping = read_sums(sums.at("clipping"));
    layer.rounding = read_sums(sums.at("rounding"));
  }
  layer.values = place.at("values").whole();
  layer.saturated = place.at("saturated").whole();
  if (place.has("accumulator_headroom_bits")) layer.headroom_bits = place.at("accumulator_headroom_bits").number();
  layer.kernel = place.at("kernel").text();
  if (place.has("why_float")) layer.reason = place.at("why_float").text();
  layer.seconds = place.at("seconds").number();
  return layer;
}

Sensitivity read_sensitivity(const JsonPlace& place) {
  Sensitivity sensitivity;
  sensitivity.images = place.at("images").whole();
  sensitivity.sqnr = read_sqnr(place.at("sqnr"));
  sensitivity.agreement = place.at("agreement").number();
  sensitivity.layer_executions = place.at("layer_executions").whole();
  sensitivity.layer_executions_saved = place.at("layer_executions_saved").whole();
  for (const JsonPlace& layer : place.at("layers").elements()) {
    sensitivity.layers.push_back({.name = layer.at("name").text(),
                                  .sqnr_alone = read_sqnr(layer.at("sqnr_alone")),
                                  .sqnr_without = read_sqnr(layer.at("sqnr_without")),
                                  .agreement_alone = layer.at("agreement_alone").number(),
                                  .agreement_without = layer.at("agreement_without").number()});
  }
  return sensitivity;
}

SchemeReport read_scheme_report(const JsonPlace& result, std::int64_t labelled) {
  SchemeReport report;
  report.scheme = read_definition(result.at("definition"));
  report.backend = result.at("backend").text();
  report.model_bytes = result.at("model_bytes").whole();
  if (result.has("bit_operations")) report.bit_operations = result.at("bit_operations").whole();
  report.calibration = read_calibration(result.at("calibration"));
  for (const JsonPlace& remark : result.at("remarks").elements()) {
    report.remarks.push_back({remark.at("layer").text(), remark.at("text").text()});
  }
  report.layer_images = result.at("layer_images").whole();
  for (const JsonPlace& layer : result.at("layers").elements()) report.layers.push_back(read_layer_error(layer));
  if (result.has("sensitivity")) report.sensitivity = read_sensitivity(result.at("sensitivity"));
  if (result.has("calibration_stability")) {
    report.stability = read_stability(result.at("calibration_stability"), labelled);
  }
  return report;
}

}  // namespace qs
