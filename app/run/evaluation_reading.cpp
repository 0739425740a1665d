#include "app/run/evaluation_reading.h"

#include <cmath>
#include <limits>

#include "app/run/scheme_report_reading.h"
#include "core/base/error.h"

namespace qs {

namespace {

/// More than any data set has; few enough to compute with.
constexpr std::int64_t kMostImages = 1'000'000'000;

ModelReport read_model(const JsonPlace& place) {
  const JsonPlace output = place.at("output");
  const std::string kind = output.text();
  if (kind != "logits" && kind != "probabilities") output.refuse("\"logits\" or \"probabilities\"");
  return {.path = place.at("path").text(),
          .name = place.at("name").text(),
          .sha256 = place.at("sha256").text(),
          .parameters = place.at("parameters").whole(),
          .multiply_accumulates = place.at("multiply_accumulates").whole(),
          .classes = place.at("classes").whole(),
          .probabilities = kind == "probabilities"};
}

/// Earlier versions wrote only the speed.
double read_decode_seconds(const JsonPlace& place, std::int64_t decoded) {
  if (place.has("decode_seconds")) return place.at("decode_seconds").number();
  const double speed = place.at("decode_images_per_second").number();
  return speed > 0 ? static_cast<double>(decoded) / speed : 0;
}

DataReport read_data(const JsonPlace& place) {
  DataReport data;
  data.path = place.at("path").text();
  data.layout = place.at("layout").text();
  if (place.has("summary")) data.summary = place.at("summary").text();
  data.evaluated = place.at("images").whole(0, kMostImages);
  data.found = place.at("found").whole();
  data.selected = place.at("selected").whole();
  data.classes = place.at("classes").whole();
  data.preprocessing = place.at("preprocessing").text();
  data.preprocessing_source = place.at("preprocessing_source").text();
  data.decoded = place.at("decoded").whole();
  data.cached = place.at("cached").whole();
  data.decode_seconds = read_decode_seconds(place, data.decoded);
  for (const JsonPlace& each : place.at("skipped").elements()) {
    data.skipped.push_back({each.at("image").text(), each.at("reason").text()});
  }
  data.notes = place.at("notes").texts();
  return data;
}

LogitDifference read_difference(const JsonPlace& result) {
  if (!result.has("logit_difference")) {
    const double sqnr = read_sqnr(result.at("logit_sqnr"));
    const bool exact = std::isinf(sqnr) && sqnr > 0;
    return {.images = 1,
            .exact = exact ? 1 : 0,
            .sqnr_sum = exact ? 0 : sqnr,
            .divergence_sum = result.at("logit_kl").number()};
  }
  const JsonPlace place = result.at("logit_difference");
  const std::int64_t images = place.at("images").whole();
  return {.images = images,
          .exact = place.at("exact").whole(0, images),
          .sqnr_sum = read_sqnr(place.at("sqnr_sum")),  // minus infinity is null here, too
          .divergence_sum = place.at("kl_sum").number()};
}

Proportion read_agreement(const JsonPlace& place, std::int64_t images) {
  if (place.is_null()) return {};
  const double fraction = place.number();
  if (!(fraction >= 0 && fraction <= 1)) place.refuse("a number from 0 to 1");
  return {std::llround(fraction * static_cast<double>(images)), images};
}

/// How many images were computed: the speed is their number by the time.
std::int64_t read_rows(const JsonPlace& place, double seconds) {
  const double rows = place.number() * seconds;
  if (!(rows >= 0 && rows < 9e15)) place.refuse("a possible speed");
  return std::llround(rows);
}

void add_result(const JsonPlace& place, EvaluationReport& report) {
  const bool is_first = report.variants.empty();
  VariantReport variant;
  variant.scheme = place.at("scheme").text();
  variant.backend = place.at("backend").text();
  variant.model_bytes = place.at("model_bytes").whole();
  if (place.has("bit_operations")) variant.bit_operations = place.at("bit_operations").whole();
  variant.not_finite = place.at("not_finite").texts();
  VariantResult result;
  result.id = variant.scheme;
  const std::int64_t labelled = place.at("labelled").whole(0, report.data.evaluated);
  result.top1 = {place.at("top1_right").whole(0, labelled), labelled};
  result.top5 = {place.at("top5_right").whole(0, labelled), labelled};
  if (!is_first) result.agreement = read_agreement(place.at("agreement"), report.data.evaluated);
  result.seconds = place.at("seconds").number();
  result.rows = read_rows(place.at("images_per_second"), result.seconds);
  if (place.has("definition")) {
    result.only_first_right = place.at("only_float_right").whole(0, labelled);
    result.only_this_right = place.at("only_scheme_right").whole(0, labelled);
    result.difference = read_difference(place);
    variant.details = read_scheme_report(place, labelled);
  }
  report.variants.push_back(std::move(variant));
  report.evaluation.results.push_back(std::move(result));
}

}  // namespace

EvaluationReport read_evaluation_report(const nlohmann::ordered_json& json) {
  const JsonPlace root(json);
  EvaluationReport report;
  report.model = read_model(root.at("model"));
  report.data = read_data(root.at("data"));
  const JsonPlace environment = root.at("environment");
  report.environment = {
      .isa = environment.at("isa").text(),
      .onednn = environment.at("onednn").text(),
      .threads = static_cast<int>(environment.at("threads").whole(0, std::numeric_limits<int>::max())),
      .saturating_products = environment.at("saturating_products").boolean()};
  report.batch = environment.at("batch").whole();
  report.peak_memory_bytes = environment.at("peak_memory_bytes").whole();
  report.evaluation.stopped = root.at("partial").boolean();
  report.seconds = root.at("seconds").number();
  const JsonPlace results = root.at("results");
  for (const JsonPlace& result : results.elements()) add_result(result, report);
  if (report.variants.empty()) results.refuse("a list that begins with the float network's result");
  return report;
}

EvaluationReport parse_evaluation_report(std::string_view text) {
  return read_evaluation_report(parse_json(text));
}

}  // namespace qs
