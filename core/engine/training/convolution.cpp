// Convolutions and fully connected layers: one forward and two backward primitives, the weights packed at each step.
#include <algorithm>

#include "core/engine/onednn_window.h"
#include "core/engine/training/layers.h"
#include "core/engine/training/onednn_buffers.h"
#include "core/engine/training/operations.h"
#include "core/graph/operator.h"

namespace qs {

namespace {

using dnnl::memory;

memory::data_type type_of(Compute compute) {
  return compute == Compute::bf16 ? memory::data_type::bf16 : memory::data_type::f32;
}

/// A value of the tape as a layer multiplies it: in f32 itself, in bf16 rounded.
class Operand {
 public:
  Operand(const Shape& shape, Compute compute)
      : wide_(onednn::channels_last(shape)), desc_(onednn::channels_last(shape, type_of(compute))) {
    if (rounds()) round_ = onednn::Copy(wide_, desc_);
  }

  [[nodiscard]] const memory::desc& desc() const { return desc_; }
  [[nodiscard]] const memory::desc& wide() const { return wide_; }  ///< in f32
  [[nodiscard]] bool rounds() const { return desc_.data_type() != wide_.data_type(); }
  /// Of scratch that `memory_of` wants, a multiple of 64.
  [[nodiscard]] std::size_t bytes() const { return rounds() ? (desc_.get_size() + 63) / 64 * 64 : 0; }

  [[nodiscard]] memory memory_of(float* values, std::byte* scratch) const {
    if (!rounds()) return onednn::at(desc_, values);
    round_(values, scratch);
    return {desc_, onednn::engine(), scratch};
  }

 private:
  memory::desc wide_;
  memory::desc desc_;
  onednn::Copy round_;
};

/// What both kinds of layers share: everything but how their primitives are described.
template <class Forward, class BackwardData, class BackwardWeights>
class Layer : public Operation {
 public:
  void forward(const Buffers& buffers, const TrainingStep&) override {
    pack_forward_(buffers.in[1].value, forward_weights_.get_data_handle());
    std::unordered_map<int, memory> arguments = {
        {DNNL_ARG_SRC, source_.memory_of(buffers.in[0].value, buffers.scratch)},
        {DNNL_ARG_WEIGHTS, forward_weights_},
        {DNNL_ARG_DST, onednn::value(buffers.out[0])}};
    if (buffers.in.size() > 2) arguments.emplace(DNNL_ARG_BIAS, bias(buffers.in[2].value));
    onednn::execute(forward_, arguments);
  }

  void backward(const Buffers& buffers, const TrainingStep&) override {
    const memory gradient = result_.memory_of(buffers.out[0].gradient, buffers.scratch);
    if (buffers.in[0].gradient != nullptr) {
      pack_backward_(buffers.in[1].value, backward_weights_.get_data_handle());
      onednn::execute(backward_data_, {{DNNL_ARG_DIFF_DST, gradient},
                                       {DNNL_ARG_WEIGHTS, backward_weights_},
                                       {DNNL_ARG_DIFF_SRC, onednn::gradient(buffers.in[0])}});
    }
    const bool bias_is_trained = buffers.in.size() > 2 && buffers.in[2].gradient != nullptr;
    if (buffers.in[1].gradient == nullptr && !bias_is_trained) return;
    std::byte* free_scratch = buffers.scratch + result_.bytes();
    std::unordered_map<int, memory> arguments = {{DNNL_ARG_SRC, source_.memory_of(buffers.in[0].value, free_scratch)},
                                                 {DNNL_ARG_DIFF_DST, gradient},
                                                 {DNNL_ARG_DIFF_WEIGHTS, weights_gradient_}};
    if (buffers.in.size() > 2) {
      arguments.emplace(DNNL_ARG_DIFF_BIAS, bias(bias_is_trained ? buffers.in[2].gradient : unused_bias_.data()));
    }
    onednn::execute(backward_layer_, arguments);
    if (buffers.in[1].gradient != nullptr) {
      unpack_gradient_(weights_gradient_.get_data_handle(), buffers.in[1].gradient);
    }
  }

  [[nodiscard]] bool backward_reads_input(std::size_t index) const override { return index < 2; }
  [[nodiscard]] std::size_t scratch_bytes() const override { return source_.bytes() + result_.bytes(); }
  [[nodiscard]] std::string kernel() const override { return kernel_; }

 protected:
  Layer(Compute compute, const Shape& x, const memory::dims& weights, const Shape& result)
      : source_(x, compute),
        result_(result, compute),
        dense_weights_(onednn::dense(weights)),
        channels_(result[1]),
        unused_bias_(static_cast<std::size_t>(channels_)) {}

  void set_primitives(const typename Forward::primitive_desc& forward,
                      const typename BackwardWeights::primitive_desc& layer) {
    forward_ = Forward(forward);
    forward_weights_ = memory(forward.weights_desc(), onednn::engine());
    pack_forward_ = onednn::Copy(dense_weights_, forward.weights_desc());
    backward_layer_ = BackwardWeights(layer);
    weights_gradient_ = memory(layer.diff_weights_desc(), onednn::engine());
    unpack_gradient_ = onednn::Copy(layer.diff_weights_desc(), dense_weights_);
    kernel_ = forward.impl_info_str();
  }

  /// Only where x has a gradient.
  void set_backward_data(const typename BackwardData::primitive_desc& data) {
    backward_data_ = BackwardData(data);
    backward_weights_ = memory(data.weights_desc(), onednn::engine());
    pack_backward_ = onednn::Copy(dense_weights_, data.weights_desc());
  }

