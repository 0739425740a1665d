#include "core/train/quantization/batch_norm_folding.h"

#include <algorithm>
#include <cmath>

namespace qs {

namespace {

constexpr double kMostScaling = 3;  ///< r of batch renormalization
constexpr double kMostShift = 5;    ///< d

/// One channel of one step: g = scale, beta = shift, (muB, sB) of the batch, (mu, s) long-term.
struct Channel {
  double g, beta, batch_mean, batch_deviation, mean, deviation;
};

/// The factors as functions of the channel, and the partial derivatives that gradients need.
struct Factors {
  double weights, sums, shift;
  // d weights, d shift by g; d shift by beta is 1.
  double weights_by_g, shift_by_g;
  // by the batch's mean and deviation
  double shift_by_mean = 0;
  double weights_by_deviation = 0;
  double sums_by_deviation = 0;
  double shift_by_deviation = 0;
};

Factors long_term(const Channel& c) {
  return {.weights = c.g / c.deviation,
          .sums = 1,
          .shift = c.beta - c.g * c.mean / c.deviation,
          .weights_by_g = 1 / c.deviation,
          .shift_by_g = -c.mean / c.deviation};
}

/// Weights scaled with r/sB, results shifted by d: r = 1 and d = 0 are the batch's statistics alone.
Factors of_batch(const Channel& c, double r, double d) {
  const double s = c.batch_deviation;
  return {.weights = c.g * r / s,
          .sums = 1,
          .shift = c.beta + c.g * (d - c.batch_mean * r / s),
          .weights_by_g = r / s,
          .shift_by_g = d - c.batch_mean * r / s,
          .shift_by_mean = -c.g * r / s,
          .weights_by_deviation = -c.g * r / (s * s),
          .shift_by_deviation = c.g * c.batch_mean * r / (s * s)};
}

Factors corrected(const Channel& c) {
  const double s = c.batch_deviation;
  return {.weights = c.g / c.deviation,
          .sums = c.deviation / s,
          .shift = c.beta - c.g * c.batch_mean / s,
          .weights_by_g = 1 / c.deviation,
          .shift_by_g = -c.batch_mean / s,
          .shift_by_mean = -c.g / s,
          .sums_by_deviation = -c.deviation / (s * s),
          .shift_by_deviation = c.g * c.batch_mean / (s * s)};
}

bool is_frozen(const FoldingOptions& options, const TrainingStep& step) {
  return options.strategy == BatchNormTraining::correction_and_freezing && step.epoch >= options.freeze_after_epochs;
}

Factors factors(const FoldingOptions& options, const TrainingStep& step, const Channel& c) {
  if (step.mode == Mode::evaluation || is_frozen(options, step)) return long_term(c);
  switch (options.strategy) {
    case BatchNormTraining::batch_statistics: return of_batch(c, 1, 0);
    case BatchNormTraining::correction:
    case BatchNormTraining::correction_and_freezing: return corrected(c);
    case BatchNormTraining::batch_renormalization:
      return of_batch(c, std::clamp(c.batch_deviation / c.deviation, 1 / kMostScaling, kMostScaling),
                      std::clamp((c.batch_mean - c.mean) / c.deviation, -kMostShift, kMostShift));
    case BatchNormTraining::long_term_averages: break;
  }
  return long_term(c);
}

/// Inputs: batch mean, batch variance, scale, shift. Outputs: factors of weights and of sums, shift.
class FoldedFactorsOperation final : public Operation {
 public:
  FoldedFactorsOperation(const BatchNormVariables& norm, FoldingOptions options)
      : mean_(norm.mean), variance_(norm.variance), momentum_(norm.momentum), options_(std::move(options)) {
    options_.convolution_bias.resize(static_cast<std::size_t>(mean_->value.elements()), 0.0F);
  }

  void forward(const Buffers& buffers, const TrainingStep& step) override {
    if (step.mode == Mode::training && uses_moments(options_, step)) update(buffers);
    channels_.clear();
    for (std::size_t c = 0; c < options_.convolution_bias.size(); ++c) {
      const Factors result = factors(options_, step, channel(buffers, c));
      buffers.out[0].value[c] = static_cast<float>(result.weights);
      buffers.out[1].value[c] = static_cast<float>(result.sums);
      buffers.out[2].value[c] = static_cast<float>(result.shift);
      channels_.push_back(result);
    }
  }

  void backward(const Buffers& buffers, const TrainingStep& step) override {
    const double epsilon = static_cast<double>(options_.epsilon);
    for (std::size_t c = 0; c < channels_.size(); ++c) {
      const Factors& f = channels_[c];
      const auto to_weights = static_cast<double>(buffers.out[0].gradient[c]);
      const auto to_sums = static_cast<double>(buffers.out[1].gradient[c]);
      const auto to_shift = static_cast<double>(buffers.out[2].gradient[c]);
      const auto set = [&](std::size_t input, double value) {
        if (buffers.in[input].gradient != nullptr) buffers.in[input].gradient[c] = static_cast<float>(value);
      };
      set(0, to_shift * f.shift_by_mean);
      const double to_deviation =
          to_weights * f.weights_by_deviation + to_sums * f.sums_by_deviation + to_shift * f.shift_by_deviation;
      // The moments are not even computed in steps that do not use them.
      const bool uses = uses_moments(options_, step);
      const double variance = uses ? static_cast<double>(buffers.in[1].value[c]) : 1.0;
      set(1, to_deviation / (2 * std::sqrt(variance + epsilon)));
      set(2, to_weights * f.weights_by_g + to_shift * f.shift_by_g);
      set(3, to_shift);
    }
  }

 private:
  [[nodiscard]] Channel channel(const Buffers& buffers, std::size_t c) const {
    const double epsilon = static_cast<double>(options_.epsilon);
    const double bias = static_cast<double>(options_.convolution_bias[c]);
    return {.g = static_cast<double>(buffers.in[2].value[c]),
            .beta = static_cast<double>(buffers.in[3].value[c]),
            .batch_mean = static_cast<double>(buffers.in[0].value[c]),
            .batch_deviation = std::sqrt(static_cast<double>(buffers.in[1].value[c]) + epsilon),
            .mean = static_cast<double>(mean_->value.values<float>()[c]) - bias,
            .deviation = std::sqrt(static_cast<double>(variance_->value.values<float>()[c]) + epsilon)};
  }

  void update(const Buffers& buffers) const {
    const auto mean = mean_->value.mutable_values<float>();
    const auto variance = variance_->value.mutable_values<float>();
    for (std::size_t c = 0; c < mean.size(); ++c) {
      mean[c] += momentum_ * (buffers.in[0].value[c] + options_.convolution_bias[c] - mean[c]);
      variance[c] += momentum_ * (buffers.in[1].value[c] - variance[c]);
    }
  }

  MovingState* mean_;
  MovingState* variance_;
  float momentum_;
  FoldingOptions options_;
  std::vector<Factors> channels_;  ///< of the latest forward
};

}  // namespace

bool uses_moments(const FoldingOptions& options, const TrainingStep& step) {
  return step.mode == Mode::training && !is_frozen(options, step);
}

FoldedFactors add_folded_factors(Tape& tape, const std::string& name, VariableId mean, VariableId variance,
                                 const BatchNormVariables& norm, const FoldingOptions& options) {
  const Shape channels = tape.shape(norm.scale);
  const auto results = tape.add(name, std::make_unique<FoldedFactorsOperation>(norm, options),
                                {mean, variance, norm.scale, norm.shift}, {channels, channels, channels});
  return {results[0], results[1], results[2]};
}

}  // namespace qs
