#include "app/cli/pass_report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "app/run/scheme_report.h"
#include "core/graph/operator.h"
#include "core/model/printable.h"

namespace qs {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint64_t kSeed = 1;

/// Runs one pass; `graph` becomes what it made.
PassReport report_pass(const Pass& pass, Graph& graph, const std::vector<std::vector<Tensor>>& inputs,
                       const Progress& progress) {
  progress.check();
  PassResult result = pass.rewrite(graph);
  PassReport report{&pass, false, std::move(result.changed), std::move(result.kept), {}};
  if (!report.changed.empty()) {
    report.comparison = compare_outputs(graph, result.graph, inputs, backend("reference"), progress);
  }
  graph = std::move(result.graph);
  return report;
}

std::string difference_text(const OutputDifference& difference) {
  std::string text =
      fmt::format("{}: at most {:.3g}, {:.3g} on average, SQNR {}", printable(difference.name), difference.max_absolute,
                  difference.mean_absolute, sqnr_text(sqnr_db(difference.error)));
  if (difference.not_finite > 0) text += fmt::format(", {} numbers not finite", difference.not_finite);
  return text;
}

std::string notes_text(const std::vector<PassNote>& notes, std::string_view what) {
  std::string text;
  for (const PassNote& note : notes) {
    text += fmt::format("  {:<8}{}: {}\n", what, printable(note.node), printable(note.text));
  }
  return text;
}

Json notes_json(const std::vector<PassNote>& notes) {
  Json list = Json::array();
  for (const PassNote& note : notes) list.push_back({{"node", printable(note.node)}, {"text", printable(note.text)}});
  return list;
}

Json comparison_json(const PassComparison& comparison) {
  Json list = Json::array();
  for (const OutputDifference& each : comparison.outputs) {
    list.push_back({{"name", printable(each.name)},
                    {"max_absolute", each.max_absolute},
                    {"mean_absolute", each.mean_absolute},
                    {"sqnr_db", sqnr_json(sqnr_db(each.error))},
                    {"elements", each.elements},
                    {"not_finite", each.not_finite}});
  }
  return list;
}

}  // namespace

std::vector<PassReport> report_passes(const Graph& graph, const Progress& progress) {
  Graph current = graph.fixed_batch_reason.empty() ? with_batch(graph, 1) : graph;
  const std::vector<std::vector<Tensor>> inputs{random_inputs(current, kSeed)};
  std::vector<PassReport> reports;
  for (const Pass* pass : passes()) reports.push_back(report_pass(*pass, current, inputs, progress));
  for (const Pass* pass : optional_passes()) {
    Graph copy = current;
    reports.push_back(report_pass(*pass, copy, inputs, progress));
    reports.back().optional = true;
  }
  return reports;
}

nlohmann::ordered_json to_json(const std::vector<PassReport>& reports) {
  Json list = Json::array();
  for (const PassReport& report : reports) {
    list.push_back({{"id", report.pass->id},
                    {"title", report.pass->title},
                    {"equivalence", name_of(report.pass->equivalence)},
                    {"optional", report.optional},
                    {"changed", notes_json(report.changed)},
                    {"kept", notes_json(report.kept)},
                    {"outputs", report.comparison ? comparison_json(*report.comparison) : Json(nullptr)}});
  }
  return list;
}

std::string to_text(const std::vector<PassReport>& reports) {
  std::string text = "\npasses, each on what the ones before it left; outputs are compared on a random input\n";
  std::vector<std::string_view> idle;
  for (const PassReport& report : reports) {
    if (report.changed.empty() && report.kept.empty()) {
      idle.push_back(report.pass->id);
      continue;
    }
    text += fmt::format("\n{} ({}{}): {} changed, {} kept\n", report.pass->id, report.optional ? "optional, " : "",
                        name_of(report.pass->equivalence), report.changed.size(), report.kept.size());
    text += notes_text(report.changed, "changed") + notes_text(report.kept, "kept");
    if (!report.comparison) continue;
    if (report.comparison->identical()) text += "  outputs the same, bit for bit\n";
    if (report.comparison->identical()) continue;
    for (const OutputDifference& each : report.comparison->outputs) {
      text += fmt::format("  {:<8}{}\n", "differs", difference_text(each));
    }
  }
  if (!idle.empty()) text += fmt::format("\nfound nothing to do: {}\n", fmt::join(idle, ", "));
  return text;
}

}  // namespace qs
