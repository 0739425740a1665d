// Activations as oneDNN's post-ops and as primitives of their own.
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/engine/float/lower.h"

namespace qs {

namespace {

using dnnl::algorithm;

struct AppendActivation {
  dnnl::post_ops& ops;

  bool append(algorithm function, float alpha = 0, float beta = 0, float scale = 1) const {
    ops.append_eltwise(scale, function, alpha, beta);
    return true;
  }
  bool operator()(const Relu&) const { return append(algorithm::eltwise_relu); }
  bool operator()(const LeakyRelu& op) const { return append(algorithm::eltwise_relu, op.alpha); }
  bool operator()(const Clip& op) const {
    constexpr float kLargest = std::numeric_limits<float>::max();  // oneDNN wants finite bounds
    return append(algorithm::eltwise_clip, std::max(op.min, -kLargest), std::min(op.max, kLargest));
  }
  bool operator()(const Sigmoid&) const { return append(algorithm::eltwise_logistic); }
  bool operator()(const HardSigmoid& op) const {
    return append(algorithm::eltwise_linear, op.alpha, op.beta) && append(algorithm::eltwise_clip, 0, 1);
  }
  bool operator()(const HardSwish&) const { return append(algorithm::eltwise_hardswish); }
  bool operator()(const Swish&) const { return append(algorithm::eltwise_swish, 1); }
  bool operator()(const Tanh&) const { return append(algorithm::eltwise_tanh); }
  bool operator()(const Elu& op) const { return append(algorithm::eltwise_elu, op.alpha); }
  bool operator()(const Gelu& op) const {
    return append(op.tanh_approximation ? algorithm::eltwise_gelu_tanh : algorithm::eltwise_gelu_erf);
  }
  bool operator()(const FakeQuantize& op) const {
    if (op.stochastic) return false;
    return append(algorithm::eltwise_linear, 1 / op.scale) && append(algorithm::eltwise_round) &&
           append(algorithm::eltwise_clip, static_cast<float>(op.lowest), static_cast<float>(op.highest),
                  op.result_scale);
  }
  template <class Other>
  bool operator()(const Other&) const {
    return false;
  }
};

bool is_quantizer(const Graph& graph, const FusedNode& group, std::size_t post_op) {
  return post_op < group.post_ops.size() &&
         std::holds_alternative<FakeQuantize>(graph.node(group.post_ops[post_op].node).op);
}

/// round(clip(x) / scale) = clip'(round(x / scale)), where clip' has rounded bounds, since rounding keeps order.
FakeQuantize clipped(FakeQuantize quantizer, const Clip& clip) {
  const auto steps = [&](float bound) {
    const float whole = std::nearbyint(bound / quantizer.scale);
    return static_cast<std::int32_t>(
        std::clamp(whole, static_cast<float>(quantizer.lowest), static_cast<float>(quantizer.highest)));
  };
  const std::int32_t low = steps(clip.min);
  quantizer.highest = std::max(steps(clip.max), low);
  quantizer.lowest = low;
  return quantizer;
}

}  // namespace

bool append_activation(dnnl::post_ops& ops, const Op& op) {
  return std::visit(AppendActivation{ops}, op);
}

dnnl::primitive_attr attributes(const Graph& graph, const FusedNode& group) {
  dnnl::post_ops ops;
  const Clip* clip = nullptr;  // that the quantizer behind it does too
  for (std::size_t i = 0; i < group.post_ops.size(); ++i) {
    const Op& op = graph.node(group.post_ops[i].node).op;
    if (group.post_ops[i].operand) {
      ops.append_sum(1.0F);
    } else if (std::holds_alternative<Clip>(op) && is_quantizer(graph, group, i + 1)) {
      clip = &std::get<Clip>(op);
    } else {
      QS_ASSERT(append_activation(ops, clip == nullptr ? op : clipped(std::get<FakeQuantize>(op), *clip)));
      clip = nullptr;
    }
  }
  dnnl::primitive_attr attributes;
  attributes.set_post_ops(ops);
  attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  return attributes;
}

/// What the scale of a post-op does, which a primitive of its own has not.
static void add_scaling(Lowering& lowering, const Located& at, float scale) {
  dnnl::primitive_attr attr;
  attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  const dnnl::eltwise_forward::primitive_desc desc(
      {dnnl::prop_kind::forward_inference, algorithm::eltwise_linear, at.desc, scale, 0}, attr, onednn::engine());
  lowering.add<dnnl::eltwise_forward>(desc, {{DNNL_ARG_SRC, at.desc, at.buffer}, {DNNL_ARG_DST, at.desc, at.buffer}});
}

/// An activation that no producer absorbed: one primitive per function, in place where nothing else needs the input.
bool lower_activation(Lowering& lowering, const Op& op) {
  dnnl::post_ops functions;
  if (!append_activation(functions, op)) return false;
  dnnl::primitive_attr attr;
  attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);

  Located source = lowering.input(0);
  Located destination = source;
  if (lowering.dies_here(lowering.node().inputs[0])) {
    lowering.alias_result(source, source.desc);
  } else {
    destination = lowering.result(source.desc);
  }
  for (int i = 0; i < functions.len(); ++i) {
    float scale = 1;
    algorithm function{};
    float alpha = 0;
    float beta = 0;
    functions.get_params_eltwise(i, scale, function, alpha, beta);
    const dnnl::eltwise_forward::primitive_desc desc(
        {dnnl::prop_kind::forward_inference, function, source.desc, alpha, beta}, attr, onednn::engine());
    lowering.add<dnnl::eltwise_forward>(
        desc, {{DNNL_ARG_SRC, source.desc, source.buffer}, {DNNL_ARG_DST, destination.desc, destination.buffer}});
    source = destination;
    if (scale != 1) add_scaling(lowering, destination, scale);
  }
  return true;
}

}  // namespace qs
