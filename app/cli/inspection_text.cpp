#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "app/cli/inspection_report.h"
#include "app/cli/quantizable_text.h"
#include "app/run/table.h"
#include "core/model/printable.h"

namespace qs {

namespace {

constexpr std::size_t kNameWidth = 28;  // leaves the table 100 columns
constexpr std::size_t kTypeWidth = 18;  // "BatchNormalization"
constexpr std::size_t kShapeWidth = 14;

std::string ports(const Graph& graph, const std::vector<ValueId>& values) {
  std::string text;
  for (ValueId id : values) {
    const Value& value = graph.value(id);
    if (!text.empty()) text += ", ";
    text += fmt::format("{} {} {}", printable(value.name), to_string(value.shape), name_of(value.dtype));
  }
  return text;
}

std::string file_line(const InspectionReport& report) {
  std::string text = fmt::format("{}, {:.1f} MiB", printable(std::filesystem::path(report.path).filename().string()),
                                 static_cast<double>(report.file_bytes) / (1024.0 * 1024.0));
  const auto add = [&](const char* key, const char* before) {
    const auto found = report.graph.metadata.find(key);
    if (found != report.graph.metadata.end() && !found->second.empty()) text += before + printable(found->second, 40);
  };
  add("opset", ", opset ");
  add("producer_name", ", written by ");
  return text;
}

std::string batch_norm_line(const GraphSummary& summary) {
  if (summary.batch_norms == 0) return "none in the file: there never were any, or they are folded already";
  return fmt::format("{} in the file, {} can be folded into the layer before", summary.batch_norms,
                     summary.foldable_batch_norms);
}

/// "20 Conv, 17 Relu, 1 Gemm": the most frequent first.
std::string type_counts(const GraphSummary& summary) {
  std::map<std::string_view, int> counts;
  for (const LayerSummary& layer : summary.layers) ++counts[layer.type];
  std::vector<std::pair<std::string_view, int>> sorted(counts.begin(), counts.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  std::vector<std::string> texts;
  for (const auto& [type, count] : sorted) texts.push_back(fmt::format("{} {}", count, type));
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::string structure_line(const GraphSummary& summary) {
  std::string text = fmt::format("{} residual additions, {} depthwise convolutions", summary.residual_adds,
                                 summary.depthwise_convolutions);
  if (summary.dead_channels > 0) text += fmt::format(", {} dead channels (all weights 0)", summary.dead_channels);
  return text;
}

std::string layer_table(const GraphSummary& summary) {
  std::vector<std::vector<std::string>> rows;
  for (const LayerSummary& layer : summary.layers) {
    rows.push_back({std::to_string(rows.size() + 1), printable(layer.name), std::string(layer.type),
                    layer.outputs.empty() ? "" : to_string(layer.outputs.front()),
                    layer.parameters > 0 ? grouped(layer.parameters) : "",
                    layer.multiply_accumulates > 0 ? quantity_text(layer.multiply_accumulates) : "",
                    std::string(name_of(layer.quantizable))});
  }
  return table_text({{"#", Align::right},
                     {"layer", Align::left, kNameWidth},
                     {"type", Align::left, kTypeWidth},
                     {"output", Align::left, kShapeWidth},
                     {"parameters", Align::right},
                     {"MACs", Align::right},
                     {"int8"}},
                    rows);
}

constexpr const char* kLegend =
    "\nint8: weights = has int8 weights; yes = computes on int8; fused = becomes part of the layer before;\n"
    "moves = moves int8 about; no = stays in float\n";

/// Why layers stay in float, each reason once.
std::string reasons(const GraphSummary& summary) {
  std::map<std::string, int> counts;
  for (const LayerSummary& layer : summary.layers) {
    if (!layer.reason.empty()) ++counts[fmt::format("{}: {}", layer.type, layer.reason)];
  }
  std::string text;
  for (const auto& [reason, count] : counts) text += fmt::format("  {} x {}\n", count, reason);
  return text.empty() ? "" : "\nstay in float:\n" + text;
}

}  // namespace

std::string to_text(const InspectionReport& report) {
  const Graph& graph = report.graph;
  const GraphSummary& summary = report.summary;
  const bool any_batch = graph.fixed_batch_reason.empty();
  std::string text = entry_text("model", file_line(report));
  text += entry_text("input", ports(graph, graph.inputs) + (any_batch ? ", any batch size" : ""));
  if (!any_batch) text += entry_text("batch", fmt::format("{} only: {}", graph.batch, graph.fixed_batch_reason));
  text += entry_text("output", ports(graph, graph.outputs) +
                                   (summary.output == OutputKind::softmax ? ", probabilities (softmax)" : ", logits"));
  if (report.preprocessing) {
    text += entry_text("preprocessing", to_string(report.preprocessing->preprocessing));
    text += entry_text("", "(" + report.preprocessing->source + ")");
  } else {
    text += entry_text("preprocessing", report.why_no_preprocessing);
  }
  text += entry_text("parameters", fmt::format("{}, {:.1f} MiB as f32", grouped(summary.parameters),
                                               static_cast<double>(summary.parameters) * 4 / (1024.0 * 1024.0)));
  text += entry_text("cost", fmt::format("{} multiply-accumulates per image",
                                         quantity_text(summary.multiply_accumulates / graph.batch)));
  text += entry_text("layers", type_counts(summary));
  text += entry_text("structure", structure_line(summary));
  text += entry_text("batch norm", batch_norm_line(summary));
  for (const std::string& note : graph.notes) text += entry_text("note", note);
  text += "\n" + layer_table(summary) + kLegend + reasons(summary);
  return report.passes.empty() ? text : text + to_text(report.passes);
}

}  // namespace qs
