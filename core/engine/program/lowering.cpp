#include "core/engine/program/lowering.h"

#include <algorithm>
#include <cstring>

#include "core/engine/reference/reference.h"

namespace qs {

namespace {

/// The result of the reference loops, copied to where the program wants it.
void copy_elements(const Tensor& tensor, const dnnl::memory& destination) {
  if (tensor.bytes() > 0) std::memcpy(destination.get_data_handle(), tensor.data(), tensor.bytes());
}

Tensor tensor_of(const Shape& shape, const dnnl::memory& memory) {
  return Tensor::from<float>(
      shape, {static_cast<const float*>(memory.get_data_handle()), static_cast<std::size_t>(shape.elements())});
}

}  // namespace

std::vector<ValueId> group_inputs(const Graph& graph, const FusedNode& group) {
  std::vector<ValueId> inputs = graph.node(group.node).inputs;
  for (const PostOp& post_op : group.post_ops) {
    if (post_op.operand) {
      inputs.push_back(*post_op.operand);
    }
  }
  return inputs;
}

Lowering::Lowering(const Graph& graph, std::vector<FusedNode> groups)
    : graph_(graph), groups_(std::move(groups)), located_(graph.values.size()), value_uses_(graph.values.size(), 0) {
  count_uses();
}

void Lowering::count_uses() {
  for (const FusedNode& group : groups_) {
    for (ValueId input : group_inputs(graph_, group)) ++value_uses_[input.at()];
  }
  for (ValueId output : graph_.outputs) ++value_uses_[output.at()];
}

Program Lowering::run(std::vector<Step>& steps) {
  for (std::size_t i = 0; i < graph_.inputs.size(); ++i) {
    const dnnl::memory::desc desc = onednn::dense(onednn::dims(graph_.value(graph_.inputs[i]).shape));
    const BufferId buffer = new_buffer(desc.get_size());
    program_.buffers[buffer.at()].input = static_cast<int>(i);
    place(graph_.inputs[i], {desc, buffer});
  }
  for (current_ = 0; current_ < groups_.size(); ++current_) {
    kernel_ = "none";
    lower_group();
    steps[current_].kernel = kernel_;
    release_inputs();
  }
  for (ValueId output : graph_.outputs) {
    program_.outputs.push_back(in_layout(output, onednn::dense(onednn::dims(graph_.value(output).shape))));
  }
  // Outputs are read after the last action, those that some of these reorders make included.
  for (const Located& output : program_.outputs) {
    program_.buffers[output.buffer.at()].last = static_cast<int>(program_.actions.size());
  }
  return std::move(program_);
}

void Lowering::lower_by_reference() {
  std::vector<Argument> arguments;
  std::vector<Shape> shapes;
  for (ValueId input : group_inputs(graph_, group())) {
    const Shape& shape = graph_.value(input).shape;
    QS_ASSERT(graph_.value(input).dtype == DType::f32);
    const Located located = in_layout(input, onednn::dense(onednn::dims(shape)));
    arguments.push_back({DNNL_ARG_MULTIPLE_SRC, located.desc, located.buffer});
    shapes.push_back(shape);
  }
  const std::size_t node_inputs = node().inputs.size();
  for (std::size_t i = 0; i < node().outputs.size(); ++i) {
    const ValueId output = node().outputs.size() == 1 ? group().output : node().outputs[i];
    const Located located = result(onednn::dense(onednn::dims(graph_.value(output).shape)), i);
    arguments.push_back({DNNL_ARG_MULTIPLE_DST, located.desc, located.buffer});
  }
  std::vector<Op> post_ops;
  for (const PostOp& post_op : group().post_ops) post_ops.push_back(graph_.node(post_op.node).op);

  name_kernel("reference");
  add(
      [op = node().op, post_ops, shapes, node_inputs](std::span<const dnnl::memory> memories) {
        std::vector<Tensor> inputs;
        for (std::size_t i = 0; i < shapes.size(); ++i) inputs.push_back(tensor_of(shapes[i], memories[i]));
        std::vector<Tensor> results = reference_op(op, std::span(inputs).first(node_inputs));
        std::size_t operand = node_inputs;
        for (const Op& post_op : post_ops) {
          std::vector<Tensor> operands = {results.front()};
          if (std::holds_alternative<Add>(post_op)) operands.push_back(inputs[operand++]);
          results = reference_op(post_op, operands);
        }
        for (std::size_t i = 0; i < results.size(); ++i) copy_elements(results[i], memories[shapes.size() + i]);
      },
      std::move(arguments));
}

void Lowering::release_inputs() {
  for (ValueId input : group_inputs(graph_, group())) {
    --value_uses_[input.at()];
    if (located_[input.at()]) --buffer_uses_[located_[input.at()]->buffer];
  }
}

bool Lowering::dies_here(ValueId value) const {
  if (graph_.constant(value) != nullptr || !located_[value.at()]) return false;
  const BufferId buffer = located_[value.at()]->buffer;
  if (program_.buffers[buffer.at()].input >= 0) return false;  // the caller's memory
  const std::vector<ValueId> inputs = group_inputs(graph_, group());
  return buffer_uses_.at(buffer) == std::count(inputs.begin(), inputs.end(), value);
}

bool Lowering::owns(ValueId value, const Located& at) const {
  if (graph_.constant(value) != nullptr) return false;
  if (located_[value.at()] && located_[value.at()]->buffer == at.buffer) return dies_here(value);
  const std::vector<ValueId> inputs = group_inputs(graph_, group());
  return value_uses_[value.at()] == std::count(inputs.begin(), inputs.end(), value);
}

Located Lowering::input(std::size_t i) {
  const ValueId value = node().inputs[i];
  if (!located_[value.at()]) return dense_input(i);  // a constant
  return in_layout(value, onednn::with_type(located_[value.at()]->desc, dnnl::memory::data_type::f32));
}

Located Lowering::dense_input(std::size_t i) {
  return in_layout(node().inputs[i], onednn::dense(onednn::dims(input_shape(i))));
}

Located Lowering::in_layout(ValueId value, const dnnl::memory::desc& wanted) {
  if (const Tensor* constant = graph_.constant(value)) return {wanted, packed(onednn::view(*constant), wanted)};
  const Located source = *located_[value.at()];
  if (onednn::same_addresses(source.desc, wanted)) return {wanted, source.buffer};
  const auto [first, last] = copies_.equal_range(value);
  for (auto copy = first; copy != last; ++copy) {
    if (copy->second.desc == wanted) return copy->second;
  }
  return copies_.emplace(value, converted(value, source, wanted))->second;
}

Located Lowering::converted(ValueId, const Located& source, const dnnl::memory::desc& wanted) {
  QS_ASSERT(source.desc.data_type() == wanted.data_type());
  return reordered(source, wanted);
}

Located Lowering::reordered(const Located& source, const dnnl::memory::desc& wanted) {
  const Located copy = fresh(wanted);
  add(dnnl::reorder({onednn::engine(), source.desc, onednn::engine(), wanted}),
      {{DNNL_ARG_FROM, source.desc, source.buffer}, {DNNL_ARG_TO, copy.desc, copy.buffer}});
  return copy;
}

BufferId Lowering::packed(dnnl::memory source, const dnnl::memory::desc& wanted) {
  dnnl::memory destination(wanted, onednn::engine());
  dnnl::stream stream(onednn::engine());
  dnnl::reorder(source, destination).execute(stream, source, destination);
  stream.wait();
  return kept(destination);
}

BufferId Lowering::kept(dnnl::memory memory) {
  const BufferId buffer = new_buffer(memory.get_desc().get_size());
  program_.buffers[buffer.at()].fixed = std::move(memory);
  return buffer;
}

Located Lowering::fresh(const dnnl::memory::desc& desc) {
  return {desc, new_buffer(desc.get_size())};
}

Located Lowering::result(const dnnl::memory::desc& desc, std::size_t output) {
  const Located located = fresh(desc);
  alias_result(located, desc, output);
  return located;
}

void Lowering::alias_result(const Located& source, const dnnl::memory::desc& desc, std::size_t output) {
  place(node().outputs.size() == 1 ? group().output : node().outputs[output], {desc, source.buffer});
}

void Lowering::place(ValueId value, Located located) {
  buffer_uses_[located.buffer] += value_uses_[value.at()];
  located_[value.at()] = std::move(located);
}

BufferId Lowering::new_buffer(std::size_t bytes) {
  program_.buffers.push_back({bytes, {}, -1, -1, -1});
  return {static_cast<std::int32_t>(program_.buffers.size()) - 1};
}

void Lowering::add(dnnl::primitive primitive, std::vector<Argument> arguments) {
  touch(arguments);
  program_.actions.push_back({std::move(primitive), {}, std::move(arguments), static_cast<int>(current_)});
}

void Lowering::add(HostCode code, std::vector<Argument> arguments) {
  touch(arguments);
  program_.actions.push_back({{}, std::move(code), std::move(arguments), static_cast<int>(current_)});
}

void Lowering::touch(const std::vector<Argument>& arguments) {
  const int now = static_cast<int>(program_.actions.size());
  for (const Argument& argument : arguments) {
    Buffer& buffer = program_.buffers[argument.buffer.at()];
    if (buffer.first < 0) buffer.first = now;
    buffer.last = now;
  }
}

}  // namespace qs
