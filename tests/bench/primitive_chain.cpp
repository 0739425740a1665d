#include "tests/bench/primitive_chain.h"

#include <map>

#include "core/engine/float/lower.h"

namespace qs {

struct ChainState {
  dnnl::stream stream{onednn::engine()};
  std::vector<dnnl::primitive> primitives;
  std::vector<std::unordered_map<int, dnnl::memory>> arguments;
};

namespace {

using dnnl::memory;
using dnnl::prop_kind;

class ChainBuilder {
 public:
  ChainBuilder(const Graph& graph, ChainState& state) : graph_(graph), state_(state) {}

  void build() {
    for (const FusedNode& group : fuse(graph_)) {
      group_ = &group;
      std::visit([&](const auto& op) { add(op); }, node().op);
    }
  }

 private:
  const Node& node() const { return graph_.node(group_->node); }
  memory::dims dims(ValueId value) const { return onednn::dims(graph_.value(value).shape); }
  memory::desc any(ValueId value) const { return onednn::any_layout(dims(value)); }

  /// The layout the value's producer chose, else dense.
  memory::desc layout(ValueId value) const {
    const auto found = layouts_.find(value);
    return found == layouts_.end() ? onednn::dense(dims(value)) : found->second;
  }

  template <class Primitive>
  void link(const typename Primitive::primitive_desc& desc, std::vector<std::pair<int, memory::desc>> arguments) {
    arguments.emplace_back(DNNL_ARG_SCRATCHPAD, desc.scratchpad_desc());
    std::unordered_map<int, memory> memories;
    for (const auto& [role, layout] : arguments) memories.emplace(role, filled(layout));
    state_.primitives.push_back(Primitive(desc));
    state_.arguments.push_back(std::move(memories));
    layouts_[group_->output] = arguments[1].second;
  }

  static memory filled(const memory::desc& layout) {
    memory result(layout, onednn::engine());
    auto* values = static_cast<float*>(result.get_data_handle());
    for (std::size_t i = 0; i < layout.get_size() / sizeof(float); ++i) values[i] = 0.01F;
    return result;
  }

  void add(const Conv& op) {
    const Shape& shape = graph_.value(node().inputs[1]).shape;
    memory::dims weights = shape.dims();
    if (op.groups > 1) {
      weights[0] /= op.groups;
      weights.insert(weights.begin(), op.groups);
    }
    memory::dims gaps = op.window.dilations;
    for (auto& gap : gaps) --gap;
    const bool has_bias = node().inputs.size() > 2;
    const memory::desc bias = has_bias ? onednn::dense(dims(node().inputs[2])) : memory::desc();
    const dnnl::convolution_forward::primitive_desc desc(
        {prop_kind::forward_inference, dnnl::algorithm::convolution_direct, any(node().inputs[0]),
         onednn::any_layout(weights), bias, any(group_->output), op.window.strides, gaps, op.window.pads_begin,
         op.window.pads_end},
        attributes(graph_, *group_), onednn::engine());
    std::vector<std::pair<int, memory::desc>> arguments = {
        {DNNL_ARG_SRC, desc.src_desc()}, {DNNL_ARG_DST, desc.dst_desc()}, {DNNL_ARG_WEIGHTS, desc.weights_desc()}};
    if (has_bias) arguments.emplace_back(DNNL_ARG_BIAS, bias);
    link<dnnl::convolution_forward>(desc, std::move(arguments));
  }

  void add(const Gemm& op) {
    const Shape& shape = graph_.value(node().inputs[1]).shape;
    const memory::dims weights = op.transpose_b ? memory::dims{shape[0], shape[1]} : memory::dims{shape[1], shape[0]};
    const memory::desc bias = onednn::dense({weights[0]});
    const dnnl::inner_product_forward::primitive_desc desc(
        {prop_kind::forward_inference, any(node().inputs[0]), onednn::any_layout(weights), bias, any(group_->output)},
        attributes(graph_, *group_), onednn::engine());
    link<dnnl::inner_product_forward>(desc, {{DNNL_ARG_SRC, desc.src_desc()},
                                             {DNNL_ARG_DST, desc.dst_desc()},
                                             {DNNL_ARG_WEIGHTS, desc.weights_desc()},
                                             {DNNL_ARG_BIAS, bias}});
  }

  void add_pooling(dnnl::algorithm kind, const Window& window) {
    memory::dims pads_end = window.pads_end;
    const Shape& from = graph_.value(node().inputs[0]).shape;
    const Shape& to = graph_.value(group_->output).shape;
    for (int i = 0; i < 2; ++i) {
      const auto at = static_cast<std::size_t>(i);
      pads_end[at] = (to[i + 2] - 1) * window.strides[at] + window.kernel[at] - from[i + 2] - window.pads_begin[at];
      pads_end[at] = std::max<std::int64_t>(pads_end[at], 0);
    }
    const dnnl::pooling_forward::primitive_desc desc(
        {prop_kind::forward_inference, kind, layout(node().inputs[0]), any(group_->output), window.strides,
         window.kernel, window.pads_begin, pads_end},
        attributes(graph_, *group_), onednn::engine());
    link<dnnl::pooling_forward>(desc, {{DNNL_ARG_SRC, desc.src_desc()}, {DNNL_ARG_DST, desc.dst_desc()}});
  }
  void add(const MaxPool& op) { add_pooling(dnnl::algorithm::pooling_max, op.window); }
  void add(const AveragePool& op) { add_pooling(dnnl::algorithm::pooling_avg_exclude_padding, op.window); }
  void add(const GlobalAveragePool&) {
    const Shape& from = graph_.value(node().inputs[0]).shape;
    add_pooling(dnnl::algorithm::pooling_avg_exclude_padding, {{from[2], from[3]}, {1, 1}, {1, 1}, {0, 0}, {0, 0}});
  }

  void add(const Concat& op) {
    std::vector<memory::desc> sources;
    std::vector<std::pair<int, memory::desc>> arguments;
    for (ValueId input : node().inputs) sources.push_back(layout(input));
    dnnl::primitive_attr attr;
    attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    const dnnl::concat::primitive_desc desc(op.axis, sources, onednn::engine(), attr);
    arguments.emplace_back(DNNL_ARG_MULTIPLE_SRC, sources[0]);
    arguments.emplace_back(DNNL_ARG_DST, desc.dst_desc());
    for (std::size_t i = 1; i < sources.size(); ++i) {
      arguments.emplace_back(DNNL_ARG_MULTIPLE_SRC + static_cast<int>(i), sources[i]);
    }
    link<dnnl::concat>(desc, std::move(arguments));
  }

  void add(const Reshape&) {}
  void add(const Flatten&) {}
  void add(const Squeeze&) {}
  template <class Other>
  void add(const Other&) {
    bad_input("the chain has no primitive for node \"{}\"", node().name);
  }

  const Graph& graph_;
  ChainState& state_;
  const FusedNode* group_ = nullptr;
  std::map<ValueId, memory::desc> layouts_;
};

}  // namespace

PrimitiveChain::PrimitiveChain(const Graph& graph) : state_(std::make_unique<ChainState>()) {
  ChainBuilder(graph, *state_).build();
}

PrimitiveChain::~PrimitiveChain() = default;

void PrimitiveChain::run() {
  for (std::size_t i = 0; i < state_->primitives.size(); ++i) {
    state_->primitives[i].execute(state_->stream, state_->arguments[i]);
  }
}

std::size_t PrimitiveChain::size() const {
  return state_->primitives.size();
}

}  // namespace qs
