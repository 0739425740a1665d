// Convolutions and fully connected layers: one forward and two backward primitives, the weights packed at each step.
#include <algorithm>

#include "core/engine/onednn_window.h"
#include "core/engine/training/onednn_buffers.h"
#include "core/engine/training/operations.h"
#include "core/graph/operator.h"

namespace qs {

namespace {

using dnnl::memory;

memory::data_type type_of(Compute compute) {
  return compute == Compute::bf16 ? memory::data_type::bf16 : memory::data_type::f32;
}

/// What both kinds of layers share: everything but how their primitives are described.
template <class Forward, class BackwardData, class BackwardWeights>
class Layer : public Operation {
 public:
  void forward(const Buffers& buffers, const TrainingStep&) override {
    pack(buffers.in[1].value, forward_weights_);
    std::unordered_map<int, memory> arguments = {
        {DNNL_ARG_SRC, narrowed(buffers.in[0].value, source_, buffers.scratch)},
        {DNNL_ARG_WEIGHTS, forward_weights_},
        {DNNL_ARG_DST, onednn::value(buffers.out[0])}};
    if (buffers.in.size() > 2) arguments.emplace(DNNL_ARG_BIAS, bias(buffers.in[2].value));
    onednn::execute(forward_, arguments);
  }

  void backward(const Buffers& buffers, const TrainingStep&) override {
    const memory gradient = narrowed(buffers.out[0].gradient, result_, buffers.scratch);
    if (buffers.in[0].gradient != nullptr) {
      pack(buffers.in[1].value, backward_weights_);
      onednn::execute(*backward_data_, {{DNNL_ARG_DIFF_DST, gradient},
                                        {DNNL_ARG_WEIGHTS, backward_weights_},
                                        {DNNL_ARG_DIFF_SRC, onednn::gradient(buffers.in[0])}});
    }
    const bool bias_is_trained = buffers.in.size() > 2 && buffers.in[2].gradient != nullptr;
    if (buffers.in[1].gradient == nullptr && !bias_is_trained) return;
    std::byte* free_scratch = buffers.scratch + narrow_bytes(result_);
    std::unordered_map<int, memory> arguments = {{DNNL_ARG_SRC, narrowed(buffers.in[0].value, source_, free_scratch)},
                                                 {DNNL_ARG_DIFF_DST, gradient},
                                                 {DNNL_ARG_DIFF_WEIGHTS, weights_gradient_}};
    if (buffers.in.size() > 2) {
      arguments.emplace(DNNL_ARG_DIFF_BIAS, bias(bias_is_trained ? buffers.in[2].gradient : unused_bias_.data()));
    }
    onednn::execute(*backward_layer_, arguments);
    if (buffers.in[1].gradient != nullptr) {
      onednn::copy(weights_gradient_, onednn::at(dense_weights_, buffers.in[1].gradient));
    }
  }

  [[nodiscard]] bool backward_reads_input(std::size_t index) const override { return index < 2; }
  [[nodiscard]] std::size_t scratch_bytes() const override { return narrow_bytes(source_) + narrow_bytes(result_); }
  [[nodiscard]] std::string kernel() const override { return kernel_; }

 protected:
  Layer(Compute compute, const Shape& x, const memory::dims& weights, const Shape& result)
      : type_(type_of(compute)),
        source_(onednn::channels_last(x, type_)),
        result_(onednn::channels_last(result, type_)),
        dense_weights_(onednn::dense(weights)) {
    channels_ = result[1];
    unused_bias_.resize(static_cast<std::size_t>(channels_));
  }

  void set_primitives(const typename Forward::primitive_desc& forward,
                      const typename BackwardData::primitive_desc* data,
                      const typename BackwardWeights::primitive_desc& layer) {
    forward_ = Forward(forward);
    forward_weights_ = memory(forward.weights_desc(), onednn::engine());
    if (data != nullptr) {
      backward_data_ = BackwardData(*data);
      backward_weights_ = memory(data->weights_desc(), onednn::engine());
    }
    backward_layer_ = BackwardWeights(layer);
    weights_gradient_ = memory(layer.diff_weights_desc(), onednn::engine());
    kernel_ = forward.impl_info_str();
  }

