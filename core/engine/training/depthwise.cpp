// Depthwise convolutions of images as plain loops: channels lie last, so that each tap of the window is a product of
// vectors. oneDNN 2.6 has kernels for them, but on AVX2 its backward ones take up to a hundred times as long on the
// maps of a few pixels at the end of a network.
#include <algorithm>
#include <utility>
#include <vector>

#include "core/base/parallel.h"
#include "core/base/wide.h"
#include "core/engine/training/layers.h"

namespace qs {

namespace {

/// Images are summed up in so many parts at most, however many threads there are: the same sums on every machine.
constexpr std::int64_t kMostParts = 16;
/// Where the window moves pixel by pixel, neighbours lie one behind the other for a tap: so many products at once.
constexpr std::int64_t kProductsAtOnce = 128;

class DepthwiseConvolution final : public Operation {
 public:
  DepthwiseConvolution(const Window& window, const Shape& x, const Shape& result)
      : window_(window),
        channels_(x[1]),
        taps_(window.kernel[0] * window.kernel[1]),
        in_{x[2], x[3]},
        out_{result[2], result[3]},
        images_(x[0]),
        at_once_(window.strides[1] == 1 ? std::max<std::int64_t>(kProductsAtOnce / channels_, 1) : 1) {}

  void forward(const Buffers& buffers, const TrainingStep&) override {
    const std::vector<float> weights = by_tap(buffers.in[1].value);
    const float* bias = buffers.in.size() > 2 ? buffers.in[2].value : nullptr;
    parallel_for(images_, [&](std::int64_t image) {
      const float* x = buffers.in[0].value + image * in_.pixels() * channels_;
      float* y = buffers.out[0].value + image * out_.pixels() * channels_;
      on_wide_vectors([&] {
        for (std::int64_t p = 0; p < out_.pixels() * channels_; p += channels_) {
          if (bias == nullptr) {
            std::fill_n(y + p, channels_, 0.0F);
          } else {
            std::copy_n(bias, channels_, y + p);
          }
        }
        each_tap([&](std::int64_t tap, std::int64_t from, std::int64_t to, std::int64_t count) {
          multiply_add(weights.data() + tap * row(), x + from, y + to, count);
        });
      });
    });
  }

  void backward(const Buffers& buffers, const TrainingStep&) override {
    const std::vector<float> weights = by_tap(buffers.in[1].value);
    const std::int64_t parts = std::min(images_, kMostParts);
    const auto size = static_cast<std::size_t>((taps_ + 1) * row());  // a part's gradients: of taps, then of bias
    std::vector<float> gradients(size * static_cast<std::size_t>(parts), 0.0F);
    parallel_for(parts, [&](std::int64_t part) {
      float* mine = gradients.data() + size * static_cast<std::size_t>(part);
      for (std::int64_t image = part * images_ / parts; image < (part + 1) * images_ / parts; ++image) {
        on_wide_vectors([&] { backward_of(image, buffers, weights.data(), mine); });
      }
    });
    const auto sum_of = [&](std::int64_t tap, std::int64_t channel) {
      double sum = 0;
      for (auto start = static_cast<std::size_t>(tap * row() + channel); start < gradients.size(); start += size) {
        for (std::int64_t i = 0; i < row(); i += channels_) {
          sum += static_cast<double>(gradients[start + static_cast<std::size_t>(i)]);
        }
      }
      return static_cast<float>(sum);
    };
    for (std::int64_t c = 0; c < channels_; ++c) {
      if (float* to = buffers.in[1].gradient) {
        for (std::int64_t tap = 0; tap < taps_; ++tap) to[c * taps_ + tap] = sum_of(tap, c);
      }
      if (buffers.in.size() > 2 && buffers.in[2].gradient != nullptr) buffers.in[2].gradient[c] = sum_of(taps_, c);
    }
  }

  [[nodiscard]] bool backward_reads_input(std::size_t index) const override { return index < 2; }

 private:
  struct Extents {
    std::int64_t height;
    std::int64_t width;
    [[nodiscard]] std::int64_t pixels() const { return height * width; }
  };

