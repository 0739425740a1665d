#include "core/train/quantization/channel_operations.h"

#include <algorithm>

#include "core/base/parallel.h"
#include "core/engine/wide.h"

namespace qs {

namespace {

/// A buffer of activations as rows of channels, cut into blocks whose number does not depend on threads: sums are the
/// same however many there are.
struct Rows {
  std::int64_t rows;
  std::int64_t channels;

  explicit Rows(const Buffer& buffer) : rows(buffer.elements / buffer.shape[1]), channels(buffer.shape[1]) {}

  [[nodiscard]] std::int64_t rows_per_block() const { return std::max<std::int64_t>((1 << 14) / channels, 1); }
  [[nodiscard]] std::int64_t blocks() const { return (rows + rows_per_block() - 1) / rows_per_block(); }

  /// body(first, last) for the rows of each block, in parallel.
  template <class Body>
  void each_block(const Body& body) const {
    parallel_for(blocks(), [&](std::int64_t block) {
      const std::int64_t first = block * rows_per_block();
      on_wide_vectors([&] { body(block, first, std::min(first + rows_per_block(), rows)); });
    });
  }

  /// Two sums per channel, add(row, sums, sums + channels) for each row.
  template <class Add>
  [[nodiscard]] std::vector<double> two_sums(const Add& add) const {
    const auto width = static_cast<std::size_t>(2 * channels);
    std::vector<double> partial(width * static_cast<std::size_t>(blocks()), 0.0);
    each_block([&](std::int64_t block, std::int64_t first, std::int64_t last) {
      double* sums = partial.data() + width * static_cast<std::size_t>(block);
      for (std::int64_t row = first; row < last; ++row) add(row, sums, sums + channels);
    });
    for (std::size_t i = width; i < partial.size(); ++i) partial[i % width] += partial[i];
    partial.resize(width);
    return partial;
  }
};

class MomentsOperation final : public Operation {
 public:
  void forward(const Buffers& buffers, const TrainingStep&) override {
    const Rows rows(buffers.in[0]);
    const float* x = buffers.in[0].value;
    const std::int64_t channels = rows.channels;
    // Around the first row, so that a large mean does not swallow the variance.
    const std::vector<double> sums = rows.two_sums([=](std::int64_t row, double* sum, double* squares) {
      const float* values = x + row * channels;
      for (std::int64_t c = 0; c < channels; ++c) {
        const double distance = static_cast<double>(values[c]) - static_cast<double>(x[c]);
        sum[c] += distance;
        squares[c] += distance * distance;
      }
    });
    const auto count = static_cast<double>(rows.rows);
    for (std::int64_t c = 0; c < channels; ++c) {
      const double mean = sums[static_cast<std::size_t>(c)] / count;
      const double square = sums[static_cast<std::size_t>(c + channels)] / count;
      buffers.out[0].value[c] = static_cast<float>(mean + static_cast<double>(x[c]));
      buffers.out[1].value[c] = static_cast<float>(std::max(square - mean * mean, 0.0));
    }
  }

  void backward(const Buffers& buffers, const TrainingStep&) override {
    if (buffers.in[0].gradient == nullptr) return;
    const Rows rows(buffers.in[0]);
    const std::int64_t channels = rows.channels;
    const float* x = buffers.in[0].value;
    const float* mean = buffers.out[0].value;
    const float* to_mean = buffers.out[0].gradient;
    const float* to_variance = buffers.out[1].gradient;
    float* gradient = buffers.in[0].gradient;
    const float share = 1 / static_cast<float>(rows.rows);
    rows.each_block([=](std::int64_t, std::int64_t first, std::int64_t last) {
      for (std::int64_t row = first; row < last; ++row) {
        for (std::int64_t c = 0; c < channels; ++c) {
          const std::int64_t i = row * channels + c;
          gradient[i] = share * (to_mean[c] + 2 * to_variance[c] * (x[i] - mean[c]));
        }
      }
    });
  }

  [[nodiscard]] bool backward_reads_outputs() const override { return true; }
};

class ChannelAffine final : public Operation {
 public:
  void forward(const Buffers& buffers, const TrainingStep&) override {
    const Rows rows(buffers.in[0]);
    const std::int64_t channels = rows.channels;
    const float* x = buffers.in[0].value;
    const float* factor = buffers.in[1].value;
    const float* shift = buffers.in[2].value;
    float* y = buffers.out[0].value;
    rows.each_block([=](std::int64_t, std::int64_t first, std::int64_t last) {
      for (std::int64_t row = first; row < last; ++row) {
        for (std::int64_t c = 0; c < channels; ++c) {
          y[row * channels + c] = x[row * channels + c] * factor[c] + shift[c];
        }
      }
    });
  }

  void backward(const Buffers& buffers, const TrainingStep&) override {
    const Rows rows(buffers.in[0]);
    const std::int64_t channels = rows.channels;
    const float* x = buffers.in[0].value;
    const float* factor = buffers.in[1].value;
    const float* gradient = buffers.out[0].gradient;
    float* to_x = buffers.in[0].gradient;
    const std::vector<double> sums = rows.two_sums([=](std::int64_t row, double* to_factor, double* to_shift) {
      for (std::int64_t c = 0; c < channels; ++c) {
        const float g = gradient[row * channels + c];
        to_factor[c] += static_cast<double>(g) * static_cast<double>(x[row * channels + c]);
        to_shift[c] += static_cast<double>(g);
        if (to_x != nullptr) to_x[row * channels + c] = g * factor[c];
      }
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

  [[nodiscard]] bool backward_reads_input(std::size_t index) const override { return index < 2; }
  [[nodiscard]] bool backward_in_place() const override { return true; }
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
