// Each at https://onnx.ai/onnx/operators/onnx__NAME.html. NaN stays NaN.
#include <cmath>
#include <numbers>

#include "core/base/rng.h"
#include "core/engine/reference/gather.h"
#include "core/engine/reference/kernels.h"

namespace qs::reference {

namespace {

/// y = f(x), computed in double.
template <class Function>
Tensor map(const Tensor& x, Function f) {
  Tensor result(DType::f32, x.shape());
  const auto input = x.values<float>();
  std::transform(input.begin(), input.end(), result.mutable_values<float>().begin(),
                 [&](float value) { return static_cast<float>(f(static_cast<double>(value))); });
  return result;
}

/// x limited to [min, max]; `max` where min > max, as ONNX asks. The comparisons are written so that NaN passes.
double limited(double x, double min, double max) {
  const double raised = x < min ? min : x;
  return raised > max ? max : raised;
}

}  // namespace

Tensor compute(const Relu&, Inputs x, const Shape&) {
  return map(x[0], [](double v) { return v < 0 ? 0 : v; });
}

Tensor compute(const LeakyRelu& op, Inputs x, const Shape&) {
  return map(x[0], [&](double v) { return v < 0 ? op.alpha * v : v; });
}

/// x where x >= 0, slope * x elsewhere; the slope is broadcast to x.
Tensor compute(const PRelu&, Inputs x, const Shape& out) {
  const Tensor slope = broadcast_to(x[1], out);
  Tensor result(DType::f32, out);
  std::transform(x[0].values<float>().begin(), x[0].values<float>().end(), slope.values<float>().begin(),
                 result.mutable_values<float>().begin(), [](float v, float s) { return v < 0 ? s * v : v; });
  return result;
}

Tensor compute(const Clip& op, Inputs x, const Shape&) {
  return map(x[0], [&](double v) { return limited(v, op.min, op.max); });
}

Tensor compute(const Sigmoid&, Inputs x, const Shape&) {
  return map(x[0], [](double v) { return 1 / (1 + std::exp(-v)); });
}

Tensor compute(const HardSigmoid& op, Inputs x, const Shape&) {
  return map(x[0], [&](double v) { return limited(op.alpha * v + op.beta, 0, 1); });
}

/// In float, step by step as the definition stands in op.h: in double, ties would be broken that floats do not have.
Tensor compute(const FakeQuantize& op, Inputs x, const Shape&) {
  const auto input = x[0].values<float>();
  Tensor result(DType::f32, x[0].shape());
  const auto output = result.mutable_values<float>();
  const auto low = static_cast<float>(op.lowest);
  const auto high = static_cast<float>(op.highest);
  for (std::size_t i = 0; i < input.size(); ++i) {
    float steps = input[i] * (1 / op.scale);
    // Points of the grid stay where they are: with -1/2 they would be ties.
    if (op.stochastic && steps != std::nearbyint(steps)) steps += random_unit(op.seed, i) - 0.5F;
    output[i] = op.result_scale * std::min(std::max(std::nearbyint(steps), low), high);
  }
  return result;
}

Tensor compute(const HardSwish&, Inputs x, const Shape&) {
  return map(x[0], [](double v) { return v * limited(v / 6 + 0.5, 0, 1); });
}

Tensor compute(const Swish&, Inputs x, const Shape&) {
  return map(x[0], [](double v) { return v / (1 + std::exp(-v)); });
}

Tensor compute(const Tanh&, Inputs x, const Shape&) {
  return map(x[0], [](double v) { return std::tanh(v); });
}

/// alpha (e^x - 1) below zero.
Tensor compute(const Elu& op, Inputs x, const Shape&) {
  return map(x[0], [&](double v) { return v < 0 ? op.alpha * std::expm1(v) : v; });
}

Tensor compute(const Erf&, Inputs x, const Shape&) {
  return map(x[0], [](double v) { return std::erf(v); });
}

/// x Phi(x), Phi the normal distribution function; or its tanh approximation.
Tensor compute(const Gelu& op, Inputs x, const Shape&) {
  if (op.tanh_approximation) {
    const double factor = std::sqrt(2 / std::numbers::pi);
    return map(x[0], [&](double v) { return 0.5 * v * (1 + std::tanh(factor * (v + 0.044715 * v * v * v))); });
  }
  return map(x[0], [](double v) { return 0.5 * v * (1 + std::erf(v / std::numbers::sqrt2)); });
}

}  // namespace qs::reference
