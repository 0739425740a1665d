#include "app/run/bench_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/run/table.h"

namespace qs {

namespace {

using Json = nlohmann::ordered_json;

double per_image(const BenchReport& report, double seconds) {
  return 1e3 * seconds / static_cast<double>(report.options.batch);
}

/// NaN and infinity where a time was too short to be seen.
Json quotient(double dividend, double divisor) {
  return divisor > 0 ? Json(dividend / divisor) : Json(nullptr);
}

std::string quotient_text(double dividend, double divisor) {
  return divisor > 0 ? fmt::format("{:.2f} x", dividend / divisor) : "-";
}

Json layer_json(const BenchLayer& layer) {
  return {{"name", layer.name},
          {"kernel", layer.kernel},
          {"reason", layer.reason.empty() ? Json(nullptr) : Json(layer.reason)},
          {"seconds", layer.seconds},
          {"chain_seconds", layer.chain ? Json(*layer.chain) : Json(nullptr)}};
}

Json result_json(const BenchReport& report, const BenchResult& result) {
  Json json = {{"scheme", result.scheme},
               {"backend", result.backend},
               {"ms_per_image", per_image(report, result.seconds)},
               {"chain_ms_per_image", per_image(report, result.chain_seconds)},
               {"ratio_to_chain", quotient(result.seconds, result.chain_seconds)},
               {"speed_up", quotient(report.results.front().seconds, result.seconds)},
               {"left_out_of_chain", result.left_out_of_chain},
               {"weight_bytes", result.weight_bytes},
               {"activation_bytes", result.activation_bytes}};
  if (report.options.layers) {
    Json layers = Json::array();
    for (const BenchLayer& layer : result.layers) layers.push_back(layer_json(layer));
    json["layers"] = std::move(layers);
  }
  return json;
}

std::string totals_text(const BenchReport& report) {
  std::vector<std::vector<std::string>> rows;
  for (const BenchResult& result : report.results) {
    rows.push_back({result.scheme, result.backend, fmt::format("{:.3f}", per_image(report, result.seconds)),
                    fmt::format("{:.3f}", per_image(report, result.chain_seconds)),
                    quotient_text(result.seconds, result.chain_seconds),
                    quotient_text(report.results.front().seconds, result.seconds),
                    fmt::format("{:.2f}", static_cast<double>(result.weight_bytes) / (1 << 20)),
                    fmt::format("{:.2f}", static_cast<double>(result.activation_bytes) / (1 << 20))});
  }
  return table_text({{"scheme"},
                     {"backend"},
                     {"ms an image", Align::right},
                     {"primitives alone", Align::right},
                     {"ratio", Align::right},
                     {"speed-up", Align::right},
                     {"weights MiB", Align::right},
                     {"arena MiB", Align::right}},
                    rows);
}

std::string microseconds(std::optional<double> seconds) {
  return seconds ? fmt::format("{:.1f}", 1e6 * *seconds) : "";
}

std::string layers_text(const BenchResult& reference, const BenchResult& result) {
  const bool is_float = &reference == &result;
  std::vector<std::vector<std::string>> rows;
  for (const BenchLayer& layer : result.layers) {
    const auto same = std::find_if(reference.layers.begin(), reference.layers.end(),
                                   [&](const BenchLayer& other) { return other.name == layer.name; });
    std::vector<std::string> row = {layer.name};
    if (!is_float) {
      row.push_back(microseconds(same == reference.layers.end() ? std::nullopt : std::optional(same->seconds)));
    }
    row.insert(row.end(), {microseconds(layer.seconds), microseconds(layer.chain),
                           layer.reason.empty() ? layer.kernel : layer.kernel + ": " + layer.reason});
    rows.push_back(std::move(row));
  }
  std::vector<Column> columns = {{"layer", Align::left, 36}};
  if (!is_float) columns.push_back({"float us", Align::right});
  columns.insert(columns.end(), {{is_float ? "float us" : "int8 us", Align::right},
                                 {"alone us", Align::right},
                                 {is_float ? "kernel" : "kernel, and why it is not int8"}});
  return table_text(columns, rows);
}

}  // namespace

nlohmann::ordered_json to_json(const BenchReport& report) {
  Json results = Json::array();
  for (const BenchResult& result : report.results) results.push_back(result_json(report, result));
  return {
      {"model", {{"name", report.name}, {"path", report.path}, {"sha256", report.sha256}}},
      {"environment",
       {{"isa", report.environment.isa},
        {"saturating_products", report.environment.saturating_products},
        {"onednn", report.environment.onednn},
        {"threads", report.environment.threads},
        {"batch", report.options.batch}}},
      {"turns", report.options.turns},
      {"results", results},
  };
}

std::string to_text(const BenchReport& report) {
  std::string text = entry_text("model", report.name);
  text +=
      entry_text("environment", fmt::format("oneDNN {}, {}, {} thread(s), batch {}", report.environment.onednn,
                                            report.environment.isa, report.environment.threads, report.options.batch));
  if (report.environment.saturating_products) text += entry_text("note", saturation_note(report.environment));
  text += entry_text("input", "noise, also to calibrate on: times do not depend on the numbers");
  text +=
      entry_text("measured", fmt::format("the fastest of {} turns that all take in rotation; \"primitives alone\" are "
                                         "the network's own oneDNN primitives once each in order, in memory of "
                                         "their own, with nothing between them: the floor",
                                         report.options.turns));
  for (const BenchResult& result : report.results) {
    if (result.left_out_of_chain.empty()) continue;
    text += entry_text("note", fmt::format("{}: the floor lacks {}, which no single primitive computes", result.scheme,
                                           fmt::join(result.left_out_of_chain, ", ")));
  }
  text += "\n" + totals_text(report);
  for (const BenchResult& result : report.results) {
    if (result.layers.empty()) continue;
    text += fmt::format("\n{}, microseconds for a batch of {}\n", result.scheme, report.options.batch) +
            layers_text(report.results.front(), result);
  }
  return text;
}

}  // namespace qs
