#include "core/model/onnx_export.h"

#include <algorithm>
#include <array>
#include <limits>

#include "core/base/atomic_file.h"
#include "core/base/error.h"
#include "core/model/onnx_node_writer.h"

namespace qs {

namespace {

constexpr int kOpset = 13;
constexpr std::size_t kLongestFile = std::numeric_limits<std::int32_t>::max();  // protobuf's own limit
constexpr std::array<std::string_view, 4> kSaidByTheFile = {"opset", "ir_version", "producer_name", "producer_version"};

/// The oldest file format that may hold an opset: ONNX's table of versions (docs/Versioning.md there).
std::int64_t ir_version(int opset) {
  if (opset < 15) return 7;
  if (opset < 19) return 8;
  return opset < 21 ? 9 : 10;
}

/// An input or output. Where the graph runs at any batch, that is left open.
void write_port(const OnnxFile& file, ValueId id, onnx::ValueInfoProto& proto) {
  const Value& value = file.graph.value(id);
  const std::string& name = file.value_names[id.at()];
  if (value.dtype != DType::f32) bad_input("\"{}\" holds {}; only f32 can be written", name, name_of(value.dtype));
  proto.set_name(name);
  auto& tensor = *proto.mutable_type()->mutable_tensor_type();
  tensor.set_elem_type(onnx_type(value.dtype));
  auto& shape = *tensor.mutable_shape();
  for (int axis = 0; axis < value.shape.rank(); ++axis) {
    const bool is_batch = axis == 0 && file.graph.fixed_batch_reason.empty() && value.shape[0] == file.graph.batch;
    auto& dim = *shape.add_dim();
    if (is_batch) {
      dim.set_dim_param("N");
    } else {
      dim.set_dim_value(value.shape[axis]);
    }
  }
}

void name_values(OnnxFile& file) {
  // Inputs and outputs first: what is known outside keeps its name, should one of the network have it too.
  file.value_names.resize(file.graph.values.size());
  const auto give = [&](ValueId id) {
    std::string& name = file.value_names[id.at()];
    if (name.empty()) name = file.names.unique(file.graph.value(id).name.empty() ? "value" : file.graph.value(id).name);
  };
  std::ranges::for_each(file.graph.inputs, give);
  std::ranges::for_each(file.graph.outputs, give);
  for (std::size_t v = 0; v < file.graph.values.size(); ++v) give({static_cast<std::int32_t>(v)});
}

/// The constants that nodes read, in the order of their values.
void write_constants(OnnxFile& file) {
  std::vector<ValueId> read;
  for (const Node& node : file.graph.nodes) {
    std::ranges::copy_if(node.inputs, std::back_inserter(read), [&](ValueId id) { return file.graph.constant(id); });
  }
  std::ranges::sort(read);
  const auto [first, last] = std::ranges::unique(read);
  read.erase(first, last);
  for (ValueId id : read)
    write_tensor(*file.graph.constant(id), file.value_names[id.at()], *file.proto.add_initializer());
}

/// The opset that the nodes need.
int write_graph(OnnxFile& file) {
  name_values(file);
  file.proto.set_name(file.graph.name.empty() ? "network" : file.graph.name);
  for (ValueId id : file.graph.inputs) write_port(file, id, *file.proto.add_input());
  for (ValueId id : file.graph.outputs) write_port(file, id, *file.proto.add_output());
  write_constants(file);
  int needed = kOpset;
  for (const Node& node : file.graph.nodes) needed = std::max(needed, write_node(file, node));
  return needed;
}

void write_metadata(const Graph& graph, onnx::ModelProto& model) {
  for (const auto& [key, value] : graph.metadata) {
    if (std::ranges::find(kSaidByTheFile, key) != kSaidByTheFile.end()) continue;
    auto& entry = *model.add_metadata_props();
    entry.set_key(key);
    entry.set_value(value);
  }
}

}  // namespace

std::string to_onnx(const Graph& graph) {
  onnx::ModelProto model;
  int opset = kOpset;
  for (bool fits = false; !fits;) {
    OnnxFile file{.graph = graph, .opset = opset};
    const int needed = write_graph(file);
    fits = needed <= opset;
    opset = std::max(opset, needed);
    if (fits) *model.mutable_graph() = std::move(file.proto);
  }
  model.set_ir_version(ir_version(opset));
  model.set_producer_name("quantoscope");
  auto& import = *model.add_opset_import();
  import.set_domain("");
  import.set_version(opset);
  write_metadata(graph, model);
  if (model.ByteSizeLong() > kLongestFile) bad_input("the network exceeds 2 GiB, which one ONNX file cannot hold");
  return model.SerializeAsString();
}

void export_onnx(const Graph& graph, const std::filesystem::path& path) {
  write_atomically(path, to_onnx(graph));
}

}  // namespace qs