  memory::data_type type_;
  memory::desc source_;  ///< of x, in the type it is multiplied in
  memory::desc result_;
  memory::desc dense_weights_;

 private:
  void pack(float* weights, memory& packed) const { onednn::copy(onednn::at(dense_weights_, weights), packed); }

  [[nodiscard]] memory bias(float* values) const { return onednn::at(onednn::dense({channels_}), values); }

  [[nodiscard]] std::size_t narrow_bytes(const memory::desc& desc) const {
    return type_ == memory::data_type::f32 ? 0 : (desc.get_size() + 63) / 64 * 64;
  }

  /// f32 values in the type they are multiplied in: themselves, or rounded into `scratch`.
  [[nodiscard]] memory narrowed(float* values, const memory::desc& desc, std::byte* scratch) const {
    if (type_ == memory::data_type::f32) return onednn::at(desc, values);
    const memory narrow(desc, onednn::engine(), scratch);
    onednn::copy(onednn::at(onednn::with_type(desc, memory::data_type::f32), values), narrow);
    return narrow;
  }

  std::int64_t channels_ = 0;
  std::vector<float> unused_bias_;
  dnnl::primitive forward_;
  std::optional<dnnl::primitive> backward_data_;
  std::optional<dnnl::primitive> backward_layer_;
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
    const memory::desc any = onednn::any_layout(dense_weights_.dims(), type_);
    const memory::desc any_gradient = onednn::any_layout(dense_weights_.dims());
    const memory::desc wide_source = onednn::with_type(source_, memory::data_type::f32);
    const memory::desc wide_result = onednn::with_type(result_, memory::data_type::f32);
    const Window& window = op.window;
    const memory::dims dilations = gaps(window.dilations);
    const dnnl::convolution_forward::primitive_desc forward(
        {dnnl::prop_kind::forward_training, Kind::convolution_direct, source_, any, bias, wide_result, window.strides,
         dilations, window.pads_begin, window.pads_end},
        onednn::engine());
    const dnnl::convolution_backward_weights::primitive_desc layer(
        {Kind::convolution_direct, source_, any_gradient, bias, result_, window.strides, dilations, window.pads_begin,
         window.pads_end},
        onednn::engine(), forward);
    if (!x_has_gradient) {
      set_primitives(forward, nullptr, layer);
      return;
    }
    const dnnl::convolution_backward_data::primitive_desc data(
        {Kind::convolution_direct, wide_source, any, result_, window.strides, dilations, window.pads_begin,
         window.pads_end},
        onednn::engine(), forward);
    set_primitives(forward, &data, layer);
  }
};

class InnerProduct final : public Layer<dnnl::inner_product_forward, dnnl::inner_product_backward_data,
                                        dnnl::inner_product_backward_weights> {
 public:
  InnerProduct(Compute compute, const Shape& x, const Shape& weights, const Shape& result, bool has_bias,
               bool x_has_gradient)
      : Layer(compute, x, onednn::dims(weights), result) {
    const memory::desc bias = bias_desc(has_bias, result[1]);
    const memory::desc any = onednn::any_layout(dense_weights_.dims(), type_);
    const dnnl::inner_product_forward::primitive_desc forward(
        {dnnl::prop_kind::forward_training, source_, any, bias, onednn::with_type(result_, memory::data_type::f32)},
        onednn::engine());
    const dnnl::inner_product_backward_weights::primitive_desc layer(
        {source_, onednn::any_layout(dense_weights_.dims()), bias, result_}, onednn::engine(), forward);
    if (!x_has_gradient) {
      set_primitives(forward, nullptr, layer);
      return;
    }
    const dnnl::inner_product_backward_data::primitive_desc data(
        {onednn::with_type(source_, memory::data_type::f32), any, result_}, onednn::engine(), forward);
    set_primitives(forward, &data, layer);
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
