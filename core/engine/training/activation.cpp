// Activations. Where the derivative follows from the result, the result is kept and what went in is not.
#include <limits>

#include "core/engine/training/onednn_buffers.h"
#include "core/engine/training/operations.h"
#include "core/graph/operator.h"

namespace qs {

namespace {

using dnnl::algorithm;
using dnnl::memory;

struct Eltwise {
  algorithm kind = algorithm::undef;
  float alpha = 0;
  float beta = 0;
  bool from_result = false;  ///< the derivative is a function of the result
};

float bounded(float value) {
  constexpr float kMost = std::numeric_limits<float>::max();
  return std::min(std::max(value, -kMost), kMost);
}

Eltwise eltwise(const Relu&) {
  return {algorithm::eltwise_relu_use_dst_for_bwd, 0, 0, true};
}
Eltwise eltwise(const LeakyRelu& op) {
  return {algorithm::eltwise_relu, op.alpha};
}
Eltwise eltwise(const Clip& op) {
  return {algorithm::eltwise_clip_v2_use_dst_for_bwd, bounded(op.min), bounded(op.max), true};
}
Eltwise eltwise(const Sigmoid&) {
  return {algorithm::eltwise_logistic_use_dst_for_bwd, 0, 0, true};
}
Eltwise eltwise(const Tanh&) {
  return {algorithm::eltwise_tanh_use_dst_for_bwd, 0, 0, true};
}
Eltwise eltwise(const Elu& op) {
  if (op.alpha < 0) return {algorithm::eltwise_elu, op.alpha};
  return {algorithm::eltwise_elu_use_dst_for_bwd, op.alpha, 0, true};
}
Eltwise eltwise(const HardSwish&) {
  return {algorithm::eltwise_hardswish};
}
Eltwise eltwise(const Swish&) {
  return {algorithm::eltwise_swish, 1};
}
Eltwise eltwise(const Gelu& op) {
  return {op.tanh_approximation ? algorithm::eltwise_gelu_tanh : algorithm::eltwise_gelu_erf};
}
template <class Other>
Eltwise eltwise(const Other&) {
  return {};
}

Eltwise eltwise_of(const Op& op) {
  return std::visit([](const auto& kind) { return eltwise(kind); }, op);
}

class Activation final : public Operation {
 public:
  Activation(const Eltwise& eltwise, const Shape& shape) : from_result_(eltwise.from_result) {
    const memory::desc data = onednn::channels_last(shape);
    const dnnl::eltwise_forward::primitive_desc forward(
        {dnnl::prop_kind::forward_training, eltwise.kind, data, eltwise.alpha, eltwise.beta}, onednn::engine());
    const dnnl::eltwise_backward::primitive_desc backward({eltwise.kind, data, data, eltwise.alpha, eltwise.beta},
                                                          onednn::engine(), forward);
    forward_ = dnnl::eltwise_forward(forward);
    backward_ = dnnl::eltwise_backward(backward);
    kernel_ = forward.impl_info_str();
  }

  void forward(const Buffers& buffers, const TrainingStep&) override {
    onednn::execute(forward_,
                    {{DNNL_ARG_SRC, onednn::value(buffers.in[0])}, {DNNL_ARG_DST, onednn::value(buffers.out[0])}});
  }

  void backward(const Buffers& buffers, const TrainingStep&) override {
    onednn::execute(backward_, {{from_result_ ? DNNL_ARG_DST : DNNL_ARG_SRC,
                                 onednn::value(from_result_ ? buffers.out[0] : buffers.in[0])},
                                {DNNL_ARG_DIFF_DST, onednn::gradient(buffers.out[0])},
                                {DNNL_ARG_DIFF_SRC, onednn::gradient(buffers.in[0])}});
  }

  [[nodiscard]] bool backward_reads_input(std::size_t) const override { return !from_result_; }
  [[nodiscard]] bool backward_reads_outputs() const override { return from_result_; }
  [[nodiscard]] bool forward_in_place() const override { return from_result_; }
  [[nodiscard]] bool backward_in_place() const override { return true; }
  [[nodiscard]] std::string kernel() const override { return kernel_; }

 private:
  bool from_result_;
  dnnl::primitive forward_;
  dnnl::primitive backward_;
  std::string kernel_;
};

}  // namespace

std::optional<Clamp> clamp_of(const Op& op) {
  if (std::holds_alternative<Relu>(op)) return Clamp{.low = 0};
  if (const auto* clip = std::get_if<Clip>(&op)) return Clamp{clip->min, clip->max};
  return std::nullopt;
}

bool is_activation(const Op& op) {
  return eltwise_of(op).kind != algorithm::undef;
}

VariableId add_activation(Tape& tape, const std::string& name, const Op& op, VariableId x) {
  const Eltwise eltwise = eltwise_of(op);
  if (eltwise.kind == algorithm::undef) {
    throw Error(ErrorCode::bad_input, fmt::format("{}: {} cannot be trained", name, name_of(op)));
  }
  const Shape shape = tape.shape(x);
  return tape.add_one(name, onednn::translated(name, [&] { return std::make_unique<Activation>(eltwise, shape); }), {x},
                      shape);
}

}  // namespace qs
