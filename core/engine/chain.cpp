#include "core/engine/chain.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <unordered_map>

#include "core/base/parallel.h"
#include "core/engine/float/lower.h"
#include "core/engine/integer/integer_lowering.h"
#include "core/engine/onednn_window.h"
#include "core/graph/operator.h"

namespace qs {

struct ChainState {
  dnnl::stream stream{onednn::engine()};
  std::vector<dnnl::primitive> primitives;
  std::vector<std::unordered_map<int, dnnl::memory>> arguments;
  std::vector<ChainStep> steps;
  std::vector<std::string> left_out;
};

namespace {

using dnnl::algorithm;
using dnnl::memory;
using dnnl::prop_kind;

constexpr float kScale = 0.01F;  // of results: any will do, but for denormal numbers

/// A primitive's memory by role, that of its result second.
using Roles = std::vector<std::pair<int, memory::desc>>;

/// Memory of its own with some plain number in each element.
memory filled(const memory::desc& layout) {
  memory result(layout, onednn::engine());
  auto* bytes = static_cast<std::uint8_t*>(result.get_data_handle());
  if (layout.data_type() == memory::data_type::f32) {
    std::fill_n(reinterpret_cast<float*>(bytes), layout.get_size() / sizeof(float), kScale);
  } else {
    std::fill_n(bytes, layout.get_size(), std::uint8_t{1});
  }
  return result;
}

class ChainBuilder {
 public:
  /// `quantized` may be null: all is f32 then.
  ChainBuilder(const Graph& graph, const std::vector<FusedNode>& groups, const QuantizedGraph* quantized,
               ChainState& state)
      : graph_(graph), groups_(groups), quantized_(quantized), state_(state) {}

  void build() {
    for (const FusedNode& group : groups_) {
      group_ = &group;
      try {
        const bool has_one = std::visit([&](const auto& op) { return add(op); }, node().op);
        if (!has_one) state_.left_out.push_back(node().name);
      } catch (const dnnl::error& error) {
        if (error.status != dnnl_unimplemented && error.status != dnnl_invalid_arguments) throw;
        state_.left_out.push_back(node().name);
      }
    }
  }

 private:
  const Node& node() const { return graph_.node(group_->node); }
  memory::dims dims(ValueId value) const { return onednn::dims(graph_.value(value).shape); }

  memory::data_type type(ValueId value) const {
    const Encoding* encoding = quantized_ == nullptr ? nullptr : quantized_->encoding(value);
    if (encoding == nullptr) return memory::data_type::f32;
    return integer_type(encoding->grid);
  }
  memory::desc any(ValueId value) const { return onednn::any_layout(dims(value), type(value)); }

  /// The layout the value's producer chose, else dense.
  memory::desc layout(ValueId value) const {
    const auto found = layouts_.find(value);
    return found == layouts_.end() ? onednn::dense(dims(value), type(value)) : found->second;
  }

  bool has_integer_weights() const {
    return quantized_ != nullptr && quantized_->weights.count(group_->node) > 0 &&
           quantized_->encoding(node().inputs[0]) != nullptr;
  }

  template <class Primitive>
  bool link(const typename Primitive::primitive_desc& desc, Roles roles) {
    layouts_[group_->output] = roles[1].second;
    roles.emplace_back(DNNL_ARG_SCRATCHPAD, desc.scratchpad_desc());
    std::unordered_map<int, memory> memories;
    for (const auto& [role, layout] : roles) memories.emplace(role, filled(layout));
    state_.primitives.push_back(Primitive(desc));
    state_.arguments.push_back(std::move(memories));
    state_.steps.push_back({node().name, desc.impl_info_str()});
    return true;
  }

  static dnnl::primitive_attr plain_attributes() {
    dnnl::primitive_attr attr;
    attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    return attr;
  }

  /// Of a layer with weights.
  dnnl::primitive_attr layer_attributes(std::int64_t channels) const {
    if (!has_integer_weights()) return attributes(graph_, *group_);
    dnnl::primitive_attr attr = plain_attributes();
    attr.set_output_scales(1 << 1, std::vector<float>(static_cast<std::size_t>(channels), kScale));
    dnnl::post_ops ops;
    for (const PostOp& post_op : group_->post_ops) {
      const Op& op = graph_.node(post_op.node).op;
      if (post_op.operand) {
        ops.append_sum(1, 0, type(*post_op.operand));
      } else if (!std::holds_alternative<Relu>(op) && !std::holds_alternative<Clip>(op)) {
        (void)append_activation(ops, op);
      }
    }
    attr.set_post_ops(ops);
    return attr;
  }

