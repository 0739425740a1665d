// Poolings.
#include "core/engine/onednn_window.h"
#include "core/engine/training/onednn_buffers.h"
#include "core/engine/training/operations.h"
#include "core/graph/operator.h"

namespace qs {

namespace {

using dnnl::algorithm;
using dnnl::memory;

class Pooling final : public Operation {
 public:
  Pooling(algorithm kind, const Window& window, const Shape& x, const Shape& result) {
    const memory::desc source = onednn::channels_last(x);
    const memory::desc destination = onednn::channels_last(result);
    const memory::dims pads_end = pads_end_for(window, x, result);
    const memory::dims dilations = gaps(window.dilations);
    const dnnl::pooling_v2_forward::primitive_desc forward(
        {dnnl::prop_kind::forward_training, kind, source, destination, window.strides, window.kernel, dilations,
         window.pads_begin, pads_end},
        onednn::engine());
    const dnnl::pooling_v2_backward::primitive_desc backward(
        {kind, source, destination, window.strides, window.kernel, dilations, window.pads_begin, pads_end},
        onednn::engine(), forward);
    if (kind == algorithm::pooling_max) workspace_ = memory(forward.workspace_desc(), onednn::engine());
    forward_ = dnnl::pooling_v2_forward(forward);
    backward_ = dnnl::pooling_v2_backward(backward);
    kernel_ = forward.impl_info_str();
  }

  void forward(const Buffers& buffers, const TrainingStep&) override {
    run(forward_, {{DNNL_ARG_SRC, onednn::value(buffers.in[0])}, {DNNL_ARG_DST, onednn::value(buffers.out[0])}});
  }

  void backward(const Buffers& buffers, const TrainingStep&) override {
    run(backward_,
        {{DNNL_ARG_DIFF_DST, onednn::gradient(buffers.out[0])}, {DNNL_ARG_DIFF_SRC, onednn::gradient(buffers.in[0])}});
  }

  [[nodiscard]] bool backward_reads_input(std::size_t) const override { return false; }
  [[nodiscard]] std::string kernel() const override { return kernel_; }

 private:
  void run(const dnnl::primitive& primitive, std::unordered_map<int, memory> arguments) const {
    if (workspace_) arguments.emplace(DNNL_ARG_WORKSPACE, *workspace_);  // which element of a window was the largest
    onednn::execute(primitive, arguments);
  }

  std::optional<memory> workspace_;
  dnnl::primitive forward_;
  dnnl::primitive backward_;
  std::string kernel_;
};

VariableId add(Tape& tape, const std::string& name, algorithm kind, const Window& window, VariableId x,
               const Shape& result) {
  const Shape shape = tape.shape(x);
  return tape.add_one(name,
                      onednn::translated(name, [&] { return std::make_unique<Pooling>(kind, window, shape, result); }),
                      {x}, result);
}

}  // namespace

VariableId add_pooling(Tape& tape, const std::string& name, const Op& op, VariableId x, const Shape& result) {
  if (const auto* pool = std::get_if<MaxPool>(&op)) {
    return add(tape, name, algorithm::pooling_max, pool->window, x, result);
  }
  const auto* pool = std::get_if<AveragePool>(&op);
  QS_ASSERT(pool != nullptr);
  if (pool->count_include_pad && pads_end_for(pool->window, tape.shape(x), result) > pool->window.pads_end) {
    throw Error(ErrorCode::bad_input,
                fmt::format("{}: an average pooling with ceil_mode that counts its padding cannot be trained", name));
  }
  const auto kind =
      pool->count_include_pad ? algorithm::pooling_avg_include_padding : algorithm::pooling_avg_exclude_padding;
  return add(tape, name, kind, pool->window, x, result);
}

VariableId add_global_average_pool(Tape& tape, const std::string& name, VariableId x) {
  const Shape shape = tape.shape(x);
  Shape result = shape;
  for (int axis = 2; axis < result.rank(); ++axis) result[axis] = 1;
  return add(tape, name, algorithm::pooling_avg_exclude_padding, whole_image(shape), x, result);
}

}  // namespace qs
