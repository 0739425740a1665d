#include <nlohmann/json.hpp>

#include "app/cli/inspection_report.h"
#include "app/run/model_file.h"
#include "app/cli/quantizable_text.h"
#include "core/model/printable.h"

namespace qs {

namespace {

using Json = nlohmann::ordered_json;

Json ports(const Graph& graph, const std::vector<ValueId>& values) {
  Json list = Json::array();
  for (ValueId id : values) {
    const Value& value = graph.value(id);
    list.push_back({{"name", value.name}, {"shape", value.shape.dims()}, {"dtype", name_of(value.dtype)}});
  }
  return list;
}

Json shapes(const std::vector<Shape>& all) {
  Json list = Json::array();
  for (const Shape& shape : all) list.push_back(shape.dims());
  return list;
}

Json layers(const GraphSummary& summary) {
  Json list = Json::array();
  for (const LayerSummary& layer : summary.layers) {
    Json row = {{"name", layer.name},
                {"type", layer.type},
                {"inputs", shapes(layer.inputs)},
                {"outputs", shapes(layer.outputs)},
                {"parameters", layer.parameters},
                {"multiply_accumulates", layer.multiply_accumulates},
                {"int8", name_of(layer.quantizable)}};
    if (!layer.reason.empty()) row["why_not_int8"] = layer.reason;
    list.push_back(std::move(row));
  }
  return list;
}

}  // namespace

nlohmann::ordered_json to_json(const InspectionReport& report) {
  const Graph& graph = report.graph;
  const GraphSummary& summary = report.summary;
  Json json = {{"model",
                {{"name", name_of_model(report.path)},
                 {"path", report.path},
                 {"sha256", report.sha256},
                 {"bytes", report.file_bytes},
                 {"metadata", graph.metadata}}},
               {"inputs", ports(graph, graph.inputs)},
               {"outputs", ports(graph, graph.outputs)},
               {"output_kind", summary.output == OutputKind::softmax ? "probabilities" : "logits"},
               {"batch", graph.fixed_batch_reason.empty() ? Json("any") : Json(graph.batch)},
               {"parameters", summary.parameters},
               {"multiply_accumulates", summary.multiply_accumulates},
               {"batch_norms", summary.batch_norms},
               {"foldable_batch_norms", summary.foldable_batch_norms},
               {"residual_adds", summary.residual_adds},
               {"depthwise_convolutions", summary.depthwise_convolutions},
               {"dead_channels", summary.dead_channels},
               {"preprocessing", nullptr},
               {"preprocessing_source", report.why_no_preprocessing},
               {"notes", graph.notes},
               {"layers", layers(summary)}};
  if (report.preprocessing) {
    json["preprocessing"] = to_json(report.preprocessing->preprocessing);
    json["preprocessing_source"] = report.preprocessing->source;
  }
  if (!report.passes.empty()) json["passes"] = to_json(report.passes);
  return json;
}

}  // namespace qs