  memory::desc weights_desc(const memory::dims& weights) const {
    return onednn::any_layout(weights, has_integer_weights() ? memory::data_type::s8 : memory::data_type::f32);
  }
  memory::desc source_desc() const {
    const ValueId source = node().inputs[0];
    return has_integer_weights() ? any(source) : onednn::any_layout(dims(source));
  }
  memory::desc result_desc() const {
    return has_integer_weights() ? any(group_->output) : onednn::any_layout(dims(group_->output));
  }
  memory::desc bias_desc(std::int64_t channels) const {
    if (node().inputs.size() < 3) return {};
    return onednn::dense({channels}, has_integer_weights() ? memory::data_type::s32 : memory::data_type::f32);
  }

  /// A convolution or a fully connected layer.
  template <class Primitive>
  bool link_layer(const typename Primitive::primitive_desc& desc, const memory::desc& bias) {
    Roles roles = {
        {DNNL_ARG_SRC, desc.src_desc()}, {DNNL_ARG_DST, desc.dst_desc()}, {DNNL_ARG_WEIGHTS, desc.weights_desc()}};
    if (bias.get_size() > 0) roles.emplace_back(DNNL_ARG_BIAS, bias);
    return link<Primitive>(desc, std::move(roles));
  }

  bool add(const Conv& op) {
    const Shape& shape = graph_.value(node().inputs[1]).shape;
    const memory::desc bias = bias_desc(shape[0]);
    return link_layer<dnnl::convolution_forward>(
        {{prop_kind::forward_inference, algorithm::convolution_direct, source_desc(),
          weights_desc(grouped(shape, op.groups)), bias, result_desc(), op.window.strides, gaps(op.window.dilations),
          op.window.pads_begin, op.window.pads_end},
         layer_attributes(shape[0]),
         onednn::engine()},
        bias);
  }

  bool add(const Gemm& op) {
    const Shape& shape = graph_.value(node().inputs[1]).shape;
    if (op.transpose_a) return false;
    const memory::dims weights = op.transpose_b ? memory::dims{shape[0], shape[1]} : memory::dims{shape[1], shape[0]};
    const memory::desc bias = bias_desc(weights[0]);
    return link_layer<dnnl::inner_product_forward>(
        {{prop_kind::forward_inference, source_desc(), weights_desc(weights), bias, result_desc()},
         layer_attributes(weights[0]),
         onednn::engine()},
        bias);
  }

  bool add_pooling(algorithm kind, const Window& window) {
    if (!is_dense(window)) return false;
    const ValueId input = node().inputs[0];
    const memory::desc source = layout(input);
    // A mean over all pixels may drop the extents of 1 it leaves.
    memory::dims to = dims(group_->output);
    to.resize(source.dims().size(), 1);
    const dnnl::pooling_forward::primitive_desc desc(
        {prop_kind::forward_inference, kind, source, onednn::any_layout(to, source.data_type()), window.strides,
         window.kernel, window.pads_begin, pads_end_for(window, graph_.value(input).shape, Shape(to))},
        plain_attributes(), onednn::engine());
    return link<dnnl::pooling_forward>(desc, {{DNNL_ARG_SRC, desc.src_desc()}, {DNNL_ARG_DST, desc.dst_desc()}});
  }
  bool add(const MaxPool& op) { return add_pooling(algorithm::pooling_max, op.window); }
  bool add(const AveragePool& op) { return add_pooling(algorithm::pooling_avg_exclude_padding, op.window); }
  bool add(const GlobalMaxPool&) { return add_over_image(algorithm::pooling_max); }
  bool add(const GlobalAveragePool&) { return add_over_image(algorithm::pooling_avg_exclude_padding); }
  bool add(const ReduceMean& op) {
    const int rank = graph_.value(node().inputs[0]).shape.rank();
    const bool is_over_image = op.axes.front() == 2 && static_cast<int>(op.axes.size()) == rank - 2;
    return is_over_image && add_over_image(algorithm::pooling_avg_exclude_padding);
  }
  bool add_over_image(algorithm kind) {
    const Shape& from = graph_.value(node().inputs[0]).shape;
    return from.rank() >= 3 && from.rank() <= 5 && add_pooling(kind, whole_image(from));
  }

