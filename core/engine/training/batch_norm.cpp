// Batch normalization together with the ReLU behind it, as plain loops: one pass over the values to find their moments
// and one to normalise and clamp, where oneDNN 2.6 takes four and two more for the activation. ReLU6 it cannot fuse.
#include <cmath>
#include <vector>

#include "core/engine/training/channel_rows.h"
#include "core/engine/training/operations.h"

namespace qs {

namespace {

/// y = clamp(factor x + shift), both of the channel.
struct Affine {
  std::vector<float> factor;
  std::vector<float> shift;
};

class BatchNormalization final : public Operation {
 public:
  BatchNormalization(const BatchNormVariables& variables, float epsilon, const Clamp& clamp)
      : mean_state_(variables.mean),
        variance_state_(variables.variance),
        momentum_(variables.momentum),
        epsilon_(epsilon),
        clamp_(clamp) {
    const auto channels = static_cast<std::size_t>(variables.mean->value.elements());
    batch_mean_.resize(channels);
    batch_variance_.resize(channels);
  }

  void forward(const Buffers& buffers, const TrainingStep& step) override {
    const ChannelRows rows(buffers.in[0]);
    const float* x = buffers.in[0].value;
    if (step.mode == Mode::training) {
      rows.moments(x, batch_mean_.data(), batch_variance_.data());
      affine_ = affine(buffers, batch_mean_.data(), batch_variance_.data());
      track(batch_mean_, *mean_state_);
      track(batch_variance_, *variance_state_);
    } else {
      affine_ =
          affine(buffers, mean_state_->value.values<float>().data(), variance_state_->value.values<float>().data());
    }
    float* y = buffers.out[0].value;
    const Clamp clamp = clamp_;
    const float* factor = affine_.factor.data();
    const float* shift = affine_.shift.data();
    rows.each_block([=, channels = rows.channels](std::int64_t, std::int64_t first, std::int64_t last) {
      for (std::int64_t row = first; row < last; ++row) {
        const float* from = x + row * channels;
        float* to = y + row * channels;
#pragma omp simd
        for (std::int64_t c = 0; c < channels; ++c) {
          const float z = from[c] * factor[c] + shift[c];
          const float bounded = z > clamp.high ? clamp.high : z;  // a NaN stays one: divergence must show
          to[c] = z < clamp.low ? clamp.low : bounded;
        }
      }
    });
  }

  /// With g the gradient where y is not clamped, else 0, n rows and x' = (x - mean) / deviation:
  /// d/dscale = sum(g x'), d/dshift = sum(g), d/dx = factor (g - sum(g)/n - x' sum(g x')/n).
  void backward(const Buffers& buffers, const TrainingStep&) override {
    const ChannelRows rows(buffers.in[0]);
    const std::int64_t channels = rows.channels;
    const float* x = buffers.in[0].value;
    const float* mean = batch_mean_.data();
    float* gradient = buffers.out[0].gradient;  // what is clamped is set to 0 in place
    const Clamp clamp = clamp_;
    const float* factor = affine_.factor.data();
    const float* shift = affine_.shift.data();
    const std::vector<double> sums = rows.two_sums([=](std::int64_t row, float* sum, float* products) {
      const float* values = x + row * channels;
      float* g = gradient + row * channels;
#pragma omp simd
      for (std::int64_t c = 0; c < channels; ++c) {
        const float z = values[c] * factor[c] + shift[c];
        g[c] = z > clamp.low && z < clamp.high ? g[c] : 0.0F;
        sum[c] += g[c];
        products[c] += g[c] * (values[c] - mean[c]);
      }
    });
    // d/dx = factor g - (by_value (x - mean) + constant)
    std::vector<float> by_value(static_cast<std::size_t>(channels));
    std::vector<float> constant(static_cast<std::size_t>(channels));
    const auto count = static_cast<double>(rows.rows);
    for (std::size_t c = 0; c < by_value.size(); ++c) {
      const double variance = static_cast<double>(batch_variance_[c]) + static_cast<double>(epsilon_);
      const double sum = sums[c];
      const double products = sums[c + by_value.size()];
      const auto f = static_cast<double>(affine_.factor[c]);
      constant[c] = static_cast<float>(f * sum / count);
      by_value[c] = static_cast<float>(f * products / (variance * count));
      if (float* to = buffers.in[1].gradient) to[c] = static_cast<float>(products / std::sqrt(variance));
      if (float* to = buffers.in[2].gradient) to[c] = static_cast<float>(sum);
    }
    if (float* to_x = buffers.in[0].gradient) add_up(rows, x, gradient, by_value.data(), constant.data(), to_x);
  }

  [[nodiscard]] bool backward_in_place() const override {
    return true;
  }

 private:
  [[nodiscard]] Affine affine(const Buffers& buffers, const float* mean, const float* variance) const {
    Affine result;
    for (std::size_t c = 0; c < batch_mean_.size(); ++c) {
      const float factor = buffers.in[1].value[c] / std::sqrt(variance[c] + epsilon_);
      result.factor.push_back(factor);
      result.shift.push_back(buffers.in[2].value[c] - mean[c] * factor);
    }
    return result;
  }

  void add_up(const ChannelRows& rows, const float* x, const float* gradient, const float* by_value,
              const float* constant, float* to_x) const {
    const float* mean = batch_mean_.data();
    const float* factor = affine_.factor.data();
    rows.each_block([=, channels = rows.channels](std::int64_t, std::int64_t first, std::int64_t last) {
      for (std::int64_t row = first; row < last; ++row) {
        const float* values = x + row * channels;
        const float* g = gradient + row * channels;
        float* to = to_x + row * channels;
#pragma omp simd
        for (std::int64_t c = 0; c < channels; ++c) {
          to[c] = factor[c] * g[c] - (by_value[c] * (values[c] - mean[c]) + constant[c]);
        }
      }
    });
  }

  void track(const std::vector<float>& batch, MovingState& state) const {
    const auto averages = state.value.mutable_values<float>();
    for (std::size_t c = 0; c < averages.size(); ++c) averages[c] += momentum_ * (batch[c] - averages[c]);
  }

  MovingState* mean_state_;
  MovingState* variance_state_;
  float momentum_;
  float epsilon_;
  Clamp clamp_;
  std::vector<float> batch_mean_;
  std::vector<float> batch_variance_;
  Affine affine_;  ///< of the latest forward
};

}  // namespace

VariableId add_batch_norm(Tape& tape, const std::string& name, const BatchNorm& op, VariableId x,
                          const BatchNormVariables& variables, const Clamp& clamp) {
  return tape.add_one(name, std::make_unique<BatchNormalization>(variables, op.epsilon, clamp),
                      {x, variables.scale, variables.shift}, tape.shape(x));
}

}  // namespace qs