  /// Values of a tap: those of the channels, once for every pixel that is computed at once.
  [[nodiscard]] std::int64_t row() const { return at_once_ * channels_; }

  /// Weights [C,1,kh,kw] as [kh kw, row].
  [[nodiscard]] std::vector<float> by_tap(const float* weights) const {
    std::vector<float> result;
    for (std::int64_t tap = 0; tap < taps_; ++tap) {
      for (std::int64_t i = 0; i < row(); ++i) result.push_back(weights[i % channels_ * taps_ + tap]);
    }
    return result;
  }

  /// Pixels of the result along a row for which the tap at `offset` from the first pixel lies in the image.
  [[nodiscard]] std::pair<std::int64_t, std::int64_t> inside(std::int64_t offset) const {
    const std::int64_t stride = window_.strides[1];
    const std::int64_t first = offset < 0 ? (-offset + stride - 1) / stride : 0;
    const std::int64_t beyond = in_.width <= offset ? 0 : (in_.width - offset + stride - 1) / stride;
    return {first, std::min(beyond, out_.width)};
  }

  /// body(tap, from, to, count): the tap of the window that sees, for the result's values at `to`, the image's at
  /// `from`; `count` of them, at most a row. What lies in the padding is left out.
  template <class Body>
  void each_tap(const Body& body) const {
    for (std::int64_t oh = 0; oh < out_.height; ++oh) {
      for (std::int64_t tap = 0; tap < taps_; ++tap) {
        const std::int64_t kh = tap / window_.kernel[1];
        const std::int64_t kw = tap % window_.kernel[1];
        const std::int64_t h = oh * window_.strides[0] - window_.pads_begin[0] + kh * window_.dilations[0];
        if (h < 0 || h >= in_.height) continue;
        const std::int64_t offset = kw * window_.dilations[1] - window_.pads_begin[1];
        const auto [first, beyond] = inside(offset);
        for (std::int64_t ow = first; ow < beyond; ow += at_once_) {
          const std::int64_t w = ow * window_.strides[1] + offset;
          body(tap, (h * in_.width + w) * channels_, (oh * out_.width + ow) * channels_,
               std::min(at_once_, beyond - ow) * channels_);
        }
      }
    }
  }

  static void multiply_add(const float* left, const float* right, float* sum, std::int64_t count) {
#pragma omp simd
    for (std::int64_t i = 0; i < count; ++i) sum[i] += left[i] * right[i];
  }

  /// Writes the gradient of an image and adds to those of taps and bias.
  void backward_of(std::int64_t image, const Buffers& buffers, const float* weights, float* gradients) const {
    const float* x = buffers.in[0].value + image * in_.pixels() * channels_;
    const float* g = buffers.out[0].gradient + image * out_.pixels() * channels_;
    float* to_x = buffers.in[0].gradient;
    if (to_x != nullptr) {
      to_x += image * in_.pixels() * channels_;
      std::fill_n(to_x, in_.pixels() * channels_, 0.0F);
    }
    each_tap([&](std::int64_t tap, std::int64_t from, std::int64_t to, std::int64_t count) {
      multiply_add(g + to, x + from, gradients + tap * row(), count);
      if (to_x != nullptr) multiply_add(g + to, weights + tap * row(), to_x + from, count);
    });
    if (buffers.in.size() < 3) return;
    float* to_bias = gradients + taps_ * row();
    for (std::int64_t p = 0; p < out_.pixels() * channels_; p += channels_) {
#pragma omp simd
      for (std::int64_t c = 0; c < channels_; ++c) to_bias[c] += g[p + c];
    }
  }

  Window window_;
  std::int64_t channels_;
  std::int64_t taps_;
  Extents in_;
  Extents out_;
  std::int64_t images_;
  std::int64_t at_once_;  ///< pixels
};

}  // namespace

bool is_depthwise(const Conv& op, const Shape& x, const Shape& weights) {
  return x.rank() == 4 && op.groups == x[1] && weights[0] == x[1];
}

std::unique_ptr<Operation> depthwise_convolution(const Conv& op, const Shape& x, const Shape& result) {
  return std::make_unique<DepthwiseConvolution>(op.window, x, result);
}

}  // namespace qs
