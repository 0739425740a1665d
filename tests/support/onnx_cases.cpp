#include "tests/support/onnx_cases.h"

#include <onnx/onnx_pb.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <optional>
#include <set>
#include <stdexcept>

#include "core/graph/operator.h"
#include "tests/support/onnx_builder.h"

namespace qs {

namespace {

namespace fs = std::filesystem;
using onnx::TensorProto;

/// What a network may be made of; the operators Quantoscope promises to run.
const std::set<std::string> kListed = {"Add",        "AveragePool", "BatchNormalization",
                                       "Cast",       "Clip",        "Concat",
                                       "Constant",   "Conv",        "ConvTranspose",
                                       "Div",        "Dropout",     "Elu",
                                       "Erf",        "Flatten",     "Gather",
                                       "Gelu",       "Gemm",        "GlobalAveragePool",
                                       "HardSwish",  "HardSigmoid", "GlobalMaxPool",
                                       "Identity",   "LRN",         "LayerNormalization",
                                       "LeakyRelu",  "MatMul",      "MaxPool",
                                       "Mul",        "PRelu",       "Pad",
                                       "ReduceMean", "Relu",        "Reshape",
                                       "Resize",     "Shape",       "Sigmoid",
                                       "Slice",      "Softmax",     "Split",
                                       "Squeeze",    "Sub",         "Sum",
                                       "Tanh",       "Transpose",   "Unsqueeze",
                                       "Upsample"};

/// Operators that are computed at import and never become part of a network.
const std::set<std::string> kFolded = {"Constant", "Gather", "Shape"};

/// Operators whose outputs after the first are no part of inference.
const std::set<std::string> kSideOutputs = {"BatchNormalization", "Dropout", "LayerNormalization", "MaxPool"};

/// A model with one set of inputs and outputs, as read.
struct RawCase {
  onnx::ModelProto model;
  std::vector<TensorProto> inputs;   // of the graph's inputs that have no initialiser, in order
  std::vector<TensorProto> outputs;  // of the graph's outputs, in order
};

/// Networks hold constant what the cases often give as inputs (the weights of Gemm, slopes, addends), and backends
/// prepare constants ahead: where a case leaves several inputs, it is tried with all but the first constant, too.
enum class Form { as_given, others_constant };

bool all_nodes(const RawCase& raw, const std::set<std::string>& types) {
  const auto& nodes = raw.model.graph().node();
  return std::all_of(nodes.begin(), nodes.end(), [&](const auto& node) { return types.contains(node.op_type()); });
}

template <class Proto>
Proto read_proto(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  Proto proto;
  if (!proto.ParseFromIstream(&file)) throw std::runtime_error("cannot read " + path.string());
  return proto;
}

std::vector<TensorProto> read_tensors(const fs::path& folder, const std::string& stem) {
  std::vector<TensorProto> tensors;
  for (int i = 0;; ++i) {
    const fs::path path = folder / (stem + "_" + std::to_string(i) + ".pb");
    if (!fs::exists(path)) return tensors;
    tensors.push_back(read_proto<TensorProto>(path));
  }
}

bool is_initializer(const onnx::GraphProto& graph, const std::string& name) {
  return std::any_of(graph.initializer().begin(), graph.initializer().end(),
                     [&](const TensorProto& tensor) { return tensor.name() == name; });
}

/// Removes the elements of a repeated field that `drop` says yes to.
template <class Repeated, class Predicate>
void erase_if(Repeated& field, Predicate drop) {
  field.erase(std::remove_if(field.begin(), field.end(), drop), field.end());
}

bool must_be_constant(const onnx::NodeProto& node, int index) {
  if (kFolded.contains(node.op_type())) return node.op_type() != "Shape";
  const Operator* row = find_operator(node.op_type());
  return row != nullptr &&
         std::find(row->constant_inputs.begin(), row->constant_inputs.end(), index) != row->constant_inputs.end();
}

/// Turns the inputs that some node wants constant into initialisers; with `form`, all inputs but the first.
void fix_constant_inputs(RawCase& raw, Form form) {
  onnx::GraphProto& graph = *raw.model.mutable_graph();
  std::set<std::string> constants;
  for (const onnx::NodeProto& node : graph.node()) {
    for (int i = 0; i < node.input_size(); ++i) {
      if (must_be_constant(node, i)) constants.insert(node.input(i));
    }
  }
  for (int i = 1; form == Form::others_constant && i < graph.input_size(); ++i) constants.insert(graph.input(i).name());
  std::vector<TensorProto> kept;
  std::size_t next = 0;
  for (const onnx::ValueInfoProto& input : graph.input()) {
    if (is_initializer(graph, input.name()) || next == raw.inputs.size()) continue;
    TensorProto& tensor = raw.inputs[next++];
    if (constants.contains(input.name())) {
      tensor.set_name(input.name());
      *graph.add_initializer() = tensor;
    } else {
      kept.push_back(tensor);
    }
  }
  raw.inputs = std::move(kept);
  erase_if(*graph.mutable_input(), [&](const auto& input) { return is_initializer(graph, input.name()); });
}

/// Returns whether there were any.
bool cut_side_outputs(RawCase& raw) {
  onnx::GraphProto& graph = *raw.model.mutable_graph();
  std::set<std::string> cut;
  for (onnx::NodeProto& node : *graph.mutable_node()) {
    if (!kSideOutputs.contains(node.op_type())) continue;
    for (int i = 1; i < node.output_size(); ++i) cut.insert(node.output(i));
    if (node.output_size() > 1) node.mutable_output()->DeleteSubrange(1, node.output_size() - 1);
  }
  std::vector<TensorProto> kept;
  for (int i = 0; i < graph.output_size() && i < static_cast<int>(raw.outputs.size()); ++i) {
    if (!cut.contains(graph.output(i).name())) kept.push_back(raw.outputs[static_cast<std::size_t>(i)]);
  }
  raw.outputs = std::move(kept);
  erase_if(*graph.mutable_output(), [&](const auto& output) { return cut.contains(output.name()); });
  return !cut.empty();
}

std::vector<std::int64_t> dims_of(const TensorProto& tensor) {
  return {tensor.dims().begin(), tensor.dims().end()};
}

/// The elements as f32, from f32 and, for what Shape tells, s64.
Tensor to_tensor(const TensorProto& proto) {
  Tensor tensor(DType::f32, Shape(dims_of(proto)));
  auto values = tensor.mutable_values<float>();
  const std::string& raw = proto.raw_data();
  if (proto.data_type() == TensorProto::INT64) {
    std::vector<std::int64_t> integers(proto.int64_data().begin(), proto.int64_data().end());
    integers.resize(values.size());
    if (!raw.empty()) std::memcpy(integers.data(), raw.data(), std::min(raw.size(), integers.size() * 8));
    std::transform(integers.begin(), integers.end(), values.begin(), [](auto i) { return static_cast<float>(i); });
  } else if (raw.empty()) {
    std::copy_n(proto.float_data().begin(), std::min<std::size_t>(values.size(), proto.float_data().size()),
                values.begin());
  } else {
    std::memcpy(values.data(), raw.data(), std::min(raw.size(), tensor.bytes()));
  }
  return tensor;
}

/// output = Cast(output, f32) + zeros, where the zeros are a new input.
void add_to_zeros(RawCase& raw) {
  onnx::GraphProto& graph = *raw.model.mutable_graph();
  const std::string known = graph.output(0).name();
  onnx::NodeProto& cast = *graph.add_node();
  cast.set_op_type("Cast");
  cast.add_input(known);
  cast.add_output(known + "_real");
  onnx::AttributeProto& to = *cast.add_attribute();
  to.set_name("to");
  to.set_type(onnx::AttributeProto::INT);
  to.set_i(TensorProto::FLOAT);
  onnx::NodeProto& add = *graph.add_node();
  add.set_op_type("Add");
  add.add_input("zeros");
  add.add_input(known + "_real");
  add.add_output("sum");
  const std::vector<std::int64_t> dims = dims_of(raw.outputs[0]);
  onnx::ValueInfoProto& zeros = *graph.add_input();
  zeros.set_name("zeros");
  zeros.mutable_type()->mutable_tensor_type()->set_elem_type(TensorProto::FLOAT);
  for (std::int64_t dim : dims) {
    zeros.mutable_type()->mutable_tensor_type()->mutable_shape()->add_dim()->set_dim_value(dim);
  }
  onnx::ValueInfoProto sum = zeros;
  sum.set_name("sum");
  *graph.mutable_output(0) = sum;
  std::size_t elements = 1;
  for (std::int64_t dim : dims) elements *= static_cast<std::size_t>(dim);
  raw.inputs.push_back(real_tensor(dims, std::vector<float>(elements)));
}

/// Global pooling has had one meaning since opset 1, and its cases say no more; the importer starts at opset 6.
void raise_opset(RawCase& raw) {
  constexpr std::int64_t kOpset = 7;
  const std::set<std::string> unchanged = {"GlobalAveragePool", "GlobalMaxPool"};
  if (!all_nodes(raw, unchanged)) return;
  for (auto& import : *raw.model.mutable_opset_import()) import.set_version(std::max(import.version(), kOpset));
}

// ---- why a case does not apply: looked up in the case itself, never in what the importer says ----

/// Whether the model has a node of this type, with this attribute text if one is asked for.
bool has_node(const RawCase& raw, const std::string& type, const std::string& attribute = {},
              const std::string& text = {}) {
  const auto matches = [&](const onnx::NodeProto& node) {
    if (node.op_type() != type) return false;
    return attribute.empty() || std::any_of(node.attribute().begin(), node.attribute().end(),
                                            [&](const auto& a) { return a.name() == attribute && a.s() == text; });
  };
  return std::any_of(raw.model.graph().node().begin(), raw.model.graph().node().end(), matches);
}

bool other_operator(const RawCase& raw) {
  return !all_nodes(raw, kListed);
}

bool training(const RawCase& raw) {
  return std::any_of(raw.model.graph().node().begin(), raw.model.graph().node().end(), [](const auto& node) {
    return (node.op_type() == "Dropout" && node.input_size() > 2) ||
           std::any_of(node.attribute().begin(), node.attribute().end(),
                       [](const auto& a) { return a.name() == "training_mode" && a.i() != 0; });
  });
}

bool is_f32(const onnx::ValueInfoProto& value) {
  return value.type().has_tensor_type() && value.type().tensor_type().elem_type() == TensorProto::FLOAT;
}

bool not_f32(const RawCase& raw) {
  const auto& graph = raw.model.graph();
  const bool results = all_nodes(raw, kFolded) || std::all_of(graph.output().begin(), graph.output().end(), is_f32);
  return !results || !std::all_of(graph.input().begin(), graph.input().end(), is_f32);
}

bool cubic(const RawCase& raw) {
  return has_node(raw, "Resize", "mode", "cubic");
}
bool crops(const RawCase& raw) {
  return has_node(raw, "Resize", "coordinate_transformation_mode", "tf_crop_and_resize");
}
bool half_pixel_for_nearest(const RawCase& raw) {
  return has_node(raw, "Resize", "coordinate_transformation_mode", "tf_half_pixel_for_nn");
}

/// ONNX writes an open extent as 0, too, so the importer cannot know that none is meant.
bool empty_input(const RawCase& raw) {
  return std::any_of(raw.inputs.begin(), raw.inputs.end(), [](const TensorProto& input) {
    return std::find(input.dims().begin(), input.dims().end(), 0) != input.dims().end();
  });
}

/// Before opset 7 a slope of one axis meant the channels; now it broadcasts like anything else.
bool old_slope(const RawCase& raw) {
  const auto& graph = raw.model.graph();
  return has_node(raw, "PRelu") && raw.model.opset_import(0).version() < 7 &&
         std::any_of(graph.initializer().begin(), graph.initializer().end(),
                     [](const TensorProto& slope) { return slope.dims_size() == 1 && slope.dims(0) > 1; });
}

struct Exclusion {
  const char* reason;
  bool (*applies)(const RawCase&);
};

constexpr std::array kExclusions = {
    Exclusion{"operator outside the supported list", other_operator},
    Exclusion{"training mode", training},
    Exclusion{"element type is not float32", not_f32},
    Exclusion{"cubic interpolation", cubic},
    Exclusion{"crop and resize at once", crops},
    Exclusion{"coordinates of opset 10 for nearest (tf_half_pixel_for_nn)", half_pixel_for_nearest},
    Exclusion{"input without elements", empty_input},
    Exclusion{"slope per channel as opset 6 has it", old_slope},
};

std::string operator_under_test(const RawCase& raw) {
  std::set<std::string> types;
  for (const onnx::NodeProto& node : raw.model.graph().node()) types.insert(node.op_type());
  if (types.size() > 1) types.erase("Constant");
  return types.size() == 1 ? *types.begin() : "several";
}

OnnxCase make_case(std::string name, RawCase raw, Form form) {
  OnnxCase result;
  result.name = std::move(name);
  result.op_type = operator_under_test(raw);
  fix_constant_inputs(raw, form);
  result.has_cut_outputs = cut_side_outputs(raw);
  for (const Exclusion& exclusion : kExclusions) {
    if (exclusion.applies(raw)) result.why_not_applicable = exclusion.reason;
    if (!result.why_not_applicable.empty()) return result;
  }
  raise_opset(raw);
  if (all_nodes(raw, kFolded)) add_to_zeros(raw);
  result.model = bytes_of(raw.model);
  for (const TensorProto& input : raw.inputs) result.inputs.push_back(to_tensor(input));
  for (const TensorProto& output : raw.outputs) result.expected.push_back(to_tensor(output));
  return result;
}

bool has_listed_operator(const onnx::ModelProto& model) {
  return std::any_of(model.graph().node().begin(), model.graph().node().end(),
                     [](const auto& node) { return kListed.contains(node.op_type()); });
}

std::vector<fs::path> folders_in(const fs::path& folder) {
  std::vector<fs::path> folders;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.is_directory()) folders.push_back(entry.path());
  }
  std::sort(folders.begin(), folders.end());
  return folders;
}

}  // namespace

fs::path onnx_testdata() {
  if (const char* set = std::getenv("QS_ONNX_TESTDATA")) return set;
  return "/usr/share/libonnx-testdata/data";
}

std::vector<OnnxCase> read_onnx_cases(const fs::path& testdata) {
  std::vector<OnnxCase> cases;
  for (const char* suite : {"node", "pytorch-converted", "pytorch-operator", "simple"}) {
    for (const fs::path& folder : folders_in(testdata / suite)) {
      const auto model = read_proto<onnx::ModelProto>(folder / "model.onnx");
      if (!has_listed_operator(model)) continue;
      for (const fs::path& set : folders_in(folder)) {
        const std::string name = std::string(suite) + "/" + folder.filename().string();
        const RawCase raw{model, read_tensors(set, "input"), read_tensors(set, "output")};
        cases.push_back(make_case(name, raw, Form::as_given));
        if (cases.back().inputs.size() < 2 || kFolded.contains(cases.back().op_type)) continue;
        cases.push_back(make_case(name + ", only the first input varies", raw, Form::others_constant));
      }
    }
  }
  return cases;
}

}  // namespace qs
