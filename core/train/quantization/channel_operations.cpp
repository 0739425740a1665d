#include "core/train/quantization/channel_operations.h"

#include "core/engine/training/channel_rows.h"

namespace qs {

namespace {

class MomentsOperation final : public Operation {
 public:
  void forward(const Buffers& buffers, const TrainingStep&) override {
    ChannelRows(buffers.in[0]).moments(buffers.in[0].value, buffers.out[0].value, buffers.out[1].value);
  }

  void backward(const Buffers& buffers, const TrainingStep&) override {
    if (buffers.in[0].gradient == nullptr) return;
    const ChannelRows rows(buffers.in[0]);
    const std::int64_t channels = rows.channels;
    const float* x = buffers.in[0].value;
    const float* mean = buffers.out[0].value;
    const float* to_mean = buffers.out[0].gradient;
    const float* to_variance = buffers.out[1].gradient;
    float* gradient = buffers.in[0].gradient;
    const float share = 1 / static_cast<float>(rows.rows);
    rows.each_block([=](std::int64_t, std::int64_t first, std::int64_t last) {
      for (std::int64_t row = first; row < last; ++row) {
#pragma omp simd
        for (std::int64_t c = 0; c < channels; ++c) {
          const std::int64_t i = row * channels + c;
          gradient[i] = share * (to_mean[c] + 2 * to_variance[c] * (x[i] - mean[c]));
        }
      }
    });
  }

  [[nodiscard]] bool backward_reads_outputs() const override {
    return true;
  }
};

class ChannelAffine final : public Operation {
 public:
  void forward(const Buffers& buffers, const TrainingStep&) override {
    const ChannelRows rows(buffers.in[0]);
    const std::int64_t channels = rows.channels;
    const float* x = buffers.in[0].value;
    const float* factor = buffers.in[1].value;
    const float* shift = buffers.in[2].value;
    float* y = buffers.out[0].value;
    rows.each_block([=](std::int64_t, std::int64_t first, std::int64_t last) {
      for (std::int64_t row = first; row < last; ++row) {
#pragma omp simd
        for (std::int64_t c = 0; c < channels; ++c) {
          y[row * channels + c] = x[row * channels + c] * factor[c] + shift[c];
        }
      }
    });
  }

  void backward(const Buffers& buffers, const TrainingStep&) override {
    const ChannelRows rows(buffers.in[0]);
    const std::int64_t channels = rows.channels;
    const float* x = buffers.in[0].value;
    const float* factor = buffers.in[1].value;
    const float* gradient = buffers.out[0].gradient;
    float* to_x = buffers.in[0].gradient;
    const std::vector<double> sums = rows.two_sums([=](std::int64_t row, float* to_factor, float* to_shift) {
      const float* g = gradient + row * channels;
      const float* values = x + row * channels;
#pragma omp simd
      for (std::int64_t c = 0; c < channels; ++c) {
        to_factor[c] += g[c] * values[c];
        to_shift[c] += g[c];
      }
      if (to_x == nullptr) return;
      float* to = to_x + row * channels;  // perhaps where the gradient lies
#pragma omp simd
      for (std::int64_t c = 0; c < channels; ++c) to[c] = g[c] * factor[c];
    });
    for (std::int64_t c = 0; c < channels; ++c) {
      if (buffers.in[1].gradient != nullptr) {
        buffers.in[1].gradient[c] = static_cast<float>(sums[static_cast<std::size_t>(c)]);
      }
      if (buffers.in[2].gradient != nullptr) {
        buffers.in[2].gradient[c] = static_cast<float>(sums[static_cast<std::size_t>(c + channels)]);
      }
    }
  }

  [[nodiscard]] bool backward_reads_input(std::size_t index) const override {
    return index < 2;
  }
  [[nodiscard]] bool backward_in_place() const override {
    return true;
  }
};

class ScaledChannels final : public Operation {
 public:
  void forward(const Buffers& buffers, const TrainingStep&) override {
    const std::int64_t per_channel = buffers.in[0].elements / buffers.in[1].elements;
    for (std::int64_t c = 0; c < buffers.in[1].elements; ++c) {
      for (std::int64_t i = c * per_channel; i < (c + 1) * per_channel; ++i) {
        buffers.out[0].value[i] = buffers.in[0].value[i] * buffers.in[1].value[c];
      }
    }
  }

  void backward(const Buffers& buffers, const TrainingStep&) override {
    const std::int64_t per_channel = buffers.in[0].elements / buffers.in[1].elements;
    for (std::int64_t c = 0; c < buffers.in[1].elements; ++c) {
      double sum = 0;
      for (std::int64_t i = c * per_channel; i < (c + 1) * per_channel; ++i) {
        const float g = buffers.out[0].gradient[i];
        sum += static_cast<double>(g) * static_cast<double>(buffers.in[0].value[i]);
        if (buffers.in[0].gradient != nullptr) buffers.in[0].gradient[i] = g * buffers.in[1].value[c];
      }
      if (buffers.in[1].gradient != nullptr) buffers.in[1].gradient[c] = static_cast<float>(sum);
    }
  }
};

}  // namespace

Moments add_moments(Tape& tape, const std::string& name, VariableId x) {
  const Shape channels{tape.shape(x)[1]};
  const auto results = tape.add(name, std::make_unique<MomentsOperation>(), {x}, {channels, channels});
  return {results[0], results[1]};
}

VariableId add_channel_affine(Tape& tape, const std::string& name, VariableId x, VariableId factor, VariableId shift) {
  return tape.add_one(name, std::make_unique<ChannelAffine>(), {x, factor, shift}, tape.shape(x));
}

VariableId add_scaled_channels(Tape& tape, const std::string& name, VariableId weights, VariableId factor) {
  return tape.add_one(name, std::make_unique<ScaledChannels>(), {weights, factor}, tape.shape(weights));
}

}  // namespace qs
