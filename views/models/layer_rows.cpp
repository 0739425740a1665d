#include "views/models/layer_rows.h"

#include <algorithm>
#include <unordered_map>

#include "views/models/layer_execution.h"

namespace qs {

namespace {

LayerRow row_of(const Graph& graph, NodeId id) {
  const LayerSummary summary = summarize(graph, graph.node(id));
  LayerRow row;
  row.name = summary.name;
  row.type = summary.type;
  if (!summary.outputs.empty()) row.output = summary.outputs.front();
  row.parameters = summary.parameters;
  row.multiply_accumulates = summary.multiply_accumulates / std::max<std::int64_t>(graph.batch, 1);
  row.quantizable = summary.quantizable != Quantizable::no;
  row.has_weights = summary.quantizable == Quantizable::weighted;
  return row;
}

LayerRow row_of(const Graph& graph, const FusedNode& group) {
  LayerRow row = row_of(graph, group.node);
  for (const PostOp& post_op : group.post_ops) {
    LayerRow part = row_of(graph, post_op.node);
    part.numbers.execution = Execution::fused;
    row.type += " + " + part.type;
    row.parameters += part.parameters;
    row.multiply_accumulates += part.multiply_accumulates;
    row.parts.push_back(std::move(part));
  }
  row.output = graph.value(group.output).shape;
  return row;
}

/// Things with the name of a layer.
template <class Item>
class ByName {
 public:
  ByName(const std::vector<Item>* items, std::string Item::*name) {
    if (items == nullptr) return;
    for (const Item& item : *items) found_.emplace(item.*name, &item);
  }
  [[nodiscard]] const Item* find(const std::string& name) const {
    const auto found = found_.find(name);
    return found == found_.end() ? nullptr : found->second;
  }

 private:
  std::unordered_map<std::string, const Item*> found_;
};

void add_weights(const ByName<WeightSqnr>& weights, LayerRow& row) {
  const WeightSqnr* layer = weights.find(row.name);
  if (layer == nullptr) return;
  const SqnrSummary summary = summarize(layer->channels);
  row.numbers.dead_channels = summary.dead;
  if (summary.channels == 0) return;
  row.numbers.sqnr_min = summary.min;
  row.numbers.sqnr_median = summary.median;
}

/// The time of all steps that compute a node of the row: another network may group them otherwise.
std::optional<double> seconds(const ByName<BenchLayer>& layers, const LayerRow& row) {
  std::optional<double> sum;
  const auto add = [&](const std::string& name) {
    if (const BenchLayer* layer = layers.find(name)) sum = sum.value_or(0) + layer->seconds;
  };
  add(row.name);
  for (const LayerRow& part : row.parts) add(part.name);
  return sum;
}

/// What was run knows better than what was planned.
template <class Measured>
void add_execution(const Measured* measured, LayerRow& row) {
  if (measured == nullptr) return;
  row.numbers.execution = measured->reason.empty() ? Execution::integer : Execution::floating;
  row.numbers.why_float = measured->reason;
  row.numbers.kernel = measured->kernel;
}

void add_plan(const LayerSources& sources, std::vector<LayerRow>& rows) {
  if (!sources.scheme || sources.network == nullptr) return;
  std::vector<std::string> reasons = planned_float(sources.network->graph, *sources.scheme);
  for (std::size_t i = 0; i < rows.size() && i < reasons.size(); ++i) {
    rows[i].numbers.execution = reasons[i].empty() ? Execution::integer : Execution::floating;
    rows[i].numbers.why_float = std::move(reasons[i]);
  }
}

template <class List>
const List* pointer(const std::shared_ptr<const List>& list) {
  return list.get();
}

const std::vector<BenchLayer>* layers_of(const std::shared_ptr<const BenchResult>& result) {
  return result == nullptr ? nullptr : &result->layers;
}

}  // namespace

const Graph* LayerSources::graph() const {
  if (network != nullptr) return &network->graph;
  return model == nullptr ? nullptr : &model->graph;
}

LayerSources layer_sources(const Snapshot& snapshot, const LayerSources& before) {
  LayerSources sources;
  sources.model = snapshot.model;
  if (sources.model == nullptr) return sources;
  sources.float_latency = snapshot.float_latency;
  const SchemeView* current = snapshot.current();
  if (current == nullptr || !current->problem.empty()) return sources;
  sources.scheme = current->scheme;
  sources.network = current->network;
  sources.weights = current->weights;
  sources.calibrated = current->calibrated;
  sources.errors = current->layers;
  sources.latency = current->latency;
  const bool is_changed = before.model == sources.model && before.scheme && before.scheme->id == sources.scheme->id;
  if (is_changed && sources.network == nullptr) sources.network = before.network;
  if (is_changed && sources.weights == nullptr) sources.weights = before.weights;
  return sources;
}

std::vector<LayerRow> layer_rows(const Graph& graph, Residual residual) {
  std::vector<LayerRow> rows;
  for (const FusedNode& group : fuse(graph, residual)) rows.push_back(row_of(graph, group));
  return rows;
}

std::vector<LayerRow> layer_rows(const LayerSources& sources) {
  if (sources.graph() == nullptr) return {};
  std::vector<LayerRow> rows = layer_rows(*sources.graph(), sources.residual());
  add_plan(sources, rows);
  const ByName weights(pointer(sources.weights), &WeightSqnr::layer);
  const ByName errors(pointer(sources.errors), &LayerError::name);
  const ByName float_layers(layers_of(sources.float_latency), &BenchLayer::name);
  const ByName int8_layers(layers_of(sources.latency), &BenchLayer::name);
  for (LayerRow& row : rows) {
    add_weights(weights, row);
    const LayerError* error = errors.find(row.name);
    if (error != nullptr) {
      row.numbers.local = sqnr_db(error->local);
      row.numbers.accumulated = sqnr_db(error->accumulated);
    }
    add_execution(error, row);
    add_execution(int8_layers.find(row.name), row);
    row.numbers.float_seconds = seconds(float_layers, row);
    row.numbers.int8_seconds = seconds(int8_layers, row);
  }
  return rows;
}

bool same_layers(const std::vector<LayerRow>& left, const std::vector<LayerRow>& right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(), [](const LayerRow& a, const LayerRow& b) {
    return a.name == b.name && a.type == b.type && same_layers(a.parts, b.parts);
  });
}

const LayerRow* find_group(const std::vector<LayerRow>& rows, const std::string& node) {
  for (const LayerRow& row : rows) {
    if (row.name == node) return &row;
    for (const LayerRow& part : row.parts) {
      if (part.name == node) return &row;
    }
  }
  return nullptr;
}

}  // namespace qs
