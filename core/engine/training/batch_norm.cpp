// Batch normalization on oneDNN's primitives; the long-term averages are kept here.
#include "core/engine/training/onednn_buffers.h"
#include "core/engine/training/operations.h"

namespace qs {

namespace {

using dnnl::memory;
using dnnl::normalization_flags;

class BatchNormalization final : public Operation {
 public:
  BatchNormalization(const BatchNormVariables& variables, float epsilon, const Shape& x)
      : mean_state_(variables.mean), variance_state_(variables.variance), momentum_(variables.momentum) {
    const auto flags = normalization_flags::use_scale | normalization_flags::use_shift;
    const memory::desc data = onednn::channels_last(x);
    channels_ = onednn::dense({x[1]});
    mean_ = memory(channels_, onednn::engine());
    variance_ = memory(channels_, onednn::engine());
    const dnnl::batch_normalization_forward::primitive_desc training(
        {dnnl::prop_kind::forward_training, data, epsilon, flags}, onednn::engine());
    const dnnl::batch_normalization_forward::primitive_desc evaluation(
        {dnnl::prop_kind::forward_inference, data, epsilon, flags | normalization_flags::use_global_stats},
        onednn::engine());
    const dnnl::batch_normalization_backward::primitive_desc backward(
        {dnnl::prop_kind::backward, data, data, epsilon, flags}, onednn::engine(), training);
    training_ = dnnl::batch_normalization_forward(training);
    evaluation_ = dnnl::batch_normalization_forward(evaluation);
    backward_ = dnnl::batch_normalization_backward(backward);
    kernel_ = training.impl_info_str();
  }

  void forward(const Buffers& buffers, const TrainingStep& step) override {
    const bool training = step.mode == Mode::training;
    onednn::execute(training ? training_ : evaluation_,
                    {{DNNL_ARG_SRC, onednn::value(buffers.in[0])},
                     {DNNL_ARG_SCALE, onednn::at(channels_, buffers.in[1].value)},
                     {DNNL_ARG_SHIFT, onednn::at(channels_, buffers.in[2].value)},
                     {DNNL_ARG_MEAN, training ? mean_ : of(*mean_state_)},
                     {DNNL_ARG_VARIANCE, training ? variance_ : of(*variance_state_)},
                     {DNNL_ARG_DST, onednn::value(buffers.out[0])}});
    if (!training) return;
    track(mean_, *mean_state_);
    track(variance_, *variance_state_);
  }

  void backward(const Buffers& buffers, const TrainingStep&) override {
    const auto trained = [&](const Buffer& buffer, std::vector<float>& unused) {
      unused.resize(static_cast<std::size_t>(buffer.elements));
      return onednn::at(channels_, buffer.gradient != nullptr ? buffer.gradient : unused.data());
    };
    unused_x_.resize(buffers.in[0].gradient != nullptr ? 0 : static_cast<std::size_t>(buffers.in[0].elements));
    onednn::execute(
        backward_,
        {{DNNL_ARG_SRC, onednn::value(buffers.in[0])},
         {DNNL_ARG_DIFF_DST, onednn::gradient(buffers.out[0])},
         {DNNL_ARG_MEAN, mean_},
         {DNNL_ARG_VARIANCE, variance_},
         {DNNL_ARG_SCALE, onednn::at(channels_, buffers.in[1].value)},
         // oneDNN 2.6 wants the shift too, though its gradient does not depend on it.
         {DNNL_ARG_SHIFT, onednn::at(channels_, buffers.in[2].value)},
         {DNNL_ARG_DIFF_SRC, onednn::at(onednn::channels_last(buffers.in[0].shape),
                                        buffers.in[0].gradient != nullptr ? buffers.in[0].gradient : unused_x_.data())},
         {DNNL_ARG_DIFF_SCALE, trained(buffers.in[1], unused_scale_)},
         {DNNL_ARG_DIFF_SHIFT, trained(buffers.in[2], unused_shift_)}});
  }

  [[nodiscard]] bool backward_in_place() const override { return true; }
  [[nodiscard]] std::string kernel() const override { return kernel_; }

 private:
  [[nodiscard]] memory of(MovingState& state) const {
    return onednn::at(channels_, state.value.mutable_values<float>().data());
  }

  void track(const memory& batch, MovingState& state) const {
    const auto* values = static_cast<const float*>(batch.get_data_handle());
    const auto averages = state.value.mutable_values<float>();
    for (std::size_t c = 0; c < averages.size(); ++c) averages[c] += momentum_ * (values[c] - averages[c]);
  }

  MovingState* mean_state_;
  MovingState* variance_state_;
  float momentum_;
  memory::desc channels_;
  memory mean_;
  memory variance_;
  dnnl::primitive training_;
  dnnl::primitive evaluation_;
  dnnl::primitive backward_;
  std::vector<float> unused_x_;
  std::vector<float> unused_scale_;
  std::vector<float> unused_shift_;
  std::string kernel_;
};

}  // namespace

VariableId add_batch_norm(Tape& tape, const std::string& name, const BatchNorm& op, VariableId x,
                          const BatchNormVariables& variables) {
  const Shape shape = tape.shape(x);
  auto operation =
      onednn::translated(name, [&] { return std::make_unique<BatchNormalization>(variables, op.epsilon, shape); });
  return tape.add_one(name, std::move(operation), {x, variables.scale, variables.shift}, shape);
}

}  // namespace qs
