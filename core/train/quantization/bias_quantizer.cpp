#include <algorithm>
#include <cmath>

#include "core/train/quantization/quantizers.h"

namespace qs {

namespace {

class BiasQuantizer final : public Operation {
 public:
  BiasQuantizer(CurrentScales input, CurrentScales weights) : input_(std::move(input)), weights_(std::move(weights)) {}

  void forward(const Buffers& buffers, const TrainingStep& step) override {
    const Buffer& bias = buffers.in[0];
    if (step.mode == Mode::training || input_->empty() || weights_->empty()) {
      std::copy_n(bias.value, bias.elements, buffers.out[0].value);
      return;
    }
    for (std::int64_t c = 0; c < bias.elements; ++c) {
      const float weights = (*weights_)[weights_->size() == 1 ? 0 : static_cast<std::size_t>(c)];
      const double unit = static_cast<double>(input_->front()) * static_cast<double>(weights);
      buffers.out[0].value[c] = static_cast<float>(unit * std::nearbyint(static_cast<double>(bias.value[c]) / unit));
    }
  }

  void backward(const Buffers& buffers, const TrainingStep&) override {
    std::copy_n(buffers.out[0].gradient, buffers.in[0].elements, buffers.in[0].gradient);
  }

  [[nodiscard]] bool backward_reads_input(std::size_t) const override { return false; }

 private:
  CurrentScales input_;
  CurrentScales weights_;
};

}  // namespace

VariableId add_bias_quantizer(Tape& tape, const std::string& name, VariableId bias, const CurrentScales& input,
                              const CurrentScales& weights) {
  return tape.add_one(name + ".bias_quantizer", std::make_unique<BiasQuantizer>(input, weights), {bias},
                      tape.shape(bias));
}

}  // namespace qs
