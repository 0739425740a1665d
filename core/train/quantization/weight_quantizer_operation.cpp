#include <limits>

#include "core/graph/output_channel.h"
#include "core/quant/range_estimator.h"
#include "core/quant/value_range.h"
#include "core/quant/weight_quantizer.h"
#include "core/train/quantization/quantizing.h"

namespace qs {

namespace {

constexpr std::int64_t kStepsPerEstimate = 50;

class WeightQuantizer final : public Operation {
 public:
  WeightQuantizer(std::string name, const WeightQuantizerOptions& options, const QuantizerOptions& when)
      : name_(std::move(name)),
        options_(options),
        when_(when),
        is_cheap_(&range_estimator(options.range.id) == range_estimators().front()) {}

  void forward(const Buffers& buffers, const TrainingStep& step) override {
    const Buffer& weights = buffers.in[0];
    quantizes_ = is_quantized(when_, step);
    if (!quantizes_) {
      std::copy_n(weights.value, weights.elements, buffers.out[0].value);
      return;
    }
    estimate(weights, step);
    when_.scales->clear();
    for (const ScaleZeroPoint& channel : encoding_.channels) when_.scales->push_back(channel.scale);
    const ChannelRuns runs = channel_runs(options_.op, weights.shape);
    for (std::int64_t run = 0; run < runs.runs; ++run) {
      const std::int64_t first = run * runs.length;
      quantize_values(weights.value + first, buffers.out[0].value + first, runs.length, first, channel(runs, run),
                      encoding_.grid, when_, step);
    }
  }

  void backward(const Buffers& buffers, const TrainingStep&) override {
    const Buffer& weights = buffers.in[0];
    const ChannelRuns runs = channel_runs(options_.op, weights.shape);
    for (std::int64_t run = 0; run < runs.runs; ++run) {
      const std::int64_t first = run * runs.length;
      pass_within(weights.value + first, buffers.out[0].gradient + first, weights.gradient + first, runs.length,
                  quantizes_ ? covered(channel(runs, run), encoding_.grid) : kEverything);
    }
  }

 private:
  [[nodiscard]] const ScaleZeroPoint& channel(const ChannelRuns& runs, std::int64_t run) const {
    return encoding_.at(static_cast<std::size_t>(runs.channel(run)));
  }

  void estimate(const Buffer& weights, const TrainingStep& step) {
    // A function of the step alone, and true at the start of each epoch: going on from a checkpoint changes nothing.
    const bool is_due = step.number % kStepsPerEstimate == 0 || step.epoch == std::floor(step.epoch);
    if (!is_cheap_ && step.mode == Mode::training && !encoding_.channels.empty() && !is_due) return;
    const std::span<const float> values(weights.value, static_cast<std::size_t>(weights.elements));
    if (!finite_range(values)) diverged("the weights of " + name_);
    encoding_ = weight_encoding(options_.op, Tensor::from<float>(weights.shape, values), options_.scheme, options_.bits,
                                options_.range);
  }

  std::string name_;
  WeightQuantizerOptions options_;
  QuantizerOptions when_;
  bool is_cheap_;
  bool quantizes_ = false;
  Encoding encoding_;
};

}  // namespace

VariableId add_weight_quantizer(Tape& tape, const std::string& name, VariableId weights,
                                const WeightQuantizerOptions& options, const QuantizerOptions& when) {
  return tape.add_one(name + ".weight_quantizer", std::make_unique<WeightQuantizer>(name, options, when), {weights},
                      tape.shape(weights));
}

}  // namespace qs