  /// The weights in the layout and type that a primitive wants; for gradients f32.
  [[nodiscard]] memory::desc any_weights(memory::data_type type) const {
    return onednn::any_layout(dense_weights_.dims(), type);
  }

  Operand source_;
  Operand result_;

 private:
  [[nodiscard]] memory bias(float* values) const { return onednn::at(onednn::dense({channels_}), values); }

  memory::desc dense_weights_;
  std::int64_t channels_;
  std::vector<float> unused_bias_;
  dnnl::primitive forward_;
  dnnl::primitive backward_data_;
  dnnl::primitive backward_layer_;
  onednn::Copy pack_forward_;
  onednn::Copy pack_backward_;
  onednn::Copy unpack_gradient_;
  memory forward_weights_;
  memory backward_weights_;
  memory weights_gradient_;
  std::string kernel_;
};

memory::desc bias_desc(bool has_bias, std::int64_t channels) {
  return has_bias ? onednn::dense({channels}) : memory::desc();
}

class Convolution final
    : public Layer<dnnl::convolution_forward, dnnl::convolution_backward_data, dnnl::convolution_backward_weights> {
 public:
  Convolution(const Conv& op, Compute compute, const Shape& x, const Shape& weights, const Shape& result, bool has_bias,
              bool x_has_gradient)
      : Layer(compute, x, grouped(weights, op.groups), result) {
    using Kind = dnnl::algorithm;
    const memory::desc bias = bias_desc(has_bias, result[1]);
    const memory::desc any = any_weights(source_.desc().data_type());
    const Window& window = op.window;
    const memory::dims dilations = gaps(window.dilations);
    const dnnl::convolution_forward::primitive_desc forward(
        {dnnl::prop_kind::forward_training, Kind::convolution_direct, source_.desc(), any, bias, result_.wide(),
         window.strides, dilations, window.pads_begin, window.pads_end},
        onednn::engine());
    const dnnl::convolution_backward_weights::primitive_desc layer(
        {Kind::convolution_direct, source_.desc(), any_weights(memory::data_type::f32), bias, result_.desc(),
         window.strides, dilations, window.pads_begin, window.pads_end},
        onednn::engine(), forward);
    set_primitives(forward, layer);
    if (!x_has_gradient) return;
    const dnnl::convolution_backward_data::primitive_desc data(
        {Kind::convolution_direct, source_.wide(), any, result_.desc(), window.strides, dilations, window.pads_begin,
         window.pads_end},
        onednn::engine(), forward);
    set_backward_data(data);
  }
};

class InnerProduct final : public Layer<dnnl::inner_product_forward, dnnl::inner_product_backward_data,
                                        dnnl::inner_product_backward_weights> {
 public:
  InnerProduct(Compute compute, const Shape& x, const Shape& weights, const Shape& result, bool has_bias,
               bool x_has_gradient)
      : Layer(compute, x, onednn::dims(weights), result) {
    const memory::desc bias = bias_desc(has_bias, result[1]);
    const memory::desc any = any_weights(source_.desc().data_type());
    const dnnl::inner_product_forward::primitive_desc forward(
        {dnnl::prop_kind::forward_training, source_.desc(), any, bias, result_.wide()}, onednn::engine());
    const dnnl::inner_product_backward_weights::primitive_desc layer(
        {source_.desc(), any_weights(memory::data_type::f32), bias, result_.desc()}, onednn::engine(), forward);
    set_primitives(forward, layer);
    if (!x_has_gradient) return;
    const dnnl::inner_product_backward_data::primitive_desc data({source_.wide(), any, result_.desc()},
                                                                 onednn::engine(), forward);
    set_backward_data(data);
  }
};

std::vector<VariableId> inputs_of(VariableId x, const LayerVariables& layer) {
  std::vector<VariableId> inputs = {x, layer.weights};
  if (layer.bias) inputs.push_back(*layer.bias);
  return inputs;
}

}  // namespace

VariableId add_convolution(Tape& tape, const std::string& name, const Conv& op, VariableId x,
                           const LayerVariables& layer) {
  const std::vector<Shape> shapes = {tape.shape(x), tape.shape(layer.weights)};
  const Shape result = infer_shapes(op, shapes)[0];
  if (tape.compute() == Compute::f32 && is_depthwise(op, shapes[0], shapes[1])) {
    return tape.add_one(name, depthwise_convolution(op, shapes[0], result), inputs_of(x, layer), result);
  }
  auto operation = onednn::translated(name, [&] {
    return std::make_unique<Convolution>(op, tape.compute(), shapes[0], shapes[1], result, layer.bias.has_value(),
                                         tape.has_gradient(x));
  });
  return tape.add_one(name, std::move(operation), inputs_of(x, layer), result);
}

VariableId add_inner_product(Tape& tape, const std::string& name, VariableId x, const LayerVariables& layer) {
  const Shape weights = tape.shape(layer.weights);
  const Shape result = {tape.shape(x)[0], weights[0]};
  auto operation = onednn::translated(name, [&] {
    return std::make_unique<InnerProduct>(tape.compute(), tape.shape(x), weights, result, layer.bias.has_value(),
                                          tape.has_gradient(x));
  });
  return tape.add_one(name, std::move(operation), inputs_of(x, layer), result);
}

bool has_bf16() {
  const auto isa = dnnl::get_effective_cpu_isa();
  return isa == dnnl::cpu_isa::avx512_core_bf16 || isa == dnnl::cpu_isa::avx512_core_amx;
}

}  // namespace qs
