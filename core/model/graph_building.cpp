#include "core/model/graph_building.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "core/graph/operator.h"
#include "core/graph/ops/shape_rules.h"
#include "core/model/constant_folding.h"
#include "core/model/printable.h"

namespace qs {

namespace {

/// What is known about a value of the file while the graph grows.
struct KnownValue {
  Shape shape;
  DType dtype = DType::f32;
  std::optional<Tensor> constant;
  ValueId id;  ///< invalid for a constant that no node of the graph reads yet
};

std::string described(const std::vector<std::optional<std::int64_t>>& dims) {
  std::vector<std::string> texts;
  for (const auto& dim : dims) texts.push_back(dim ? std::to_string(*dim) : "?");
  return fmt::format("{}", fmt::join(texts, "x"));
}

/// Whether the extent is a height or width: of four axes the middle or last two, beside known channels.
bool is_image_extent(const OnnxPort& input, std::size_t axis) {
  if (input.dims.size() != 4 || axis == 0) return false;
  const bool channels_last = !input.dims[1] && input.dims[3];
  return axis != (channels_last ? 3 : 1);
}

Shape input_shape_of(const OnnxPort& input, const ImportOptions& options, std::int64_t batch) {
  if (!input.has_shape) bad_input("it has no shape; export the model with its input's shape");
  std::vector<std::int64_t> dims;
  for (std::size_t axis = 0; axis < input.dims.size(); ++axis) {
    const auto& declared = input.dims[axis];
    if (declared) {
      dims.push_back(*declared);
    } else if (axis == 0) {
      dims.push_back(batch);
    } else if (!is_image_extent(input, axis)) {
      bad_input("extent {} of its shape {} is left open; export the model with a fixed one", axis,
                described(input.dims));
    } else if (!options.input_size) {
      bad_input("its shape {} leaves height or width open; give the input size", described(input.dims));
    } else {
      dims.push_back(*options.input_size);
    }
  }
  return Shape(std::move(dims));
}

void check_finite(const Tensor& tensor) {
  if (tensor.dtype() != DType::f32) return;
  const auto values = tensor.values<float>();
  const auto wrong = std::find_if(values.begin(), values.end(), [](float value) { return !std::isfinite(value); });
  if (wrong != values.end()) bad_input("its element {} is {}", wrong - values.begin(), *wrong);
}

/// Before opset 7 the second input of Add, Sub, Mul and Div could be aligned at an axis of its own choice.
void check_old_broadcasting(const OnnxNode& node, int opset, std::span<const InputInfo> inputs) {
  const bool is_old = opset < 7 && inputs.size() == 2 &&
                      (node.type == "Add" || node.type == "Sub" || node.type == "Mul" || node.type == "Div");
  if (!is_old || node.attributes.integer("broadcast", 0) == 0) return;
  const int rank = inputs[1].shape.rank();
  const std::int64_t axis = node.attributes.integer("axis", inputs[0].shape.rank() - rank);
  if (axis + rank != inputs[0].shape.rank()) {
    bad_input("broadcasting along axis {}, as opset 6 has it, is not supported; export with opset 7 or newer", axis);
  }
}

DType output_dtype(const Op& op, const std::vector<ValueId>& inputs, const Graph& graph) {
  if (const auto* cast = std::get_if<Cast>(&op)) return cast->to;
  return inputs.empty() ? DType::f32 : graph.value(inputs.front()).dtype;
}

/// Grows a Graph node by node.
class GraphBuilding {
 public:
  GraphBuilding(const OnnxModel& model, const ImportOptions& options, std::int64_t batch);
  Graph finish();

 private:
  void add_input(const OnnxPort& input, const ImportOptions& options);
  void add_node(const OnnxNode& node);
  void parse_node(const OnnxNode& node, const NodeSpec& spec);
  void add_output(const OnnxPort& output);

  [[nodiscard]] std::vector<InputInfo> inputs_of(const OnnxNode& node) const;
  [[nodiscard]] bool all_constant(const OnnxNode& node) const;
  [[nodiscard]] int read_outputs(const OnnxNode& node) const;
  ValueId id_of(const std::string& name);
  void define(const std::string& name, KnownValue value);
  void note_unread_attributes(const OnnxNode& node);

