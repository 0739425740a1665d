// Adam, Kingma & Ba, algorithm 1, with bias-corrected moments:
//   m = b1 m + (1 - b1) g      v = b2 v + (1 - b2) g^2
//   w -= rate (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + epsilon)
// Weights decay apart from that, w -= rate decay w (Loshchilov & Hutter, algorithm 2, "AdamW"): as part of the
// gradient, decay would be divided by sqrt(v) too, and weights with large gradients would hardly decay.
#include <cmath>

#include "core/base/error.h"
#include "core/base/wide.h"
#include "core/train/optimisers/rows.h"

namespace qs {

namespace {

constexpr Param kBeta1 = {.id = "beta1",
                          .title = "Beta 1",
                          .unit = "",
                          .summary = "How slowly the mean of gradients forgets.",
                          .default_value = 0.9,
                          .min = 0,
                          .max = 0.9999,
                          .whole = false};
constexpr Param kBeta2 = {.id = "beta2",
                          .title = "Beta 2",
                          .unit = "",
                          .summary = "How slowly the mean of squared gradients forgets.",
                          .default_value = 0.999,
                          .min = 0,
                          .max = 0.999999,
                          .whole = false};
constexpr Param kEpsilon = {.id = "epsilon",
                            .title = "Epsilon",
                            .unit = "",
                            .summary = "Keeps steps finite where gradients are nearly 0.",
                            .default_value = 1e-8,
                            .min = 1e-12,
                            .max = 1,
                            .whole = false};

void update(const OptimiserStep& step, const std::map<std::string, double>& settings) {
  const double beta1 = setting(settings, kBeta1);
  const double beta2 = setting(settings, kBeta2);
  const auto number = static_cast<double>(step.number);
  const auto rate = static_cast<float>(step.learning_rate / (1 - std::pow(beta1, number)));
  const auto correction = static_cast<float>(1 / (1 - std::pow(beta2, number)));
  const auto remaining = static_cast<float>(1 - step.learning_rate * step.weight_decay);
  const auto epsilon = static_cast<float>(setting(settings, kEpsilon));
  const auto old1 = static_cast<float>(beta1);
  const auto new1 = static_cast<float>(1 - beta1);
  const auto old2 = static_cast<float>(beta2);
  const auto new2 = static_cast<float>(1 - beta2);
  const std::size_t count = step.weights.size();
  QS_ASSERT(step.gradient.size() == count && step.state[0].size() == count && step.state[1].size() == count);
  float* const weights = step.weights.data();
  float* const mean = step.state[0].data();
  float* const square = step.state[1].data();
  const float* const gradient = step.gradient.data();
  on_wide_vectors([=] {
    for (std::size_t i = 0; i < count; ++i) {
      mean[i] = old1 * mean[i] + new1 * gradient[i];
      square[i] = old2 * square[i] + new2 * gradient[i] * gradient[i];
      weights[i] = remaining * weights[i] - rate * mean[i] / (std::sqrt(square[i] * correction) + epsilon);
    }
  });
}

}  // namespace

const Optimiser adam_optimiser = {
    .id = "adam",
    .title = "Adam",
    .summary = "Steps of about the learning rate for every weight, however large its gradient.",
    .citation =
        "Kingma, Ba, Adam, ICLR 2015 (arXiv:1412.6980), algorithm 1; decoupled weight decay: Loshchilov, Hutter, "
        "ICLR 2019 (arXiv:1711.05101), algorithm 2",
    .params = {kBeta1, kBeta2, kEpsilon},
    .state_per_weight = 2,
    .update = update,
};

}  // namespace qs
