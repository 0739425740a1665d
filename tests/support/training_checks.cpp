#include "tests/support/training_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace qs {

namespace {

class Projection final : public Operation {
 public:
  explicit Projection(std::int64_t elements) {
    std::mt19937 random(7);
    std::uniform_real_distribution<float> uniform(-1, 1);
    for (std::int64_t i = 0; i < elements; ++i) factors_.push_back(uniform(random));
  }
  void forward(const Buffers& buffers, const TrainingStep&) override {
    double sum = 0;
    for (std::size_t i = 0; i < factors_.size(); ++i) {
      sum += static_cast<double>(factors_[i]) * static_cast<double>(buffers.in[0].value[i]);
    }
    *buffers.out[0].value = static_cast<float>(sum);
  }
  void backward(const Buffers& buffers, const TrainingStep&) override {
    for (std::size_t i = 0; i < factors_.size(); ++i) {
      buffers.in[0].gradient[i] = *buffers.out[0].gradient * factors_[i];
    }
  }

 private:
  std::vector<float> factors_;
};

}  // namespace

VariableId add_projection(Tape& tape, VariableId x) {
  return tape.add_one("projection", std::make_unique<Projection>(tape.shape(x).elements()), {x}, Shape{});
}

GradientCheck check_gradients(Tape& tape, double h, int samples) {
  const TrainingStep step;
  tape.forward(step);
  tape.backward(step);
  std::vector<std::vector<float>> gradients;
  for (const Parameter& parameter : tape.parameters()) {
    const auto values = parameter.gradient.values<float>();
    gradients.emplace_back(values.begin(), values.end());
  }
  const auto loss = [&] {
    tape.forward(step);
    return tape.loss();
  };
  GradientCheck check;
  for (std::size_t p = 0; p < gradients.size(); ++p) {
    Parameter& parameter = tape.parameters()[p];
    const auto values = parameter.value.mutable_values<float>();
    double scale = 1e-6;
    for (float g : gradients[p]) scale = std::max(scale, std::abs(static_cast<double>(g)));
    const std::size_t stride = std::max<std::size_t>(values.size() / static_cast<std::size_t>(samples), 1);
    for (std::size_t i = 0; i < values.size(); i += stride) {
      const float before = values[i];
      values[i] = before + static_cast<float>(h);
      const double above = loss();
      values[i] = before - static_cast<float>(h);
      const double below = loss();
      values[i] = before;
      const double difference = (above - below) / (2 * h);
      const double error = std::abs(difference - static_cast<double>(gradients[p][i])) / scale;
      ++check.elements;
      if (!(error <= check.worst)) {
        check.worst = error;
        check.where = fmt::format("{}[{}]: backward {}, difference {}", parameter.name, i, gradients[p][i], difference);
      }
    }
  }
  return check;
}

}  // namespace qs