  const OnnxModel& model_;
  Graph graph_;
  std::unordered_map<std::string, KnownValue> known_;
  NameSet read_;  ///< values that a node or the world outside reads
  UniqueNames value_names_;
  FoldingBudget budget_;
  std::map<std::string, int> unread_attributes_;
};

GraphBuilding::GraphBuilding(const OnnxModel& model, const ImportOptions& options, std::int64_t batch) : model_(model) {
  graph_.name = model.name;
  graph_.batch = batch;
  graph_.metadata = model.metadata;
  graph_.metadata["opset"] = std::to_string(model.opset);
  graph_.notes = model.notes;
  for (const OnnxNode& node : model.nodes) read_.insert(node.inputs.begin(), node.inputs.end());
  for (const OnnxPort& output : model.outputs) read_.insert(output.name);
  for (const auto& [name, tensor] : model.constants) define(name, {tensor.shape(), tensor.dtype(), tensor, {}});
  for (const OnnxPort& input : model.inputs) {
    with_context(fmt::format("input \"{}\" of the network", printable(input.name)), [&] { add_input(input, options); });
  }
}

void GraphBuilding::define(const std::string& name, KnownValue value) {
  known_[name] = std::move(value);
}

void GraphBuilding::add_input(const OnnxPort& input, const ImportOptions& options) {
  const Shape shape = input_shape_of(input, options, graph_.batch);
  ops::expect_size(shape, "it");
  const ValueId id = graph_.add_value(value_names_.unique(printable(input.name)), shape);
  graph_.inputs.push_back(id);
  define(input.name, {shape, DType::f32, std::nullopt, id});
}

std::vector<InputInfo> GraphBuilding::inputs_of(const OnnxNode& node) const {
  std::vector<InputInfo> result;
  for (const std::string& input : node.inputs) {
    InputInfo info;
    info.present = !input.empty();
    if (info.present) {
      const KnownValue& value = known_.at(input);
      info.shape = value.shape;
      info.dtype = value.dtype;
      info.constant = value.constant ? &*value.constant : nullptr;
    }
    result.push_back(std::move(info));
  }
  return result;
}

bool GraphBuilding::all_constant(const OnnxNode& node) const {
  return std::all_of(node.inputs.begin(), node.inputs.end(),
                     [&](const std::string& input) { return input.empty() || known_.at(input).constant; });
}

/// One more than the last output that anything reads.
int GraphBuilding::read_outputs(const OnnxNode& node) const {
  int count = 1;
  for (std::size_t i = 1; i < node.outputs.size(); ++i) {
    if (!node.outputs[i].empty() && read_.contains(node.outputs[i])) count = static_cast<int>(i) + 1;
  }
  return count;
}

void GraphBuilding::add_node(const OnnxNode& node) {
  const std::vector<InputInfo> inputs = inputs_of(node);
  check_old_broadcasting(node, model_.opset, inputs);
  const NodeSpec spec{node.attributes,    model_.opset, inputs,
                      read_outputs(node), graph_.batch, static_cast<int>(node.outputs.size())};
  const FoldingRule* rule = find_folding_rule(node.type);
  if (rule == nullptr || !(rule->needs_shapes_only || all_constant(node))) return parse_node(node, spec);
  const std::vector<Tensor> results = rule->fold(spec, budget_);
  if (static_cast<int>(results.size()) < spec.output_count) bad_input("its further outputs are not supported");
  for (std::size_t i = 0; i < std::min(results.size(), node.outputs.size()); ++i) {
    define(node.outputs[i], {results[i].shape(), results[i].dtype(), results[i], {}});
  }
}

void GraphBuilding::parse_node(const OnnxNode& node, const NodeSpec& spec) {
  ParsedNode parsed = find_operator(node.type)->parse(spec);
  Node added{node.name, std::move(parsed.op), {}, {}};
  std::vector<Shape> shapes;
  for (int i : parsed.data_inputs) {
    added.inputs.push_back(id_of(node.inputs[static_cast<std::size_t>(i)]));
    shapes.push_back(graph_.value(added.inputs.back()).shape);
  }
  shapes = infer_shapes(added.op, shapes);
  if (static_cast<int>(shapes.size()) < spec.output_count) bad_input("its further outputs are not supported");
  const DType dtype = output_dtype(added.op, added.inputs, graph_);
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    const std::string name = i < node.outputs.size() ? node.outputs[i] : "";
    const std::string shown = name.empty() ? fmt::format("{}_output_{}", node.name, i) : printable(name);
    const ValueId id = graph_.add_value(value_names_.unique(shown), shapes[i], dtype);
    added.outputs.push_back(id);
    if (!name.empty()) define(name, {shapes[i], dtype, std::nullopt, id});
  }
  graph_.nodes.push_back(std::move(added));
  note_unread_attributes(node);
}

/// The value's place in the graph; a constant gets one when first read there.
ValueId GraphBuilding::id_of(const std::string& name) {
  KnownValue& value = known_.at(name);
  if (!value.id.valid()) {
    with_context(fmt::format("constant \"{}\"", printable(name)), [&] { check_finite(*value.constant); });
    value.id = graph_.add_constant(value_names_.unique(printable(name)), *value.constant);
  }
  return value.id;
}

void GraphBuilding::note_unread_attributes(const OnnxNode& node) {
  for (const std::string& attribute : node.attributes.unread()) {
    ++unread_attributes_[fmt::format("attribute \"{}\" of {}", printable(attribute), node.type)];
  }
}

void GraphBuilding::add_output(const OnnxPort& output) {
  const std::string shown = printable(output.name);
  const KnownValue& value = known_.at(output.name);
  if (value.constant) bad_input("output \"{}\" of the network does not depend on its input", shown);
  graph_.outputs.push_back(value.id);
  bool differs = output.has_shape && static_cast<int>(output.dims.size()) != value.shape.rank();
  for (int axis = 1; output.has_shape && !differs && axis < value.shape.rank(); ++axis) {
    const auto& declared = output.dims[static_cast<std::size_t>(axis)];
    differs = declared && *declared != value.shape[axis];
  }
  if (!differs) return;
  graph_.notes.push_back(fmt::format("output \"{}\" is declared as {}, but has the shape {}", shown,
                                     described(output.dims), to_string(value.shape)));
}

Graph GraphBuilding::finish() {
  for (const OnnxNode& node : model_.nodes) {
    with_context(fmt::format("{} ({})", named(node), printable(node.type)), [&] { add_node(node); });
  }
  for (const OnnxPort& output : model_.outputs) add_output(output);
  for (const auto& [attribute, count] : unread_attributes_) {
    graph_.notes.push_back(fmt::format("ignored the unknown {} ({} nodes)", attribute, count));
  }
  check_invariants(graph_);
  return std::move(graph_);
}

}  // namespace

Graph build_graph(const OnnxModel& model, const ImportOptions& options, std::int64_t batch) {
  return GraphBuilding(model, options, batch).finish();
}

}  // namespace qs
