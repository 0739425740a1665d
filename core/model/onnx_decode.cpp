#include "core/model/onnx_decode.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/model/element_type.h"
#include "core/model/onnx_attributes.h"
#include "core/model/onnx_tensor.h"
#include "core/model/printable.h"

namespace qs {

namespace {

bool is_onnx_domain(const std::string& domain) {
  return domain.empty() || domain == "ai.onnx";
}

int read_opset(const onnx::ModelProto& proto) {
  std::int64_t opset = 1;  // what a file means that names none
  for (const auto& import : proto.opset_import()) {
    if (is_onnx_domain(import.domain())) opset = import.version();
  }
  if (opset < kOldestOpset || opset > kNewestOpset) {
    bad_input("it uses opset {} of ONNX's operators; opsets {} to {} are supported (export it again with one of them)",
              opset, kOldestOpset, kNewestOpset);
  }
  return static_cast<int>(opset);
}

std::map<std::string, std::string> read_metadata(const onnx::ModelProto& proto) {
  constexpr std::size_t kLongestValue = std::size_t{1} << 24;  // encodings of all channels of a network are long
  std::map<std::string, std::string> result;
  const auto put = [&](const std::string& key, const std::string& value) {
    if (!value.empty()) result[printable(key)] = printable(value, kLongestValue);
  };
  for (const auto& entry : proto.metadata_props()) put(entry.key(), entry.value());
  put("producer_name", proto.producer_name());
  put("producer_version", proto.producer_version());
  put("ir_version", std::to_string(proto.ir_version()));
  return result;
}

OnnxPort read_port(const onnx::ValueInfoProto& proto) {
  OnnxPort port{proto.name(), false, {}};
  if (proto.name().empty()) bad_input("an input or output of the network has no name");
  if (!proto.type().has_tensor_type()) return port;
  const auto& tensor = proto.type().tensor_type();
  port.has_shape = tensor.has_shape();
  for (const auto& dim : tensor.shape().dim()) {
    const bool is_dynamic = !dim.has_dim_value() || dim.dim_value() == 0 || dim.dim_value() == -1;
    if (!is_dynamic && dim.dim_value() < 0) {
      bad_input("\"{}\" has an extent of {}", printable(proto.name()), dim.dim_value());
    }
    port.dims.push_back(is_dynamic ? std::nullopt : std::optional(dim.dim_value()));
  }
  return port;
}

/// An input of the network: images in some floating-point type, all of which are computed in f32.
OnnxPort read_input(const onnx::ValueInfoProto& proto, std::vector<std::string>& notes) {
  OnnxPort port = read_port(proto);
  const std::string name = printable(proto.name());
  if (!proto.type().has_tensor_type()) bad_input("input \"{}\" of the network is no tensor", name);
  const std::int32_t type = proto.type().tensor_type().elem_type();
  if (stored_type(type) != DType::f32) {
    bad_input("input \"{}\" of the network has elements of {}; only floating-point inputs are supported", name,
              element_type_name(type));
  }
  if (type != static_cast<std::int32_t>(OnnxType::float32)) {
    notes.push_back(fmt::format("input \"{}\" is declared as {} and taken as f32", name, element_type_name(type)));
  }
  return port;
}

/// Nodes without their attributes, which may hold large tensors and are read once the structure is known to be sound.
std::vector<OnnxNode> read_nodes(const onnx::GraphProto& graph) {
  std::vector<OnnxNode> nodes;
  UniqueNames names;
  for (const auto& proto : graph.node()) {
    OnnxNode node;
    node.index = nodes.size();
    node.type = proto.op_type();
    node.domain = is_onnx_domain(proto.domain()) ? "" : proto.domain();
    node.name = names.unique(proto.name().empty() ? fmt::format("{}_{}", printable(node.type), node.index)
                                                  : printable(proto.name()));
    node.inputs.assign(proto.input().begin(), proto.input().end());
    node.outputs.assign(proto.output().begin(), proto.output().end());
    node.has_subgraph = has_subgraph(proto);
    nodes.push_back(std::move(node));
  }
  return nodes;
}

NameSet initializer_names(const onnx::GraphProto& graph) {
  if (graph.sparse_initializer_size() > 0) bad_input("sparse initialisers are not supported");
  NameSet names;
  for (const auto& initializer : graph.initializer()) {
    if (!names.insert(initializer.name()).second) {
      bad_input("two initialisers are named \"{}\"", printable(initializer.name()));
    }
  }
  return names;
}

NameSet names_read(const OnnxModel& model) {
  NameSet names;
  for (const OnnxNode& node : model.nodes) names.insert(node.inputs.begin(), node.inputs.end());
  for (const OnnxPort& output : model.outputs) names.insert(output.name);
  return names;
}

void read_contents(onnx::GraphProto& graph, const std::filesystem::path& folder, OnnxModel& model) {
  ConversionCounts counts;
  for (OnnxNode& node : model.nodes) {
    onnx::NodeProto& proto = *graph.mutable_node(static_cast<int>(node.index));
    node.attributes = with_context(named(node), [&] { return read_attributes(proto, folder, counts); });
    onnx::NodeProto().Swap(&proto);  // frees it, which Clear() would not
  }
  const NameSet wanted = names_read(model);
  for (onnx::TensorProto& initializer : *graph.mutable_initializer()) {
    if (wanted.contains(initializer.name())) {
      with_context(fmt::format("initialiser \"{}\"", printable(initializer.name())),
                   [&] { model.constants.emplace(initializer.name(), read_tensor(initializer, folder, counts)); });
    }
    onnx::TensorProto().Swap(&initializer);
  }
  const std::vector<std::string> notes = notes_of(counts);
  model.notes.insert(model.notes.end(), notes.begin(), notes.end());
}

}  // namespace

OnnxModel decode_onnx(onnx::ModelProto& proto, const std::filesystem::path& folder) {
  if (!proto.has_graph()) bad_input("it is no ONNX model, or a damaged one: it holds no graph");
  OnnxModel model;
  model.opset = read_opset(proto);
  if (proto.functions_size() > 0) {
    bad_input("it defines {} functions of its own; export it with functions inlined", proto.functions_size());
  }
  model.metadata = read_metadata(proto);
  onnx::GraphProto& graph = *proto.mutable_graph();
  model.name = printable(graph.name());
  const NameSet initializers = initializer_names(graph);
  for (const auto& input : graph.input()) {
    if (!initializers.contains(input.name())) model.inputs.push_back(read_input(input, model.notes));
  }
  for (const auto& output : graph.output()) model.outputs.push_back(read_port(output));
  if (model.outputs.empty()) bad_input("its graph has no outputs");
  if (model.inputs.empty()) bad_input("its graph has no inputs but constants");
  model.nodes = read_nodes(graph);
  check_names(model, initializers);
  sort_nodes(model);
  drop_unneeded_nodes(model);
  check_supported(model, initializers);
  read_contents(graph, folder, model);
  return model;
}

}  // namespace qs