  bool add(const Concat& op) {
    std::vector<memory::desc> sources;
    for (ValueId input : node().inputs) sources.push_back(layout(input));
    const dnnl::concat::primitive_desc desc(op.axis, sources, onednn::engine(), plain_attributes());
    Roles roles = {{DNNL_ARG_MULTIPLE_SRC, sources[0]}, {DNNL_ARG_DST, desc.dst_desc()}};
    for (std::size_t i = 1; i < sources.size(); ++i) {
      roles.emplace_back(DNNL_ARG_MULTIPLE_SRC + static_cast<int>(i), sources[i]);
    }
    return link<dnnl::concat>(desc, std::move(roles));
  }

  /// An addition that no convolution computes.
  bool add(const Add&) {
    const std::vector<ValueId>& inputs = node().inputs;
    if (dims(inputs[0]) != dims(group_->output) || dims(inputs[1]) != dims(group_->output)) return false;
    const memory::desc left = layout(inputs[0]);
    const memory::desc right = layout(inputs[1]);
    dnnl::primitive_attr attr = plain_attributes();
    attr.set_scales(DNNL_ARG_SRC_0, 0, {kScale});
    attr.set_scales(DNNL_ARG_SRC_1, 0, {kScale});
    const dnnl::binary::primitive_desc desc(
        {algorithm::binary_add, left, right, onednn::with_type(left, type(group_->output))},
        quantized_ == nullptr ? attributes(graph_, *group_) : attr, onednn::engine());
    return link<dnnl::binary>(desc, {{DNNL_ARG_SRC_0, left}, {DNNL_ARG_DST, desc.dst_desc()}, {DNNL_ARG_SRC_1, right}});
  }

  bool add(const Reshape&) { return true; }
  bool add(const Flatten&) { return true; }
  bool add(const Squeeze&) { return true; }
  bool add(const Unsqueeze&) { return true; }
  bool add(const Identity&) { return true; }
  template <class Other>
  bool add(const Other&) {
    return false;
  }

  const Graph& graph_;
  const std::vector<FusedNode>& groups_;
  const QuantizedGraph* quantized_;
  ChainState& state_;
  const FusedNode* group_ = nullptr;
  std::map<ValueId, memory::desc> layouts_;
};

std::unique_ptr<PrimitiveChain> build(const Graph& graph, const std::vector<FusedNode>& groups,
                                      const QuantizedGraph* quantized, int threads) {
  return onednn::translated(fmt::format("building the chain of {}", graph.name), [&] {
    const ThreadCount team(threads);
    auto state = std::make_unique<ChainState>();
    ChainBuilder(graph, groups, quantized, *state).build();
    return std::make_unique<PrimitiveChain>(std::move(state), threads);
  });
}

}  // namespace

PrimitiveChain::PrimitiveChain(std::unique_ptr<ChainState> state, int threads)
    : state_(std::move(state)), threads_(threads) {}

PrimitiveChain::~PrimitiveChain() = default;

void PrimitiveChain::run() {
  const ThreadCount team(threads_);
  for (std::size_t i = 0; i < state_->primitives.size(); ++i) {
    state_->primitives[i].execute(state_->stream, state_->arguments[i]);
  }
}

void PrimitiveChain::profile() {
  using Clock = std::chrono::steady_clock;
  const ThreadCount team(threads_);
  for (std::size_t i = 0; i < state_->primitives.size(); ++i) {
    const auto start = Clock::now();
    state_->primitives[i].execute(state_->stream, state_->arguments[i]);
    state_->steps[i].seconds = std::chrono::duration<double>(Clock::now() - start).count();
  }
}

const std::vector<ChainStep>& PrimitiveChain::steps() const {
  return state_->steps;
}

const std::vector<std::string>& PrimitiveChain::left_out() const {
  return state_->left_out;
}

std::unique_ptr<PrimitiveChain> compile_chain(const Graph& graph, std::int64_t batch, int threads) {
  const Graph at_batch = with_batch(graph, batch);
  return build(at_batch, fuse(at_batch), nullptr, threads);
}

std::unique_ptr<PrimitiveChain> compile_chain(const QuantizedGraph& quantized, std::int64_t batch, int threads) {
  return build(with_batch(quantized.graph, batch), quantized.groups, &quantized, threads);
}

}  // namespace qs
