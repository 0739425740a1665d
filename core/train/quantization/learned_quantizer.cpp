#include <cmath>
#include <limits>

#include "core/train/quantization/quantizing.h"

namespace qs {

namespace {

constexpr float kLeastStep = 1e-9F;

class LearnedQuantizer final : public Operation {
 public:
  LearnedQuantizer(std::string name, const LearnedGrid& grid, const QuantizerOptions& options)
      : name_(std::move(name)), grid_(grid), options_(options) {}

  void forward(const Buffers& buffers, const TrainingStep& step) override {
    const Buffer& x = buffers.in[0];
    quantizes_ = is_quantized(options_, step);
    if (!quantizes_) {
      std::copy_n(x.value, x.elements, buffers.out[0].value);
      return;
    }
    for (std::int64_t s = 0; s < buffers.in[1].elements; ++s) {
      if (!std::isfinite(buffers.in[1].value[s])) diverged("the scales of " + name_);
    }
    options_.scales->clear();
    for (std::int64_t s = 0; s < buffers.in[1].elements; ++s) {
      options_.scales->push_back(learned_step(buffers.in[1].value[s]));
    }
    const auto lowest = static_cast<float>(grid_.lowest);
    const auto highest = static_cast<float>(grid_.highest);
    each_part(buffers, [&](std::int64_t, std::int64_t first, std::int64_t last, float step_size) {
      for (std::int64_t i = first; i < last; ++i) {
        const float steps = x.value[i] / step_size;
        buffers.out[0].value[i] = step_size * std::clamp(std::nearbyint(steps), lowest, highest);
      }
    });
  }

  void backward(const Buffers& buffers, const TrainingStep&) override {
    const Buffer& x = buffers.in[0];
    const float* gradient = buffers.out[0].gradient;
    if (!quantizes_) {
      if (x.gradient != nullptr) std::copy_n(gradient, x.elements, x.gradient);
      if (buffers.in[1].gradient != nullptr) std::fill_n(buffers.in[1].gradient, buffers.in[1].elements, 0.0F);
      return;
    }
    const auto lowest = static_cast<float>(grid_.lowest);
    const auto highest = static_cast<float>(grid_.highest);
    const std::int64_t parts = parts_per_scale(buffers);
    std::vector<double> sums(static_cast<std::size_t>(parts * buffers.in[1].elements), 0.0);
    each_part(buffers, [&](std::int64_t part, std::int64_t first, std::int64_t last, float step_size) {
      double sum = 0;
      for (std::int64_t i = first; i < last; ++i) {
        const float steps = x.value[i] / step_size;
        const bool inside = lowest < steps && steps < highest;
        const float by_scale = inside ? std::nearbyint(steps) - steps : std::clamp(steps, lowest, highest);
        sum += static_cast<double>(gradient[i]) * static_cast<double>(by_scale);
        if (x.gradient != nullptr) x.gradient[i] = inside ? gradient[i] : 0.0F;
      }
      sums[static_cast<std::size_t>(part)] = sum;
    });
    if (buffers.in[1].gradient == nullptr) return;
    const double slope = 1 / std::sqrt(static_cast<double>(grid_.values_per_scale) * static_cast<double>(highest));
    for (std::int64_t s = 0; s < buffers.in[1].elements; ++s) {
      double sum = 0;
      for (std::int64_t part = 0; part < parts; ++part) sum += sums[static_cast<std::size_t>(s * parts + part)];
      const double sign = buffers.in[1].value[s] < 0 ? -1 : 1;
      buffers.in[1].gradient[s] = static_cast<float>(sign * slope * sum);
    }
  }

 private:
  [[nodiscard]] static std::int64_t per_scale(const Buffers& buffers) {
    return buffers.in[0].elements / buffers.in[1].elements;
  }
  [[nodiscard]] static std::int64_t parts_per_scale(const Buffers& buffers) {
    return (per_scale(buffers) + kBlock - 1) / kBlock;
  }

  /// body(part, first, last, step) in parallel; all elements of a part have one scale.
  template <class Body>
  static void each_part(const Buffers& buffers, const Body& body) {
    const std::int64_t parts = parts_per_scale(buffers);
    const std::int64_t length = per_scale(buffers);
    parallel_for(parts * buffers.in[1].elements, [&](std::int64_t part) {
      const std::int64_t scale = part / parts;
      const std::int64_t first = part % parts * kBlock;
      body(part, scale * length + first, scale * length + std::min(first + kBlock, length),
           learned_step(buffers.in[1].value[scale]));
    });
  }

  std::string name_;
  LearnedGrid grid_;
  QuantizerOptions options_;
  bool quantizes_ = false;
};

}  // namespace

float learned_step(float scale) {
  return std::abs(scale) + kLeastStep;
}

VariableId add_learned_quantizer(Tape& tape, const std::string& name, VariableId x, VariableId scale,
                                 const LearnedGrid& grid, const QuantizerOptions& options) {
  return tape.add_one(name + ".quantizer", std::make_unique<LearnedQuantizer>(name, grid, options), {x, scale},
                      tape.shape(x));
}

}  // namespace qs
