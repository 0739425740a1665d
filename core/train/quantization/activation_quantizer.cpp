#include <optional>

#include "core/quant/value_range.h"
#include "core/train/quantization/quantizing.h"

namespace qs {

namespace {

/// Of finite values.
std::optional<Range> range_of(const float* x, std::int64_t count) {
  std::vector<std::optional<Range>> blocks(static_cast<std::size_t>((count + kBlock - 1) / kBlock));
  each_block(count, [&](std::int64_t block, std::int64_t first, std::int64_t last) {
    blocks[static_cast<std::size_t>(block)] = finite_range({x + first, x + last});
  });
  Range whole = blocks.at(0).value_or(Range{});
  for (const std::optional<Range>& range : blocks) {
    if (!range) return std::nullopt;
    whole = {std::min(whole.min, range->min), std::max(whole.max, range->max)};
  }
  return whole;
}

class ActivationQuantizer final : public Operation {
 public:
  ActivationQuantizer(std::string name, const TrainedRange& range, bool follows, const QuantizerOptions& options)
      : name_(std::move(name)), range_(range), follows_(follows), options_(options) {}

  void forward(const Buffers& buffers, const TrainingStep& step) override {
    const float* x = buffers.in[0].value;
    float* y = buffers.out[0].value;
    const std::int64_t count = buffers.in[0].elements;
    if (follows_ && step.mode == Mode::training && range_.decay < 1) follow(range_of(x, count));
    if (!is_quantized(options_, step)) {
      passes_ = kEverything;
      std::copy_n(x, count, y);
      return;
    }
    const ScaleZeroPoint encoding = range_.encoding();
    options_.scales->assign(1, encoding.scale);
    passes_ = covered(encoding, range_.grid);
    each_block(count, [&](std::int64_t, std::int64_t first, std::int64_t last) {
      quantize_values(x + first, y + first, last - first, first, encoding, range_.grid, options_, step);
    });
  }

  void backward(const Buffers& buffers, const TrainingStep&) override {
    each_block(buffers.in[0].elements, [&](std::int64_t, std::int64_t first, std::int64_t last) {
      pass_within(buffers.in[0].value + first, buffers.out[0].gradient + first, buffers.in[0].gradient + first,
                  last - first, passes_);
    });
  }

  [[nodiscard]] bool backward_in_place() const override { return true; }

 private:
  void follow(const std::optional<Range>& batch) const {
    if (!batch) diverged("the values of " + name_);
    const auto average = range_.range->value.mutable_values<float>();
    average[0] = range_.decay * average[0] + (1 - range_.decay) * batch->min;
    average[1] = range_.decay * average[1] + (1 - range_.decay) * batch->max;
  }

  std::string name_;
  TrainedRange range_;
  bool follows_;
  QuantizerOptions options_;
  Range passes_ = kEverything;
};

}  // namespace

ScaleZeroPoint TrainedRange::encoding() const {
  const auto ends = range->value.values<float>();
  return cover({ends[0], ends[1]}, grid);
}

VariableId add_activation_quantizer(Tape& tape, const std::string& name, VariableId x, const TrainedRange& range,
                                    bool follows, const QuantizerOptions& options) {
  return tape.add_one(name + ".quantizer", std::make_unique<ActivationQuantizer>(name, range, follows, options), {x},
                      tape.shape(x));
}

}  // namespace qs
